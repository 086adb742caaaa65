import type { IncomingMessage, ServerResponse } from "node:http";
import type { AttemptEntry } from "../ledger/entry";
import type { ScanResult } from "../json/scan";
import { recordExchange, type Recorder } from "../ledger/record";
import type { RouteMatch } from "../router/router";
import type { Snapshot } from "../snapshot/compile";
import type { RouteAction, RoutePlan, TargetGroup } from "../snapshot/route-plan";
import { TemplateProblem } from "../templates/template";
import type { LinkedList, Linked } from "./linked-list";
import { Attempts, type AttemptsContext, type AttemptsOwner } from "./attempts";
import { readClientBody } from "./client-body";
import { ClientSide } from "./client-side";
import { GatewayError } from "./errors";
import type { Asked } from "./prepare-call";
import { nextRequestId } from "./request-id";
import { RequestSources } from "./sources";
import { scanJsonBody } from "../surfaces/read-json";

/** What exchanges share: everything outlives each of them. */
export interface ExchangeContext extends Recorder, AttemptsContext {
  /** Exchanges under way. */
  readonly active: LinkedList<Exchange>;
  /** Whether the gateway is about to end, so that connections are not kept. */
  readonly draining: () => boolean;
}

/** The life of one client request: admit, choose, attempt, relay, record. */
export class Exchange implements AttemptsOwner, Linked<Exchange> {
  previous: Exchange | undefined;
  next: Exchange | undefined;
  readonly id = nextRequestId();
  readonly startedAt: number;
  readonly client: ClientSide;
  /** Of the request's URL; the query has no `?`. */
  readonly path: string;
  readonly query: string;
  action: RouteAction | undefined;
  readonly entries: AttemptEntry[] = [];
  /** The gateway's own error, if the client got one. */
  error: GatewayError | undefined;

  private attempts: Attempts | undefined;
  private recorded = false;

  constructor(
    private readonly context: ExchangeContext,
    request: IncomingMessage,
    response: ServerResponse,
  ) {
    this.startedAt = context.clock.now();
    this.client = new ClientSide(request, response);
    const url = request.url ?? "/";
    const mark = url.indexOf("?");
    this.path = mark < 0 ? url : url.slice(0, mark);
    this.query = mark < 0 ? "" : url.slice(mark + 1);
  }

  /** Begins; everything else follows from events. `snapshot` is kept to the end, whatever is reloaded meanwhile. */
  run(snapshot: Snapshot | undefined): void {
    const { request, response } = this.client;
    this.context.active.add(this);
    this.client.ownHeaders.push("X-Kong-Request-Id", this.id);
    if (this.context.draining()) this.client.ownHeaders.push("Connection", "close");
    response.on("close", () => this.closed());
    response.on("error", () => response.destroy());
    try {
      const { plan, match } = this.route(snapshot, request);
      const unpack = !plan.groups.some(({ surface }) => surface.opaque);
      readClientBody(request, { limit: plan.maxBodyBytes, unpack }, (error, body, scan) => {
        if (error === undefined) this.admit(plan, match, body, scan);
        else this.refuse(error);
      });
    } catch (error) {
      this.refuse(error);
    }
  }

  /** Ends an exchange that the gateway has no more time for. */
  cutShort(): void {
    const error = new GatewayError("draining", "the gateway is shutting down and could not finish this answer in time");
    if (this.attempts === undefined) this.refuse(error);
    else this.attempts.abort(error);
  }

  crashed(cause: unknown): void {
    this.context.log.logger.error({ request_id: this.id, err: cause }, "an exchange failed inside the gateway");
  }

  completed(): void {
    this.record();
  }

  private route(snapshot: Snapshot | undefined, request: IncomingMessage): { readonly plan: RoutePlan; readonly match: RouteMatch } {
    if (snapshot === undefined) throw new GatewayError("not_ready", "the gateway has no configuration yet");
    const match = snapshot.router.match({
      method: request.method ?? "GET",
      host: request.headers.host,
      path: this.path,
      headers: request.headers,
      protocol: "http",
    });
    if (match === undefined) throw new GatewayError("no_route", "no Route matched with those values");
    const action = (this.action = snapshot.actions.get(match.route));
    if (action?.kind === "serve") return { plan: action.plan, match };
    if (action?.kind === "unserved") throw new GatewayError("not_served", `not served by this version of the gateway: ${action.what}`);
    throw new GatewayError("no_plugin", "no ai-proxy or ai-proxy-advanced plugin applies to this route");
  }

  private admit(plan: RoutePlan, match: RouteMatch, body: Buffer, scanned: ScanResult | undefined): void {
    try {
      const group = groupOf(plan, body, scanned);
      const ask = group.surface.read(body, scanned);
      if (ask.stream && plan.responseStreaming === "deny") {
        throw new GatewayError("streaming_denied", "response streaming is not enabled for this LLM");
      }
      const { request } = this.client;
      const sources = new RequestSources(request, match, this.query);
      const { surface, candidates } = group;
      const asked: Asked = {
        requestId: this.id,
        request,
        path: this.path,
        query: this.query,
        surface,
        ask,
        sources,
        header: (name) => sources.header(name),
      };
      this.attempts = new Attempts(this, this.context, plan, asked);
      this.attempts.begin(candidates.find(ask.model, sources));
    } catch (error) {
      this.refuse(error);
    }
  }

  /** Answers with an error of the gateway's own, or tells it inside of a stream that has begun. */
  refuse(cause: unknown): void {
    const error = toGatewayError(cause);
    this.error = error;
    if (error.code === "internal" && !(cause instanceof GatewayError)) this.crashed(cause);
    this.client.refuse(error);
    this.record();
  }

  private closed(): void {
    this.context.active.remove(this);
    if (!this.client.response.writableFinished) this.attempts?.abort(undefined);
    this.record();
  }

  private record(): void {
    if (this.recorded) return;
    this.recorded = true;
    recordExchange(this, this.context);
  }
}

/** The plugin's only group, or that whose format the body has. */
function groupOf(plan: RoutePlan, body: Buffer, scanned: ScanResult | undefined): TargetGroup {
  const [first, ...others] = plan.groups;
  if (first === undefined) throw new GatewayError("no_plugin", "the plugin has no targets");
  if (others.length === 0) return first;
  const scan = scanJsonBody(body, scanned);
  return plan.groups.find((group) => group.surface.recognises(scan)) ?? first;
}

function toGatewayError(cause: unknown): GatewayError {
  if (cause instanceof GatewayError) return cause;
  if (cause instanceof TemplateProblem) return new GatewayError("bad_template", cause.message);
  return new GatewayError("internal", "An unexpected error occurred");
}
