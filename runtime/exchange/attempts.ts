import type { Clock, Timer } from "../clock";
import { breakerVerdict } from "../failover/count";
import { decide, isIdempotent, type Decision, type FailureFacts } from "../failover/decide";
import type { AttemptOutcome, FailureClass } from "../failover/failure";
import { isOut, rests, TriedTargets, type NextTarget } from "../failover/tried-targets";
import type { ResumePoint } from "../codecs/stream-reader";
import type { CandidateSet, Choice } from "../interfaces";
import type { TargetPlan } from "../targets/target-plan";
import { costOf } from "../ledger/cost";
import type { AttemptEntry } from "../ledger/entry";
import type { RoutePlan } from "../snapshot/route-plan";
import { backOffMs } from "../targets/back-off";
import type { BreakerTicket } from "../targets/breaker";
import type { Pools } from "../upstream/pools";
import { Attempt, type AttemptOwner, type AttemptResult, type StopReason } from "./attempt";
import type { ClientSide } from "./client-side";
import { GatewayError } from "./errors";
import type { ExchangeEvents } from "./events";
import { prepareCall, type Asked } from "./prepare-call";
import { sendWhole } from "./relay/buffered";
import type { UpstreamAnswer } from "./relay/relay";
import { noCredentials } from "./upstream-error";
import type { WaitQueues } from "./wait-queues";

/** What attempts need from outside. */
export interface AttemptsContext {
  readonly clock: Clock;
  readonly waits: WaitQueues;
  readonly random: () => number;
  readonly pools: Pools;
  readonly events: ExchangeEvents;
}

/** The exchange, as its attempts see it. */
export interface AttemptsOwner {
  readonly client: ClientSide;
  /** On the gateway's clock. */
  readonly startedAt: number;
  readonly entries: AttemptEntry[];
  /** Answers the client with an error; nothing follows. */
  refuse(error: unknown): void;
  /** Logs a mistake of the gateway's own, with its stack. Never throws. */
  crashed(cause: unknown): void;
  /** The same, and the exchange ends at once. */
  crash(cause: unknown): void;
  /** The client has its answer, or is gone; nothing follows. */
  completed(): void;
}

/** An answer that may yet be the client's: the last one whose status was no success. */
interface LastAnswer {
  readonly answer: UpstreamAnswer;
  readonly target: TargetPlan;
}

/** All attempts of one exchange: the first choice, and what follows a failure. The decisions are pure functions in `runtime/failover/`. */
export class Attempts implements AttemptOwner {
  readonly client: ClientSide;
  readonly clock: Clock;
  readonly waits: WaitQueues;
  readonly pools: Pools;
  private choice: Choice | undefined;
  private current: Attempt | undefined;
  private ticket: BreakerTicket | undefined;
  /** The probe that a repetition at the same target belongs to. */
  private probe: BreakerTicket | undefined;
  private readonly tried = new TriedTargets();
  private repeats = 0;
  private sameTargetRepeats = 0;
  private movedForLength = false;
  private lastAnswer: LastAnswer | undefined;
  private lastError: GatewayError | undefined;
  /** The smallest wait that a provider asked for, and the header that said so. */
  private smallestRetryAfter: { readonly milliseconds: number; readonly text: string | undefined } | undefined;
  private resume: ResumePoint | undefined;
  private waiting: Timer | undefined;
  private deadline: Timer | undefined;
  private over = false;

  constructor(
    private readonly owner: AttemptsOwner,
    private readonly context: AttemptsContext,
    private readonly plan: RoutePlan,
    private readonly asked: Asked,
  ) {
    this.client = owner.client;
    this.clock = context.clock;
    this.waits = context.waits;
    this.pools = context.pools;
  }

  /** Chooses a target and begins; everything else follows from events. */
  begin(candidates: CandidateSet): void {
    const { plan } = this;
    const { deadlineMs } = plan.policy;
    if (deadlineMs !== Infinity) {
      this.deadline = this.clock.start(deadlinePassed, Math.max(0, deadlineMs - (this.clock.now() - this.owner.startedAt)), this);
    }
    plan.shared.budget.request(this.clock.now());
    this.guarded(() => {
      const chosen = this.choose(candidates);
      if (chosen instanceof Promise) {
        chosen.then(
          (choice) => this.guarded(() => this.first(choice, candidates)),
          (error: unknown) => this.guarded(() => this.refuse(error)),
        );
      } else this.first(chosen, candidates);
    });
  }

