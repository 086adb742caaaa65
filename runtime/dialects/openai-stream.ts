import type { ResumePoint, StreamReader, StreamReaderOptions, Usage } from "../interfaces";
import { dataOf, endOfEvent } from "./event-stream";
import { readUsage } from "./openai-usage";

/** A single event larger than this is no chat stream; it would have to be kept in memory until its end comes. */
const MAX_EVENT_BYTES = 4 * 1024 * 1024;

/** A text longer than this is not kept for another answer to go on with, in characters. */
const MAX_KEPT_TEXT = 1024 * 1024;

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const EMPTY = Buffer.alloc(0);
const CONTENT_KEY = Buffer.from('"content":"');

interface Choice {
  readonly index?: unknown;
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
  readonly id?: unknown;
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
  failureAt: number | undefined;
  model: string | undefined;
  usage: Usage | undefined;
  characters = 0;
  skipped = 0;

  private rest: Buffer = EMPTY;
  private finished = false;
  private done = false;
  private patternHead: Buffer = EMPTY;
  private patternTail: Buffer = EMPTY;

  private readonly withholdUsage: boolean;
  private id: string | undefined;
  /** All text so far, where it is kept; undefined as soon as it is not all that the client has. */
  private text: string | undefined;

  constructor(options: Pick<StreamReaderOptions, "withholdUsage" | "keepText">) {
    this.withholdUsage = options.withholdUsage;
    this.text = options.keepText ? "" : undefined;
  }

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
      const lastLength = end - from;
      from = end;
      // what an upstream says after its own error, an end mark above all, must not reach the client
      if (this.failure !== undefined) {
        this.failureAt = keptLength(kept) + from - keptFrom - lastLength;
        break;
      }
    }
    this.rest = from === bytes.length || this.failure !== undefined ? EMPTY : bytes.subarray(from);
    if (this.rest.length > MAX_EVENT_BYTES) {
      this.failure = `sent an event of more than ${MAX_EVENT_BYTES} bytes`;
      this.failureAt = keptLength(kept) + from - keptFrom;
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
    if (this.failure !== undefined) this.failureAt = 0;
    return verdict === "relay" && this.skipped === skippedBefore ? closed : EMPTY;
  }

  resumePoint(): ResumePoint | undefined {
    const { id, text, usage } = this;
    return text === undefined ? undefined : { id, text, usage, prefilled: false };
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
    if (typeof chunk.id === "string" && this.id === undefined) this.id = chunk.id;
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
      this.keepText(choice.index === 0 || choice.index === undefined ? text : undefined);
      this.keepPattern(bytes, from, end, text);
    }
    if (delta?.tool_calls != null || delta?.reasoning_content || delta?.refusal) {
      this.content = true;
      this.text = undefined;
    }
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
    if (this.text !== undefined) this.keepText(bytes.toString("utf8", start, at));
    return end;
  }

  /** `piece` is undefined where it is no part of one text. */
  private keepText(piece: string | undefined): void {
    if (this.text === undefined) return;
    const longer = piece === undefined || this.text.length + piece.length > MAX_KEPT_TEXT ? undefined : this.text + piece;
    this.text = longer;
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

const keptLength = (kept: readonly Buffer[] | undefined): number => kept?.reduce((sum, part) => sum + part.length, 0) ?? 0;

function hasFinishOrUsage(event: Buffer): boolean {
  return event.includes('"finish_reason":"') || event.includes('"usage":{') || event.includes('"tool_calls"');
}
