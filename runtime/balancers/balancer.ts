import type { BalancerConfig } from "../../config/types.generated";
import type { Clock } from "../clock";
import type { Usage } from "../conversation/usage";
import type { TargetPlan } from "../targets/target-plan";
import type { TargetState } from "../targets/state";

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

/** What a choice may depend on besides the candidates. What costs something is worked out when it is asked for. */
export interface ChoiceRequest {
  readonly requestId: string;
  /** First value of a request header. */
  header(name: string): string | undefined;
  /**
   * What the request is about: the text of the user messages of the last turn, then that of the system message; of a completion its prompt. At most 8,192
   * characters; empty if there is none. Nothing of the body is read for it before it is called. Never throws, whatever the client sent.
   */
  prompt(): string;
  /**
   * Aborts as soon as the choice is of no use any longer: the client is gone, or the deadline has passed. Of use to a choice that waits for something;
   * nothing is made for it before it is called.
   */
  signal(): AbortSignal;
}

/** Tells which targets may not be chosen now: the circuit is open, the provider asked for rest, they were tried before. */
export type LeftOut = (target: TargetPlan) => boolean;

/** A balancer's choice for one exchange. */
export interface Choice {
  readonly target: TargetPlan;
  /** The algorithm's next best target for the same exchange, worked out when it is asked for; undefined where all are left out. */
  next(leftOut: LeftOut): TargetPlan | undefined;
}

/** The request fits no candidate, be it available or not; the client gets 404 `no_match`. */
export class NoMatch {
  /** @param reason a sentence for the client, without a full stop; holds no secret */
  constructor(readonly reason: string) {}
}

/** What comes of a choice; undefined where all candidates are left out. */
export type Chosen = Choice | NoMatch | undefined;

/** An algorithm that chooses a target and learns from outcomes. It outlives reloads that leave its settings as they are. */
export interface Balancer {
  /**
   * Chooses at once, or promises to; a request whose choice is promised waits for as long, so the balancer sets the limit.
   * @param leftOut undefined where none of the candidates is left out; tells of the moment of the call
   */
  choose(candidates: CandidateSet, request: ChoiceRequest, leftOut: LeftOut | undefined): Chosen | Promise<Chosen>;
  /** An attempt at the target begins, be it chosen first or by failover. */
  started(target: TargetPlan): void;
  /** It ended; called once for each `started`. */
  finished(target: TargetPlan, outcome: Outcome): void;
  /** Takes the score (1 to 100) of an answer that the target gave; absent where the algorithm has no use for it. */
  score?(target: TargetState, score: number): void;
  /** What the algorithm knows of a target, for people: short names and numbers. */
  figures(target: TargetPlan): Readonly<Record<string, number>>;
  /**
   * Makes ready for the targets of a configuration that has just come into use; called for each such configuration, with all targets of the plugin. Nobody
   * waits for it: requests are chosen for meanwhile. A failure is logged.
   */
  prepare?(targets: readonly TargetPlan[]): void | Promise<void>;
  /**
   * Gives back what `prepare` and `choose` took: a reload has dropped the balancer, or the gateway ends. Requests that came before may still be chosen for
   * and end. Not called for a balancer that never came into use, so the constructor takes nothing that must be given back.
   */
  close?(): void;
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
