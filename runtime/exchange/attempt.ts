import type { Dispatcher } from "undici";
import type { Clock } from "../clock";
import type { AttemptOutcome, FailureClass } from "../failover/failure";
import type { Endpoint, OutgoingRequest, ResumePoint, TargetPlan } from "../interfaces";
import type { AttemptEntry } from "../ledger/entry";
import { estimateUsage } from "../ledger/estimate";
import { retryAfterMs } from "../targets/retry-after";
import { isInPieces, requestBody } from "../upstream/request-body";
import { AttemptTimer, type AttemptLimits, type Phase, type TimedAttempt } from "./attempt-timer";
import type { ClientSide } from "./client-side";
import { codingOf } from "./decode-body";
import { GatewayError } from "./errors";
import { answerHeaders } from "./forward-headers";
import { BufferedRelay } from "./relay/buffered";
import { PassRelay } from "./relay/pass";
import { loggedText, NO_FACTS, type AnswerFacts, type Relay, type RelayFailure, type RelayHost, type UpstreamAnswer } from "./relay/relay";
import { StreamRelay } from "./relay/stream";
import type { WaitQueues } from "./wait-queues";
import { upstreamFailure } from "./upstream-error";

/** What an attempt is made of. */
export interface AttemptOrder {
  readonly target: TargetPlan;
  readonly endpoint: Endpoint;
  readonly model: string | undefined;
  readonly stream: boolean;
  readonly withholdUsage: boolean;
  readonly opaque: boolean;
  readonly request: OutgoingRequest;
  readonly limits: AttemptLimits;
  /** `X-Kong-LLM-Model` for a successful answer; undefined where it is not wanted. */
  readonly modelHeader: string | undefined;
  readonly pluginId: string;
  /** Whether a stream's text is kept, so that another answer can go on with it. */
  readonly resumable: boolean;
  /** Where an earlier answer broke. */
  readonly resume: ResumePoint | undefined;
  /** Whether a judge will want to read the answer. */
  readonly judged: boolean;
  /** Largest whole answer or single event in bytes, unpacked. */
  readonly maxResponseBytes: number;
}

/** How an attempt ended. */
export interface AttemptResult {
  readonly entry: AttemptEntry;
  /** What the client is told where nothing else is done; undefined where the answer is complete, or the client is gone. */
  readonly error: GatewayError | undefined;
  /** A complete answer whose status is no success. */
  readonly answer: UpstreamAnswer | undefined;
  /** Set where content has gone to the client before the failure. */
  readonly broken: RelayFailure | undefined;
  /** What the provider asked to wait, in milliseconds; undefined where it did not. */
  readonly retryAfterMs: number | undefined;
}

/** The part that hears of an attempt. */
export interface AttemptOwner {
  readonly client: ClientSide;
  readonly clock: Clock;
  readonly waits: WaitQueues;
  /** A callback threw: a mistake of the gateway's own, to be logged with its stack. */
  crashed(cause: unknown): void;
  /** First content is on its way to the client; called once. */
  contentBegan(): void;
  /** Called once. */
  attemptEnded(result: AttemptResult): void;
}

type AnswerHeaders = Record<string, string | string[] | undefined>;

