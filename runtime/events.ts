import type { AiPlugin } from "../config/configuration";
import { MAX_SHOWN } from "./accuracy/judge";
import type { RecentAnswers } from "./accuracy/recent-answers";
import type { Clock } from "./clock";
import type { ExchangeEvents } from "./exchange/events";
import type { TargetPlan } from "./targets/target-plan";
import type { AttemptEntry } from "./ledger/entry";
import type { Logger } from "./ledger/log";
import type { GatewayMetrics } from "./metrics/gateway-metrics";
import { countsAccuracy } from "./snapshot/compile";
import type { RoutePlan } from "./snapshot/route-plan";
import type { BreakerPhase } from "./targets/breaker";
import type { TargetState } from "./targets/state";

/** A warning about a target is repeated after this time at the earliest, in milliseconds. */
const WARN_EVERY_MS = 60_000;

/** Members without effect that are told of one target at most, and the longest part of a name in characters. */
const MAX_MEMBERS = 64;
const LONGEST_MEMBER = 64;

/** What happens in the gateway, told to those who count and those who read: metrics, log, and scores of answers. */
export class GatewayEvents implements ExchangeEvents {
  private readonly warned = new WeakMap<TargetState, number>();
  private readonly dropped = new WeakMap<TargetState, Set<string>>();

  constructor(
    private readonly logger: Logger,
    private readonly clock: Clock,
    private readonly metrics: GatewayMetrics,
    private readonly answers: RecentAnswers,
  ) {}

  attemptEnded(plan: RoutePlan, entry: AttemptEntry, requestId: string): void {
    this.metrics.attemptEnded(plan.route.key, entry);
    if (entry.outcome === "ok") this.takeScores(plan, entry, requestId);
    if (entry.dropped.length > 0) this.tellDropped(plan, entry);
    if (entry.next === "new_credential") return;
    if (entry.outcome === "credentials") this.warn(plan, entry, "the credentials of a target cannot be had");
    else if (entry.status === 401 || entry.status === 403) this.warn(plan, entry, "the provider refused the credentials of a target");
    else if (entry.status === 404) this.warn(plan, entry, "the provider does not know the model or path of a target");
    else if (entry.skippedEvents > 0) this.warn(plan, entry, "a provider's stream held events that are no JSON; they were left out");
  }

  rested(plan: RoutePlan, target: TargetPlan): void {
    this.metrics.rested(plan.route.key, target);
  }

  budgetUsed({ plugin }: RoutePlan): void {
    // counted only: under an outage a line for each would be one more load
    this.metrics.retryBudgetExhausted(plugin);
  }

  breakerChanged(plugin: AiPlugin, target: TargetPlan, from: BreakerPhase, to: BreakerPhase): void {
    this.metrics.breakerChanged(plugin, target, to);
    this.logger[to === "closed" ? "info" : "warn"]({ plugin: plugin.id, target: target.label, from, to }, "circuit breaker");
  }

  /** The answer can be scored by its request's id, and by the judge if it drew it. */
  private takeScores({ state, plugin }: RoutePlan, { target, judged, stream }: AttemptEntry, requestId: string): void {
    const { balancer, judge } = state;
    if (!countsAccuracy(plugin.config)) return;
    this.answers.note(requestId, target.state, (score) => balancer.score?.(target.state, score));
    if (judge === undefined || judged === undefined) return;
    const { texts } = judged;
    const shown = { question: texts.questionOf(judged.request), answer: texts.textOf(judged.answer, stream, MAX_SHOWN) };
    // nothing can be said of what is too large to be read at once
    if (shown.question === "" || shown.answer === "") return;
    void judge.judge(shown, (score) => balancer.score?.(target.state, score));
  }

  /** What has no effect at a target is told once. */
  private tellDropped(plan: RoutePlan, { target, dropped }: AttemptEntry): void {
    let told = this.dropped.get(target.state);
    if (told === undefined) this.dropped.set(target.state, (told = new Set()));
    for (const name of dropped) {
      // names come from clients
      const member = name.slice(0, LONGEST_MEMBER);
      if (told.has(member) || told.size >= MAX_MEMBERS) continue;
      told.add(member);
      this.logger.warn({ route: plan.route.key, target: target.label, member }, "a member of requests has no effect at a target");
    }
  }

  private warn(plan: RoutePlan, { target, status, cause, requestModel }: AttemptEntry, message: string): void {
    const now = this.clock.now();
    const before = this.warned.get(target.state);
    if (before !== undefined && now - before < WARN_EVERY_MS) return;
    this.warned.set(target.state, now);
    this.logger.warn({ route: plan.route.key, target: target.label, model: requestModel, status, cause }, message);
  }
}
