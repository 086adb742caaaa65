import { NoMatch, type CandidateSet, type Choice, type Chosen } from "../balancers/balancer";
import type { Clock, Timer } from "../clock";
import { leftOutAtFirst } from "../failover/availability";
import { breakerVerdict } from "../failover/count";
import { isIdempotent } from "../failover/decide";
import type { FailureClass } from "../failover/failure";
import { ExchangeHistory } from "../failover/history";
import { afterWait, nextStep, type Failed, type NextStep } from "../failover/next-step";
import { isPrefillRefused, WITHOUT_PREFILL } from "../failover/manner";
import { mayRenew } from "../failover/refused-credential";
import type { AttemptEntry } from "../ledger/entry";
import type { RoutePlan } from "../snapshot/route-plan";
import { backOffMs } from "../targets/back-off";
import type { TargetPlan } from "../targets/target-plan";
import type { Pools } from "../upstream/pools";
import { Attempt } from "../attempt/attempt";
import type { AttemptOwner, AttemptResult, StopReason } from "../attempt/contract";
import { HeldTicket } from "./breaker-ticket";
import { SplitAttempt } from "../attempt/split-attempt";
import { Choosing } from "./choosing";
import type { ClientSide } from "../client/client-side";
import { Deadline } from "./deadline";
import { GatewayError } from "../errors";
import { toGatewayError } from "./gateway-error";
import { keepAliveOf, type KeepAlive } from "./keep-alive";
import type { ExchangeEvents } from "./events";
import { AbleChoice } from "./lacking-targets";
import { LastAnswer } from "./last-answer";
import { prepareCall, type Asked } from "./prepare-call";
import { startAttempt } from "./start-attempt";
import { teach } from "./teach";
import { allOpen } from "../attempt/upstream-error";
import type { WaitQueues } from "../attempt/wait-queues";

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
  /** Answers the client with an error; nothing follows. */
  refuse(error: unknown): void;
  /** The client has its answer, or is gone; nothing follows. */
  completed(): void;
  /**
   * A mistake of the gateway's own, to be logged with its stack. Never throws.
   * @param ends no attempt is left to tell of it: the exchange itself has to end
   */
  crashed(cause: unknown, ends: boolean): void;
}

/** All attempts of one exchange: the first choice, and what follows a failure. The decisions are pure functions in `runtime/failover/`. */
export class Attempts implements AttemptOwner {
  readonly client: ClientSide;
  readonly clock: Clock;
  readonly waits: WaitQueues;
  readonly pools: Pools;
  /** Those that have ended, in turn. */
  readonly entries: AttemptEntry[] = [];
  private readonly history = new ExchangeHistory();
  private readonly ticket = new HeldTicket();
  private readonly deadline: Deadline | undefined;
  private readonly keepAlive: KeepAlive | undefined;
  /** The request while its first target is chosen. */
  private choosing: Choosing | undefined;
  private choice: Choice | undefined;
  private lacking: ReadonlySet<TargetPlan> | undefined;
  private current: Attempt | SplitAttempt | undefined;
  private waiting: Timer | undefined;
  /** Of attempts that failed; made with the first of them. */
  private lastAnswer: LastAnswer | undefined;
  private over = false;

  constructor(
    private readonly owner: AttemptsOwner,
    private readonly context: AttemptsContext,
    private readonly plan: RoutePlan,
    private readonly asked: Asked,
  ) {
    const { deadlineMs } = plan.policy;
    this.client = owner.client;
    this.clock = context.clock;
    this.waits = context.waits;
    this.pools = context.pools;
    this.deadline = deadlineMs === Infinity ? undefined : new Deadline(context.clock, this, deadlineMs, owner.startedAt);
    this.keepAlive = keepAliveOf(this, plan, asked);
  }

