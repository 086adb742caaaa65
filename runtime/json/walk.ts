import { SLICE_BYTES, type Sliced } from "../bytes/slices";
import { MAX_DEPTH, type ScanFailure } from "./scan";
import { BYTES, TABLES, plainEnd } from "./text";

const {
  QUOTE,
  PLUS,
  COMMA,
  MINUS,
  DOT,
  ZERO,
  NINE,
  COLON,
  BRACKET_OPEN,
  BACKSLASH,
  BRACKET_CLOSE,
  LETTER_E,
  LETTER_U,
  BRACE_OPEN,
  BRACE_CLOSE,
} = BYTES;
const { ESCAPES, HEX, TRUE, FALSE, NULL } = TABLES;

/** What the walk expects or is inside of. */
const enum State {
  /** A value. */
  Value,
  /** A value, or the end of an array that has just begun. */
  FirstValue,
  /** A key, or the end of an object that has just begun. */
  FirstKey,
  Key,
  Colon,
  /** A value is over: a comma or the end of what it is in. */
  After,
  /** Nothing but white space behind the document. */
  End,
  String,
  Escape,
  Hex,
  Word,
  NumberSign,
  NumberZero,
  NumberDigits,
  NumberDot,
  NumberFraction,
  NumberLetter,
  NumberExponentSign,
  NumberExponent,
}

/**
 * Walks a JSON document that is too large for one turn of the event loop: a bounded part in each step. It accepts exactly what `scanObject` accepts and
 * fails at the same offsets. A subclass hears of the keys and values down to a depth; nothing is parsed or copied.
 */
export abstract class JsonWalk implements Sliced {
  /** Why the document cannot be used; set before the walk is over. */
  protected failure: ScanFailure | undefined;
  /** Where the value at each depth begins; depth 0 is the document. */
  private readonly starts: number[];
  private readonly closers = new Uint8Array(MAX_DEPTH);
  private depth = 0;
  private state = State.Value;
  private at: number;
  private isKey = false;
  private stringStart = 0;
  private hexLeft = 0;
  private word: Buffer = TRUE;
  private wordAt = 0;

  /**
   * @param watched values nested deeper than this are checked, but not told
   * @param start offset of the document in `body`
   * @param end offset behind it
   * @param sliceBytes bytes that a step reads
   */
  constructor(
    protected readonly body: Buffer,
    private readonly watched: number,
    start = 0,
    private readonly end = body.length,
    private readonly sliceBytes = SLICE_BYTES,
  ) {
    this.at = start;
    this.starts = new Array<number>(watched + 1).fill(start);
  }

  step(): boolean {
    const stop = Math.min(this.at + this.sliceBytes, this.end);
    while (this.at < stop && this.failure === undefined) this.advance(stop);
    if (this.failure !== undefined) return true;
    if (this.at < this.end) return false;
    this.finish();
    return true;
  }

  /** A key of an object whose values are at `depth`; both offsets include the quotes. */
  protected abstract key(depth: number, start: number, end: number): void;

  /** A value is over; `depth` is the number of arrays and objects around it. Those within it have been told before. */
  protected abstract value(depth: number, start: number, end: number): void;

  /** Whether the values at `depth` (from 1) are elements of an array now, not members of an object. */
  protected inArray(depth: number): boolean {
    return this.closers[depth - 1] === BRACKET_CLOSE;
  }

  protected get isObject(): boolean {
    return this.body[this.starts[0] as number] === BRACE_OPEN;
  }

  protected refuse(reason: ScanFailure["reason"], offset: number): void {
    this.failure ??= { ok: false, reason, offset };
  }

  private invalid(): void {
    this.refuse("invalid", this.at);
  }

  private finish(): void {
    if (this.state >= State.NumberSign) this.number(0);
    if (this.failure !== undefined || this.state === State.End) return;
    const untouched = this.depth === 0 && this.state === State.Value;
    this.refuse(untouched ? "empty" : "invalid", this.end);
  }

  /** Takes at least one byte, or notes a failure, or changes the state so that the next call does. */
  private advance(stop: number): void {
    const { body, state } = this;
    if (state === State.String) {
      this.at = plainEnd(body, this.at, stop);
      if (this.at < stop) this.special(body[this.at] as number);
      return;
    }
    const byte = body[this.at] as number;
    if (state < State.String && (byte === 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09)) {
      this.at++;
      return;
    }
    switch (state) {
      case State.FirstValue:
        if (byte === BRACKET_CLOSE) this.leaveContainer();
        else this.begin(byte);
        return;
      case State.Value:
        this.begin(byte);
        return;
      case State.FirstKey:
        if (byte === BRACE_CLOSE) this.leaveContainer();
        else this.beginKey(byte);
        return;
      case State.Key:
        this.beginKey(byte);
        return;
      case State.Colon:
        if (byte === COLON) this.enter(State.Value);
        else this.invalid();
        return;
      case State.After:
        this.after(byte);
        return;
      case State.End:
        this.invalid();
        return;
      case State.Escape:
        if (byte === LETTER_U) {
          this.hexLeft = 4;
          this.enter(State.Hex);
        } else if (ESCAPES[byte] === 1) this.enter(State.String);
        else this.invalid();
        return;
      case State.Hex:
        if (HEX[byte] === 0) this.invalid();
        else this.enter(--this.hexLeft === 0 ? State.String : State.Hex);
        return;
      case State.Word:
        if (byte !== this.word[this.wordAt]) this.invalid();
        else {
          this.at++;
          if (++this.wordAt === this.word.length) this.over();
        }
        return;
      default:
        this.number(byte);
    }
  }

