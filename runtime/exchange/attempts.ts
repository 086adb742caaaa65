import type { Clock, Timer } from "../clock";
import { breakerVerdict } from "../failover/count";
import { decide, isIdempotent, LONGEST_REST_MS, type Decision, type FailureFacts } from "../failover/decide";
import type { FailureClass } from "../failover/failure";
import type { CandidateSet, Choice, OutgoingRequest, ResumePoint, TargetPlan } from "../interfaces";
import { costOf } from "../ledger/cost";
import type { AttemptEntry } from "../ledger/entry";
import type { RoutePlan } from "../snapshot/route-plan";
import { backOffMs } from "../targets/back-off";
import type { BreakerTicket } from "../targets/breaker";
import type { Pools } from "../upstream/pools";
import { Attempt, type AttemptOrder, type AttemptOwner, type AttemptResult } from "./attempt";
import type { ClientSide } from "./client-side";
import { GatewayError } from "./errors";
import type { ExchangeEvents } from "./events";
import { prepareCall, type Asked } from "./prepare-call";
import { sendWhole } from "./relay/buffered";
import type { UpstreamAnswer } from "./relay/relay";
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
  /** Logs a mistake of the gateway's own, with its stack. */
  crashed(cause: unknown): void;
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
  private choice: Choice | undefined;
  private current: Attempt | undefined;
  private ticket: BreakerTicket | undefined;
  private readonly tried: TargetPlan[] = [];
  /** Attempts before all had had their turn: a target is not asked twice in a round, so that repetitions go around instead of all to one. */
  private roundStart = 0;
  /** Targets that would give the same refusal again. */
  private readonly spent: TargetPlan[] = [];
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
          (error: unknown) => this.refuse(error),
        );
      } else this.first(chosen, candidates);
    });
  }

  /** The client went away, or (with an error) the gateway has no more time. */
  abort(error: GatewayError | undefined): void {
    if (this.over) return;
    if (this.current !== undefined) {
      if (error === undefined) this.current.abandon();
      else this.current.stop(error);
      return;
    }
    if (error === undefined) this.finish();
    else if (this.resume !== undefined) this.breakOff(undefined, error);
    else this.refuse(error);
  }

  crashed(cause: unknown): void {
    this.owner.crashed(cause);
  }

  contentBegan(): void {
    const target = this.tried.at(-1);
    // a probe has done its work; what else counts is counted when the attempt ends
    if (this.ticket?.probe === true) target?.state.breaker.succeeded(this.ticket, this.clock.now());
  }

  attemptEnded(result: AttemptResult): void {
    const { entry } = result;
    this.owner.entries.push(entry);
    this.current = undefined;
    this.learn(entry, result);
    if (entry.outcome !== "ok" && entry.outcome !== "client_gone") {
      this.decideNext(result, entry.outcome);
      return;
    }
    this.context.events.attemptEnded(this.plan, entry, this.asked.requestId);
    this.finish();
  }

  deadlinePassed(): void {
    const ms = this.plan.policy.deadlineMs;
    this.abort(new GatewayError("deadline", `the request was not answered within extensions.deadline (${ms} ms)`));
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
      this.resume !== undefined && plan.policy.resume === "prefill" && target.provider.prefill && !this.spent.includes(target);
    const resume = this.resume && { ...this.resume, prefilled: prefill };
    const order = prepareCall(asked, plan, target, resume, plan.shared.judge?.wants() ?? false);
    const now = this.clock.now();
    this.tried.push(target);
    this.client.attempts = this.tried.length;
    this.client.target = target.label;
    this.ticket = target.state.breaker.begin(now);
    plan.shared.balancer.started(target);
    const attempt = (this.current = new Attempt(this, order, now - this.owner.startedAt));
    const refuse = (): void =>
      attempt.refuse("credentials", new GatewayError("credentials", "LLM request failed before proxying: no credentials for the target"));
    let authorized;
    try {
      authorized = target.credential.authorize(order.request);
    } catch {
      refuse();
      return;
    }
    if (authorized instanceof Promise) authorized.then((request) => this.guarded(() => this.start(attempt, order, request)), refuse);
    else this.start(attempt, order, authorized);
  }

  private start(attempt: Attempt, { target, endpoint }: AttemptOrder, request: OutgoingRequest): void {
    const { pool, maxQueue } = this.plan;
    attempt.start(request, this.context.pools.get(target.state, endpoint.origin, pool), pool.maxConnections, maxQueue);
  }

  /** What an attempt's end teaches: the circuit breaker, the balancer, the target's wish for rest. */
  private learn(entry: AttemptEntry, { retryAfterMs }: AttemptResult): void {
    const { plan } = this;
    const { target, outcome } = entry;
    const now = this.clock.now();
    if (this.ticket !== undefined) {
      const share = entry.latencyMs / plan.policy.deadlineMs;
      target.state.breaker[breakerVerdict(outcome, entry.status, share, plan.policy)](this.ticket, now);
      this.ticket = undefined;
    }
    if (retryAfterMs !== undefined && (entry.status === 429 || entry.status === 503)) {
      target.state.restingUntil = Math.max(target.state.restingUntil, now + retryAfterMs);
      plan.shared.rests(target.state);
      this.context.events.rested(plan, target);
    }
    plan.shared.balancer.finished(target, {
      kind: outcome === "ok" || outcome === "client_gone" ? outcome : "failed",
      milliseconds: entry.latencyMs,
      firstTokenMs: entry.firstTokenMs,
      usage: entry.usage,
      cost: entry.usage === undefined ? 0 : costOf(entry.usage, target.prices),
    });
  }

  private decideNext(result: AttemptResult, failure: FailureClass): void {
    const { entry } = result;
    const { target, status } = entry;
    this.remember(result, target);
    if (failure === "status" && (status === 401 || status === 403 || status === 404)) this.spent.push(target);
    if (this.prefillRefused(result, target)) {
      this.spent.push(target);
      this.follow({ action: "same_target", waitMs: 0 }, target, result);
      return;
    }
    const relayed = result.broken !== undefined || this.resume !== undefined;
    if (result.broken !== undefined) this.resume = result.broken.resume;
    const next = this.nextTarget();
    const facts = this.facts(result, failure, relayed, next);
    const decision = decide(facts, this.plan.policy);
    if ("because" in decision && decision.because === "budget_used") this.context.events.budgetUsed(this.plan);
    this.follow(decision, decision.action === "same_target" ? target : next.target, result);
  }

  /** A target that was given the text so far and refused it is asked without it (docs/behaviour.md "Failover"). */
  private prefillRefused({ entry }: AttemptResult, target: TargetPlan): boolean {
    return (
      this.resume !== undefined &&
      this.plan.policy.resume === "prefill" &&
      target.provider.prefill &&
      !this.spent.includes(target) &&
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

  /** The target that would come next: one that was not tried and does not rest, else one that was not tried, else one that was. */
  private nextTarget(): NextTarget {
    const { tried, spent } = this;
    const now = this.clock.now();
    const choose = (leftOut: (target: TargetPlan) => boolean): TargetPlan | undefined =>
      this.choice?.next((target) => isOut(target, now) || leftOut(target));
    const restsLong = ({ state }: TargetPlan): boolean => state.restingUntil - now > LONGEST_REST_MS;
    const target =
      choose((one) => tried.includes(one) || rests(one, now)) ??
      choose((one) => tried.includes(one) || restsLong(one)) ??
      choose((one) => tried.includes(one, this.roundStart) || spent.includes(one) || rests(one, now)) ??
      this.newRound(() => choose((one) => spent.includes(one) || rests(one, now))) ??
      choose((one) => tried.includes(one)) ??
      choose((one) => spent.includes(one));
    return {
      target,
      untried: target !== undefined && !tried.includes(target),
      restMs: target === undefined ? 0 : Math.max(0, target.state.restingUntil - now),
    };
  }

  /** All have had their turn: they may have another one. */
  private newRound(choose: () => TargetPlan | undefined): TargetPlan | undefined {
    this.roundStart = this.tried.length;
    return choose();
  }

  private facts({ entry, retryAfterMs }: AttemptResult, failure: FailureClass, relayed: boolean, next: NextTarget): FailureFacts {
    const { plan } = this;
    const now = this.clock.now();
    return {
      failure,
      status: entry.status,
      idempotent: isIdempotent(this.asked.request.method),
      relayed,
      resumable: this.resume !== undefined,
      attempts: this.tried.length,
      sameTargetRepeats: this.sameTargetRepeats,
      movedForLength: this.movedForLength,
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
      if (this.tried.includes(target)) {
        this.repeats++;
        this.plan.shared.budget.repeated(this.clock.now());
      }
      if (decision.waitMs <= 0) this.next(target);
      else this.waiting = this.clock.start(waited, decision.waitMs, { attempts: this, target });
    }
  }

  /** The wait before the next attempt is over, or there was none. */
  next(target: TargetPlan): void {
    this.waiting = undefined;
    this.guarded(() => this.call(target));
  }

  /** No further attempt: the client gets the last answer of a provider, else the gateway's own error. */
  private answer(result: AttemptResult): void {
    const last = this.lastAnswer;
    if (last === undefined || result.entry.outcome === "deadline") {
      this.refuse(result.error ?? this.lastError);
      return;
    }
    this.client.attempts = this.tried.length;
    this.client.target = last.target.label;
    if (this.tried.length > 1 && this.smallestRetryAfter?.text !== undefined) {
      replaceHeader(last.answer.headers, "retry-after", this.smallestRetryAfter.text);
    }
    sendWhole(this.client, last.answer);
    this.finish();
  }

  private breakOff(result: AttemptResult | undefined, error = result?.error): void {
    const { dialect } = this.tried.at(-1) ?? {};
    const isOpaque = this.asked.surface.opaque;
    const told = error ?? new GatewayError("upstream_error", "the stream broke off and could not be completed");
    this.client.breakOff(isOpaque ? undefined : (result?.broken?.ending ?? dialect?.errorEvent(told)));
    this.owner.refuse(told);
    this.finish();
  }

  private guarded(step: () => void): void {
    if (this.client.response.destroyed || this.over) return;
    try {
      step();
    } catch (error) {
      this.refuse(error);
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
  }
}

interface NextTarget {
  readonly target: TargetPlan | undefined;
  readonly untried: boolean;
  readonly restMs: number;
}

const deadlinePassed = (attempts: Attempts): void => attempts.deadlinePassed();
const waited = ({ attempts, target }: { attempts: Attempts; target: TargetPlan }): void => attempts.next(target);

const isOut = ({ state }: TargetPlan, now: number): boolean => state.breaker.isOut(now);
const rests = ({ state }: TargetPlan, now: number): boolean => state.restingUntil > now;

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
