/** The text format of server-sent events, as far as it has to be read. Source: WHATWG HTML, "Server-sent events". */

import { CollectedBytes } from "../bytes/collected-bytes";
import { SLICE_BYTES, type Sliced } from "../bytes/slices";
import { BLANK_LINE_BEGINS, endOfLfEvent, LineEnds } from "./line-ends";

/** The media type of server-sent events. */
export const EVENT_STREAM = "text/event-stream";

const LF = 0x0a;
const CR = 0x0d;
const SPACE = 0x20;
const DATA = Buffer.from("data:");
const EMPTY = Buffer.alloc(0);
const BYTE_ORDER_MARK = "\uFEFF";

/** Events that are looked at in one go: a millisecond or two. What comes in one read of a socket is seldom more. */
const EVENTS_AT_ONCE = 384;

/**
 * Bytes of a stream that have not been read: no whole event yet, or more events than may be read in one turn of the event loop. What was searched for an
 * event's end is not searched again.
 */
export class EventBuffer {
  /** There are more events than may be read at once; the next `join` begins anew. */
  more = false;
  private left = EVENTS_AT_ONCE;
  private readonly kept = new CollectedBytes();
  private searched = 0;
  /** Whether CR stands in what `join` returned; undefined if nobody has looked. JSON holds none but between its values. */
  private hasCr: boolean | undefined;
  /** Of what `join` returned, if CR stands in it and it has not been kept yet. */
  private ends: LineEnds | undefined;

  /** Bytes that are kept. */
  get length(): number {
    return this.kept.length;
  }

  /** Bytes at the front of what `join` returns that have been searched for the end of the first event. */
  get known(): number {
    return this.searched;
  }

  /** All bytes that have not been read, the new ones behind. */
  join(chunk: Buffer): Buffer {
    this.more = false;
    this.left = EVENTS_AT_ONCE;
    this.hasCr = undefined;
    this.ends = undefined;
    if (this.kept.length === 0) return chunk;
    this.kept.add(chunk);
    return this.kept.view();
  }

  /** An event was as much work as so many. */
  spend(events: number): void {
    this.left -= events;
  }

  /** Index behind the event that begins at `from` in what `join` returned; -1 if it is not whole yet, or if there are `more` than may be read at once. */
  endOfEvent(bytes: Buffer, from: number): number {
    if (--this.left < 0) {
      this.more = true;
      return -1;
    }
    const start = from === 0 ? Math.max(0, this.searched - BLANK_LINE_BEGINS) : from;
    this.hasCr ??= bytes.indexOf(CR, start) >= 0;
    return this.hasCr ? (this.ends ??= new LineEnds(bytes)).endOfEvent(start) : endOfLfEvent(bytes, start);
  }

  /** Keeps what begins at `from`, which holds no whole event unless there are `more`. */
  keep(bytes: Buffer, from: number): void {
    this.ends = undefined;
    if (this.more) {
      this.keepUnread(bytes, from);
      this.more = true;
      return;
    }
    this.searched = bytes.length - from;
    if (from === 0 && this.kept.length === bytes.length) return;
    this.kept.clear();
    if (this.searched > 0) this.kept.add(bytes.subarray(from));
  }

  /** Keeps what begins at `from`, which may hold whole events; `join` gives it back. */
  keepUnread(bytes: Buffer, from: number): void {
    this.clear();
    if (from < bytes.length) this.kept.add(bytes.subarray(from));
  }

  clear(): void {
    this.ends = undefined;
    this.kept.clear();
    this.searched = 0;
    this.more = false;
  }
}

/** Data that is no JSON costs as much as so many events that are, as an error is made for it. */
export const EVENTS_PER_ERROR = 16;

/** The data of each whole event of a stream that is at hand as one. */
export function* eventsOf(bytes: Buffer): Generator<string | undefined> {
  const ends = new LineEnds(bytes);
  for (let from = 0, end = ends.endOfEvent(0); end >= 0; from = end, end = ends.endOfEvent(from)) yield dataOf(bytes, from, end);
}

/** The event's data: its `data:` lines joined; undefined for an event without any (comments, `retry:`). For events that are not large. */
export function dataOf(bytes: Buffer, from: number, end: number): string | undefined {
  const text = bytes.toString("utf8", from, end);
  if (text.startsWith("data: ") && text.indexOf("\n") >= text.length - 3) {
    const only = text.slice(6).trim();
    // CR may end a line too, whatever ends the others
    if (!only.includes("\r")) return only;
  }
  let data: string[] | undefined;
  for (const line of (text.startsWith(BYTE_ORDER_MARK) ? text.slice(1) : text).split(/\r\n|\n|\r/)) {
    if (!line.startsWith("data:")) continue;
    (data ??= []).push(line.slice(line.charCodeAt(5) === SPACE ? 6 : 5));
  }
  return data?.join("\n").trim();
}

/** An event that says nothing to a program. @param text of one line */
export const commentEvent = (text: string): string => `: ${text}\n\n`;

/** How far into an event its name is looked for, in bytes. */
const NAME_WITHIN = 1024;

/** Whether the event is named `error`. */
export function isErrorEvent(bytes: Buffer, from: number, end: number): boolean {
  return /(?:^|[\r\n])event: ?error[\r\n]/.test(bytes.toString("latin1", from, Math.min(end, from + NAME_WITHIN)));
}

/** Takes the data out of a large event, in steps. */
export class EventData implements Sliced {
  /** The data; empty for an event without any. To be read after the last step. */
  data: Buffer = EMPTY;
  /** Made for an event of several lines only. */
  private room: Buffer | undefined;
  private length = 0;
  private at: number;
  private readonly ends: LineEnds;

  constructor(
    private readonly bytes: Buffer,
    private readonly from: number,
    private readonly end: number,
  ) {
    this.at = from;
    this.ends = new LineEnds(bytes);
  }

  step(): boolean {
    const stop = Math.min(this.end, this.at + SLICE_BYTES);
    while (this.at < stop) this.line();
    if (this.at < this.end) return false;
    if (this.room !== undefined) this.data = this.room.subarray(0, this.length);
    return true;
  }

  private line(): void {
    const { bytes, at, end } = this;
    const lineEnd = Math.min(this.ends.find(at), end);
    this.at = this.ends.behind(lineEnd);
    if (lineEnd - at <= DATA.length || DATA.compare(bytes, at, at + DATA.length) !== 0) return;
    const start = at + DATA.length;
    // what follows the only line is its blank line
    if (at === this.from && lineEnd >= end - 4) {
      this.data = bytes.subarray(start, lineEnd);
      return;
    }
    const room = (this.room ??= Buffer.allocUnsafe(end - this.from));
    if (this.length > 0) room[this.length++] = LF;
    // a space in front of the data is white space to JSON
    this.length += bytes.copy(room, this.length, start, lineEnd);
  }
}
