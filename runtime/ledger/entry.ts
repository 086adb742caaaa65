import type { Manner } from "../codecs/resumption";
import type { Usage } from "../conversation/usage";
import type { Endpoint } from "../providers/provider";
import type { TargetPlan } from "../targets/target-plan";
import type { ClientTexts } from "../surfaces/surface";
import type { AttemptOutcome } from "../failover/failure";
import { addUsage } from "../conversation/usage";
import { costOf } from "./cost";
import { quote } from "./json-text";

/** What a judge reads: what the client asked and what it got, both in its own dialect. */
export interface JudgedExchange {
  readonly request: Buffer;
  readonly answer: string;
  readonly texts: ClientTexts;
}

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
  readonly outcome: AttemptOutcome;
  /** Status of the answer; 0 where none came. */
  readonly status: number;
  /** Why there were no credentials, for logs; undefined for every other outcome. */
  readonly cause: string | undefined;
  /** In which manner it was asked to go on with a stream that broke; undefined if there was none. */
  readonly resumes: Manner["kind"] | undefined;
  /** What was done about a failure; undefined where the attempt was the exchange's last word. */
  next: "next_target" | "same_target" | "new_credential" | "resume" | undefined;
  /** Events of the stream that were no valid JSON and have been left out. */
  readonly skippedEvents: number;
  /** Members of the request that had no effect, by the client's names. */
  readonly dropped: readonly string[];
  readonly endpoint: Endpoint;
  readonly requestPayload: string | undefined;
  readonly responsePayload: string | undefined;
  /** For the judge alone, never for a log; undefined where the answer is not judged. */
  readonly judged: JudgedExchange | undefined;
}

/** The parts of a log object that are alike for all requests with one target, model and address, as JSON text. */
interface TargetTexts {
  readonly pluginId: string;
  readonly requestModel: string | undefined;
  readonly endpoint: Endpoint;
  /** Up to the value of `response_model`. */
  readonly meta: string;
  readonly tried: string;
}

/** The texts that were made last, by target: most targets have one model and one address. */
const lastTexts = new WeakMap<TargetPlan, TargetTexts>();

function textsOf({ target, pluginId, requestModel, endpoint }: AttemptEntry): TargetTexts {
  const last = lastTexts.get(target);
  if (last !== undefined && last.requestModel === requestModel && last.endpoint === endpoint && last.pluginId === pluginId) return last;
  const { scheme, host, port, path } = endpoint;
  const { name } = target.provider;
  const model = quote(requestModel ?? "UNSPECIFIED");
  const texts: TargetTexts = {
    pluginId,
    requestModel,
    endpoint,
    meta: `"meta":{"plugin_id":${quote(pluginId)},"provider_name":"${name}","request_model":${model},"response_model":`,
    tried:
      `{"provider":"${name}","model":${model},"route_type":"${target.config.route_type}"` +
      `,"upstream_scheme":"${scheme}","host":${quote(host)},"port":${port},"upstream_uri":${quote(path)}}`,
  };
  lastTexts.set(target, texts);
  return texts;
}

/** What an exchange used up. */
interface Consumption {
  readonly usage: Usage | undefined;
  readonly cost: number;
  readonly estimated: boolean;
}

const consumedBy = ({ usage, usageEstimated, target }: AttemptEntry): Consumption => ({
  usage,
  cost: usage === undefined ? 0 : costOf(usage, target.prices),
  estimated: usageEstimated,
});

/** Of an answer that several attempts gave together the sum (docs/behaviour.md "Failover"), else what the last attempt used. */
function consumption(entries: readonly AttemptEntry[], last: AttemptEntry): Consumption {
  let sum = consumedBy(last);
  for (const entry of entries) {
    if (entry === last || entry.next !== "resume") continue;
    const { usage, cost, estimated } = consumedBy(entry);
    sum = { usage: addUsage(usage, sum.usage), cost: sum.cost + cost, estimated: sum.estimated || estimated };
  }
  return sum;
}

/** Statistics as JSON text. It is written by hand, as it is made for every request and a general writer takes several times as long. */
function statistics(entry: AttemptEntry, { usage, cost, estimated }: Consumption): string {
  const completion = usage?.completion_tokens ?? 0;
  let text = `${textsOf(entry).meta}${quote(entry.responseModel ?? entry.requestModel ?? "UNSPECIFIED")}`;
  text += `,"llm_latency":${Math.round(entry.latencyMs)},"request_mode":"${entry.stream ? "stream" : "oneshot"}"}`;
  text += `,"usage":{"prompt_tokens":${usage?.prompt_tokens ?? 0},"completion_tokens":${completion},"total_tokens":${usage?.total_tokens ?? 0}`;
  // prices are the configuration's: a product beyond all numbers must not break the line
  text += `,"cost":${Number.isFinite(cost) ? cost : 0}`;
  text += `,"time_per_token":${completion > 0 ? round(entry.latencyMs / completion) : 0}`;
  if (entry.firstTokenMs !== undefined) text += `,"time_to_first_token":${round(entry.firstTokenMs)}`;
  if (usage?.prompt_tokens_details !== undefined) text += `,"prompt_tokens_details":${countsText(usage.prompt_tokens_details)}`;
  if (usage?.completion_tokens_details !== undefined) text += `,"completion_tokens_details":${countsText(usage.completion_tokens_details)}`;
  return `${text}${estimated ? ',"estimated":true}' : "}"}`;
}

/** Counts are finite numbers, whoever told them. */
function countsText(counts: Readonly<Record<string, number>>): string {
  let text = "";
  for (const name in counts) text += `${text === "" ? "" : ","}${quote(name)}:${counts[name]}`;
  return `{${text}}`;
}

/** Milliseconds with as many digits as anybody reads. */
const round = (milliseconds: number): number => Math.round(milliseconds * 1000) / 1000;

function triedTargets(entries: readonly AttemptEntry[]): string {
  let text = "";
  for (const entry of entries) text += text === "" ? textsOf(entry).tried : `,${textsOf(entry).tried}`;
  return text;
}

/**
 * Kong's `ai.proxy` log object of an exchange as JSON text: statistics where `log_statistics`, bodies where `log_payloads` is set
 * on the target that answered.
 * @returns undefined where neither is
 */
export function aiProxyJson(entries: readonly AttemptEntry[]): string | undefined {
  const last = entries.at(-1);
  if (last === undefined) return undefined;
  const { log_statistics, log_payloads } = last.target.logging;
  if (!log_statistics && !log_payloads) return undefined;
  let text = log_statistics ? `{${statistics(last, consumption(entries, last))},"tried_targets":[${triedTargets(entries)}]` : "{";
  if (log_payloads) {
    text += `${log_statistics ? "," : ""}"payload":${JSON.stringify({ request: last.requestPayload, response: last.responsePayload })}`;
  }
  return `${text}}`;
}
