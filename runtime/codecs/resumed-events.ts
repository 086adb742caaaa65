import type { ChatEvent } from "../conversation/events";
import { addUsage, type Usage } from "../conversation/usage";
import { ResumedText } from "./resumed-text";
import type { Resumption } from "./resumption";
import type { ResumePoint } from "./stream-reader";

const NOTHING: readonly ChatEvent[] = [];

/** The events of an answer that goes on with a broken one, without what the client has (docs/behaviour.md "Failover"). */
export class ResumedEvents {
  private readonly text: ResumedText;

  /** @param introduction tells the client who goes on, in its dialect and as no event */
  constructor(
    private readonly resume: Resumption,
    private introduction: string,
  ) {
    this.text = new ResumedText(resume);
  }

  /** Why the answer cannot go on with the other one, as the end of a sentence that begins with "the upstream"; undefined as long as it can. */
  get problem(): string | undefined {
    return this.text.problem;
  }

  /** What the client is told of an event, in its turn. */
  take(event: ChatEvent): readonly ChatEvent[] {
    switch (event.type) {
      case "ping":
      case "failed":
        return [event];
      // told by the first answer, with whose text a proof of reasoning or probabilities of tokens would not agree
      case "started":
      case "reasoning":
      case "signature":
      case "redacted_reasoning":
      case "logprobs":
        return NOTHING;
      case "usage":
        return [{ type: "usage", usage: addUsage(this.resume.point.usage, event.usage) ?? event.usage }];
      case "text":
        return event.choice === 0 ? told(this.text.push(event.text)) : this.behind(this.text.other(), event);
      case "finished":
        return this.behind(this.text.finish(), event);
      case "ended":
        return this.behind(this.text.end(), event);
      default:
        return this.behind(this.text.other(), event);
    }
  }

  /** What goes out in front of an event that the client is told. */
  introduce({ type }: ChatEvent): string {
    const { introduction } = this;
    if (introduction === "" || type === "ping" || type === "failed") return "";
    this.introduction = "";
    return introduction;
  }

  /** @param usage of this answer */
  point(usage: Usage | undefined): ResumePoint | undefined {
    return this.text.point(usage);
  }

  private behind(text: string, event: ChatEvent): readonly ChatEvent[] {
    return this.problem === undefined ? [...told(text), event] : NOTHING;
  }
}

const told = (text: string): readonly ChatEvent[] => (text === "" ? NOTHING : [{ type: "text", choice: 0, text }]);
