/** What choosing a target takes and gives. */
import type { BalancerConfig } from "../config/types.generated";
import type { Clock } from "./clock";
import type { Ask } from "./codecs/ask";
import type { Usage } from "./conversation/usage";
import type { TargetPlan } from "./targets/target-plan";
export type { TargetPlan };
import type { TargetState } from "./targets/state";

/** The targets among which one request may be placed: all of a plugin, or those of one alias or name. */
export interface CandidateSet {
  /** The same for the same set over reloads. */
  readonly key: string;
  readonly targets: readonly TargetPlan[];
}

/** How an attempt ended, for balancers. Only `ok` says that the target did what was asked; whatever failed fast is no fast target. */
export interface Outcome {
  readonly kind: "ok" | "failed" | "client_gone";
  /** From the attempt's start to its end. */
  readonly milliseconds: number;
  /** Until the first content of a stream; undefined where there was none. */
  readonly firstTokenMs: number | undefined;
  /** Reported by the provider, or estimated. */
  readonly usage: Usage | undefined;
  /** In the currency of the target's prices; 0 where it has none. */
  readonly cost: number;
}

/** What a choice may depend on besides the candidates. */
export interface Pick {
  readonly ask: Ask;
  /** First value of a request header. */
  header(name: string): string | undefined;
  readonly requestId: string;
}

/** Tells which targets may not be chosen now: the circuit is open, the provider asked for rest, they were tried before. */
export type LeftOut = (target: TargetPlan) => boolean;

/** A balancer's choice for one exchange. */
export interface Choice {
  readonly target: TargetPlan;
  /** The algorithm's next best target for the same exchange, worked out when it is asked for; undefined where all are left out. */
  next(leftOut: LeftOut): TargetPlan | undefined;
}

/** An algorithm that chooses a target and learns from outcomes. It outlives reloads that leave its settings as they are. */
export interface Balancer {
  /** Undefined where all candidates are left out; `leftOut` is undefined where none is. */
  choose(candidates: CandidateSet, pick: Pick, leftOut: LeftOut | undefined): Choice | undefined | Promise<Choice | undefined>;
  /** An attempt at the target begins, be it chosen first or by failover. */
  started(target: TargetPlan): void;
  /** It ended; called once for each `started`. */
  finished(target: TargetPlan, outcome: Outcome): void;
  /** Takes the score (1 to 100) of an answer that the target gave; absent where the algorithm has no use for it. */
  score?(target: TargetState, score: number): void;
  /** What the algorithm knows of a target, for people: short names and numbers. */
  figures(target: TargetPlan): Readonly<Record<string, number>>;
}

/** Carries usage between gateways (`extensions.shared_state`); it never makes anybody wait. */
export interface UsageShare {
  /** What this process has used, to be told to the others. */
  tell(target: TargetState, amount: number): void;
  /** Set by the balancer; called with what the others have used since. */
  hear: ((target: TargetState, amount: number) => void) | undefined;
}

/** What a balancer is made of. */
export interface BalancerOptions {
  readonly settings: BalancerConfig;
  readonly clock: Clock;
  /** Uniform in 0..1, 1 excluded. */
  readonly random: () => number;
  /** Absent where state is this process's own. */
  readonly share?: UsageShare | undefined;
}
