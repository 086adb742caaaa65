import type { BalancerInput, ExtensionsInput } from "../config/types.generated";
import { lowerOptions, mergeTrees, plainOptions } from "./options";
import type { ExtensionsFields } from "./props.generated";
import type { Tree } from "./tree";

/** What keeps requests alive beyond Kong's retries. Times are milliseconds, sizes bytes; what is left out stays off, or at the gateway's default. */
export type ResilienceOptions = Pick<
  ExtensionsFields,
  | "deadline"
  | "failoverOn"
  | "firstTokenTimeout"
  | "maxConnections"
  | "maxQueue"
  | "maxResponseSize"
  | "minFailureRatio"
  | "resumeStreams"
  | "retryBudget"
  | "sameTarget"
  | "streamKeepAlive"
>;

const OPTIONS = plainOptions([
  "deadline",
  "failoverOn",
  "firstTokenTimeout",
  "maxConnections",
  "maxQueue",
  "maxResponseSize",
  "minFailureRatio",
  "resumeStreams",
  "retryBudget",
  "sameTarget",
  "streamKeepAlive",
]);

const RECOMMENDED_BALANCER = {
  retries: 3,
  failover_criteria: ["error", "timeout", "invalid_header", "http_429", "http_500", "http_502", "http_503", "http_504", "non_idempotent"],
  max_fails: 5,
  fail_timeout: 10_000,
  connect_timeout: 5_000,
  read_timeout: 60_000,
} as const satisfies BalancerInput;

const RECOMMENDED = {
  deadline: 120_000,
  first_token_timeout: 30_000,
  failover_on: ["context_length"],
  same_target: { retries: 1, on: ["http_429", "http_500", "http_502", "http_503"], max_wait_ms: 2_000 },
  resume_streams: "continue",
  retry_budget: { ratio: 0.2, min_requests_per_minute: 100 },
  min_failure_ratio: 0.5,
} as const satisfies ExtensionsInput;

/** How requests outlive failing targets: deadlines, rescue of broken streams, limits of repetition. Signalbox's own, beyond Kong. */
export class Resilience {
  /** Exactly these settings. */
  static of(options: ResilienceOptions): Resilience {
    return new Resilience({ extensions: lowerOptions("Resilience.of", OPTIONS, options) });
  }

  /**
   * Settings that suit chat behind several targets, each written out, so that a review of the plan shows it. A request has 2 minutes in all and up to
   * 3 retries; it moves on after broken connections, silence, a late first token (30 s), 429, 5xx and a prompt that is too long; 429, 500, 502 and 503
   * are repeated once on the same target first; 5 failures in 10 s, half of the results, open a target's circuit; if a stream breaks the next target goes
   * on with it, maybe in another style. A request may be sent twice (`non_idempotent`), so that a provider may bill it twice.
   *
   * @param options Settings that win over the recommended ones, also within records. The balancer's own options win over its part.
   */
  static recommended(options: ResilienceOptions = {}): Resilience {
    const given = lowerOptions("Resilience.recommended", OPTIONS, options);
    return new Resilience({ balancer: RECOMMENDED_BALANCER, extensions: mergeTrees(RECOMMENDED, given) });
  }

  private constructor(private readonly tree: Tree) {}

  /** @internal The members that it adds to the plugin's configuration. */
  _toKong(): Tree {
    return this.tree;
  }
}
