/** What a provider's objects say, read as data that may be anything. */
import { reportedInStream } from "../../conversation/dialect";

/** A member of an object; undefined for whatever has no members. */
export const member = (value: unknown, key: string): unknown =>
  typeof value === "object" && value !== null ? (value as Readonly<Record<string, unknown>>)[key] : undefined;

/**
 * The error that an event reports: its `error`, or the event itself if it has no choices and its `object`, its `type` or the event's name says so. Undefined
 * if it reports none: some providers send an `error` that is null, false or empty along with every event.
 * @param named whether the event is named `error`
 */
export function errorOf(chunk: object, named: () => boolean): unknown {
  const error = member(chunk, "error");
  if (isError(error)) return error;
  if (member(chunk, "choices") != null) return undefined;
  return isErrorKind(member(chunk, "object")) || isErrorKind(member(chunk, "type")) || named() ? chunk : undefined;
}

/** Whether an event's `object` or `type` says that it is an error. */
export const isErrorKind = (value: unknown): boolean => value === "error";

/** Whether the value of `error` reports one. */
export function isError(error: unknown): boolean {
  if (typeof error !== "object") return Boolean(error);
  return error !== null && Object.keys(error).length > 0;
}

/** What an error inside a stream says, as the end of a sentence that begins with "the upstream". */
export function failureOf(error: unknown): string {
  const message = typeof error === "object" ? member(error, "message") : error;
  return typeof message === "string" ? reportedInStream(message) : "reported an error inside the stream";
}

/** Text of a content: a string, or the text parts of a list. */
export function contentText(content: unknown): string {
  if (typeof content === "string") return content;
  if (!Array.isArray(content)) return "";
  let text = "";
  for (const part of content as readonly unknown[]) {
    const piece = member(part, "text");
    if (typeof piece === "string") text += piece;
  }
  return text;
}

/** What one choice of a stream's event brings. */
export interface ChoicePart {
  /** The text, if it is one. */
  readonly text: string | undefined;
  /** It brings something that is neither text nor reasoning: a tool call, a refusal, parts of a list. */
  readonly other: boolean;
  readonly reasoning: boolean;
  readonly finished: boolean;
}

const isText = (value: unknown): boolean => typeof value === "string" && value !== "";
const isFilledList = (value: unknown): boolean => Array.isArray(value) && value.length > 0;

/** Reads a choice of a stream's event. */
export function readChoice(choice: unknown): ChoicePart {
  const delta = member(choice, "delta");
  const content = member(delta, "content") ?? member(choice, "text");
  return {
    text: typeof content === "string" ? content : undefined,
    other:
      isFilledList(member(delta, "tool_calls")) ||
      member(delta, "function_call") != null ||
      isText(member(delta, "refusal")) ||
      isFilledList(content),
    reasoning: isText(member(delta, "reasoning_content")),
    // some providers send an empty reason until there is one
    finished: isText(member(choice, "finish_reason")),
  };
}

/** Choices that are told apart; those with a higher index, or with none that can be one, share the last place. */
const MAX_CHOICES = 256;

/** Which choices of a stream have begun and which have finished. */
export class ChoiceStates {
  private readonly places = new Uint8Array(MAX_CHOICES);
  private open = 0;
  private closed = 0;

  /** Whether at least one choice began, and each that did has finished. */
  get allFinished(): boolean {
    return this.open === 0 && this.closed > 0;
  }

  /** Takes part of a choice; a choice without an index is the first. */
  note(index: unknown, finished: boolean): void {
    const place =
      index == null ? 0 : Number.isInteger(index) && (index as number) >= 0 ? Math.min(index as number, MAX_CHOICES - 1) : MAX_CHOICES - 1;
    const state = this.places[place] as number;
    if (state === CLOSED || (state === OPEN && !finished)) return;
    if (state === OPEN) this.open--;
    if (finished) this.closed++;
    else this.open++;
    this.places[place] = finished ? CLOSED : OPEN;
  }

  /** Takes what was noted elsewhere. */
  add(other: ChoiceStates): void {
    other.places.forEach((state, place) => {
      if (state !== 0) this.note(place, state === CLOSED);
    });
  }
}

const OPEN = 1;
const CLOSED = 2;
