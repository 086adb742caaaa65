import type { Answer, AnswerReading } from "../../codecs/answer";
import { SLICE_BYTES, type Sliced } from "../../bytes/slices";
import { EVENT_STREAM } from "../../framing/sse";
import { NamedWalk } from "../../json/named-walk";
import { readLargeAnswer } from "./answer";
import { CHUNK_OF } from "./answer-events";
import { DONE } from "./end-mark";

/** A call's members lie this deep: `choices[].message.tool_calls[].id`. */
const WATCHED = 6;

/** Members, choices and calls that are told apart at most; no answer has more. */
const MAX_PARTS = 4096;

const LF = 0x0a;
const CR = 0x0d;
const SPACE = 0x20;
const QUOTE = 0x22;
const BRACE_OPEN = 0x7b;
const BRACKET_OPEN = 0x5b;

/** A member of an object, by the offsets of its key and its value. */
interface Member {
  readonly name: string;
  readonly start: number;
  readonly valueStart: number;
  readonly end: number;
}

/** An element of a list. */
interface Element {
  readonly start: number;
  readonly end: number;
  /** Where the first key of an object begins; undefined if it has none, or is no object. */
  readonly firstKey: number | undefined;
}

interface Message extends Member {
  readonly members: readonly Member[];
  readonly calls: readonly Element[];
}

interface Choice {
  readonly members: readonly Member[];
  readonly message: Message | undefined;
}

/** Finds the parts of an answer that events are made of. */
class AnswerParts extends NamedWalk {
  members: Member[] = [];
  choices: Choice[] = [];
  private parts = 0;
  private readonly keys = new Array<number>(WATCHED + 1).fill(0);
  private given: Choice[] = [];
  private choice: Member[] = [];
  private message: Message | undefined;
  private inMessage: Member[] = [];
  private calls: Element[] = [];
  private firstKey: number | undefined;

  constructor(body: Buffer) {
    super(body, WATCHED);
  }

  /** Whether it can be written; to be asked for after the last step. */
  get isUsable(): boolean {
    return this.failure === undefined && this.isObject && this.parts <= MAX_PARTS;
  }

  protected override key(depth: number, start: number, end: number): void {
    super.key(depth, start, end);
    this.keys[depth] = start;
    this.firstKey = depth === WATCHED ? (this.firstKey ?? start) : undefined;
  }

  protected override value(depth: number, start: number, end: number): void {
    if (depth === 1) this.ofAnswer(start, end);
    else if (depth > 1 && this.names[1] === "choices" && this.inArray(2)) this.inside(depth, start, end);
  }

  private ofAnswer(start: number, end: number): void {
    const member = this.member(1, start, end);
    if (member.name === "choices") this.choices = this.given.splice(0);
    this.note(this.members, member);
  }

  private inside(depth: number, start: number, end: number): void {
    if (depth === 2) {
      if (this.body[start] === BRACE_OPEN) this.note(this.given, { members: this.choice, message: this.message });
      this.choice = [];
      this.message = undefined;
    } else if (this.inArray(3)) return;
    else if (depth === 3) this.ofChoice(this.member(3, start, end));
    else if (this.names[3] === "message" && !this.inArray(4)) this.insideMessage(depth, start, end);
  }

  private ofChoice(member: Member): void {
    this.note(this.choice, member);
    if (member.name !== "message") return;
    const { inMessage, calls } = this;
    this.message = this.body[member.valueStart] === BRACE_OPEN ? { ...member, members: inMessage, calls } : undefined;
    this.inMessage = [];
    this.calls = [];
  }

  private insideMessage(depth: number, start: number, end: number): void {
    if (depth === 4) {
      const member = this.member(4, start, end);
      if (member.name === "tool_calls" && this.body[start] !== BRACKET_OPEN) this.calls = [];
      this.note(this.inMessage, member);
    } else if (depth === 5 && this.names[4] === "tool_calls" && this.inArray(5)) {
      const isObject = this.body[start] === BRACE_OPEN;
      this.note(this.calls, { start, end, firstKey: isObject ? this.firstKey : undefined });
      this.firstKey = undefined;
    } else if (depth === 5) this.firstKey = undefined;
  }

  private member(depth: number, valueStart: number, end: number): Member {
    return { name: this.names[depth] ?? "", start: this.keys[depth] ?? 0, valueStart, end };
  }

  private note<T>(list: T[], part: T): void {
    if (++this.parts <= MAX_PARTS) list.push(part);
  }
}

/** Writes a large answer as the events of a stream, as `writeAsEvents` does with one that is not: in steps, and without parsing it. */
export class LargeAnswerEvents implements Sliced {
  /** The events; undefined if the answer cannot be written. To be read after the last step. */
  written: Buffer | undefined;
  private readonly parts: AnswerParts;
  private found = false;
  /** What the events are made of: the answer's own bytes, and what stands between them. */
  private readonly pieces: (Buffer | string)[] = [];
  private out = Buffer.alloc(0);
  private length = 0;
  private next = 0;
  private offset = 0;

  constructor(
    private readonly body: Buffer,
    private readonly wantsUsage: boolean,
  ) {
    this.parts = new AnswerParts(body);
  }

  step(): boolean {
    if (this.found) return this.copy();
    if (!this.parts.step()) return false;
    this.found = true;
    if (!this.parts.isUsable) return true;
    this.compose();
    this.out = Buffer.allocUnsafe(this.pieces.reduce((sum, piece) => sum + Buffer.byteLength(piece), 0));
    return false;
  }

