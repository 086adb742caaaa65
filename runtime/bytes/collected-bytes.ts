/** Memory is announced in steps of at most this many bytes, as an announced length is only what somebody said. */
const LARGEST_ANNOUNCED = 1024 * 1024;

const EMPTY = Buffer.alloc(0);

/**
 * Bytes that come in pieces and are needed as one. Each piece is copied as it comes, so that a body of many small pieces takes no more memory than its
 * bytes do; one that comes in a single piece is never copied. The room doubles as it runs out, so the copying stays linear.
 */
export class CollectedBytes {
  /** Bytes collected so far. */
  length = 0;
  /** The only piece so far, or the room that all pieces are copied into. */
  private store: Buffer = EMPTY;
  private copied = false;

  /** @param announced bytes that are said to come; 0 = unknown */
  constructor(private readonly announced = 0) {}

  /** Takes the next piece; a first one must not be changed by its owner afterwards. */
  add(piece: Buffer): void {
    const length = this.length + piece.length;
    if (this.length === 0) {
      this.store = piece;
      this.copied = false;
    } else {
      if (!this.copied || length > this.store.length) this.grow(length);
      piece.copy(this.store, this.length);
    }
    this.length = length;
  }

  /** All bytes so far; later pieces do not change them. */
  view(): Buffer {
    return this.length === this.store.length ? this.store : this.store.subarray(0, this.length);
  }

  /** Gives all bytes away and begins anew. */
  take(): Buffer {
    const all = this.view();
    this.clear();
    return all;
  }

  clear(): void {
    this.store = EMPTY;
    this.length = 0;
    this.copied = false;
  }

  private grow(needed: number): void {
    const room = Math.max(needed, Math.min(this.announced, LARGEST_ANNOUNCED), this.copied ? 2 * this.store.length : 0);
    const store = Buffer.allocUnsafe(room);
    this.store.copy(store, 0, 0, this.length);
    this.store = store;
    this.copied = true;
  }
}
