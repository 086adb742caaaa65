import { addUsage, type Usage } from "../conversation/usage";
import type { ResumePoint, StreamError, StreamReader } from "./stream-reader";

/** A translated stream that goes on with a broken one: first it is translated, and then what the client has is left out of it. */
export class ResumedTranslation implements StreamReader {
  constructor(
    private readonly translated: StreamReader,
    private readonly resumed: StreamReader,
    /** Of the answers before. */
    private readonly usageBefore: Usage | undefined,
  ) {}

  get busy(): boolean {
    return this.translated.busy || this.resumed.busy;
  }

  get content(): boolean {
    return this.resumed.content;
  }

  get ended(): boolean {
    return this.resumed.ended;
  }

  get complete(): boolean {
    return this.translated.complete && this.resumed.complete;
  }

  get failure(): string | undefined {
    return this.resumed.failure ?? this.translated.failure;
  }

  get failureAt(): number | undefined {
    return this.resumed.failureAt;
  }

  get model(): string | undefined {
    return this.translated.model;
  }

  get usage(): Usage | undefined {
    return this.translated.usage;
  }

  get characters(): number {
    return this.resumed.characters;
  }

  get skipped(): number {
    return this.translated.skipped;
  }

  push(chunk: Buffer): Buffer {
    return this.resumed.push(this.translated.push(chunk));
  }

  step(): Buffer {
    return this.resumed.busy ? this.resumed.step() : this.resumed.push(this.translated.step());
  }

  end(): Buffer {
    const last = this.resumed.push(this.translated.end());
    return Buffer.concat([last, this.resumed.end()]);
  }

  resumePoint(): ResumePoint | undefined {
    const point = this.resumed.resumePoint();
    // the client, and so the reader of what it gets, may not be told of usage
    return (
      point && { id: point.id, text: point.text, usage: addUsage(this.usageBefore, this.translated.usage), prefilled: point.prefilled }
    );
  }

  fail(error: StreamError): Buffer {
    return this.translated.fail(error);
  }
}
