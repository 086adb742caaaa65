import type { Dispatcher } from "undici";
import { codingOf } from "./decode-body";
import type { GatewayError } from "./errors";
import { answerHeaders } from "./forward-headers";
import type { Endpoint, OutgoingRequest } from "../interfaces";
import { estimateUsage } from "../ledger/estimate";
import type { AttemptEntry } from "../ledger/entry";
import type { TargetPlan } from "../interfaces";
import { upstreamError } from "./upstream-error";
import { BufferedRelay } from "./relay/buffered";
import { PassRelay } from "./relay/pass";
import type { AnswerFacts, Relay, RelayHost } from "./relay/relay";
import { NO_FACTS } from "./relay/relay";
import { StreamRelay } from "./relay/stream";
import type { ClientSide } from "./client-side";

/** What an attempt is made of. */
export interface AttemptOrder {
  readonly target: TargetPlan;
  readonly endpoint: Endpoint;
  readonly model: string | undefined;
  readonly stream: boolean;
  readonly withholdUsage: boolean;
  readonly opaque: boolean;
  readonly request: OutgoingRequest;
  readonly readTimeoutMs: number;
  /** `X-Kong-LLM-Model` for a successful answer; undefined where it is not wanted. */
  readonly modelHeader: string | undefined;
  readonly pluginId: string;
  /** Milliseconds that the gateway took before this attempt. */
  readonly proxyLatencyMs: number;
}

/** The exchange's part: hears how an attempt ended, once. */
export interface AttemptOwner {
  readonly client: ClientSide;
  attemptEnded(entry: AttemptEntry, error: GatewayError | undefined): void;
}

/** One upstream call inside an exchange. */
export class Attempt implements Dispatcher.DispatchHandler, RelayHost {
  private readonly startedAt = performance.now();
  private controller: Dispatcher.DispatchController | undefined;
  private relay: Relay | undefined;
  private firstTokenMs: number | undefined;
  private status = 0;
  private ended = false;

  constructor(
    private readonly owner: AttemptOwner,
    private readonly order: AttemptOrder,
  ) {}

  start(dispatcher: Dispatcher): void {
    const { request, readTimeoutMs } = this.order;
    dispatcher.dispatch(
      {
        origin: request.origin,
        path: request.query === "" ? request.path : `${request.path}?${request.query}`,
        method: request.method,
        headers: request.headers,
        body: request.body ?? null,
        headersTimeout: readTimeoutMs,
        bodyTimeout: readTimeoutMs,
      },
      this,
    );
  }

  /** The client went away, or the gateway must end: the upstream call ends at once. */
  abort(error: GatewayError | undefined): void {
    if (this.ended) return;
    if (error !== undefined) {
      if (this.relay === undefined) this.failed(error, NO_FACTS);
      else this.relay.fail(error);
    } else this.conclude("client_gone", NO_FACTS, undefined);
    this.controller?.abort(new Error("the exchange has ended"));
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    this.controller = controller;
    if (this.ended) controller.abort(new Error("the exchange has ended"));
  }

  onResponseStart(
    _controller: Dispatcher.DispatchController,
    status: number,
    headers: Record<string, string | string[] | undefined>,
  ): void {
    if (status < 200) return;
    this.status = status;
    const { order } = this;
    const { client } = this.owner;
    if (status === 200 && order.modelHeader !== undefined) client.ownHeaders.push("X-Kong-LLM-Model", order.modelHeader);
    client.ownHeaders.push(
      "X-Kong-Upstream-Latency",
      String(Math.round(performance.now() - this.startedAt)),
      "X-Kong-Proxy-Latency",
      String(Math.round(order.proxyLatencyMs)),
    );
    this.relay = this.chooseRelay(status, headers, client);
  }

  onResponseData(controller: Dispatcher.DispatchController, chunk: Buffer): void {
    if (!this.ended && this.relay?.data(chunk) === false) controller.pause();
  }

  onResponseEnd(): void {
    if (!this.ended) this.relay?.end();
  }

  onResponseError(_controller: Dispatcher.DispatchController, error: Error): void {
    if (this.ended) return;
    const failure = upstreamError(error, this.order.endpoint, this.relay !== undefined, this.order.readTimeoutMs);
    if (this.relay === undefined) this.failed(failure, NO_FACTS);
    else this.relay.fail(failure);
  }

  pause(): void {
    this.controller?.pause();
  }

  resume(): void {
    this.controller?.resume();
  }

  firstContent(): void {
    this.firstTokenMs ??= performance.now() - this.startedAt;
  }

  delivered(facts: AnswerFacts): void {
    this.conclude(this.status === 200 ? "ok" : "upstream_status", facts, undefined);
  }

  failed(error: GatewayError, facts: AnswerFacts): void {
    this.conclude("failed", facts, error);
    this.controller?.abort(error);
  }

  private chooseRelay(status: number, headers: Record<string, string | string[] | undefined>, client: ClientSide): Relay {
    const { order } = this;
    const coding = codingOf(headers);
    const logPayload = order.target.logging.log_payloads;
    const forwarded = answerHeaders(headers);
    if (order.opaque) {
      const length = headers["content-length"];
      return new PassRelay(this, client, status, forwarded, coding, typeof length === "string" ? length : undefined);
    }
    const type = headers["content-type"];
    const { dialect } = order.target;
    if (status === 200 && typeof type === "string" && type.startsWith("text/event-stream")) {
      return new StreamRelay(this, client, { headers: forwarded, coding, dialect, withholdUsage: order.withholdUsage, logPayload });
    }
    return new BufferedRelay(this, client, {
      status,
      headers: forwarded,
      coding,
      dialect: status === 200 ? dialect : undefined,
      logPayload,
    });
  }

  private conclude(outcome: AttemptEntry["outcome"], facts: AnswerFacts, error: GatewayError | undefined): void {
    if (this.ended) return;
    this.ended = true;
    const { order } = this;
    const { logging } = order.target;
    const { body } = order.request;
    const estimated = logging.log_statistics && facts.usage === undefined && outcome === "ok" && body !== undefined && !order.opaque;
    this.owner.attemptEnded(
      {
        target: order.target,
        pluginId: order.pluginId,
        requestModel: order.model,
        responseModel: facts.model,
        usage: estimated ? estimateUsage(body, facts.characters, order.stream) : facts.usage,
        usageEstimated: estimated,
        stream: order.stream,
        latencyMs: performance.now() - this.startedAt,
        firstTokenMs: this.firstTokenMs,
        outcome,
        endpoint: order.endpoint,
        requestPayload: logging.log_payloads ? order.request.body?.toString("utf8") : undefined,
        responsePayload: facts.payload,
      },
      error,
    );
  }
}
