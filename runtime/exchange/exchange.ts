import type { IncomingMessage, ServerResponse } from "node:http";
import type { AttemptEntry } from "../ledger/entry";
import { inSlices } from "../bytes/slices";
import type { Ask } from "../codecs/ask";
import { scanObject, type ScanResult } from "../json/scan";
import { recordExchange, type Recorder } from "./record";
import type { RouteMatch } from "../router/router";
import type { Snapshot } from "../snapshot/compile";
import type { RouteAction, RoutePlan, TargetGroup } from "../snapshot/route-plan";
import type { LinkedList, Linked } from "../linked-list";
import { admit, mediaTypeOf } from "../client/admission";
import { Attempts, type AttemptsContext, type AttemptsOwner } from "./attempts";
import { readClientBody } from "../client/client-body";
import { ClientSide } from "../client/client-side";
import { GatewayError } from "../errors";
import { toGatewayError } from "./gateway-error";
import type { Asked } from "./prepare-call";
import { nextRequestId } from "../client/request-id";
import { lackingTargets } from "./lacking-targets";
import { hostOf, readTarget, type RequestTarget } from "../client/request-target";
import { RequestSources } from "../client/sources";
import { scanJsonBody } from "../surfaces/read-json";
import { JSON_METHODS } from "../surfaces/surface";

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
  /** Of the request's URL, in the one form that is matched and sent; the query has no `?`. */
  readonly path: string;
  readonly query: string;
  action: RouteAction | undefined;
  /** The gateway's own error, if the client got one. */
  error: GatewayError | undefined;

  private readonly target: RequestTarget;
  private attempts: Attempts | undefined;
  /** Gives up the reading of a large request. */
  private stopReading: (() => void) | undefined;
  private recorded = false;
  private crashes = 0;

  constructor(
    private readonly context: ExchangeContext,
    request: IncomingMessage,
    response: ServerResponse,
  ) {
    this.startedAt = context.clock.now();
    this.client = new ClientSide(request, response);
    this.target = readTarget(request.url ?? "/");
    this.path = this.target.path;
    this.query = this.target.query;
  }

  /** Begins; everything else follows from events. `snapshot` is kept to the end, whatever is reloaded meanwhile. */
  run(snapshot: Snapshot | undefined): void {
    const { request, response } = this.client;
    this.context.active.add(this);
    this.client.ownHeaders.push("X-Kong-Request-Id", this.id);
    if (this.context.draining()) this.client.ownHeaders.push("Connection", "close");
    response.on("close", () => this.closed());
    response.on("error", () => this.responseFailed());
    try {
      const { plan, match } = this.route(snapshot, request);
      this.client.writeMs = plan.limits.writeMs;
      const unpack = !plan.groups.some(takesBytes);
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
    else this.attempts.abort(error, "draining");
  }

  completed(): void {
    this.record();
  }

  /** Attempts that have ended, in turn. */
  get entries(): readonly AttemptEntry[] {
    return this.attempts?.entries ?? NO_ENTRIES;
  }

  private route(snapshot: Snapshot | undefined, request: IncomingMessage): { readonly plan: RoutePlan; readonly match: RouteMatch } {
    if (snapshot === undefined) throw new GatewayError("not_ready", "the gateway has no configuration yet");
    const match = snapshot.router.match({
      method: request.method ?? "GET",
      host: hostOf(request, this.target),
      path: this.path,
      headers: request.headers,
      protocol: "http",
    });
    if (match === undefined) throw new GatewayError("no_route", "no Route matched with those values");
    const action = (this.action = snapshot.actions.get(match.route));
    if (action?.kind === "serve") {
      const { groups } = action.plan;
      admit(request, (groups.find(takesBytes) ?? groups[0])?.surface ?? surfaceOfNone);
      return { plan: action.plan, match };
    }
    if (action?.kind === "unserved") throw new GatewayError("not_served", `not served by this version of the gateway: ${action.what}`);
    throw new GatewayError("no_plugin", "no ai-proxy or ai-proxy-advanced plugin applies to this route");
  }

  private admit(plan: RoutePlan, match: RouteMatch, body: Buffer, scanned: ScanResult | undefined): void {
    try {
      const group = groupOf(plan, this.client.request, body, scanned);
      if (plan.groups.length > 1) admit(this.client.request, group.surface);
      const { surface } = group;
      if (scanned === undefined || surface.readLarge === undefined) {
        this.asks(plan, match, group, surface.read(body, scanned));
        return;
      }
      const reading = surface.readLarge(body, scanned);
      this.stopReading = inSlices(
        reading,
        () => this.asks(plan, match, group, reading.result()),
        (cause) => this.refuse(cause),
      );
    } catch (error) {
      this.refuse(error);
    }
  }

  /** The request has been read; its first target is chosen. */
  private asks(plan: RoutePlan, match: RouteMatch, group: TargetGroup, ask: Ask): void {
    try {
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
      };
      const found = candidates.find(ask.model, sources);
      const lacking = group.mayLack ? lackingTargets(asked, found.targets) : undefined;
      this.attempts = new Attempts(this, this.context, plan, asked);
      this.attempts.begin(found, lacking);
    } catch (error) {
      this.refuse(error);
    }
  }

  /** Answers with an error of the gateway's own; nothing if the client has a head already. Never throws. */
  refuse(cause: unknown): void {
    try {
      this.stopReading?.();
      const error = toGatewayError(cause);
      this.error = error;
      if (error.code === "internal" && !(cause instanceof GatewayError)) this.logMistake(cause);
      this.client.refuse(error);
      this.record();
    } catch (another) {
      this.crash(another);
    }
  }

  crashed(cause: unknown, ends: boolean): void {
    if (ends) this.crash(cause);
    else this.logMistake(cause);
  }

  private logMistake(cause: unknown): void {
    try {
      this.context.log.logger.error({ request_id: this.id, err: cause }, "an exchange failed inside the gateway");
    } catch {
      // a log that cannot be written has nowhere to be told
    }
  }

  private crash(cause: unknown): void {
    this.logMistake(cause);
    if (this.crashes++ > 0) {
      this.client.response.destroy();
      return;
    }
    this.error ??= new GatewayError("internal", "An unexpected error occurred");
    try {
      this.attempts?.end();
      if (this.client.response.headersSent) this.client.response.destroy();
      else this.client.refuse(this.error);
      this.record();
    } catch (another) {
      this.crash(another);
    }
  }

  private responseFailed(): void {
    try {
      this.client.response.destroy();
    } catch (error) {
      this.crash(error);
    }
  }

  private closed(): void {
    try {
      this.context.active.remove(this);
      this.stopReading?.();
      if (!this.client.response.writableFinished) this.attempts?.abort(undefined);
      this.record();
    } catch (error) {
      this.crash(error);
    }
  }

  private record(): void {
    if (this.recorded) return;
    this.recorded = true;
    recordExchange(this, this.context);
  }
}

