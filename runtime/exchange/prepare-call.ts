import { GatewayError } from "./errors";
import { accepts, forwardedHeaders } from "./forward-headers";
import type { Ask, CallOptions, Endpoint, OutgoingRequest, Pick, ResumePoint, Surface } from "../interfaces";
import type { RoutePlan } from "../snapshot/route-plan";
import type { TargetPlan } from "../interfaces";
import type { TemplateSources } from "../templates/template";
import type { AttemptOrder } from "./attempt";
import type { IncomingMessage } from "node:http";

/** The client's request as far as calls are made of it. */
export interface Asked extends Pick {
  readonly request: IncomingMessage;
  readonly path: string;
  readonly query: string;
  readonly surface: Surface;
  readonly sources: TemplateSources;
}

/**
 * Makes the call to a chosen target, all but its credentials. It is made anew from the client's request for each attempt.
 * @param resume where an earlier answer broke; undefined where none did
 * @param judged whether a judge will want to read the answer
 * @throws GatewayError `missing_model`, `bad_endpoint`; TemplateProblem
 */
export function prepareCall(
  asked: Asked,
  plan: RoutePlan,
  target: TargetPlan,
  resume: ResumePoint | undefined,
  judged: boolean,
): AttemptOrder {
  const { surface, ask, sources } = asked;
  const model = (typeof target.model === "object" ? target.model.render(sources) : target.model) ?? modelAsked(ask, target);
  if (model === undefined && !surface.opaque) {
    throw new GatewayError("missing_model", "model parameter not found in request, nor in gateway configuration");
  }
  const endpoint = target.endpoint ?? target.provider.endpoint(target.config, target.options.render(sources), surface);
  const stream = !surface.opaque && (ask.stream || plan.responseStreaming === "always");
  const prefill = resume?.prefilled === true ? resume.text : undefined;
  const streamUsage = stream && target.logging.log_statistics && target.provider.streamUsage;
  return {
    target,
    endpoint,
    model,
    stream,
    withholdUsage: streamUsage && !ask.streamUsage,
    opaque: surface.opaque,
    request: outgoing(asked, target, endpoint, stream, encodedBody(asked, target, { model, stream, streamUsage, prefill })),
    limits: plan.limits,
    resumable: stream && plan.policy.resume !== "off",
    resume,
    judged,
    maxResponseBytes: plan.maxResponseBytes,
    modelHeader: plan.modelNameHeader && model !== undefined ? `${target.provider.name}/${model}` : undefined,
    pluginId: plan.plugin.id,
  };
}

/** The client's own model name where the target has none; an alias never reaches the provider. */
const modelAsked = (ask: Ask, target: TargetPlan): string | undefined => (ask.model === target.alias ? undefined : ask.model);

function encodedBody({ surface, ask }: Asked, target: TargetPlan, call: CallOptions): Buffer | undefined {
  if (!surface.opaque) return target.dialect.encode(ask, target, call);
  return ask.body.length === 0 ? undefined : ask.body;
}

function outgoing(asked: Asked, target: TargetPlan, endpoint: Endpoint, stream: boolean, body: Buffer | undefined): OutgoingRequest {
  const headers = forwardedHeaders(asked.request, target.credential.overridableHeader, asked.requestId, !asked.surface.opaque);
  headers.push("accept-encoding", !stream && accepts(asked.request, "gzip") ? "gzip" : "identity");
  return {
    method: asked.request.method ?? "POST",
    origin: endpoint.origin,
    path: endpoint.path === "" ? asked.path : endpoint.path,
    query: joinQuery(asked.query, endpoint.query),
    headers,
    body,
  };
}

/** The client's query, with what the configured address sets winning. */
function joinQuery(client: string, configured: string): string {
  if (client === "" || configured === "") return client + configured;
  const joined = new URLSearchParams(client);
  for (const [name, value] of new URLSearchParams(configured)) joined.set(name, value);
  return joined.toString();
}
