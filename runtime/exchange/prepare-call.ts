import { GatewayError } from "./errors";
import { accepts, forwardedHeaders } from "./forward-headers";
import { forwardedQuery, joinQuery } from "./forward-query";
import { allowedBy } from "../../config/allowed-origins";
import type { Ask, CallOptions, Endpoint, OriginLimit, OutgoingRequest, ResumePoint, Surface, TargetPlan } from "../interfaces";
import type { RoutePlan } from "../snapshot/route-plan";
import type { TemplateSources } from "../templates/template";
import type { AttemptOrder } from "./attempt";
import type { IncomingMessage } from "node:http";

/** The client's request as far as calls are made of it. */
export interface Asked {
  readonly requestId: string;
  readonly ask: Ask;
  readonly request: IncomingMessage;
  /** In the form in which the route was found; nothing else is sent. */
  readonly path: string;
  /** Without `?`. */
  readonly query: string;
  readonly surface: Surface;
  readonly sources: TemplateSources;
}

/**
 * Makes the call to a chosen target, all but its credentials. It is made anew from the client's request for each attempt.
 * @param resume where an earlier answer broke; undefined where none did
 * @param judged whether a judge will want to read the answer
 * @throws GatewayError `missing_model`, `bad_endpoint`, `origin_not_allowed`; TemplateProblem. Whatever the client's request makes unsendable is found
 * here, before an attempt begins, so that no target is blamed for it.
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
  const hostByClient = target.originLimit !== undefined && isHostByClient(endpoint, target.originLimit);
  const stream = !surface.opaque && (ask.stream || plan.responseStreaming === "always");
  const prefill = resume?.prefilled === true ? resume.text : undefined;
  const streamUsage = stream && target.logging.log_statistics && target.provider.streamUsage;
  return {
    target,
    endpoint,
    hostByClient,
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
  const { credential, credentialNames } = target;
  const headers = forwardedHeaders(asked.request, credentialNames, credential.overridableHeader, asked.requestId, !asked.surface.opaque);
  headers.push("accept-encoding", !stream && accepts(asked.request, "gzip") ? "gzip" : "identity");
  return {
    method: asked.request.method ?? "POST",
    origin: endpoint.origin,
    path: endpoint.path === "" ? asked.path : endpoint.path,
    query: joinQuery(forwardedQuery(asked.query, credentialNames, credential.overridableParameter), endpoint.query),
    headers,
    body,
  };
}

/** Whether the DNS can hold a name: 253 characters at most, 1 to 63 in each part. Source: RFC 1035, section 2.3.4. */
function isHostName(name: string): boolean {
  const plain = name.endsWith(".") ? name.slice(0, -1) : name;
  return plain.length <= 253 && plain.split(".").every((part) => part.length > 0 && part.length <= 63);
}

/**
 * Whether a host that does not exist would be the client's mistake: it named the host, and only a pattern allows it.
 * @throws GatewayError `origin_not_allowed`
 */
function isHostByClient({ origin }: Endpoint, { allowed, onlyHost }: OriginLimit): boolean {
  const kind = allowedBy(allowed, new URL(origin), onlyHost);
  if (kind === "suffix" && !isHostName(new URL(origin).hostname)) {
    throw new GatewayError(
      "unknown_host",
      "the host that the request asks for cannot exist, as its name or a part of it is empty or too long",
    );
  }
  if (kind !== undefined) return kind === "suffix";
  throw new GatewayError(
    "origin_not_allowed",
    "the address that the request asks for must be one of those that the gateway may call (extensions.allowed_origins), but it is not",
  );
}
