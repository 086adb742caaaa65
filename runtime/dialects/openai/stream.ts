import { ChoiceStates } from "../../codecs/choice-states";
import { KeptText } from "../../codecs/kept-text";
import { LARGE_BYTES } from "../../bytes/slices";
import type { ResumePoint, StreamError, StreamReader } from "../../codecs/stream-reader";
import { idOf, modelOf } from "../../conversation/names";
import type { Usage } from "../../conversation/usage";
import type { StreamReaderOptions } from "./reader-options";
import { errorEvent } from "./error-event";
import { dataOf, EventBuffer, EVENTS_PER_ERROR, isErrorEvent } from "../../framing/sse";
import { LargeEvent } from "./large-event";
import { choicesAsked, haveFinished } from "./choices-asked";
import { errorOf, failureOf, member, readChoice } from "./chunk";
import { readUsage } from "./usage";
import type { OpenAiWalk } from "./walk";

/** An event that is still not whole when this many bytes of it have been looked at is no longer compared with the pattern at each further piece. */
const MAX_COMPARED_AGAIN = 64 * 1024;

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const EMPTY = Buffer.alloc(0);
const BLANK_LINE = Buffer.from("\n\n");
const CONTENT_KEY = Buffer.from('"content":"');

/** What to do with one event. */
type Verdict = "relay" | "withhold";

/**
 * Reads OpenAI's event stream while its bytes are relayed untouched.
 *
 * Parsing each event would cost more than all the rest of the relay, and nearly all events of a stream differ in a few bytes of text only.
 * So the last parsed event serves as a pattern: if the next one has the same bytes before and after its text, and the text holds nothing
 * that JSON would treat specially, it is known to be valid and nothing of it has to be parsed.
 */
export class OpenAiStreamReader implements StreamReader {
  content = false;
  failure: string | undefined;
  failureAt: number | undefined;
  ended = false;
  model: string | undefined;
  usage: Usage | undefined;
  characters = 0;
  skipped = 0;

  private readonly rest = new EventBuffer();
  private readonly states = new ChoiceStates();
  /** The large event that is being read. */
  private large: LargeEvent | undefined;
  private patternHead: Buffer = EMPTY;
  private patternTail: Buffer = EMPTY;

  private readonly ask: StreamReaderOptions["ask"];
  private readonly withholdUsage: boolean;
  private readonly maxEventBytes: number;
  private id: string | undefined;
  /** All text so far in UTF-16, if it is kept; undefined as soon as it is not all that the client has. */
  private text: KeptText | undefined;

  constructor(options: StreamReaderOptions) {
    this.ask = options.ask;
    this.withholdUsage = options.withholdUsage;
    this.maxEventBytes = options.maxEventBytes;
    this.text = options.keepText ? new KeptText() : undefined;
  }

  get complete(): boolean {
    return this.failure === undefined && (this.ended || haveFinished(this.states, this.ask));
  }

  get busy(): boolean {
    return this.large !== undefined || this.rest.more;
  }

  push(chunk: Buffer): Buffer {
    const { rest } = this;
    const bytes = rest.join(chunk);
    let from = 0;
    let keptFrom = 0;
    let kept: Buffer[] | undefined;
    // what follows the end mark must not reach the client
    while (!this.ended) {
      const known = this.content && (from > 0 || rest.known < MAX_COMPARED_AGAIN) ? this.endOfKnownEvent(bytes, from) : -1;
      if (known >= 0) {
        from = known;
        continue;
      }
      const end = rest.endOfEvent(bytes, from);
      if (end < 0) break;
      if (end - from > LARGE_BYTES) {
        if (end - from <= this.maxEventBytes) this.large = new LargeEvent(bytes, from, end);
        break;
      }
      if (this.read(bytes, from, end) === "withhold") {
        kept ??= [];
        if (from > keptFrom) kept.push(bytes.subarray(keptFrom, from));
        keptFrom = end;
      }
      const lastLength = end - from;
      from = end;
      // nor must what an upstream says after its own error
      if (this.failure !== undefined) {
        this.failureAt = lengthOf(kept) + from - keptFrom - lastLength;
        break;
      }
    }
    if (this.ended || this.failure !== undefined || this.large !== undefined) rest.clear();
    else rest.keep(bytes, from);
    if (rest.length > this.maxEventBytes && !rest.more) {
      this.failure = tooLarge(this.maxEventBytes);
      this.failureAt = lengthOf(kept) + from - keptFrom;
      rest.clear();
    }
    if (kept === undefined) return from === bytes.length ? bytes : bytes.subarray(0, from);
    if (from > keptFrom) kept.push(bytes.subarray(keptFrom, from));
    return kept.length === 1 && kept[0] !== undefined ? kept[0] : Buffer.concat(kept);
  }

