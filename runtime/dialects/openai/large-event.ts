import type { Sliced } from "../../bytes/slices";
import { EventData } from "../../framing/sse";
import { OpenAiWalk } from "./walk";

/** Reads an event that is too large for one turn of the event loop: first its data is taken out, then that is walked. */
export class LargeEvent implements Sliced {
  /** What the event says; undefined if it holds no data. To be read after the last step. */
  walk: OpenAiWalk | undefined;
  private readonly data: EventData;

  constructor(
    readonly bytes: Buffer,
    readonly from: number,
    readonly end: number,
  ) {
    this.data = new EventData(bytes, from, end);
  }

  step(): boolean {
    if (this.walk !== undefined) return this.walk.step();
    if (!this.data.step()) return false;
    if (this.data.data.length === 0) return true;
    this.walk = new OpenAiWalk(this.data.data);
    return false;
  }
}
