import type { Socket } from "node:net";
import type { Dispatcher } from "undici";
import type { Timer } from "../clock";
import type { ErrorAnswer } from "../codecs/answer";
import type { Carriage } from "../codecs/codec";
import type { AttemptOutcome, FailureClass } from "../failover/failure";
import type { Waiting } from "../credentials/waiters";
import { retryAfterMs } from "../targets/retry-after";
import { dispatchDialed, type Dialer } from "../upstream/dial";
import type { PoolSettings } from "../upstream/pools";
import { isInPieces, piecesOf } from "../upstream/request-body";
import type { Caller, Slots } from "../upstream/slots";
import { isBodiless, mediaTypeOf, type AnswerHeaders } from "../upstream/answer-head";
import { AttemptTimer, type Phase, type TimedAttempt } from "./attempt-timer";
import { codingOf } from "../bytes/decode-body";
import { GatewayError } from "../errors";
import { answerHeaders, translatedHeaders } from "./answer-headers";
import { headerValue } from "../client/header-value";
import { NO_FACTS, type AnswerFacts, type Found, type Relay, type RelayFailure, type RelayHost, type UpstreamAnswer } from "../relay/relay";
import { entryOf } from "./attempt-entry";
import type { AttemptOrder, AttemptOwner, StopReason } from "./contract";
import { relayFor } from "./relay-for";
import { noCredentials, timeoutText, upstreamFailure } from "./upstream-error";

/** An answer that is complete for the client is followed for this long, in milliseconds, so that its connection can be kept. */
const LINGER_MS = 1_000;

/** One upstream call inside an exchange. What its callbacks throw ends the exchange as a mistake of the gateway's own and goes no further. */
export class Attempt implements Dispatcher.DispatchHandler, RelayHost, TimedAttempt, Caller, Dialer, Waiting {
  previous: Caller | undefined;
  next: Caller | undefined;
  private readonly startedAt: number;
  private readonly timer: AttemptTimer;
  private controller: Dispatcher.DispatchController | undefined;
  /** The connection that is being opened for this attempt. */
  private dialing: Socket | undefined;
  private slots: Slots | undefined;
  private state: "new" | "waiting" | "dispatched" | "over" = "new";
  private relay: Relay | undefined;
  private firstTokenMs: number | undefined;
  private status = 0;
  private waitMs: number | undefined;
  private pool: PoolSettings | undefined;
  private calledAt: number | undefined;
  private ended = false;
  private stopped: StopReason | undefined;
  private linger: Timer | undefined;
  /** Made if the credentials have to be waited for. */
  private waiting: AbortController | undefined;
  /** It waited for a connection, so that a late start says nothing of the network. */
  private queued = false;

  constructor(
    private readonly owner: AttemptOwner,
    private readonly order: AttemptOrder,
    /** Milliseconds that the gateway took before this attempt. */
    private readonly proxyLatencyMs: number,
  ) {
    this.startedAt = owner.clock.now();
    order.target.state.inFlight++;
    this.timer = new AttemptTimer(owner.clock, owner.waits, order.limits, this);
    this.timer.start(order.stream);
  }

  /** The attempt ends before anything is sent. */
  refuse(failure: FailureClass, error: GatewayError): void {
    if (!this.ended) this.failed(this.failure(failure, error));
  }

  /** Aborts when the attempt ends: nobody waits for its credentials any longer. */
  signal(): AbortSignal {
    return (this.waiting ??= new AbortController()).signal;
  }

  /** The request has its credentials: it is sent as soon as one of the target's connections is free. */
  start(pool: PoolSettings, maxQueue: number): void {
    if (this.ended) return;
    this.pool = pool;
    const slots = this.owner.pools.slots(this.order.target.state, pool);
    if (slots.take()) {
      this.slots = slots;
      this.admitted();
    } else if (slots.waiting >= maxQueue) {
      const text = `${maxQueue} requests wait for a connection to ${this.order.target.label} already (extensions.max_queue)`;
      this.refuse("queue", new GatewayError("upstream_queue", text));
    } else {
      this.state = "waiting";
      this.queued = true;
      this.slots = slots;
      slots.wait(this);
    }
  }

  admitted(): void {
    this.state = "dispatched";
    this.calledAt = this.owner.clock.now();
    try {
      this.dispatch();
    } catch (error) {
      this.crashed(error);
      this.released();
    }
  }

  dialed(socket: Socket): void {
    this.dialing = socket;
  }

  /** The client went away. */
  abandon(): void {
    if (this.ended) return;
    this.conclude("client_gone", this.relay?.facts() ?? NO_FACTS, undefined, undefined, undefined);
  }

  /** The exchange has no more time: a deadline, or the end of the gateway. */
  stop(reason: StopReason, error: GatewayError): void {
    if (this.ended) return;
    this.stopped = reason;
    if (this.relay === undefined) this.failed(this.failure(reason, error));
    else this.relay.fail(reason, error);
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    this.controller = controller;
    this.dialing = undefined;
    try {
      if (this.ended) controller.abort(new Error("the attempt has ended"));
      else this.timer.enter(isInPieces(this.order.request.body) ? "write" : "read");
    } catch (error) {
      this.crashed(error);
    }
  }

