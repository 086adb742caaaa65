import type { ProviderError } from "../../conversation/answer";
import type { ChatStreamReader } from "../../conversation/dialect";
import type { ChatEvent } from "../../conversation/events";
import type { Json } from "../../conversation/json";
import { idOf, modelOf } from "../../conversation/names";
import { isTooMuchForEvent } from "../../conversation/volume";
import type { Frame } from "../../framing/frame";
import { contentText, errorOf, member, says } from "./chunk";
import { readErrorObject } from "./errors";
import { readFinish } from "./finish";
import { readDetail, reasoningText } from "./reasoning";
import { argumentsText, madeUpId, readLogprobs } from "./upstream-answer";
import { readUsage } from "./usage";

const DONE = "[DONE]";
const NOTHING: readonly ChatEvent[] = [];

/** Choices with this index or a higher one are none that can be asked for. */
const MAX_CHOICES = 256;

/** Tool calls of one choice at most; more than a model makes, and what a stream is remembered by must not grow without end. */
const MAX_CALLS = 256;

const UNTOLD: ProviderError = {
  message: "the provider reported an error inside the stream",
  type: undefined,
  code: undefined,
  refusal: undefined,
};

/** What is remembered of one choice. */
class ChoiceState {
  /** The block that reasoning belongs to if it names none: the last one named. */
  block = 0;
  /** Ids of the calls that began. */
  readonly calls: string[] = [];
  /** The call that an index or an id stands for now. */
  readonly callOf = new Map<number | string, number>();
}

const filled = (value: unknown): string | undefined => (typeof value === "string" && value !== "" ? value : undefined);
const isIndex = (value: unknown): value is number => Number.isSafeInteger(value) && (value as number) >= 0;

/** Reads `chat.completion.chunk` events, also those of providers that take the format less strictly. */
export class ChunkReader implements ChatStreamReader {
  private started = false;
  private over = false;
  private readonly states = new Map<number, ChoiceState>();
  /** Events of the frame that is being read. */
  private events: ChatEvent[] = [];
  /** Pieces of the frame that is being read that make no sense. */
  private unreadable = 0;

  read(frame: Frame): readonly ChatEvent[] | undefined {
    if (this.over || frame.data === "") return NOTHING;
    if (frame.data.length < 2 * DONE.length && frame.data.trim() === DONE) {
      this.over = true;
      return [{ type: "ended" }];
    }
    if (isTooMuchForEvent(frame.data)) return undefined;
    const isErrorEvent = frame.event === "error";
    let chunk: unknown;
    try {
      chunk = JSON.parse(frame.data);
    } catch {
      return isErrorEvent ? this.fail(frame.data) : undefined;
    }
    if (typeof chunk !== "object" || chunk === null) return isErrorEvent ? this.fail(chunk) : undefined;
    const error = errorOf(chunk, () => isErrorEvent);
    return error === undefined ? this.chunk(chunk) : this.fail(error);
  }

  private fail(error: unknown): readonly ChatEvent[] {
    this.over = true;
    return [{ type: "failed", error: readErrorObject(undefined, error) ?? UNTOLD }];
  }

  private chunk(chunk: object): readonly ChatEvent[] | undefined {
    this.events = [];
    this.unreadable = 0;
    const choices = member(chunk, "choices");
    const count = Array.isArray(choices) ? choices.length : 0;
    const usage = readUsage(member(chunk, "usage"));
    // Azure sends a first chunk of its own, with empty names and no choices
    if (!this.started && (count > 0 || usage !== undefined)) {
      this.started = true;
      this.events.push({ type: "started", id: filled(idOf(member(chunk, "id"))), model: filled(modelOf(member(chunk, "model"))) });
    }
    for (let place = 0; place < count && !this.over; place++) this.choice((choices as readonly unknown[])[place]);
    if (usage !== undefined && !this.over) this.events.push({ type: "usage", usage });
    return this.events.length === 0 && this.unreadable > 0 ? undefined : this.events;
  }