  /** The client went away, or (with an error) the gateway has no more time. */
  abort(error: GatewayError | undefined, reason: StopReason = "deadline"): void {
    if (this.over) return;
    if (this.current !== undefined) {
      if (error === undefined) this.current.abandon();
      else this.current.stop(reason, error);
      return;
    }
    if (error === undefined) this.finish();
    else if (this.resume !== undefined) this.breakOff(undefined, error);
    else this.refuse(error);
  }

  crashed(cause: unknown, ended: boolean): void {
    if (ended) this.owner.crash(cause);
    else this.owner.crashed(cause);
  }

  contentBegan(): void {
    const target = this.tried.last;
    // a probe has done its work; what else counts is counted when the attempt ends
    if (this.ticket?.probe === true) target?.state.breaker.succeeded(this.ticket, this.clock.now());
  }

  attemptEnded(result: AttemptResult): void {
    this.current = undefined;
    try {
      this.ended(result);
    } catch (error) {
      this.owner.crash(error);
    }
  }

  deadlinePassed(): void {
    const ms = this.plan.policy.deadlineMs;
    this.deadline = undefined;
    try {
      this.abort(new GatewayError("deadline", `the request was not answered within extensions.deadline (${ms} ms)`));
    } catch (error) {
      this.owner.crash(error);
    }
  }

  /** The exchange ends by a mistake of the gateway's own: nothing follows, and nothing is held any longer. */
  end(): void {
    this.release();
    this.current?.abandon();
  }

  private ended(result: AttemptResult): void {
    const { entry } = result;
    const { outcome } = entry;
    this.owner.entries.push(entry);
    try {
      this.rest(entry, result);
    } finally {
      this.tellBalancer(entry);
    }
    if (outcome !== "ok" && outcome !== "client_gone" && !this.over) {
      this.decideNext(result, outcome);
      return;
    }
    this.settle(result);
    this.context.events.attemptEnded(this.plan, entry, this.asked.requestId);
    if (!this.over) this.finish();
  }

  private choose(candidates: CandidateSet): Choice | undefined | Promise<Choice | undefined> {
    const { balancer } = this.plan.shared;
    const now = this.clock.now();
    if (!this.plan.shared.isTroubled(now)) return balancer.choose(candidates, this.asked, undefined);
    // a target's wish for rest never empties the set
    const rested = candidates.targets.some((target) => !isOut(target, now) && !rests(target, now));
    return balancer.choose(candidates, this.asked, (target) => isOut(target, now) || (rested && rests(target, now)));
  }

  private first(choice: Choice | undefined, candidates: CandidateSet): void {
    if (choice === undefined) {
      this.refuse(allOpen(candidates, this.clock.now()));
      return;
    }
    this.choice = choice;
    this.call(choice.target);
  }

  /** @throws GatewayError, TemplateProblem */
  private call(target: TargetPlan): void {
    const { plan, asked } = this;
    const prefill =
      this.resume !== undefined && plan.policy.resume === "prefill" && target.service.traits.prefill && !this.tried.isSpent(target);
    const resume = this.resume && { ...this.resume, prefilled: prefill };
    const order = prepareCall(asked, plan, target, resume, plan.shared.judge?.wants() ?? false);
    const now = this.clock.now();
    this.tried.add(target);
    this.client.attempts = this.tried.attempts;
    this.client.target = target.label;
    this.ticket = this.probe ?? target.state.breaker.begin(now);
    this.probe = undefined;
    const attempt = (this.current = new Attempt(this, order, now - this.owner.startedAt));
    try {
      plan.shared.balancer.started(target);
    } catch (error) {
      attempt.crashed(error);
      return;
    }
    let authorized;
    try {
      authorized = target.credential.authorize(order.request);
    } catch {
      attempt.refuse("credentials", noCredentials());
      return;
    }
    if (authorized instanceof Promise) this.await(authorized, attempt);
    else attempt.start(plan.pool, plan.maxQueue);
  }

  private await(authorized: Promise<void>, attempt: Attempt): void {
    const { pool, maxQueue } = this.plan;
    authorized.then(
      () => attempt.start(pool, maxQueue),
      () => attempt.refuse("credentials", noCredentials()),
    );
  }

  /** What an attempt's end teaches the target's circuit breaker. */
  private settle({ entry, targetMs, held }: AttemptResult): void {
    const { ticket, plan } = this;
    if (ticket === undefined) return;
    this.ticket = undefined;
    const { target, outcome, status } = entry;
    const share = targetMs / plan.policy.deadlineMs;
    target.state.breaker[breakerVerdict(outcome, status, share, plan.policy, held)](ticket, this.clock.now());
  }