  private compose(): void {
    const { choices, members } = this.parts;
    this.event(choices, (choice, place) => this.said(choice, place));
    this.event(choices, (choice, place) => this.finish(choice, place));
    const usage = last(members, "usage");
    if (this.wantsUsage && usage !== undefined && !this.isNull(usage)) {
      this.event([], () => undefined, usage);
    }
    this.pieces.push(DONE);
  }

  private event(choices: readonly Choice[], write: (choice: Choice, place: number) => void, more?: Member): void {
    this.pieces.push("data: {");
    for (const member of this.parts.members) {
      if (member.name === "choices" || member.name === "usage") continue;
      const kind = member.name === "object" ? CHUNK_OF.get(this.body.toString("utf8", member.valueStart + 1, member.end - 1)) : undefined;
      if (kind === undefined) this.own(member.start, member.end);
      else this.pieces.push(`"object":"${kind}"`);
      this.pieces.push(",");
    }
    this.pieces.push('"choices":[');
    choices.forEach((choice, place) => {
      this.pieces.push(place === 0 ? "{" : ",{");
      write(choice, place);
      this.pieces.push("}");
    });
    this.pieces.push("]");
    if (more !== undefined) {
      this.pieces.push(",");
      this.own(more.start, more.end);
    }
    this.pieces.push("}\n\n");
  }

  private said(choice: Choice, place: number): void {
    const isOfCompletion = this.isOfCompletion(choice);
    this.pieces.push(`"index":${place}`);
    for (const { name, start, end } of choice.members) {
      if (name === "finish_reason" || (name === "message" && !isOfCompletion)) continue;
      this.pieces.push(",");
      this.own(start, end);
    }
    if (!isOfCompletion) this.delta(choice.message);
    this.pieces.push(',"finish_reason":null');
  }

  private delta(message: Message | undefined): void {
    this.pieces.push(',"delta":{');
    (message?.members ?? []).forEach(({ name, start, valueStart, end }, at) => {
      if (at > 0) this.pieces.push(",");
      if (name === "tool_calls" && this.body[valueStart] === BRACKET_OPEN) this.calls(message?.calls ?? []);
      else this.own(start, end);
    });
    this.pieces.push("}");
  }

  private calls(calls: readonly Element[]): void {
    this.pieces.push('"tool_calls":[');
    calls.forEach(({ start, end, firstKey }, index) => {
      if (index > 0) this.pieces.push(",");
      if (this.body[start] !== BRACE_OPEN) this.own(start, end);
      else if (firstKey === undefined) this.pieces.push(`{"index":${index}}`);
      else {
        this.pieces.push(`{"index":${index},`);
        this.own(firstKey, end);
      }
    });
    this.pieces.push("]");
  }

  private finish(choice: Choice, place: number): void {
    const index = last(choice.members, "index");
    this.pieces.push('"index":');
    if (index === undefined) this.pieces.push(String(place));
    else this.own(index.valueStart, index.end);
    this.pieces.push(this.isOfCompletion(choice) ? ',"text":""' : ',"delta":{}', ',"finish_reason":');
    const finish = last(choice.members, "finish_reason");
    if (finish === undefined || this.isNull(finish)) this.pieces.push('"stop"');
    else this.own(finish.valueStart, finish.end);
  }

  private isOfCompletion({ members, message }: Choice): boolean {
    const text = last(members, "text");
    return message === undefined && text !== undefined && this.body[text.valueStart] === QUOTE;
  }

  private isNull({ valueStart }: Member): boolean {
    return this.body[valueStart] === 0x6e;
  }

  private own(start: number, end: number): void {
    this.pieces.push(this.body.subarray(start, end));
  }

  /** Puts the pieces together, some bytes at a time. */
  private copy(): boolean {
    for (let left = SLICE_BYTES; this.next < this.pieces.length && left > 0;) {
      const piece = this.pieces[this.next] as Buffer | string;
      if (typeof piece === "string") this.length += this.out.write(piece, this.length);
      else {
        const end = Math.min(piece.length, this.offset + left);
        const from = this.length;
        this.length += piece.copy(this.out, from, this.offset, end);
        inOneLine(this.out, from, this.length);
        left -= end - this.offset;
        this.offset = end;
        if (end < piece.length) continue;
      }
      left--;
      this.next++;
      this.offset = 0;
    }
    if (this.next < this.pieces.length) return false;
    this.written = this.out;
    return true;
  }
}

/** JSON's parsers take the last of several members of one name. */
const last = (members: readonly Member[], name: string): Member | undefined => members.findLast((member) => member.name === name);

/** Line ends within JSON are white space, and would end the line of an event. */
function inOneLine(bytes: Buffer, from: number, end: number): void {
  for (let at = from; at < end; at++) if (bytes[at] === LF || bytes[at] === CR) bytes[at] = SPACE;
}

/** A large answer for a client that asked for a stream: read first, and then written. */
export class LargeAnswerAsStream implements AnswerReading {
  private readonly reading: AnswerReading;
  private readonly writing: LargeAnswerEvents;
  private isRead = false;

  constructor(body: Buffer, wantsUsage: boolean) {
    this.reading = readLargeAnswer(body);
    this.writing = new LargeAnswerEvents(body, wantsUsage);
  }

  step(): boolean {
    if (this.isRead) return this.writing.step();
    this.isRead = this.reading.step();
    return this.isRead && !this.reading.result().ok;
  }

  result(): Answer {
    const answer = this.reading.result();
    const body = this.writing.written;
    if (!answer.ok) return answer;
    return body === undefined ? TOO_MUCH : { ...answer, written: { body, mediaType: EVENT_STREAM } };
  }
}

const TOO_MUCH: Answer = { ok: false, reason: "holds more values than any answer" };
