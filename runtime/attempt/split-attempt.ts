import { inSlices } from "../bytes/slices";
import type { JoinedAnswer, Parts } from "../codecs/codec";
import type { ClientSide } from "../client/client-side";
import type { Clock } from "../clock";
import { addUsage, type Usage } from "../conversation/usage";
import { GatewayError } from "../errors";
import type { AttemptOutcome } from "../failover/failure";
import type { AttemptEntry } from "../ledger/entry";
import { sendWhole } from "../relay/buffered";
import { loggedText, type UpstreamAnswer } from "../relay/relay";
import { setHeader } from "../header-list";
import type { Pools, PoolSettings } from "../upstream/pools";
import { Attempt } from "./attempt";
import type { AttemptOrder, AttemptOwner, AttemptResult, StopReason } from "./contract";
import { send } from "./send";
import type { WaitQueues } from "./wait-queues";

/** Calls of one attempt that are under way at the same time, at most. */
const MOST_AT_ONCE = 4;

const IDEMPOTENCY_KEY = "idempotency-key";

/** What a split attempt works with. */
export interface SplitOrder {
  /** Of the first call; the others differ in their conversion and body. */
  readonly first: AttemptOrder;
  readonly parts: Parts;
  /** What the client sent, for the log of payloads. */
  readonly requestBody: Buffer;
  /** Milliseconds that the gateway took before this attempt. */
  readonly proxyLatencyMs: number;
}

/** How the attempt is to end, whatever its calls say. */
interface Ending {
  readonly outcome: AttemptOutcome;
  readonly error: GatewayError | undefined;
}

/**
 * An attempt whose request is more than its provider takes at once: several calls to one target, each with limits of its own, and one answer. For all
 * others it is one attempt: a call that fails fails it, whatever the rest brought. The first call goes alone, as all would fail for the same reason as a
 * rule; others that go beside one another need a free connection.
 */
export class SplitAttempt {
  private readonly startedAt: number;
  private readonly running = new Set<PartCall>();
  private readonly entries: AttemptEntry[] = [];
  private nextPart = 0;
  private pool: PoolSettings | undefined;
  private maxQueue = 0;
  /** Of the call that ended last. */
  private last: AttemptResult | undefined;
  /** Of the answer that came last; what it says of limits is the newest. */
  private head: UpstreamAnswer | undefined;
  private model: string | undefined;
  private ending: Ending | undefined;
  private stopJoining: (() => void) | undefined;
  private over = false;

  constructor(
    readonly owner: AttemptOwner,
    private readonly order: SplitOrder,
  ) {
    this.startedAt = owner.clock.now();
    this.prepareNext();
  }

  /** The first call is made; the others follow. */
  start(pool: PoolSettings, maxQueue: number): void {
    this.pool = pool;
    this.maxQueue = maxQueue;
    for (const part of this.running) part.start(pool, maxQueue);
  }

  /** The client went away. */
  abandon(): void {
    this.endWith("client_gone", undefined);
  }

  /** The exchange has no more time: a deadline, or the end of the gateway. */
  stop(reason: StopReason, error: GatewayError): void {
    this.endWith(reason, error);
  }

  crashed(cause: unknown): void {
    this.owner.crashed(cause, this.over);
    this.endWith("internal", new GatewayError("internal", "An unexpected error occurred"));
  }

  partEnded(part: PartCall, result: AttemptResult): void {
    this.running.delete(part);
    if (this.over) return;
    const { entry, error } = result;
    this.last = result;
    this.entries.push(entry);
    if (part.index === 0) this.model = entry.responseModel;
    const ending = this.ending ?? { outcome: entry.outcome, error };
    if (ending.outcome !== "ok") {
      this.conclude(result, ending, undefined);
      return;
    }
    this.head = part.answer;
    // its connection is not free before this turn is over, and a call that follows must not come into the HTTP client's work on this one
    process.nextTick(followed, this);
  }

  /** Makes the calls that may be made now, or the answer if all have been. */
  goOn(): void {
    if (this.over || this.stopJoining !== undefined) return;
    try {
      if (this.entries.length === this.order.parts.count) this.join();
      else while (this.mayCall()) this.callNext();
    } catch (error) {
      this.crashed(error);
    }
  }

  private mayCall(): boolean {
    const { running, pool, owner, order } = this;
    if (this.over || pool === undefined || this.nextPart === order.parts.count) return false;
    if (running.size === 0) return true;
    return running.size < MOST_AT_ONCE && owner.pools.slots(order.first.target.state, pool).isFree;
  }

  private callNext(): void {
    const part = this.prepareNext();
    if (this.pool !== undefined) part.start(this.pool, this.maxQueue);
  }

