import type { IncomingMessage } from "node:http";
import { headerText } from "../bytes/header-text";
import type { RouteAction } from "../snapshot/route-plan";
import { quote } from "../ledger/json-text";
import { aiProxyJson, type AttemptEntry } from "../ledger/entry";
import type { FileLog } from "../ledger/file-log";
import type { GatewayMetrics } from "../metrics/gateway-metrics";
import type { Log } from "../ledger/log";
import type { Clock } from "../clock";

/** Where exchanges are recorded. */
export interface Recorder {
  readonly log: Log;
  readonly clock: Clock;
  readonly metrics: Pick<GatewayMetrics, "exchangeEnded">;
}

/** What of an exchange is recorded. */
export interface RecordedExchange {
  readonly id: string;
  /** On the monotonic clock, in milliseconds. */
  readonly startedAt: number;
  readonly path: string;
  readonly action: RouteAction | undefined;
  readonly entries: readonly AttemptEntry[];
  readonly error: { readonly code: string; readonly message: string; readonly detail?: string | undefined } | undefined;
  readonly client: { readonly request: IncomingMessage; readonly status: number };
}

/** Headers that say nothing secret; all others are left out of log files, as any of them may hold a credential. */
const LOGGED_HEADERS = ["host", "user-agent", "content-type", "content-length", "accept", "accept-encoding"];

function loggedHeaders({ headers }: IncomingMessage): Record<string, string> {
  const logged: Record<string, string> = {};
  for (const name of LOGGED_HEADERS) {
    const value = headers[name];
    if (typeof value === "string") logged[name] = headerText(value);
  }
  return logged;
}

/** 499 = the client went away before it got a status; nginx's number for it. */
const CLIENT_GONE = 499;

/** Writes one line per exchange to the log, and one to the route's `file-log` file if it has one. */
export function recordExchange(exchange: RecordedExchange, recorder: Recorder): void {
  const { action, entries, error } = exchange;
  const route = action?.kind === "serve" ? action.plan.route : action?.route;
  const fileLog = action?.kind === "serve" ? action.plan.fileLog : action?.fileLog;
  const proxy = aiProxyJson(entries);
  const milliseconds = recorder.clock.now() - exchange.startedAt;
  const status = exchange.client.status || CLIENT_GONE;
  recorder.metrics.exchangeEnded({ route, status, milliseconds });
  let members = `"request_id":"${exchange.id}","method":"${exchange.client.request.method ?? ""}","path":${quote(exchange.path)}`;
  members += `,"status":${status},"ms":${Math.round(milliseconds * 10) / 10}`;
  if (route !== undefined) members += `,"route":${quote(route.key)}`;
  if (error !== undefined) members += `,"error":${JSON.stringify({ code: error.code, message: error.message, detail: error.detail })}`;
  if (entries.length > 1 || (entries.length === 1 && entries[0]?.outcome !== "ok")) members += `,"attempts":${attemptsJson(entries)}`;
  if (proxy !== undefined) members += `,"ai":{"proxy":${proxy}}`;
  recorder.log.line(status >= 500 ? "warn" : "info", members, "exchange");
  if (fileLog !== undefined) writeFileLog(fileLog, exchange, status, milliseconds, proxy);
}

/** What became of each attempt, in their order: of every exchange that took more than one, or whose only one failed. */
function attemptsJson(entries: readonly AttemptEntry[]): string {
  return JSON.stringify(
    entries.map(({ target, outcome, status, cause, latencyMs, next, resumes }) => ({
      target: target.label,
      outcome,
      ...(cause !== undefined && { cause }),
      ...(status > 0 && { status }),
      ms: Math.round(latencyMs * 10) / 10,
      ...(resumes !== undefined && { resumes }),
      ...(next !== undefined && { next }),
    })),
  );
}

/** The shape of Kong's log serializer, as far as it is known here. */
function writeFileLog(fileLog: FileLog, exchange: RecordedExchange, status: number, milliseconds: number, proxy: string | undefined): void {
  const { request } = exchange.client;
  const route = exchange.action?.kind === "serve" ? exchange.action.plan.route : exchange.action?.route;
  const upstreamMs = exchange.entries.reduce((sum, entry) => sum + entry.latencyMs, 0);
  fileLog.write({
    request: {
      id: exchange.id,
      method: request.method,
      uri: exchange.path,
      size: Number(request.headers["content-length"] ?? 0),
      headers: loggedHeaders(request),
    },
    response: { status },
    latencies: {
      request: Math.round(milliseconds),
      proxy: Math.round(upstreamMs),
      kong: Math.max(0, Math.round(milliseconds - upstreamMs)),
    },
    client_ip: request.socket.remoteAddress,
    started_at: Math.round(Date.now() - milliseconds),
    ...(route !== undefined && { route: { id: route.id, name: route.name, paths: route.paths, service: route.service } }),
    ...(proxy !== undefined && { ai: { proxy: JSON.parse(proxy) as unknown } }),
  });
}
