import { decodeKey } from "./text";
import { JsonWalk } from "./walk";

/** Members that an API defines are smaller; a larger one is not parsed, in bytes. */
export const LONGEST_PARSED = 64 * 1024;

/** A walk that knows under which names the value lies that it is told of. */
export abstract class NamedWalk extends JsonWalk {
  /** The key at each depth of the way to the present value; what stands at the depth of a list's element is of no meaning. */
  protected readonly names: string[];

  /** See {@link JsonWalk}. */
  constructor(body: Buffer, watched: number, sliceBytes?: number) {
    super(body, watched, 0, body.length, sliceBytes);
    this.names = new Array<string>(watched + 1).fill("");
  }

  protected override key(depth: number, start: number, end: number): void {
    this.names[depth] = decodeKey(this.body, start + 1, end - 1);
  }

  /** The value; undefined if it is larger than any that belongs here. */
  protected parsed(start: number, end: number): unknown {
    return end - start > LONGEST_PARSED ? undefined : JSON.parse(this.body.toString("utf8", start, end));
  }
}
