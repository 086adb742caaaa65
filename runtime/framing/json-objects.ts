const LF = 0x0a;
const CR = 0x0d;
const QUOTE = 0x22;
const COMMA = 0x2c;
const BACKSLASH = 0x5c;
const BRACKET_OPEN = 0x5b;
const BRACKET_CLOSE = 0x5d;
const BRACE_OPEN = 0x7b;
const BRACE_CLOSE = 0x7d;
const SPACE = 0x20;
const EMPTY = Buffer.alloc(0);
const DATA = Buffer.from("data: ");
const BLANK_LINE = Buffer.from("\n\n");
const ONE_SPACE = Buffer.from(" ");
const END_MARK = "[DONE]";

/** Finds where an object ends whose bytes come in pieces. It need not be valid JSON. */
export class ObjectEnd {
  private depth = 0;
  private inText = false;
  private escaped = false;

  /** Index behind the object in `bytes` from `from` on, which goes on with what came before; -1 if it does not end there. */
  find(bytes: Buffer, from: number): number {
    for (let at = from; at < bytes.length; at++) {
      const byte = bytes[at];
      if (this.inText) {
        if (this.escaped) this.escaped = false;
        else if (byte === BACKSLASH) this.escaped = true;
        else if (byte === QUOTE) this.inText = false;
      } else if (byte === QUOTE) this.inText = true;
      else if (byte === BRACE_OPEN || byte === BRACKET_OPEN) this.depth++;
      else if ((byte === BRACE_CLOSE || byte === BRACKET_CLOSE) && --this.depth === 0) return at + 1;
    }
    return -1;
  }
}

/** Bytes between two objects that are kept; more are none that belong there. */
const MAX_BETWEEN = 64;

/**
 * Writes JSON objects that follow one another, in lines, in an array or bare, as server-sent events. Nothing is held back: whoever reads the events waits
 * for their ends. Source: the forms in which providers answer a request for a stream, `docs/behaviour.md` "Answers".
 */
export class ObjectsAsEvents {
  /** Of the object that has begun; undefined between two. */
  private object: ObjectEnd | undefined;
  private between = "";

  push(bytes: Buffer): Buffer {
    const out: Buffer[] = [];
    for (let at = 0; at < bytes.length;)
      at = this.object === undefined ? this.skip(bytes, at, out) : this.take(bytes, at, this.object, out);
    return out.length === 0 ? EMPTY : Buffer.concat(out);
  }

  /** What stands behind the last object. */
  end(): Buffer {
    const out: Buffer[] = [];
    this.tell(out);
    return out.length === 0 ? EMPTY : Buffer.concat(out);
  }

  /** Passes what stands between two objects; what is more than their separation becomes an event, as it may be an end mark. */
  private skip(bytes: Buffer, from: number, out: Buffer[]): number {
    for (let at = from; at < bytes.length; at++) {
      const byte = bytes[at] as number;
      if (byte === BRACE_OPEN) {
        this.tell(out);
        out.push(DATA);
        this.object = new ObjectEnd();
        return at;
      }
      if (byte === LF || byte === CR) this.tell(out);
      else if (byte !== COMMA && this.between.length < MAX_BETWEEN) this.between += String.fromCharCode(byte);
    }
    return bytes.length;
  }

  private tell(out: Buffer[]): void {
    const text = this.between.trim();
    this.between = "";
    // brackets alone are those of an array
    if (text === END_MARK || /[^[\]\s]/.test(text)) out.push(DATA, Buffer.from(text, "latin1"), BLANK_LINE);
  }

  private take(bytes: Buffer, from: number, object: ObjectEnd, out: Buffer[]): number {
    const found = object.find(bytes, from);
    const end = found < 0 ? bytes.length : found;
    inOneLine(bytes, from, end, out);
    if (found >= 0) {
      out.push(BLANK_LINE);
      this.object = undefined;
    }
    return end;
  }
}

/** Line ends within an object are white space, and would end the line of an event. */
function inOneLine(bytes: Buffer, from: number, end: number, out: Buffer[]): void {
  let start = from;
  for (let at = from; at < end; at++) {
    if (bytes[at] !== LF && bytes[at] !== CR) continue;
    if (at > start) out.push(bytes.subarray(start, at));
    // indentation is left out with its line end
    while (at + 1 < end && (bytes[at + 1] as number) <= SPACE) at++;
    out.push(ONE_SPACE);
    start = at + 1;
  }
  if (end > start) out.push(bytes.subarray(start, end));
}