  /** Makes the next call ready; its time runs from here on. */
  private prepareNext(): PartCall {
    const part = new PartCall(this, this.nextPart++, this.order);
    this.running.add(part);
    return part;
  }

  private join(): void {
    const joined = this.order.parts.join();
    this.stopJoining = inSlices(
      joined,
      () => this.deliver(joined),
      (cause) => this.crashed(cause),
    );
  }

  private deliver(joined: JoinedAnswer): void {
    const { last, head, owner } = this;
    if (last === undefined || head === undefined) return;
    const { body, mediaType } = joined.result();
    const { status, headers } = head;
    setHeader(headers, "content-type", mediaType);
    setHeader(headers, "x-kong-upstream-latency", String(Math.round(owner.clock.now() - this.startedAt)));
    sendWhole(owner.client, { status, headers, body, coding: undefined, plain: body });
    this.conclude(last, { outcome: "ok", error: undefined }, body);
  }

  /** Ends the attempt by means of a call that is under way, whose end then is the attempt's; without one, by the last that ended. */
  private endWith(outcome: AttemptOutcome, error: GatewayError | undefined): void {
    if (this.over) return;
    this.ending = { outcome, error };
    const [part] = this.running;
    if (part !== undefined) part.attempt.abandon();
    else if (this.last !== undefined) this.conclude(this.last, this.ending, undefined);
  }

  private conclude(last: AttemptResult, { outcome, error }: Ending, body: Buffer | undefined): void {
    this.over = true;
    this.stopJoining?.();
    for (const part of [...this.running]) part.attempt.abandon();
    const elapsed = this.owner.clock.now() - this.startedAt;
    this.owner.attemptEnded({
      entry: this.entry(last.entry, outcome, elapsed, body),
      request: last.request,
      error,
      answer: last.answer,
      broken: undefined,
      retryAfterMs: last.retryAfterMs,
      targetMs: elapsed,
      held: last.held,
      partlySent: this.entries.some((entry) => entry.outcome === "ok"),
    });
  }

  private entry(last: AttemptEntry, outcome: AttemptOutcome, latencyMs: number, body: Buffer | undefined): AttemptEntry {
    const { log_payloads } = last.target.logging;
    let usage: Usage | undefined;
    for (const entry of this.entries) usage = addUsage(usage, entry.usage);
    return {
      ...last,
      outcome,
      latencyMs,
      usage,
      usageEstimated: this.entries.some((entry) => entry.usageEstimated),
      responseModel: this.model ?? last.responseModel,
      requestPayload: log_payloads ? loggedText(this.order.requestBody) : undefined,
      responsePayload: log_payloads && body !== undefined ? loggedText(body) : last.responsePayload,
    };
  }
}

/** One of the calls. */
class PartCall implements AttemptOwner {
  readonly client: ClientSide;
  readonly clock: Clock;
  readonly waits: WaitQueues;
  readonly pools: Pools;
  readonly attempt: Attempt;
  /** Its answer, for the head; the conversion keeps what it has read of the body. */
  answer: UpstreamAnswer | undefined;
  private readonly order: AttemptOrder;

  constructor(
    private readonly split: SplitAttempt,
    readonly index: number,
    { first, parts, proxyLatencyMs }: SplitOrder,
  ) {
    const { client, clock, waits, pools } = split.owner;
    this.client = client;
    this.clock = clock;
    this.waits = waits;
    this.pools = pools;
    const conversion = index === 0 ? first.conversion : parts.at(index);
    const { method, origin, path, query, headers, granted } = first.request;
    this.order = {
      ...first,
      conversion,
      // each call is given its credentials anew
      request: { method, origin, path, query, headers: headersOf(headers, index, parts.count), body: conversion.body, granted },
      take: (answer) => {
        this.answer = answer;
      },
    };
    this.attempt = new Attempt(this, this.order, proxyLatencyMs);
  }

  start(pool: PoolSettings, maxQueue: number): void {
    send(this.attempt, this.order, pool, maxQueue);
  }

  contentBegan(): void {
    // the client's answer has no content before all calls are answered
  }

  crashed(cause: unknown, ended: boolean): void {
    this.split.owner.crashed(cause, ended);
  }

  attemptEnded(result: AttemptResult): void {
    this.split.partEnded(this, result);
  }
}

/** A provider would give each call the answer of the first if all had the client's `Idempotency-Key`; repeated, a call has its own again. */
const headersOf = (headers: readonly string[], index: number, count: number): string[] =>
  headers.map((value, at) =>
    at % 2 === 1 && headers[at - 1]?.toLowerCase() === IDEMPOTENCY_KEY ? `${value}-${index + 1}-of-${count}` : value,
  );

const followed = (split: SplitAttempt): void => split.goOn();
