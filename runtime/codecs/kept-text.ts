import { CollectedBytes } from "../bytes/collected-bytes";

/** A text longer than this is not kept for another answer to go on with, in characters. */
const MAX_KEPT_TEXT = 1024 * 1024;

/** The text of a stream, kept within a limit. */
export class KeptText {
  /** In UTF-16, as a pair of surrogates may come in two pieces. */
  private readonly bytes = new CollectedBytes();

  /** @param before characters that the client has from an earlier answer; they count towards the limit */
  constructor(private readonly before = 0) {}

  /** Takes the next piece; false if the text would be too long to be kept. */
  add(piece: string): boolean {
    if (this.before + this.bytes.length / 2 + piece.length > MAX_KEPT_TEXT) return false;
    this.bytes.add(Buffer.from(piece, "utf16le"));
    return true;
  }

  read(): string {
    return this.bytes.view().toString("utf16le");
  }
}