  onResponseStart(_controller: Dispatcher.DispatchController, status: number, headers: AnswerHeaders): void {
    if (status < 200 || this.ended) return;
    try {
      this.head(status, headers);
    } catch (error) {
      this.crashed(error);
    }
  }

  onResponseData(_controller: Dispatcher.DispatchController, chunk: Buffer): void {
    if (this.ended) return;
    try {
      // a look at the clock for each chunk would be a good part of what a stream costs
      if (this.relay?.data(chunk) === true) this.timer.progressed();
    } catch (error) {
      this.crashed(error);
    }
  }

  onResponseEnd(): void {
    this.state = "over";
    try {
      if (!this.ended) this.relay?.end();
    } catch (error) {
      this.crashed(error);
    }
    this.released();
  }

  onResponseError(_controller: Dispatcher.DispatchController, cause: Error): void {
    this.state = "over";
    // the HTTP client is in the middle of clearing its queue: a call that follows must not come into it
    process.nextTick(callFailed, this, cause);
  }

  /** The call is over without a whole answer. */
  callFailed(cause: Error): void {
    try {
      if (!this.ended) this.fault(cause);
    } catch (error) {
      this.crashed(error);
    }
    this.released();
  }

  timedOut(failure: FailureClass, phase: Phase | "first_token", limitMs: number): void {
    if (this.ended) return;
    try {
      this.limitPassed(failure, phase, limitMs);
    } catch (error) {
      this.crashed(error);
    }
  }

  /** What was left of an answer that is complete for the client did not come in time. */
  lingered(): void {
    this.linger = undefined;
    this.controller?.abort(new Error("the answer was complete, but did not end"));
  }

  get progressAt(): number {
    return this.timer.progressAt;
  }

  pause(): void {
    this.timer.pause();
    this.controller?.pause();
    if (this.owner.client.response.writableNeedDrain) this.owner.client.limitWait();
  }

  resume(): void {
    this.timer.resume();
    this.controller?.resume();
  }

  firstContent(): void {
    if (this.firstTokenMs !== undefined) return;
    this.firstTokenMs = this.owner.clock.now() - this.startedAt;
    this.timer.gotContent();
    this.owner.contentBegan();
  }

  reread(bytes: Buffer, headers: string[]): Relay | undefined {
    const relay = (this.relay = this.relayOf("look", headers));
    relay.data(bytes);
    return this.relay;
  }

  found(found: Found, headers: string[]): Relay | undefined {
    if (found === "whole" && this.order.resume !== undefined) {
      this.relay = undefined;
      this.failUnstreamed();
    } else this.relay = this.relayOf(found, headers);
    return this.relay;
  }

  unread(failure: FailureClass, error: GatewayError): void {
    this.failed(this.failure(failure, error));
  }

  delivered(facts: AnswerFacts): void {
    this.conclude("ok", facts, undefined, undefined, undefined);
  }

  rejected(answer: UpstreamAnswer, refusal: ErrorAnswer["refusal"], facts: AnswerFacts): void {
    this.conclude(refusal ?? "status", facts, undefined, answer, undefined);
  }

  crashed(cause: unknown): void {
    const ended = this.ended;
    this.owner.crashed(cause, ended);
    if (ended) return;
    const error = new GatewayError("internal", "An unexpected error occurred");
    this.failed({ ...this.failure("internal", error), relayed: this.owner.client.response.headersSent });
  }

  failed(failure: RelayFailure): void {
    // that the time was up matters more than that a stream was cut by it
    this.conclude(this.stopped ?? failure.failure, failure.facts, failure.error, undefined, failure.relayed ? failure : undefined);
  }

  private dispatch(): void {
    const { pool, order } = this;
    const { request } = order;
    if (pool === undefined || this.ended) {
      this.released();
      return;
    }
    const { body } = request;
    const inPieces = isInPieces(body);
    if (inPieces) request.headers.push("content-length", String(body.length));
    dispatchDialed(
      this.owner.pools.get(order.target.state, request.origin, pool),
      {
        origin: request.origin,
        path: request.query === "" ? request.path : `${request.path}?${request.query}`,
        method: request.method,
        headers: request.headers,
        body: inPieces ? piecesOf(body, () => this.wrote()) : (request.body ?? null),
      },
      this,
    );
  }

  private fault(cause: Error): void {
    if (this.relay !== undefined && isBodiless(this.status, cause)) {
      this.relay.end();
      return;
    }
    const { failure, error } = upstreamFailure(cause, {
      label: this.order.target.label,
      hostByClient: this.order.hostByClient,
      started: this.controller !== undefined,
      answering: this.relay !== undefined,
    });
    this.fail(failure, error);
  }

  private head(status: number, headers: AnswerHeaders): void {
    this.timer.enter("read");
    this.status = status;
    if (status !== 200) this.waitMs = retryAfterMs(headers, this.owner.clock);
    const { conversion, resume } = this.order;
    const coding = codingOf(headers);
    let carriage = conversion.carriage(status, mediaTypeOf(headers));
    // what is packed shows nothing by its first bytes
    if (carriage === "look" && coding !== undefined) carriage = "whole";
    if (status === 200 && resume !== undefined && carriage !== "stream" && carriage !== "look") this.failUnstreamed();
    else this.relay = this.chooseRelay(carriage, status, headers, coding);
  }

