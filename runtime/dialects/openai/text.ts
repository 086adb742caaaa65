import { LARGE_BYTES } from "../../bytes/slices";
import { EVENTS_PER_ERROR, eventsOf } from "../../framing/sse";
import { contentText, member } from "./chunk";

/** Events of a stream that a judge's text is made of at most. */
const MAX_EVENTS = 8192;

const parsed = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
};

function firstChoice(text: string): string {
  const choices = member(parsed(text), "choices");
  const choice: unknown = Array.isArray(choices) ? choices[0] : undefined;
  return contentText(member(member(choice, "message"), "content") ?? member(member(choice, "delta"), "content") ?? member(choice, "text"));
}

/**
 * Generated text of an answer's first choice; `stream`: of its events, of which no more are read than the text needs. A judge sees the beginning of a
 * stream that is large, and nothing of a large answer in one piece, which could only be read at once.
 */
export function textOf(payload: string, stream: boolean, length: number): string {
  if (!stream) return payload.length > LARGE_BYTES ? "" : firstChoice(payload);
  let text = "";
  let left = MAX_EVENTS;
  for (const data of eventsOf(Buffer.from(payload.slice(0, LARGE_BYTES)))) {
    const piece = data === undefined ? "" : firstChoice(data);
    text += piece;
    // an event without text may have been an error to parse
    left -= piece === "" ? EVENTS_PER_ERROR : 1;
    if (text.length >= length || left <= 0) break;
  }
  return text;
}

/** Text of the last message, or the prompt. */
export function questionOf(body: Buffer): string {
  if (body.length > LARGE_BYTES) return "";
  const request = parsed(body.toString("utf8"));
  const messages = member(request, "messages");
  const last: unknown = Array.isArray(messages) ? messages.at(-1) : undefined;
  return contentText(member(last, "content") ?? member(request, "prompt"));
}
