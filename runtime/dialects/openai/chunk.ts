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
  /** It brings something that is neither text nor reasoning: a tool call, a refusal, parts of a list, an image, or whatever has been thought of since. */
  readonly other: boolean;
  readonly reasoning: boolean;
  readonly finished: boolean;
}

const isText = (value: unknown): boolean => typeof value === "string" && value !== "";

/** Members that announce or pad what comes and say nothing by themselves. `obfuscation` hides the length of a text (OpenAI API reference, `include_obfuscation`). */
const LABELS: ReadonlySet<string> = new Set(["role", "type", "index", "object", "obfuscation"]);

/** Reasoning in its spellings: DeepSeek's, and OpenRouter's two. */
export const REASONING: ReadonlySet<string> = new Set(["reasoning_content", "reasoning", "reasoning_details"]);

/** What nests deeper than this is taken for something. */
const MAX_DEPTH = 8;

/** Whether a value says anything: what is null, empty or zero does not, nor an object that holds only such values or labels. */
export function says(value: unknown, depth = 0): boolean {
  if (typeof value !== "object") return Boolean(value);
  if (value === null) return false;
  if (depth === MAX_DEPTH) return true;
  if (Array.isArray(value)) return value.length > 0;
  for (const name in value) if (!LABELS.has(name) && says((value as Readonly<Record<string, unknown>>)[name], depth + 1)) return true;
  return false;
}

/** Whether a member of a delta says something. */
export const saysAt = (name: string, value: unknown): boolean => !LABELS.has(name) && says(value);

/** Reads a choice of a stream's event. Whatever a delta says beyond the role is something, be its name known here or not. */
export function readChoice(choice: unknown): ChoicePart {
  const delta = member(choice, "delta");
  const content = member(delta, "content") ?? member(choice, "text");
  let other = typeof content !== "string" && says(content);
  let reasoning = false;
  if (typeof delta !== "object" || delta === null) other ||= says(delta) || says(member(choice, "message"));
  else {
    for (const name in delta) {
      if (name === "content" || !saysAt(name, member(delta, name))) continue;
      if (REASONING.has(name)) reasoning = true;
      else other = true;
    }
  }
  return {
    text: typeof content === "string" ? content : undefined,
    other,
    reasoning,
    // some providers send an empty reason until there is one
    finished: isText(member(choice, "finish_reason")),
  };
}
