import type { Endpoint, Usage } from "../interfaces";
import type { TargetPlan } from "../snapshot/target-plan";
import { costOf } from "./cost";

/** What is known of one attempt when it has ended: the one source of logs and, later, of metrics and traces. */
export interface AttemptEntry {
  readonly target: TargetPlan;
  readonly pluginId: string;
  /** The model that the provider was asked for. */
  readonly requestModel: string | undefined;
  readonly responseModel: string | undefined;
  readonly usage: Usage | undefined;
  /** The provider reported none, so it was estimated. */
  readonly usageEstimated: boolean;
  readonly stream: boolean;
  /** Milliseconds from the call to the end of the answer. */
  readonly latencyMs: number;
  /** Milliseconds from the call to the first content. */
  readonly firstTokenMs: number | undefined;
  readonly outcome: "ok" | "upstream_status" | "failed" | "client_gone";
  readonly endpoint: Endpoint;
  readonly requestPayload: string | undefined;
  readonly responsePayload: string | undefined;
}

/** Kong's `ai.proxy` object (kong-config.md 7.2). */
export interface AiProxyLog {
  meta?: Record<string, string | number | undefined>;
  usage?: Record<string, unknown>;
  tried_targets?: readonly Record<string, string | number>[];
  payload?: { request?: string; response?: string };
}

function metaOf(entry: AttemptEntry): NonNullable<AiProxyLog["meta"]> {
  const { target } = entry;
  return {
    plugin_id: entry.pluginId,
    provider_name: target.provider.name,
    request_model: entry.requestModel ?? "UNSPECIFIED",
    response_model: entry.responseModel ?? entry.requestModel ?? "UNSPECIFIED",
    llm_latency: Math.round(entry.latencyMs),
    request_mode: entry.stream ? "stream" : "oneshot",
  };
}

function usageOf(entry: AttemptEntry): NonNullable<AiProxyLog["usage"]> {
  const { usage } = entry;
  const completion = usage?.completion_tokens ?? 0;
  // members are set one by one: this runs for every request, and spreading costs several times as much
  const log: NonNullable<AiProxyLog["usage"]> = {
    prompt_tokens: usage?.prompt_tokens ?? 0,
    completion_tokens: completion,
    total_tokens: usage?.total_tokens ?? 0,
    cost: usage === undefined ? 0 : costOf(usage, entry.target.prices),
    time_per_token: completion > 0 ? entry.latencyMs / completion : 0,
  };
  if (usage?.prompt_tokens_details !== undefined) log["prompt_tokens_details"] = usage.prompt_tokens_details;
  if (usage?.completion_tokens_details !== undefined) log["completion_tokens_details"] = usage.completion_tokens_details;
  if (entry.firstTokenMs !== undefined) log["time_to_first_token"] = entry.firstTokenMs;
  if (entry.usageEstimated) log["estimated"] = true;
  return log;
}

function triedTarget(entry: AttemptEntry): Record<string, string | number> {
  const { scheme, host, port, path } = entry.endpoint;
  return {
    provider: entry.target.provider.name,
    model: entry.requestModel ?? "UNSPECIFIED",
    route_type: entry.target.config.route_type,
    upstream_scheme: scheme,
    host,
    port,
    upstream_uri: path,
  };
}

/**
 * Kong's `ai.proxy` log object of an exchange: statistics where `log_statistics`, bodies where `log_payloads` is set on the target that answered.
 * @returns undefined where neither is
 */
export function aiProxyLog(entries: readonly AttemptEntry[]): AiProxyLog | undefined {
  const last = entries.at(-1);
  if (last === undefined) return undefined;
  const { log_statistics, log_payloads } = last.target.logging;
  if (!log_statistics && !log_payloads) return undefined;
  const log: AiProxyLog = {};
  if (log_statistics) {
    log.meta = metaOf(last);
    log.usage = usageOf(last);
    log.tried_targets = entries.map(triedTarget);
  }
  if (log_payloads) {
    log.payload = {
      ...(last.requestPayload !== undefined && { request: last.requestPayload }),
      ...(last.responsePayload !== undefined && { response: last.responsePayload }),
    };
  }
  return log;
}