  /**
   * Chooses a target and begins; everything else follows from events.
   * @param lacking targets that cannot express the request, and are not asked; undefined if there are none
   */
  begin(candidates: CandidateSet, lacking: ReadonlySet<TargetPlan> | undefined): void {
    this.lacking = lacking;
    this.deadline?.start();
    const now = this.clock.now();
    this.keepAlive?.start(now);
    this.plan.state.budget.request(now);
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
    } else if (error === undefined) this.finish();
    else this.refuse(error);
  }

  crashed(cause: unknown, ended: boolean): void {
    this.owner.crashed(cause, ended);
  }

  contentBegan(): void {
    // a probe has done its work; what else counts is counted when the attempt ends
    if (this.ticket.isProbe) this.ticket.probed(this.clock.now());
  }

  attemptEnded(result: AttemptResult): void {
    this.current = undefined;
    try {
      this.ended(result);
    } catch (error) {
      this.owner.crashed(error, true);
    }
  }

  /** The exchange ends by a mistake of the gateway's own: nothing follows, and nothing is held any longer. */
  end(): void {
    this.release();
    this.current?.abandon();
  }

  private choose(candidates: CandidateSet): Chosen | Promise<Chosen> {
    const { state } = this.plan;
    const now = this.clock.now();
    const request = (this.choosing = new Choosing(this.asked));
    const leftOut = state.isTroubled(now) ? leftOutAtFirst(candidates.targets, now) : undefined;
    const { lacking } = this;
    if (lacking === undefined) return state.balancer.choose(candidates, request, leftOut);
    return state.balancer.choose(candidates, request, (target) => lacking.has(target) || leftOut?.(target) === true);
  }

  private first(chosen: Chosen, { targets }: CandidateSet): void {
    this.choosing = undefined;
    if (chosen === undefined) this.refuse(allOpen(targets, this.clock.now()));
    else if (chosen instanceof NoMatch) this.refuse(new GatewayError("no_match", chosen.reason));
    else {
      this.choice = this.lacking === undefined ? chosen : new AbleChoice(chosen, this.lacking);
      this.call(chosen.target);
    }
  }

  /**
   * @param refused a credential that the target has just refused: the call is made anew with another one, and is no further attempt
   * @throws GatewayError, TemplateProblem
   */
  private call(target: TargetPlan, refused?: object): void {
    const { plan, asked, history } = this;
    const broken = history.resume && { point: history.resume, spent: history.spent.includes(target) };
    // the rest of an answer says nothing of how good it is
    const judged = broken === undefined && (plan.state.judge?.wants() ?? false);
    const order = prepareCall(asked, plan, target, broken, judged);
    const now = this.clock.now();
    if (refused === undefined) history.asked(target);
    else order.request.granted = refused;
    this.client.attempts = history.tried.length;
    this.client.target = target.label;
    this.ticket.begin(target.state.breaker, now);
    const proxyLatencyMs = now - this.owner.startedAt;
    const { parts } = order.conversion;
    const attempt = (this.current =
      parts === undefined
        ? new Attempt(this, order, proxyLatencyMs)
        : new SplitAttempt(this, { first: order, parts, requestBody: asked.ask.body, proxyLatencyMs }));
    startAttempt(attempt, order, plan);
  }

  private ended(result: AttemptResult): void {
    const { entry } = result;
    const { outcome } = entry;
    this.entries.push(entry);
    const { granted } = result.request;
    if (granted !== undefined && this.isRenewable(result)) {
      this.renew(result, granted);
      return;
    }
    teach(result, this.plan, this.context.events, this.clock);
    if (outcome !== "ok" && outcome !== "client_gone" && !this.over) {
      this.failed(result, outcome);
      return;
    }
    this.settle(result);
    this.context.events.attemptEnded(this.plan, entry, this.asked.requestId);
    if (!this.over) this.finish();
  }

  private isRenewable({ entry, request }: AttemptResult): boolean {
    return !this.over && mayRenew(this.history, entry) && entry.target.credential.refused?.(request) === true;
  }

  /** The target is asked again with another credential, as if it had not been asked (docs/behaviour.md "Fetched credentials"). */
  private renew(result: AttemptResult, refused: object): void {
    const { entry } = result;
    const { target } = entry;
    entry.next = "new_credential";
    teach(result, this.plan, this.context.events, this.clock);
    this.history.renew(target);
    this.ticket.keep();
    this.context.events.attemptEnded(this.plan, entry, this.asked.requestId);
    this.guarded(() => this.call(target, refused));
  }

  /** What an attempt's end teaches the target's circuit breaker. */
  private settle({ entry: { outcome, status }, targetMs, held }: AttemptResult): void {
    const { policy } = this.plan;
    this.ticket.settle(breakerVerdict(outcome, status, targetMs / policy.deadlineMs, policy, held), this.clock.now());
  }

  private failed(result: AttemptResult, failure: FailureClass): void {
    const { history, plan } = this;
    const { target, status } = result.entry;
    // a probe is not over while it may be repeated; what else failed counts now, as the circuit that it opens wins over a repetition
    const { isProbe } = this.ticket;
    if (!isProbe) this.settle(result);
    (this.lastAnswer ??= new LastAnswer()).remember(result);
    history.failed(result.entry, result.broken);
    if (isPrefillRefused(history.spent, result.entry)) {
      history.spend(target);
      this.follow({ decision: WITHOUT_PREFILL, target }, result);
      return;
    }
    const now = this.clock.now();
    const failed: Failed = {
      target,
      failure,
      status,
      retryAfterMs: result.retryAfterMs,
      isProbe,
      partlySent: result.partlySent === true,
      idempotent: isIdempotent(this.asked.request.method),
      backOffMs: backOffMs(history.repeats, this.context.random),
      budgetLeft: plan.state.budget.mayRepeat(now),
      millisecondsLeft: this.deadline?.left(now) ?? Infinity,
    };
    const step = nextStep(history, failed, this.choice, now, plan.policy);
    history.roundStart = step.roundStart;
    this.follow(step, result);
  }

  private follow({ decision, target }: Pick<NextStep, "decision" | "target">, result: AttemptResult): void {
    const { plan } = this;
    const { entry } = result;
    const { action } = decision;
    if (action === "same_target") this.ticket.keep();
    else this.settle(result);
    if ("because" in decision && decision.because === "budget_used") this.context.events.budgetUsed(plan);
    const ends = action === "answer" || action === "break_off" || target === undefined;
    if (!ends) entry.next = action === "repeat" ? "same_target" : action;
    this.context.events.attemptEnded(plan, entry, this.asked.requestId);
    if (action === "answer") this.answer(result);
    else if (ends) this.breakOff(whyBroken(result), result.broken?.ending);
    else {
      if (this.history.goesOn(action, target, entry.outcome)) plan.state.budget.repeated(this.clock.now());
      if (decision.waitMs <= 0) this.guarded(() => this.call(target));
      else this.waiting = this.clock.start(waited, decision.waitMs, { attempts: this, target, result });
    }
  }

  /** The wait before the next attempt is over. A circuit that has opened meanwhile wins: the next target is asked, or the client is answered. */
  next(target: TargetPlan, result: AttemptResult): void {
    this.waiting = undefined;
    this.guarded(() => {
      const { history, ticket, choice } = this;
      const after = afterWait(history, target, ticket.isKept, choice, this.clock.now());
      history.roundStart = after.roundStart;
      if (after.target !== undefined) this.call(after.target);
      else if (history.resume !== undefined) this.breakOff(whyBroken(result), result.broken?.ending);
      else this.answer(result);
    });
  }

  /** No further attempt: the client gets the last answer of a provider, else the gateway's own error. */
  private answer({ entry, error }: AttemptResult): void {
    const { client, lastAnswer } = this;
    if (client.isStreaming) {
      const refused = lastAnswer?.inside(entry.outcome);
      this.breakOff(refused?.error ?? error, refused && this.asked.surface.texts?.toldError(refused.body));
    } else if (lastAnswer?.send(client, entry.outcome) === true) this.finish();
    else this.refuse(error);
  }

  /**
   * No further attempt: the client is told inside of its stream.
   * @param ending what it gets; undefined: the error is told in the gateway's own words
   */
  private breakOff(error: GatewayError | undefined, ending: Buffer | undefined): void {
    const { texts } = this.asked.surface;
    const told = error ?? new GatewayError("upstream_error", "the stream broke off and could not be completed");
    this.client.breakOff(ending ?? texts?.errorEvent(told));
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
        this.owner.crashed(another, true);
      }
    }
  }

  private refuse(error: unknown): void {
    if (this.over) return;
    this.release();
    if (!this.client.isStreaming || this.client.response.destroyed) {
      this.owner.refuse(error);
      return;
    }
    const told = toGatewayError(error);
    if (told.code === "internal" && told !== error) this.owner.crashed(error, false);
    this.breakOff(told, undefined);
  }

  private finish(): void {
    this.release();
    this.owner.completed();
  }

  private release(): void {
    this.over = true;
    this.deadline?.stop();
    this.keepAlive?.stop();
    this.choosing?.abandon();
    if (this.waiting !== undefined) this.clock.cancel(this.waiting);
    this.waiting = undefined;
    if (this.ticket.isKept) this.ticket.release(this.clock.now());
  }
}

/** What a client is told whose stream nobody goes on with; a provider that refuses to has told no error. */
const whyBroken = ({ error, entry: { target, status } }: AttemptResult): GatewayError =>
  error ??
  new GatewayError("upstream_error", `the stream broke off, and ${target.label} did not go on with it: it answered with status ${status}`);

/** What a wait before an attempt is for. */
interface Wait {
  readonly attempts: Attempts;
  readonly target: TargetPlan;
  readonly result: AttemptResult;
}

const waited = ({ attempts, target, result }: Wait): void => attempts.next(target, result);