  /** A target whose provider asked for rest gets it, for all requests. */
  private rest({ target, status }: AttemptEntry, { retryAfterMs }: AttemptResult): void {
    if (retryAfterMs === undefined || (status !== 429 && status !== 503)) return;
    const { plan } = this;
    target.state.restingUntil = Math.max(target.state.restingUntil, this.clock.now() + retryAfterMs);
    plan.shared.rests(target.state);
    this.context.events.rested(plan, target);
  }

  private tellBalancer({ target, outcome, latencyMs, firstTokenMs, usage }: AttemptEntry): void {
    this.plan.shared.balancer.finished(target, {
      kind: outcome === "ok" || outcome === "client_gone" ? outcome : "failed",
      milliseconds: latencyMs,
      firstTokenMs,
      usage,
      cost: usage === undefined ? 0 : costOf(usage, target.prices),
    });
  }

  private decideNext(result: AttemptResult, failure: FailureClass): void {
    const { entry } = result;
    const { target, status } = entry;
    // a probe is not over while it may be repeated; what else failed counts now, as the circuit that it opens wins over a repetition
    const isProbe = this.ticket?.probe === true;
    if (!isProbe) this.settle(result);
    this.remember(result, target);
    if (failure === "status" && (status === 401 || status === 403 || status === 404)) this.tried.spend(target);
    if (this.prefillRefused(result, target)) {
      this.tried.spend(target);
      this.keepProbe(isProbe);
      this.follow({ action: "same_target", waitMs: 0 }, target, result);
      return;
    }
    const relayed = result.broken !== undefined || this.resume !== undefined;
    if (result.broken !== undefined) this.resume = result.broken.resume;
    const next = this.tried.next(this.choice, this.clock.now());
    const facts = this.facts(result, failure, relayed, next, !isProbe && isOut(target, this.clock.now()));
    const decision = decide(facts, this.plan.policy);
    if (decision.action === "same_target") this.keepProbe(isProbe);
    else this.settle(result);
    if ("because" in decision && decision.because === "budget_used") this.context.events.budgetUsed(this.plan);
    this.follow(decision, decision.action === "same_target" ? target : next.target, result);
  }

  private keepProbe(isProbe: boolean): void {
    if (!isProbe) return;
    this.probe = this.ticket;
    this.ticket = undefined;
  }

  /** A target that was given the text so far and refused it is asked without it (docs/behaviour.md "Failover"). */
  private prefillRefused({ entry }: AttemptResult, target: TargetPlan): boolean {
    return (
      this.resume !== undefined &&
      this.plan.policy.resume === "prefill" &&
      target.service.traits.prefill &&
      !this.tried.isSpent(target) &&
      entry.status >= 400 &&
      entry.status < 500 &&
      entry.status !== 429
    );
  }

  private remember({ answer, error, retryAfterMs }: AttemptResult, target: TargetPlan): void {
    if (answer !== undefined) this.lastAnswer = { answer, target };
    this.lastError = error;
    if (retryAfterMs === undefined || (this.smallestRetryAfter && this.smallestRetryAfter.milliseconds <= retryAfterMs)) return;
    this.smallestRetryAfter = { milliseconds: retryAfterMs, text: answer && headerOf(answer.headers, "retry-after") };
  }

  private facts(
    { entry, retryAfterMs }: AttemptResult,
    failure: FailureClass,
    relayed: boolean,
    next: NextTarget,
    circuitOpen: boolean,
  ): FailureFacts {
    const { plan } = this;
    const now = this.clock.now();
    return {
      failure,
      status: entry.status,
      idempotent: isIdempotent(this.asked.request.method),
      relayed,
      resumable: this.resume !== undefined,
      attempts: this.tried.attempts,
      sameTargetRepeats: this.sameTargetRepeats,
      movedForLength: this.movedForLength,
      circuitOpen,
      untried: next.untried,
      repeatable: next.target !== undefined,
      restMs: next.restMs,
      retryAfterMs,
      backOffMs: backOffMs(this.repeats, this.context.random),
      budgetLeft: plan.shared.budget.mayRepeat(now),
      millisecondsLeft: plan.policy.deadlineMs - (now - this.owner.startedAt),
    };
  }

