import type { AnswerChoice, ChatAnswer, FinishReason } from "./answer";
import type { ChatEvent, ChoiceEvent } from "./events";
import type { Part } from "./parts";
import type { Usage } from "./usage";

/** Choices of one answer at most; an event of a further one is left out. */
const MAX_CHOICES = 128;

/** Builds the whole answer out of the events of a stream, for a client that asked for no stream. */
export class Assembly {
  private id: string | undefined;
  private model: string | undefined;
  private usage: Usage | undefined;
  /** Whether the end mark has come; nothing belongs to the stream behind it. */
  ended = false;
  private readonly choices = new Map<number, ChoiceAssembly>();

  /** @param asked choices that the client asked for */
  constructor(private readonly asked = 1) {}

  add(event: ChatEvent): void {
    switch (event.type) {
      case "started":
        this.id ??= event.id;
        this.model ??= event.model;
        return;
      case "usage":
        this.usage = event.usage;
        return;
      case "ended":
        this.ended = true;
        return;
      case "ping":
      case "failed":
        return;
      default:
        this.choice(event.choice)?.add(event);
    }
  }

  /** Whether at least one choice has begun, and all is told: the end mark has come, or all that were asked for and have begun have finished. */
  get complete(): boolean {
    if (this.choices.size === 0) return false;
    if (this.ended) return true;
    return this.choices.size >= this.asked && [...this.choices.values()].every(({ finish }) => finish !== undefined);
  }

  result(): ChatAnswer {
    const indexes = [...this.choices.keys()].sort((a, b) => a - b);
    const choices = indexes.flatMap((index) => this.choices.get(index)?.result() ?? []);
    return { id: this.id, model: this.model, choices, usage: this.usage };
  }

  private choice(index: number): ChoiceAssembly | undefined {
    let choice = this.choices.get(index);
    if (choice === undefined && this.choices.size < MAX_CHOICES) this.choices.set(index, (choice = new ChoiceAssembly()));
    return choice;
  }
}

/** A part that is still growing. */
type Growing =
  | { readonly kind: "text" | "refusal"; readonly key: ""; text: string }
  | { readonly kind: "reasoning"; readonly key: number; text: string; signature: string | undefined; redacted: string | undefined }
  | { readonly kind: "tool"; readonly key: number; readonly id: string; readonly name: string; text: string };

class ChoiceAssembly {
  finish: FinishReason | undefined;
  private readonly parts: Growing[] = [];
  private logprobs: AnswerChoice["logprobs"];
  /** By kind and key, so that many parts are found at once. */
  private readonly found = new Map<string, Growing>();

  add(event: ChoiceEvent): void {
    switch (event.type) {
      case "text":
      case "refusal":
        this.spoken(event.type).text += event.text;
        return;
      case "reasoning":
        this.reasoning(event.block).text += event.text;
        return;
      case "signature":
        this.reasoning(event.block).signature = event.signature;
        return;
      case "redacted_reasoning":
        this.reasoning(event.block).redacted = event.data;
        return;
      case "tool_start":
        this.put({ kind: "tool", key: event.index, id: event.id, name: event.name, text: "" });
        return;
      case "tool_arguments": {
        const tool = this.found.get(`tool ${event.index}`);
        if (tool !== undefined) tool.text += event.text;
        return;
      }
      case "logprobs":
        this.logprobs = event.logprobs;
        return;
      case "finished":
        this.finish = event.finish;
        return;
      case "unexpressed":
    }
  }

  result(): AnswerChoice {
    const parts = this.parts.map(partOf);
    const finish = this.finish ?? "stop";
    return this.logprobs === undefined ? { parts, finish } : { parts, finish, logprobs: this.logprobs };
  }

  private spoken(kind: "text" | "refusal"): Growing {
    return this.found.get(`${kind} `) ?? this.put({ kind, key: "", text: "" });
  }

  private reasoning(block: number): Growing & { kind: "reasoning" } {
    const known = this.found.get(`reasoning ${block}`);
    if (known?.kind === "reasoning") return known;
    const made: Growing & { kind: "reasoning" } = { kind: "reasoning", key: block, text: "", signature: undefined, redacted: undefined };
    this.put(made);
    return made;
  }

  private put(part: Growing): Growing {
    this.parts.push(part);
    this.found.set(`${part.kind} ${part.key}`, part);
    return part;
  }
}

function partOf(part: Growing): Part {
  switch (part.kind) {
    case "text":
    case "refusal":
      return { type: part.kind, text: part.text };
    case "tool":
      return { type: "tool_call", id: part.id, name: part.name, arguments: part.text };
    case "reasoning":
      return {
        type: "reasoning",
        text: part.text,
        ...(part.signature === undefined ? undefined : { signature: part.signature }),
        ...(part.redacted === undefined ? undefined : { redacted: part.redacted }),
      };
  }
}
