import { ObjectsAsEvents } from "../framing/json-objects";
import type { Usage } from "../conversation/usage";
import type { ResumePoint, StreamError, StreamReader } from "./stream-reader";

/** The end mark, as OpenAI's dialect has it; others say their end by themselves. */
const END_EVENT = Buffer.from("data: [DONE]\n\n");

/** A stream of JSON objects instead of events, read as the events that they should be. */
export class ObjectStreamReader implements StreamReader {
  private readonly objects = new ObjectsAsEvents();

  constructor(private readonly events: StreamReader) {}

  get busy(): boolean {
    return this.events.busy;
  }

  get content(): boolean {
    return this.events.content;
  }

  get ended(): boolean {
    return this.events.ended;
  }

  get complete(): boolean {
    return this.events.complete;
  }

  get failure(): string | undefined {
    return this.events.failure;
  }

  get failureAt(): number | undefined {
    return this.events.failureAt;
  }

  get model(): string | undefined {
    return this.events.model;
  }

  get usage(): Usage | undefined {
    return this.events.usage;
  }

  get characters(): number {
    return this.events.characters;
  }

  get skipped(): number {
    return this.events.skipped;
  }

  push(chunk: Buffer): Buffer {
    return this.events.push(chunk.length === 0 ? chunk : this.objects.push(chunk));
  }

  step(): Buffer {
    return this.events.step();
  }

  end(): Buffer {
    const { events } = this;
    const rest = this.objects.end();
    const out = rest.length === 0 ? [] : [events.push(rest)];
    if (!events.busy) out.push(events.end());
    // objects end with their answer; whoever reads events waits for a mark
    if (!events.busy && events.complete && !events.ended) out.push(events.push(END_EVENT));
    return Buffer.concat(out);
  }

  resumePoint(): ResumePoint | undefined {
    return this.events.resumePoint();
  }

  fail(error: StreamError): Buffer {
    return this.events.fail(error);
  }
}