  private follow(decision: Decision, target: TargetPlan | undefined, result: AttemptResult): void {
    const { entry } = result;
    const { action } = decision;
    const ends = action === "answer" || action === "break_off" || target === undefined;
    if (!ends) entry.next = action === "repeat" ? "same_target" : action;
    this.context.events.attemptEnded(this.plan, entry, this.asked.requestId);
    if (action === "answer") this.answer(result);
    else if (ends) this.breakOff(result);
    else {
      if (entry.outcome === "context_length") this.movedForLength = true;
      this.sameTargetRepeats = action === "same_target" ? this.sameTargetRepeats + 1 : 0;
      if (this.tried.has(target)) {
        this.repeats++;
        this.plan.shared.budget.repeated(this.clock.now());
      }
      if (decision.waitMs <= 0) this.guarded(() => this.call(target));
      else this.waiting = this.clock.start(waited, decision.waitMs, { attempts: this, target, result });
    }
  }

  /** The wait before the next attempt is over. A circuit that has opened meanwhile wins: the next target is asked, or the client is answered. */
  next(target: TargetPlan, result: AttemptResult): void {
    this.waiting = undefined;
    this.guarded(() => {
      const isOpen = this.probe === undefined && isOut(target, this.clock.now());
      const next = isOpen ? this.tried.next(this.choice, this.clock.now()).target : target;
      if (next !== undefined) this.call(next);
      else if (this.resume !== undefined) this.breakOff(result);
      else this.answer(result);
    });
  }

  /** No further attempt: the client gets the last answer of a provider, else the gateway's own error. */
  private answer(result: AttemptResult): void {
    const last = this.lastAnswer;
    if (last === undefined || OURS.has(result.entry.outcome)) {
      this.refuse(result.error ?? this.lastError);
      return;
    }
    this.client.attempts = this.tried.attempts;
    this.client.target = last.target.label;
    if (this.tried.attempts > 1 && this.smallestRetryAfter?.text !== undefined) {
      replaceHeader(last.answer.headers, "retry-after", this.smallestRetryAfter.text);
    }
    sendWhole(this.client, last.answer);
    this.finish();
  }

  private breakOff(result: AttemptResult | undefined, error = result?.error): void {
    const { texts } = this.asked.surface;
    const told = error ?? new GatewayError("upstream_error", "the stream broke off and could not be completed");
    this.client.breakOff(result?.broken?.ending ?? texts?.errorEvent(told));
    this.owner.refuse(told);
    this.finish();
  }

  /** Runs a step that a callback asks for; whatever it throws ends this exchange alone. */
  private guarded(step: () => void): void {
    if (this.over) return;
    try {
      if (this.client.response.destroyed) this.finish();
      else step();
    } catch (error) {
      try {
        this.refuse(error);
      } catch (another) {
        this.owner.crash(another);
      }
    }
  }

  private refuse(error: unknown): void {
    if (this.over) return;
    this.release();
    if (this.resume !== undefined && !this.client.response.destroyed)
      this.breakOff(undefined, error instanceof GatewayError ? error : undefined);
    else this.owner.refuse(error);
  }

  private finish(): void {
    this.release();
    this.owner.completed();
  }

  private release(): void {
    this.over = true;
    if (this.deadline !== undefined) this.clock.cancel(this.deadline);
    if (this.waiting !== undefined) this.clock.cancel(this.waiting);
    this.deadline = this.waiting = undefined;
    // a probe whose repetition never came says nothing
    if (this.probe !== undefined) this.tried.last?.state.breaker.released(this.probe, this.clock.now());
    this.probe = undefined;
  }
}

/** Endings that no earlier answer of a provider explains. */
const OURS: ReadonlySet<AttemptOutcome> = new Set(["deadline", "draining", "internal"]);

/** What a wait before an attempt is for. */
interface Wait {
  readonly attempts: Attempts;
  readonly target: TargetPlan;
  readonly result: AttemptResult;
}

const deadlinePassed = (attempts: Attempts): void => attempts.deadlinePassed();
const waited = ({ attempts, target, result }: Wait): void => attempts.next(target, result);

function allOpen({ targets }: CandidateSet, now: number): GatewayError {
  const milliseconds = Math.min(...targets.map(({ state }) => state.breaker.opensAgainAt(now) - now));
  const seconds = Math.max(1, Math.ceil(milliseconds / 1000));
  return new GatewayError(
    "all_open",
    `the circuit breakers of all ${targets.length} targets are open after too many failures (balancer.max_fails); try again in ${seconds} s`,
    seconds,
  );
}

function headerOf(headers: readonly string[], name: string): string | undefined {
  const index = headers.findIndex((header, at) => at % 2 === 0 && header.toLowerCase() === name);
  return index < 0 ? undefined : headers[index + 1];
}

function replaceHeader(headers: string[], name: string, value: string): void {
  const index = headers.findIndex((header, at) => at % 2 === 0 && header.toLowerCase() === name);
  if (index >= 0) headers[index + 1] = value;
}