  private choice(value: unknown): void {
    const choice = member(value, "index") ?? 0;
    if (!isIndex(choice) || choice >= MAX_CHOICES) {
      this.unreadable++;
      return;
    }
    const delta = member(value, "delta");
    const before = this.events.length;
    this.reasoning(choice, delta);
    const text = contentText(member(delta, "content"));
    if (text !== "") this.events.push({ type: "text", choice, text });
    const refusal = filled(member(delta, "refusal"));
    if (refusal !== undefined) this.events.push({ type: "refusal", choice, text: refusal });
    this.toolCalls(choice, delta);
    if (this.over) return;
    if (this.events.length === before && this.unreadable === 0 && says(delta)) this.events.push({ type: "unexpressed", choice });
    const logprobs = readLogprobs(member(value, "logprobs"));
    if (logprobs !== undefined) this.events.push({ type: "logprobs", choice, logprobs });
    const finish = filled(member(value, "finish_reason"));
    if (finish !== undefined) this.events.push({ type: "finished", choice, finish: readFinish(finish) });
  }

  private state(choice: number): ChoiceState {
    let state = this.states.get(choice);
    if (state === undefined) this.states.set(choice, (state = new ChoiceState()));
    return state;
  }

  private reasoning(choice: number, delta: unknown): void {
    const details = member(delta, "reasoning_details");
    let told = false;
    if (Array.isArray(details)) {
      for (const detail of details as readonly Json[]) told = this.detail(choice, detail) || told;
    }
    const text = told ? undefined : reasoningText(delta as Json);
    if (text !== undefined) this.events.push({ type: "reasoning", choice, block: this.state(choice).block, text });
  }

  /** Returns whether it told a text, which the chunk tells a second time beside the details. */
  private detail(choice: number, detail: Json): boolean {
    const state = this.state(choice);
    const index = member(detail, "index");
    if (isIndex(index)) state.block = index;
    const { block } = state;
    const part = readDetail(detail);
    if (part === undefined) return false;
    if (part.redacted !== undefined) this.events.push({ type: "redacted_reasoning", choice, block, data: part.redacted });
    if (part.text !== "") this.events.push({ type: "reasoning", choice, block, text: part.text });
    if (part.signature !== undefined) this.events.push({ type: "signature", choice, block, signature: part.signature });
    return part.text !== "";
  }

  private toolCalls(choice: number, delta: unknown): void {
    const calls = member(delta, "tool_calls");
    if (Array.isArray(calls)) {
      for (const call of calls as readonly unknown[]) this.toolCall(choice, call);
    }
    const legacy = member(delta, "function_call");
    if (legacy != null) this.toolCall(choice, { index: 0, function: legacy });
  }

  private toolCall(choice: number, call: unknown): void {
    if (this.over) return;
    const state = this.state(choice);
    const called = member(call, "function");
    const name = filled(member(called, "name"));
    const index = this.known(state, call, name) ?? this.begin(state, choice, call, name);
    if (index === undefined) {
      this.unreadable++;
      return;
    }
    const text = argumentsText(member(called, "arguments") as Json | undefined);
    if (text !== undefined && text !== "") this.events.push({ type: "tool_arguments", choice, index, text });
  }

  /** The call that a piece goes on with. Some providers give all calls the same index and tell them apart by their ids, or give none. */
  private known(state: ChoiceState, call: unknown, name: string | undefined): number | undefined {
    const place = member(call, "index");
    const id = filled(member(call, "id"));
    if (isIndex(place)) {
      const index = state.callOf.get(place);
      const isOther = index !== undefined && name !== undefined && id !== undefined && state.calls[index] !== id;
      return isOther ? undefined : index;
    }
    if (id !== undefined) return state.callOf.get(id);
    return name === undefined && state.calls.length > 0 ? state.calls.length - 1 : undefined;
  }

  private begin(state: ChoiceState, choice: number, call: unknown, name: string | undefined): number | undefined {
    if (name === undefined) return undefined;
    const index = state.calls.length;
    if (index === MAX_CALLS) {
      this.over = true;
      this.events.push({
        type: "failed",
        error: { ...UNTOLD, message: `the provider made more than ${MAX_CALLS} tool calls in one choice` },
      });
      return undefined;
    }
    const place = member(call, "index");
    const id = filled(member(call, "id")) ?? madeUpId(choice, index);
    state.calls.push(id);
    state.callOf.set(isIndex(place) ? place : id, index);
    this.events.push({ type: "tool_start", choice, index, id, name });
    return index;
  }
}
