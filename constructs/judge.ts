import { lowerOptions, plainOptions } from "./options";
import type { JudgeFields } from "./props.generated";
import { Target } from "./target";
import { Misuse } from "./tree";
import type { Tree } from "./tree";

/** How often and how long a judge is asked. */
export type JudgeOptions = Pick<JudgeFields, "maxTokensPerHour" | "sample" | "timeout">;

const OPTIONS = plainOptions(["maxTokensPerHour", "sample", "timeout"]);

/** A model that scores a sample of the answers, for `Balancer.lowestUsage({ tokensCountStrategy: "llm-accuracy" })`. */
export class Judge {
  /**
   * A model that is asked by chat. It sees prompts and answers, and never serves clients.
   *
   * @param target The model; its weight and description mean nothing here.
   */
  static of(target: Target, options: JudgeOptions = {}): Judge {
    return new Judge(target, lowerOptions("Judge.of", OPTIONS, options));
  }

  private constructor(
    /** The model that is asked. */
    readonly target: Target,
    private readonly tree: Tree,
  ) {}

  /** @internal The `extensions.judge` record. */
  _toKong(): Tree {
    const target: unknown = this.target;
    return {
      ...this.tree,
      target: target instanceof Target ? target._toKong() : new Misuse('must be a Target. Use Target.openai("…") or another factory.'),
    };
  }
}
