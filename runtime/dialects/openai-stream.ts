import type { StreamReader, Usage } from "../interfaces";
import { readUsage } from "./openai-usage";

/** A single event larger than this is no chat stream; it would have to be kept in memory until its end comes. */
const MAX_EVENT_BYTES = 4 * 1024 * 1024;

const LF = 0x0a;
const CR = 0x0d;
const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const EMPTY = Buffer.alloc(0);
const CONTENT_KEY = Buffer.from('"content":"');

interface Choice {
  readonly delta?: {
    readonly content?: unknown;
    readonly reasoning_content?: unknown;
    readonly tool_calls?: unknown;
    readonly refusal?: unknown;
  } | null;
  readonly text?: unknown;
  readonly finish_reason?: unknown;
}

interface Chunk {
  readonly model?: unknown;
  readonly usage?: unknown;
  readonly error?: unknown;
  readonly choices?: unknown;
}

/** What to do with one event. */
type Verdict = "relay" | "withhold";

/**
 * Reads OpenAI's event stream while its bytes are relayed untouched.
 *
 * Parsing each event would cost more than all the rest of the relay, and nearly all events of a stream differ in a few bytes of text only.
 * So the last parsed event serves as a pattern: where the next one has the same bytes before and after its text, and the text holds nothing
 * that JSON would treat specially, it is known to be valid and nothing of it has to be parsed.
 */
export class OpenAiStreamReader implements StreamReader {
  content = false;
  failure: string | undefined;
  model: string | undefined;
  usage: Usage | undefined;
  characters = 0;
  skipped = 0;

  private rest: Buffer = EMPTY;
  private finished = false;
  private done = false;
  private patternHead: Buffer = EMPTY;
  private patternTail: Buffer = EMPTY;

  constructor(private readonly withholdUsage: boolean) {}

  get complete(): boolean {
    return this.failure === undefined && (this.done || this.finished);
  }

  push(chunk: Buffer): Buffer {
    const bytes = this.rest.length === 0 ? chunk : Buffer.concat([this.rest, chunk]);
    let from = 0;
    let keptFrom = 0;
    let kept: Buffer[] | undefined;
    for (;;) {
      const known = this.content ? this.endOfKnownEvent(bytes, from) : -1;
      if (known >= 0) {
        from = known;
        continue;
      }
      const end = endOfEvent(bytes, from);
      if (end < 0) break;
      if (this.read(bytes, from, end) === "withhold") {
        kept ??= [];
        if (from > keptFrom) kept.push(bytes.subarray(keptFrom, from));
        keptFrom = end;
      }
      from = end;
      // what an upstream says after its own error, an end mark above all, must not reach the client
      if (this.failure !== undefined) break;
    }
    this.rest = from === bytes.length || this.failure !== undefined ? EMPTY : bytes.subarray(from);
    if (this.rest.length > MAX_EVENT_BYTES) {
      this.failure = `sent an event of more than ${MAX_EVENT_BYTES} bytes`;
      this.rest = EMPTY;
    }
    if (kept === undefined) return from === bytes.length ? bytes : bytes.subarray(0, from);
    if (from > keptFrom) kept.push(bytes.subarray(keptFrom, from));
    return kept.length === 1 && kept[0] !== undefined ? kept[0] : Buffer.concat(kept);
  }

  end(): Buffer {
    const { rest } = this;
    this.rest = EMPTY;
    if (rest.length === 0) return EMPTY;
    // without its blank line an event is unfinished by the letter of the format; a whole `data:` line is taken all the same
    const closed = Buffer.concat([rest, Buffer.from("\n\n")]);
    const skippedBefore = this.skipped;
    const verdict = this.read(closed, 0, closed.length);
    return verdict === "relay" && this.skipped === skippedBefore ? closed : EMPTY;
  }

  private read(bytes: Buffer, from: number, end: number): Verdict {
    const data = dataOf(bytes, from, end);
    if (data === undefined) return "relay";
    if (data === "[DONE]") {
      this.done = true;
      return "relay";
    }
    let chunk: Chunk | null;
    try {
      chunk = JSON.parse(data) as Chunk | null;
    } catch {
      this.skipped++;
      return "withhold";
    }
    if (chunk === null || typeof chunk !== "object") {
      this.skipped++;
      return "withhold";
    }
    return this.note(chunk, bytes, from, end);
  }

