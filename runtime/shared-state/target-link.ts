import type { BreakerPhase, BreakerSettings } from "../targets/breaker";
import { CircuitBreaker, type BreakerWatcher } from "../targets/circuit-breaker";
import { MOVE, type TargetNews, type TargetRecord } from "./script";

/** A probe is taken to be under way for this long after its process last said so, in milliseconds; it says so with each call. */
const PROBE_LEASE_MS = 3000;

/**
 * A process whose requests would go to the target asks for the right to probe from this long before the circuit's time is over, and keeps it for so long
 * after that, in milliseconds: both are more than the time between two calls. So there is one that probes, and nothing waits for the answer.
 */
const RESERVE_MS = { before: 600, after: 600 } as const;

/** Requests that asked within this time, in milliseconds, show that there will be one for a probe. */
const WANTED_MS = 1000;

/**
 * Holds a target's circuit breaker and what all processes know together against each other: collects what this process saw, and puts into the breaker what
 * others did. The breaker decides at once by itself; when both differ, what happened here since the last call is told first, and otherwise the others'
 * knowledge stands.
 */
export class TargetLink implements BreakerWatcher {
  readonly breaker: CircuitBreaker;
  /** What was known together at the last reply: the count of changes, and whether the circuit was open. */
  private epoch = 0;
  private wasOpen = false;
  /** Whether the circuit changed here since then. */
  private hasMoved = false;
  private failures = 0;
  private results = 0;
  /** Whether others know this process as the one that probes. */
  private holdsProbe = false;
  /** Whether Redis knows nothing of a circuit that is open. */
  private isLost = false;
  private sent: { readonly hasMoved: boolean; readonly failures: number } | undefined;

  /** @param urgent called when others should know soon */
  constructor(
    readonly id: string,
    settings: BreakerSettings,
    private readonly urgent: () => void,
  ) {
    this.breaker = new CircuitBreaker(settings, this);
  }

  counted(isFailure: boolean, isResult: boolean): void {
    if (isFailure) this.failures++;
    if (isResult && this.breaker.settings.minFailureRatio !== undefined) this.results++;
  }

  changed(_from: BreakerPhase, to: BreakerPhase): void {
    if (to !== "half-open") this.hasMoved = true;
    this.urgent();
  }

  /** What is to be told now; undefined where there is nothing. After it either `replied` or `failed` is called. */
  take(now: number): TargetNews | undefined {
    const { breaker, failures, results, hasMoved } = this;
    const { maxFails, failTimeout, minFailureRatio } = breaker.settings;
    const { openSince } = breaker;
    const leaseMs = this.leaseMs(openSince, now);
    const move = this.move(openSince !== undefined);
    this.sent = { hasMoved, failures };
    this.hasMoved = false;
    this.failures = this.results = 0;
    if (move === MOVE.none && failures + results === 0 && leaseMs === 0 && !this.holdsProbe && !this.isLost) return undefined;
    return {
      ...{ id: this.id, epoch: this.epoch, move, leaseMs, failures, results, maxFails, failTimeout },
      openFor: openSince === undefined ? -1 : Math.max(0, Math.round(now - openSince)),
      minFailureRatio: minFailureRatio ?? -1,
    };
  }

  /** What is known together after the call; undefined where Redis knows nothing of the target. */
  replied(record: TargetRecord | undefined, now: number): void {
    const isNews = record !== undefined && record.epoch !== this.epoch;
    this.sent = undefined;
    this.epoch = record?.epoch ?? this.epoch;
    this.wasOpen = record?.openFor !== undefined;
    this.holdsProbe = record?.probe === "mine";
    this.isLost = record === undefined && this.breaker.openSince !== undefined;
    // what happened here while the call was under way is told next
    if (!this.hasMoved && record !== undefined) this.adopt(record, isNews, now);
  }

  /** The call failed. The circuit's state is told with the next one; failures are not, as they belong to a moment. Returns how many are lost. */
  failed(): number {
    const { sent } = this;
    this.sent = undefined;
    if (sent === undefined) return 0;
    this.hasMoved ||= sent.hasMoved;
    return sent.failures;
  }

  private adopt({ openFor, probe, probeFor }: TargetRecord, isNews: boolean, now: number): void {
    const { breaker } = this;
    if (openFor === undefined) breaker.closedElsewhere();
    else if (isNews || breaker.openSince === undefined) breaker.openedElsewhere(now - openFor, now);
    breaker.probedElsewhere(probe === "other" ? now + probeFor : 0);
  }

  private leaseMs(openSince: number | undefined, now: number): number {
    const { breaker } = this;
    if (breaker.isProbing(now)) return PROBE_LEASE_MS;
    if (openSince === undefined || now - breaker.lastWantedAt > WANTED_MS) return 0;
    const end = openSince + breaker.settings.failTimeout;
    return now >= end - RESERVE_MS.before && now < end + RESERVE_MS.after ? Math.ceil(end + RESERVE_MS.after - now) : 0;
  }

  private move(isOpen: boolean): TargetNews["move"] {
    if (!this.hasMoved) return MOVE.none;
    if (isOpen) return this.wasOpen ? MOVE.openedAgain : MOVE.opened;
    return this.wasOpen ? MOVE.closed : MOVE.none;
  }
}