/** Of an exchange that came to no attempt. */
const NO_ENTRIES: readonly AttemptEntry[] = [];

const takesBytes = ({ surface }: TargetGroup): boolean => surface.body === "bytes";

/** A plugin without targets is entered like any other, and refused afterwards. */
const surfaceOfNone = { methods: JSON_METHODS, body: "json" } as const;

/** The plugin's only group, or that which accepts the body's type and whose format it has. */
function groupOf(plan: RoutePlan, request: IncomingMessage, body: Buffer, scanned: ScanResult | undefined): TargetGroup {
  const [only, another] = plan.groups;
  if (only === undefined) throw new GatewayError("no_plugin", "the plugin has no targets");
  if (another === undefined) return only;
  const mediaType = mediaTypeOf(request);
  const accepting = plan.groups.filter(({ surface }) => surface.accepts(mediaType));
  const [first = only, ...others] = accepting;
  if (others.length === 0) return first;
  const scan = scanned ?? scanObject(body);
  const bytes = accepting.find(takesBytes);
  // what is no JSON belongs to a surface that takes anything, or it is wrong
  if (!scan.ok && bytes !== undefined) return bytes;
  const object = scanJsonBody(body, scan);
  return accepting.find((group) => group.surface.recognises(object)) ?? first;
}