  private note(chunk: Chunk, bytes: Buffer, from: number, end: number): Verdict {
    if (chunk.error != null) {
      this.failure = `reported an error inside the stream${messageOf(chunk.error)}`;
      return "relay";
    }
    if (typeof chunk.model === "string" && this.model === undefined) this.model = chunk.model;
    const usage = readUsage(chunk.usage);
    if (usage !== undefined) this.usage = usage;
    const choices = Array.isArray(chunk.choices) ? (chunk.choices as readonly Choice[]) : [];
    for (const choice of choices) this.noteChoice(choice, bytes, from, end);
    return usage !== undefined && choices.length === 0 && this.withholdUsage ? "withhold" : "relay";
  }

  private noteChoice(choice: Choice, bytes: Buffer, from: number, end: number): void {
    const { delta } = choice;
    const text = delta?.content ?? choice.text;
    if (typeof text === "string" && text !== "") {
      this.content = true;
      this.characters += text.length;
      this.keepPattern(bytes, from, end, text);
    }
    if (delta?.tool_calls != null || delta?.reasoning_content || delta?.refusal) this.content = true;
    if (typeof choice.finish_reason === "string") {
      this.content = true;
      this.finished = true;
    }
  }

  /** Index behind the event at `from` if it is the pattern with another text; -1 where it is not, or not whole yet. */
  private endOfKnownEvent(bytes: Buffer, from: number): number {
    const { patternHead: head, patternTail: tail } = this;
    const start = from + head.length;
    if (head.length === 0 || start + tail.length > bytes.length || head.compare(bytes, from, start) !== 0) return -1;
    let at = start;
    for (;;) {
      const byte = bytes[at];
      if (byte === QUOTE) break;
      // JSON treats these specially, and the bytes may end before the text does
      if (byte === undefined || byte === BACKSLASH || byte < 0x20) return -1;
      at++;
    }
    const end = at + tail.length;
    if (end > bytes.length || tail.compare(bytes, at, end) !== 0) return -1;
    this.characters += at - start;
    return end;
  }

  /** Only an event with one choice, one plain text and no usage or finish can serve, as nothing else of it is looked at again. */
  private keepPattern(bytes: Buffer, from: number, end: number, text: string): void {
    this.patternHead = EMPTY;
    const event = bytes.subarray(from, end);
    const key = event.indexOf(CONTENT_KEY);
    if (key < 0) return;
    const start = key + CONTENT_KEY.length;
    const length = Buffer.byteLength(text);
    if (event.indexOf(CONTENT_KEY, start) >= 0 || event.toString("utf8", start, start + length) !== text || event[start + length] !== QUOTE)
      return;
    const tail = event.subarray(start + length);
    if (hasFinishOrUsage(event)) return;
    this.patternHead = Buffer.from(event.subarray(0, start));
    this.patternTail = Buffer.from(tail);
  }
}

/** Longest part of an upstream's own error text that is repeated. */
const MAX_MESSAGE = 500;

function messageOf(error: unknown): string {
  const message = typeof error === "object" && error !== null ? (error as { message?: unknown }).message : error;
  return typeof message === "string" ? `: ${message.slice(0, MAX_MESSAGE)}` : "";
}

function hasFinishOrUsage(event: Buffer): boolean {
  return event.includes('"finish_reason":"') || event.includes('"usage":{') || event.includes('"tool_calls"');
}

/** Index behind the blank line that ends the event which begins at `from`; -1 where it is not there yet. */
function endOfEvent(bytes: Buffer, from: number): number {
  let at = bytes.indexOf(LF, from);
  while (at >= 0) {
    const next = bytes[at + 1];
    if (next === LF) return at + 2;
    if (next === CR && bytes[at + 2] === LF) return at + 3;
    at = bytes.indexOf(LF, at + 1);
  }
  return -1;
}

/** The event's data: its `data:` lines joined; undefined for an event without any (comments, `retry:`). */
function dataOf(bytes: Buffer, from: number, end: number): string | undefined {
  const text = bytes.toString("utf8", from, end);
  if (text.startsWith("data: ") && text.indexOf("\n") >= text.length - 3) return text.slice(6).trim();
  let data: string | undefined;
  for (const line of text.split(/\r\n|\n|\r/)) {
    if (!line.startsWith("data:")) continue;
    const value = line.slice(line.charCodeAt(5) === 0x20 ? 6 : 5);
    data = data === undefined ? value : `${data}\n${value}`;
  }
  return data === undefined ? undefined : data.trim();
}