  /** Behind the byte at hand. */
  private enter(state: State): void {
    this.at++;
    this.state = state;
  }

  /** The end of a run of plain bytes inside a string. */
  private special(byte: number): void {
    if (byte === BACKSLASH) {
      this.enter(State.Escape);
      return;
    }
    if (byte !== QUOTE) {
      this.invalid();
      return;
    }
    this.at++;
    if (!this.isKey) {
      this.over();
      return;
    }
    this.state = State.Colon;
    if (this.depth <= this.watched) this.key(this.depth, this.stringStart, this.at);
  }

  private beginKey(byte: number): void {
    if (byte !== QUOTE) {
      this.invalid();
      return;
    }
    this.isKey = true;
    this.stringStart = this.at;
    this.enter(State.String);
  }

  private begin(byte: number): void {
    if (this.depth <= this.watched) this.starts[this.depth] = this.at;
    if (byte === QUOTE) {
      this.isKey = false;
      this.enter(State.String);
    } else if (byte === BRACE_OPEN) this.enterContainer(BRACE_CLOSE, State.FirstKey);
    else if (byte === BRACKET_OPEN) this.enterContainer(BRACKET_CLOSE, State.FirstValue);
    else if (byte === MINUS) this.enter(State.NumberSign);
    else if (byte >= ZERO && byte <= NINE) this.enter(byte === ZERO ? State.NumberZero : State.NumberDigits);
    else this.beginWord(byte);
  }

  private beginWord(byte: number): void {
    const word = byte === TRUE[0] ? TRUE : byte === FALSE[0] ? FALSE : byte === NULL[0] ? NULL : undefined;
    if (word === undefined) {
      this.invalid();
      return;
    }
    this.word = word;
    this.wordAt = 1;
    this.enter(State.Word);
  }

  private enterContainer(closer: number, state: State): void {
    // an object at the top is a level of its own, as for `scanObject`
    if (this.depth >= (this.isObject ? MAX_DEPTH : MAX_DEPTH - 1)) {
      this.refuse("too-deep", (this.isObject ? this.starts[1] : this.starts[0]) as number);
      return;
    }
    this.closers[this.depth++] = closer;
    this.enter(state);
  }

  private leaveContainer(): void {
    this.depth--;
    this.at++;
    this.over();
  }

  /** A value has ended in front of the byte at hand. */
  private over(): void {
    this.state = this.depth === 0 ? State.End : State.After;
    if (this.depth <= this.watched) this.value(this.depth, this.starts[this.depth] as number, this.at);
  }

  private after(byte: number): void {
    const closer = this.closers[this.depth - 1] as number;
    if (byte === closer) this.leaveContainer();
    else if (byte === COMMA) this.enter(closer === BRACE_CLOSE ? State.Key : State.Value);
    else this.invalid();
  }

  /** `byte` is 0, which is no part of a number, behind the end of the document. */
  private number(byte: number): void {
    const digit = byte >= ZERO && byte <= NINE;
    const letter = (byte | 0x20) === LETTER_E;
    switch (this.state) {
      case State.NumberSign:
        if (digit) this.enter(byte === ZERO ? State.NumberZero : State.NumberDigits);
        else this.invalid();
        return;
      case State.NumberZero:
      case State.NumberDigits:
        if (digit && this.state === State.NumberDigits) this.at++;
        else if (byte === DOT) this.enter(State.NumberDot);
        else if (letter) this.enter(State.NumberLetter);
        else this.over();
        return;
      case State.NumberDot:
      case State.NumberFraction:
        if (digit) this.enter(State.NumberFraction);
        else if (this.state === State.NumberDot) this.invalid();
        else if (letter) this.enter(State.NumberLetter);
        else this.over();
        return;
      case State.NumberLetter:
        if (digit) this.enter(State.NumberExponent);
        else if (byte === PLUS || byte === MINUS) this.enter(State.NumberExponentSign);
        else this.invalid();
        return;
      default:
        if (digit) this.enter(State.NumberExponent);
        else if (this.state === State.NumberExponent) this.over();
        else this.invalid();
    }
  }
}
