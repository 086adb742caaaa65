import type { ChatStreamWriter, StreamWriteOptions } from "../../conversation/dialect";
import type { ChatEvent, ChoiceEvent } from "../../conversation/events";
import type { Usage } from "../../conversation/usage";
import { DONE } from "./end-mark";
import { STATUS_IN_STREAM, writeError } from "./errors";

/** A comment, which keeps the connection alive and is no event. */
const PING = ": ping\n\n";

const OPENED = `"role":"assistant",`;

/**
 * Writes `chat.completion.chunk` events. All chunks of a stream are the same but for a few bytes, so that only these are made for each event. Source: OpenAI
 * API reference; reasoning as in `reasoning.ts`.
 */
export class ChunkWriter implements ChatStreamWriter {
  /** What comes before a choice's index; empty until something is written. */
  private head = "";
  /** What comes behind a choice without a finish reason. */
  private readonly tail: string;
  private readonly opened = new Set<number>();
  private usage: Usage | undefined;
  private over = false;

  constructor(private readonly options: StreamWriteOptions) {
    // the usage of a chunk that tells none is null if the client asked for usage
    if (options.goesOn === true) this.opened.add(0);
    this.tail = options.usage ? `}],"usage":null}\n\n` : "}]}\n\n";
  }

  write(event: ChatEvent): string {
    if (this.over) return "";
    switch (event.type) {
      case "started":
        return this.start(event.id, event.model);
      case "usage":
        this.usage = event.usage;
        return "";
      case "ping":
        return PING;
      case "failed":
        this.over = true;
        return `data: ${JSON.stringify(writeError(STATUS_IN_STREAM, event.error))}\n\n`;
      case "ended":
        this.over = true;
        return this.usageChunk() + DONE;
      default:
        return this.choice(event);
    }
  }

  private start(id: string | undefined, model: string | undefined): string {
    if (this.head !== "") return "";
    this.begin(id, model);
    return this.chunk(0, `${this.open(0)}"content":""`);
  }

  private begin(id: string | undefined, model: string | undefined): void {
    const { options } = this;
    const named = JSON.stringify(model ?? options.model ?? null);
    this.head = `data: {"id":${JSON.stringify(id ?? options.id)},"object":"chat.completion.chunk","created":${options.created},"model":${named},"choices":[`;
  }

  /** The role, which the first chunk of each choice tells. */
  private open(choice: number): string {
    if (this.opened.has(choice)) return "";
    this.opened.add(choice);
    return OPENED;
  }

  private choice(event: ChoiceEvent): string {
    if (this.head === "") this.begin(undefined, undefined);
    const role = this.open(event.choice);
    switch (event.type) {
      case "text":
        return this.chunk(event.choice, `${role}"content":${JSON.stringify(event.text)}`);
      case "refusal":
        return this.chunk(event.choice, `${role}"refusal":${JSON.stringify(event.text)}`);
      case "reasoning": {
        const text = JSON.stringify(event.text);
        const detail = `{"type":"reasoning.text","index":${event.block},"text":${text}}`;
        return this.chunk(event.choice, `${role}"reasoning_content":${text},"reasoning_details":[${detail}]`);
      }
      case "signature": {
        const detail = `{"type":"reasoning.text","index":${event.block},"signature":${JSON.stringify(event.signature)}}`;
        return this.chunk(event.choice, `${role}"reasoning_details":[${detail}]`);
      }
      case "redacted_reasoning": {
        const detail = `{"type":"reasoning.encrypted","index":${event.block},"data":${JSON.stringify(event.data)}}`;
        return this.chunk(event.choice, `${role}"reasoning_details":[${detail}]`);
      }
      case "tool_start": {
        const called = `{"name":${JSON.stringify(event.name)},"arguments":""}`;
        const call = `{"index":${event.index},"id":${JSON.stringify(event.id)},"type":"function","function":${called}}`;
        return this.chunk(event.choice, `${role}"tool_calls":[${call}]`);
      }
      case "tool_arguments": {
        const call = `{"index":${event.index},"function":{"arguments":${JSON.stringify(event.text)}}}`;
        return this.chunk(event.choice, `${role}"tool_calls":[${call}]`);
      }
      case "logprobs":
        return this.chunk(event.choice, withoutComma(role), JSON.stringify(event.logprobs));
      case "unexpressed":
        return role === "" ? "" : this.chunk(event.choice, withoutComma(role));
      case "finished":
        return this.chunk(event.choice, withoutComma(role), "null", `"${event.finish}"`);
    }
  }

  private chunk(choice: number, delta: string, logprobs = "null", finish = "null"): string {
    return `${this.head}{"index":${choice},"delta":{${delta}},"logprobs":${logprobs},"finish_reason":${finish}${this.tail}`;
  }

  private usageChunk(): string {
    if (!this.options.usage || this.usage === undefined) return "";
    if (this.head === "") this.begin(undefined, undefined);
    return `${this.head}],"usage":${JSON.stringify(this.usage)}}\n\n`;
  }
}

const withoutComma = (role: string): string => (role === "" ? "" : role.slice(0, -1));
