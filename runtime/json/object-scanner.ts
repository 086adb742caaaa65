import { MAX_MEMBERS, type Member, type ScanResult } from "./scan";
import { decodeKey } from "./text";
import { JsonWalk } from "./walk";

/** Reads a body as `scanObject` does and with the same result, but in steps, for bodies that are too large for one turn of the event loop. */
export class ObjectScanner extends JsonWalk {
  private readonly members: Member[] = [];
  private keyStart = 0;
  private keyEnd = 0;
  private open = 0;
  private close = 0;

  /** @param sliceBytes bytes that a step reads */
  constructor(body: Buffer, sliceBytes?: number) {
    super(body, 1, 0, body.length, sliceBytes);
  }

  /** What the body is; to be asked for after the last step. */
  result(): ScanResult {
    if (this.failure !== undefined) return this.failure;
    if (!this.isObject) return { ok: false, reason: "not-an-object", offset: this.open };
    return { ok: true, members: this.members, open: this.open, close: this.close };
  }

  protected override key(_depth: number, start: number, end: number): void {
    if (!this.isObject) return;
    this.keyStart = start;
    this.keyEnd = end;
    if (this.members.length === MAX_MEMBERS) this.refuse("too-many-members", start);
  }

  protected override value(depth: number, start: number, end: number): void {
    if (depth === 0) {
      this.open = start;
      this.close = end - 1;
      return;
    }
    if (!this.isObject) return;
    const { keyStart, keyEnd } = this;
    this.members.push({ key: decodeKey(this.body, keyStart + 1, keyEnd - 1), keyStart, keyEnd, valueStart: start, valueEnd: end });
  }
}