/** One upstream call inside an exchange. */
export class Attempt implements Dispatcher.DispatchHandler, RelayHost, TimedAttempt {
  private readonly startedAt: number;
  private readonly timer: AttemptTimer;
  private controller: Dispatcher.DispatchController | undefined;
  private relay: Relay | undefined;
  private firstTokenMs: number | undefined;
  private status = 0;
  private waitMs: number | undefined;
  private ended = false;
  /** The connection was full when the attempt began, so that a late start says nothing of the network. */
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
  }

  /** The attempt ends before anything is sent. */
  refuse(failure: FailureClass, error: GatewayError): void {
    if (!this.ended) this.failed(this.failure(failure, error));
  }

  /**
   * @param request with credentials
   * @param maxConnections connections that the dispatcher may open
   * @param maxQueue requests that may wait for one of them
   */
  start(request: OutgoingRequest, dispatcher: Dispatcher, maxConnections: number, maxQueue: number): void {
    const { state } = this.order.target;
    this.queued = state.inFlight > maxConnections;
    if (state.inFlight > maxConnections + maxQueue) {
      const text = `${maxQueue} requests wait for a connection to ${request.origin} already (extensions.max_queue)`;
      this.refuse("queue", new GatewayError("upstream_queue", text));
      return;
    }
    this.timer.start(this.order.stream);
    const { body } = request;
    if (isInPieces(body)) request.headers.push("content-length", String(body.length));
    dispatcher.dispatch(
      {
        origin: request.origin,
        path: request.query === "" ? request.path : `${request.path}?${request.query}`,
        method: request.method,
        headers: request.headers,
        body: requestBody(body, () => this.wrote()),
      },
      this,
    );
  }

  /** The client went away. */
  abandon(): void {
    if (this.ended) return;
    this.conclude("client_gone", this.relay?.facts() ?? NO_FACTS, undefined, undefined, undefined);
    this.controller?.abort(new Error("the client has gone"));
  }

  /** The exchange has no more time: a deadline, or the end of the gateway. */
  stop(error: GatewayError): void {
    if (this.ended) return;
    if (this.relay === undefined) this.failed(this.failure("deadline", error));
    else this.relay.fail("deadline", error);
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    this.controller = controller;
    if (this.ended) controller.abort(new Error("the attempt has ended"));
    else this.timer.enter(isInPieces(this.order.request.body) ? "write" : "read");
  }

  onResponseStart(_controller: Dispatcher.DispatchController, status: number, headers: AnswerHeaders): void {
    if (status < 200 || this.ended) return;
    this.timer.enter("read");
    this.status = status;
    if (status !== 200) this.waitMs = retryAfterMs(headers, this.owner.clock);
    if (status === 200 && this.order.resume !== undefined && !isEventStream(headers)) {
      this.fail(
        "invalid_answer",
        new GatewayError("upstream_answer", `${this.order.endpoint.origin} must go on with a stream, but sent none`),
      );
    } else this.relay = this.chooseRelay(status, headers);
  }

  onResponseData(_controller: Dispatcher.DispatchController, chunk: Buffer): void {
    if (this.ended) return;
    this.timer.progressed();
    this.relay?.data(chunk);
  }

  onResponseEnd(): void {
    if (!this.ended) this.relay?.end();
  }

  onResponseError(_controller: Dispatcher.DispatchController, cause: Error): void {
    if (this.ended) return;
    const { failure, error } = upstreamFailure(cause, this.order.endpoint, this.controller !== undefined, this.relay !== undefined);
    this.fail(failure, error);
  }

  timedOut(failure: FailureClass, phase: Phase | "first_token", limitMs: number): void {
    if (this.ended) return;
    const { origin } = this.order.endpoint;
    if (phase === "connect" && this.queued) {
      this.fail(
        "queue",
        new GatewayError("upstream_queue", `no connection to ${origin} became free within connect_timeout (${limitMs} ms)`),
      );
    } else this.fail(failure, new GatewayError("upstream_timeout", timeoutText(origin, phase, limitMs, this.relay !== undefined)));
  }

  pause(): void {
    this.timer.pause();
    this.controller?.pause();
    this.owner.client.limitWait(this.order.limits.writeMs);
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

  delivered(facts: AnswerFacts): void {
    this.conclude(this.status === 200 || this.order.opaque ? "ok" : "status", facts, undefined, undefined, undefined);
  }

  rejected(answer: UpstreamAnswer, facts: AnswerFacts): void {
    const refusal = this.status < 400 || answer.plain === undefined ? undefined : this.order.target.dialect.readRefusal(answer.plain);
    this.conclude(refusal ?? "status", facts, undefined, answer, undefined);
  }

  crashed(cause: unknown): void {
    if (this.ended) return;
    this.owner.crashed(cause);
    const error = new GatewayError("internal", "An unexpected error occurred");
    if (this.relay === undefined) this.failed(this.failure("internal", error));
    else this.failed({ ...this.failure("internal", error), facts: this.relay.facts(), relayed: this.owner.client.response.headersSent });
  }

  failed(failure: RelayFailure): void {
    this.conclude(failure.failure, failure.facts, failure.error, undefined, failure.relayed ? failure : undefined);
    this.controller?.abort(failure.error);
  }

  private fail(failure: FailureClass, error: GatewayError): void {
    if (this.relay === undefined) this.failed(this.failure(failure, error));
    else this.relay.fail(failure, error);
  }

  private failure(failure: FailureClass, error: GatewayError): RelayFailure {
    return { failure, error, facts: NO_FACTS, relayed: this.order.resume !== undefined, ending: undefined, resume: this.order.resume };
  }

  private wrote(): void {
    if (!this.ended && this.relay === undefined) this.timer.progressed();
  }

  private chooseRelay(status: number, headers: AnswerHeaders): Relay {
    const { order } = this;
    const { client } = this.owner;
    const { dialect, logging } = order.target;
    const keepsPayload = logging.log_payloads || order.judged;
    const coding = codingOf(headers);
    const forwarded = answerHeaders(headers);
    if (status === 200 && order.modelHeader !== undefined) forwarded.push("X-Kong-LLM-Model", order.modelHeader);
    const upstreamMs = Math.round(this.owner.clock.now() - this.startedAt);
    forwarded.push("X-Kong-Upstream-Latency", String(upstreamMs), "X-Kong-Proxy-Latency", String(Math.round(this.proxyLatencyMs)));
    if (order.opaque && status < 400) {
      const length = headers["content-length"];
      return new PassRelay(this, client, status, forwarded, coding, typeof length === "string" ? length : undefined);
    }
    if (status === 200 && order.stream && isEventStream(headers)) {
      return new StreamRelay(this, client, {
        headers: forwarded,
        coding,
        dialect,
        withholdUsage: order.withholdUsage,
        logPayload: keepsPayload,
        resumable: order.resumable,
        resume: order.resume,
        maxBytes: order.maxResponseBytes,
      });
    }
    return new BufferedRelay(this, client, {
      status,
      headers: forwarded,
      coding,
      dialect: status === 200 ? dialect : undefined,
      logPayload: keepsPayload,
      maxBytes: order.maxResponseBytes,
    });
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
    const { target } = this.order;
    target.state.inFlight--;
    this.owner.attemptEnded({ entry: this.entry(outcome, facts), error, answer, broken, retryAfterMs: this.waitMs });
  }

  private entry(outcome: AttemptOutcome, facts: AnswerFacts): AttemptEntry {
    const { order } = this;
    const { logging } = order.target;
    const { body } = order.request;
    const used = outcome === "ok" || this.firstTokenMs !== undefined;
    const estimated = used && facts.usage === undefined && body !== undefined && !order.opaque;
    return {
      target: order.target,
      pluginId: order.pluginId,
      requestModel: order.model,
      responseModel: facts.model,
      usage: estimated ? estimateUsage(body, facts.characters, order.stream) : facts.usage,
      usageEstimated: estimated,
      stream: order.stream,
      latencyMs: this.owner.clock.now() - this.startedAt,
      firstTokenMs: this.firstTokenMs,
      outcome,
      status: this.status,
      next: undefined,
      skippedEvents: facts.skipped,
      endpoint: order.endpoint,
      requestPayload: logging.log_payloads && body !== undefined ? loggedText(body) : undefined,
      responsePayload: logging.log_payloads ? facts.payload : undefined,
      judged: order.judged && body !== undefined && facts.payload !== undefined ? { request: body, answer: facts.payload } : undefined,
    };
  }
}

const EVENT_STREAM = /^text\/event-stream\b/i;

function isEventStream(headers: AnswerHeaders): boolean {
  const type = headers["content-type"];
  return typeof type === "string" && EVENT_STREAM.test(type);
}

function timeoutText(origin: string, phase: Phase | "first_token", limitMs: number, answering: boolean): string {
  switch (phase) {
    case "connect":
      return `the connection to ${origin} was not open within connect_timeout (${limitMs} ms)`;
    case "write":
      return `${origin} took nothing of the request for write_timeout (${limitMs} ms)`;
    case "first_token":
      return `${origin} sent no content within extensions.first_token_timeout (${limitMs} ms)`;
    case "read":
      return answering
        ? `${origin} stopped in its answer for longer than read_timeout (${limitMs} ms)`
        : `${origin} sent no answer within read_timeout (${limitMs} ms)`;
  }
}
