import type { Algorithm, TokensCountStrategy } from "../config/types.generated";
import { Token } from "./cdktf";
import { Embeddings } from "./embeddings";
import { Judge } from "./judge";
import { lowerOptions, plainOptions } from "./options";
import type { BalancerFields } from "./props.generated";
import { Misuse } from "./tree";
import type { Tree } from "./tree";
import { VectorDb } from "./vector-db";

/** What every algorithm takes: retries, failover, circuit breaker and timeouts, in Kong's units (milliseconds) and with Kong's defaults. */
export type BalancerOptions = Pick<
  BalancerFields,
  "connectTimeout" | "failTimeout" | "failoverCriteria" | "maxFails" | "readTimeout" | "retries" | "slots" | "writeTimeout"
>;

/** Options of {@link Balancer.consistentHashing}. */
export type ConsistentHashingOptions = BalancerOptions & Pick<BalancerFields, "hashOnHeader">;

/** Options of {@link Balancer.lowestLatency}. */
export type LowestLatencyOptions = BalancerOptions & Pick<BalancerFields, "latencyStrategy">;

/** Options of {@link Balancer.lowestUsage}; a judge goes with the strategy `llm-accuracy` alone. */
export type LowestUsageOptions = BalancerOptions & (AccuracyOptions | UsageOptions);

/** Goes by the quality of the answers. */
export interface AccuracyOptions {
  /** Scores from 1 to 100; a target with better ones counts as used less. */
  readonly tokensCountStrategy: "llm-accuracy";
  /** The model that scores a sample of the answers. @default - scores are posted to the admin port */
  readonly judge?: Judge;
}

/** Goes by tokens or cost. */
export interface UsageOptions {
  /** What counts as usage; `cost` needs prices at each target. @default "total-tokens" */
  readonly tokensCountStrategy?: Exclude<TokensCountStrategy, "llm-accuracy">;
  /** Only with the strategy `llm-accuracy`. */
  readonly judge?: never;
}

/** Options of {@link Balancer.semantic}. */
export type SemanticOptions = BalancerOptions & {
  /** The model that turns prompts and descriptions into vectors. */
  readonly embeddings: Embeddings;
  /** Where the descriptions' vectors are kept and searched. */
  readonly vectorDb: VectorDb;
};

const COMMON = plainOptions([
  "connectTimeout",
  "failTimeout",
  "failoverCriteria",
  "maxFails",
  "readTimeout",
  "retries",
  "slots",
  "writeTimeout",
]);

/** How a target is chosen for a request, and what happens when it fails. */
export class Balancer {
  /** Targets in turn, in proportion to their weights. */
  static roundRobin(options: BalancerOptions = {}): Balancer {
    return new Balancer("round-robin", lowerOptions("Balancer.roundRobin", COMMON, options));
  }

  /** The same value of a header goes to the same target. */
  static consistentHashing(options: ConsistentHashingOptions = {}): Balancer {
    return new Balancer(
      "consistent-hashing",
      lowerOptions("Balancer.consistentHashing", { ...COMMON, ...plainOptions(["hashOnHeader"]) }, options),
    );
  }

  /** The target with the fewest requests under way, in proportion to its weight. */
  static leastConnections(options: BalancerOptions = {}): Balancer {
    return new Balancer("least-connections", lowerOptions("Balancer.leastConnections", COMMON, options));
  }

  /** The target that has answered fastest of late. */
  static lowestLatency(options: LowestLatencyOptions = {}): Balancer {
    return new Balancer(
      "lowest-latency",
      lowerOptions("Balancer.lowestLatency", { ...COMMON, ...plainOptions(["latencyStrategy"]) }, options),
    );
  }

  /** The target that has used the fewest tokens, cost the least or answered best. */
  static lowestUsage(options: LowestUsageOptions = {}): Balancer {
    const { judge, ...rest } = options;
    return new Balancer(
      "lowest-usage",
      lowerOptions("Balancer.lowestUsage", { ...COMMON, ...plainOptions(["tokensCountStrategy"]) }, rest),
      judge === undefined ? {} : { judge: lowerJudge(judge, rest.tokensCountStrategy) },
    );
  }

  /** Groups of targets by weight: a lower one serves only while every higher one fails. */
  static priority(options: BalancerOptions = {}): Balancer {
    return new Balancer("priority", lowerOptions("Balancer.priority", COMMON, options));
  }

  /** The target whose description is nearest to the prompt. Every target needs a `description`. */
  static semantic(options: SemanticOptions): SemanticBalancer {
    const { embeddings, vectorDb, ...rest } = options;
    return new SemanticBalancer(lowerOptions("Balancer.semantic", COMMON, rest), embeddings, vectorDb);
  }

  /** @internal Use the factories. */
  protected constructor(
    /** The algorithm as Kong spells it. */
    readonly algorithm: Algorithm,
    private readonly tree: Tree,
    private readonly extensions: Tree = {},
  ) {}

  /** @internal The members that it adds to the plugin's configuration. */
  _toKong(): Tree {
    const balancer = { algorithm: this.algorithm, ...this.tree };
    return Object.keys(this.extensions).length > 0 ? { balancer, extensions: this.extensions } : { balancer };
  }
}

function lowerJudge(judge: unknown, strategy: TokensCountStrategy | undefined): Tree | Misuse {
  if (!(judge instanceof Judge)) return new Misuse('must be a Judge, e.g. Judge.of(Target.openai("…")).');
  if (strategy === "llm-accuracy" || Token.isUnresolved(strategy)) return judge._toKong();
  return new Misuse(
    `must stand beside tokensCountStrategy "llm-accuracy", but ${strategy === undefined ? "none" : JSON.stringify(strategy)} was given. Set it, or leave the judge out.`,
  );
}

/** A balancer that compares prompts with descriptions; made by {@link Balancer.semantic}. */
export class SemanticBalancer extends Balancer {
  /** @internal Use {@link Balancer.semantic}. */
  constructor(
    tree: Tree,
    /** The model that makes the vectors. */
    readonly embeddings: Embeddings,
    /** Where the vectors are kept. */
    readonly vectorDb: VectorDb,
  ) {
    super("semantic", tree);
  }

  override _toKong(): Tree {
    return {
      ...super._toKong(),
      embeddings:
        this.embeddings instanceof Embeddings ? this.embeddings._toKong() : new Misuse("must be an Embeddings, e.g. Embeddings.openai(…)."),
      vectordb: this.vectorDb instanceof VectorDb ? this.vectorDb._toKong() : new Misuse("must be a VectorDb, e.g. VectorDb.redis(…)."),
    };
  }
}