  /** It must go on with a stream. */
  private failUnstreamed(): void {
    const text = `${this.order.target.label} must go on with a stream, but sent none`;
    this.fail("invalid_answer", new GatewayError("upstream_answer", text));
  }

  private limitPassed(failure: FailureClass, phase: Phase | "first_token", limitMs: number): void {
    const { label } = this.order.target;
    if (this.state === "new") this.fail("credentials", noCredentials(`they did not come within connect_timeout (${limitMs} ms)`));
    else if (phase === "connect" && this.queued) {
      this.fail(
        "queue",
        new GatewayError("upstream_queue", `no connection to ${label} became free within connect_timeout (${limitMs} ms)`),
      );
    } else this.fail(failure, new GatewayError("upstream_timeout", timeoutText(label, phase, limitMs, this.relay !== undefined)));
  }

  private fail(failure: FailureClass, error: GatewayError): void {
    if (this.relay === undefined) this.failed(this.failure(failure, error));
    else this.relay.fail(failure, error);
  }

  private failure(failure: FailureClass, error: GatewayError): RelayFailure {
    const { resume } = this.order;
    return { failure, error, facts: NO_FACTS, relayed: resume !== undefined, ending: undefined, resume: resume?.point };
  }

  private wrote(): void {
    if (!this.ended && this.relay === undefined) this.timer.progressed();
  }

  private chooseRelay(carriage: Carriage, status: number, headers: AnswerHeaders, coding: string | undefined): Relay {
    const { order } = this;
    const all = answerHeaders(headers);
    const forwarded = order.target.service.codec.translates ? translatedHeaders(all) : all;
    if (status === 200 && order.modelHeader !== undefined) forwarded.push("X-Kong-LLM-Model", headerValue(order.modelHeader));
    const upstreamMs = Math.round(this.owner.clock.now() - this.startedAt);
    forwarded.push("X-Kong-Upstream-Latency", String(upstreamMs), "X-Kong-Proxy-Latency", String(Math.round(this.proxyLatencyMs)));
    const length = headers["content-length"];
    return relayFor(carriage, this, this.owner.client, order, status, forwarded, coding, typeof length === "string" ? length : undefined);
  }

  /** Of a plain 200. */
  private relayOf(carriage: Carriage | Found, headers: string[]): Relay {
    return relayFor(carriage, this, this.owner.client, this.order, this.status, headers, undefined, undefined);
  }

  private conclude(
    outcome: AttemptOutcome,
    facts: AnswerFacts,
    error: GatewayError | undefined,
    answer: UpstreamAnswer | undefined,
    broken: RelayFailure | undefined,
  ): void {
    if (this.ended) return;
    this.ended = true;
    this.timer.stop();
    this.relay?.stop();
    this.waiting?.abort();
    this.order.target.state.inFlight--;
    this.letGo(outcome);
    const now = this.owner.clock.now();
    const entry = entryOf(this.order, {
      outcome,
      facts,
      status: this.status,
      latencyMs: now - this.startedAt,
      firstTokenMs: this.firstTokenMs,
      cause: outcome === "credentials" ? error?.detail : undefined,
    });
    const { isHeld } = this.timer;
    const targetMs = this.calledAt === undefined ? 0 : now - this.calledAt - this.timer.heldMs;
    const { request } = this.order;
    this.owner.attemptEnded({ entry, request, error, answer, broken, retryAfterMs: this.waitMs, targetMs, held: isHeld });
  }

  /** Lets the upstream go: what waits leaves the queue, what is under way ends, and a complete answer gets a moment for its end. */
  private letGo(outcome: AttemptOutcome): void {
    if (this.state === "waiting") {
      this.state = "over";
      this.slots?.leave(this);
      this.slots = undefined;
    } else if (this.state !== "dispatched") return;
    else if (outcome === "ok") {
      this.linger = this.owner.clock.start(lingered, LINGER_MS, this);
      this.controller?.resume();
    } else if (this.controller !== undefined) this.controller.abort(new Error("the attempt has ended"));
    else this.dialing?.destroy(new Error("the attempt has ended"));
  }

  /** The HTTP client has done with the request. */
  private released(): void {
    this.state = "over";
    const { slots } = this;
    this.slots = undefined;
    this.dialing = undefined;
    if (this.linger !== undefined) {
      this.owner.clock.cancel(this.linger);
      this.linger = undefined;
    }
    if (slots === undefined) return;
    // the call that is admitted next must not begin within the HTTP client's own work on this one
    if (slots.waiting > 0) process.nextTick(giveSlot, slots);
    else slots.give();
  }
}

const callFailed = (attempt: Attempt, cause: Error): void => attempt.callFailed(cause);
const giveSlot = (slots: Slots): void => slots.give();
const lingered = (attempt: Attempt): void => attempt.lingered();
