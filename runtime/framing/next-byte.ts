/** Finds the next byte of one kind again and again, so that no byte is searched twice. */
export class NextByte {
  /** Where the last one was found; behind the searched bytes if there is none in them. */
  private at = 0;
  /** Bytes at the front that are searched, but for the one at `at`. */
  private searched = 0;

  constructor(private readonly byte: number) {}

  /** Its index from `from` on; the bytes' length if it is not there. */
  find(bytes: Buffer, from: number): number {
    if (this.at >= from && this.at < this.searched) return this.at;
    const start = Math.max(from, this.searched);
    const found = bytes.indexOf(this.byte, start);
    this.at = found < 0 ? bytes.length : found;
    this.searched = found < 0 ? bytes.length : found + 1;
    return this.at;
  }

  /** So many bytes at the front are no longer there. */
  shift(bytes: number): void {
    this.at -= bytes;
    this.searched = Math.max(0, this.searched - bytes);
  }
}