  step(): Buffer {
    const { large } = this;
    if (large === undefined) return this.push(EMPTY);
    if (!large.step()) return EMPTY;
    this.large = undefined;
    const { bytes, from, end, walk } = large;
    const verdict = this.noteWalk(walk);
    if (this.failure !== undefined) this.failureAt = 0;
    else this.rest.keepUnread(bytes, end);
    return verdict === "withhold" ? EMPTY : bytes.subarray(from, end);
  }

  end(): Buffer {
    // without its blank line an event is unfinished by the letter of the format; a whole `data:` line is taken all the same
    return this.rest.length === 0 ? EMPTY : this.push(BLANK_LINE);
  }

  resumePoint(): ResumePoint | undefined {
    const { ask, id, model, text, usage } = this;
    // another answer would go on with one of them, and begin the others anew
    if (text === undefined || (ask !== undefined && choicesAsked(ask) > 1)) return undefined;
    return { id, model, text: text.read(), usage };
  }

  fail(error: StreamError): Buffer {
    return errorEvent(error);
  }

  private read(bytes: Buffer, from: number, end: number): Verdict {
    const data = dataOf(bytes, from, end);
    if (data === undefined) return "relay";
    if (data === "[DONE]") {
      this.ended = true;
      return "relay";
    }
    let chunk: unknown;
    try {
      chunk = JSON.parse(data);
    } catch {
      this.rest.spend(EVENTS_PER_ERROR);
    }
    if (typeof chunk !== "object" || chunk === null) {
      if (isErrorEvent(bytes, from, end)) {
        this.failure = failureOf(chunk ?? data);
        return "relay";
      }
      this.skipped++;
      return "withhold";
    }
    return this.note(chunk, bytes, from, end);
  }

  private note(chunk: object, bytes: Buffer, from: number, end: number): Verdict {
    const error = errorOf(chunk, () => isErrorEvent(bytes, from, end));
    if (error !== undefined) {
      this.failure = failureOf(error);
      return "relay";
    }
    this.model ??= modelOf(member(chunk, "model"));
    this.id ??= idOf(member(chunk, "id"));
    const usage = readUsage(member(chunk, "usage"));
    if (usage !== undefined) this.usage = usage;
    const choices = member(chunk, "choices");
    const count = Array.isArray(choices) ? choices.length : 0;
    for (let place = 0; place < count; place++) {
      const text = this.noteChoice((choices as readonly unknown[])[place]);
      if (count === 1 && text !== "") this.keepPattern(bytes, from, end, text);
    }
    return usage !== undefined && count === 0 && this.withholdUsage ? "withhold" : "relay";
  }

  /** Returns the choice's text, empty if it has none. */
  private noteChoice(choice: unknown): string {
    const { text = "", other, reasoning, finished } = readChoice(choice);
    const index = member(choice, "index");
    if (text !== "") {
      this.content = true;
      this.characters += text.length;
      if (this.text !== undefined) this.keepText(index === 0 || index === undefined ? text : undefined);
    }
    if (other || reasoning || finished) this.content = true;
    // nothing can go on behind a finish either: the client would be told another one
    if (other || finished) this.text = undefined;
    this.states.note(index, finished);
    return text;
  }

  /** As `note`, for an event that was read in steps. Its text is not kept, so that no other answer can go on with this stream. */
  private noteWalk(walk: OpenAiWalk | undefined): Verdict {
    if (walk === undefined) return "relay";
    if (!walk.isUsable) {
      this.skipped++;
      return "withhold";
    }
    this.failure = walk.error;
    if (this.failure !== undefined) return "relay";
    this.model ??= walk.model;
    this.id ??= walk.id;
    this.usage = walk.usage ?? this.usage;
    this.characters += walk.characters;
    this.content ||= walk.content;
    this.states.add(walk.states);
    this.text = undefined;
    return walk.usage !== undefined && walk.choices === 0 && this.withholdUsage ? "withhold" : "relay";
  }

  /** Index behind the event at `from` if it is the pattern with another text; -1 if it is not, or not whole yet. */
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
    if (end > bytes.length) return -1;
    // so few bytes are compared sooner here than by a call of the runtime's
    for (let place = 0; place < tail.length; place++) if (tail[place] !== bytes[at + place]) return -1;
    this.characters += at - start;
    if (this.text !== undefined) this.keepText(bytes.toString("utf8", start, at));
    return end;
  }

  /** `piece` is undefined if it is no part of one text. */
  private keepText(piece: string | undefined): void {
    if (this.text !== undefined && (piece === undefined || !this.text.add(piece))) this.text = undefined;
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

/** What is wrong with a stream whose event does not end, as the end of a sentence that begins with "the upstream". */
export const tooLarge = (limit: number): string => `sent an event of more than ${limit} bytes (extensions.max_response_size)`;

const lengthOf = (kept: readonly Buffer[] | undefined): number => kept?.reduce((sum, part) => sum + part.length, 0) ?? 0;

function hasFinishOrUsage(event: Buffer): boolean {
  return event.includes('"finish_reason":"') || event.includes('"usage":{') || event.includes('"tool_calls"');
}
