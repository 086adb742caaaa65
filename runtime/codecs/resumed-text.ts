import { addUsage, type Usage } from "../conversation/usage";
import type { Seam } from "../seam/seam";
import { KeptText } from "./kept-text";
import { seamOf, type Resumption } from "./resumption";
import type { ResumePoint } from "./stream-reader";

/** What the client gets of an answer that goes on with a broken one, whatever the dialect (docs/behaviour.md "Failover"). */
export class ResumedText {
  private readonly seam: Seam;
  /** What the client has got of this answer. */
  private readonly added: KeptText;
  /** Nothing but text and reasoning has come. */
  private textOnly = true;

  constructor(private readonly resume: Resumption) {
    this.seam = seamOf(resume);
    this.added = new KeptText(resume.point.text.length);
  }

  /** Why the answer cannot go on with the other one, as the end of a sentence that begins with "the upstream". */
  get problem(): string | undefined {
    const { problem } = this.seam;
    return problem === undefined ? undefined : `could not go on with the stream: it ${problem}`;
  }

  /** Takes the next piece of text; returns what of it, and of what came before, is new to the client. */
  push(piece: string): string {
    return this.keep(this.seam.push(piece));
  }

  /** Something else than text comes, which the client gets; returns the text that belongs in front of it. */
  other(): string {
    const held = this.keep(this.seam.close("gave something else than the text that the client has"));
    this.textOnly = false;
    return held;
  }

  /** The answer has finished; returns the text that belongs in front of that. */
  finish(): string {
    const held = this.keep(this.seam.close("finished before it had repeated what the client has"));
    this.textOnly = false;
    return held;
  }

  /** The stream has ended; returns the text that belongs in front of that. */
  end(): string {
    return this.keep(this.seam.close("ended before it had repeated what the client has"));
  }

  /**
   * Where a further answer can go on.
   * @param usage of this one
   */
  point(usage: Usage | undefined): ResumePoint | undefined {
    if (!this.textOnly || this.seam.problem !== undefined) return undefined;
    const { id, model, text, usage: before } = this.resume.point;
    return { id, model, text: text + this.added.read(), usage: addUsage(before, usage) };
  }

  private keep(text: string): string {
    if (text !== "" && this.textOnly && !this.added.add(text)) this.textOnly = false;
    return text;
  }
}
