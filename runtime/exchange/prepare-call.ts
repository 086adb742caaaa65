import { GatewayError } from "../errors";
import { accepts } from "../client/accepts";
import { headerValue } from "../client/header-value";
import { mannerOf } from "../failover/manner";
import { forwardedHeaders } from "../attempt/request-headers";
import { forwardedQuery } from "../attempt/forward-query";
import { allowedBy } from "../../config/allowed-origins";
import type { Ask } from "../codecs/ask";
import type { Resumption } from "../codecs/resumption";
import type { ResumePoint } from "../codecs/stream-reader";
import type { OutgoingRequest } from "../credentials/source";
import type { Call, Conversion } from "../codecs/codec";
import type { Endpoint } from "../providers/provider";
import type { Surface } from "../surfaces/surface";
import type { OriginLimit, TargetPlan } from "../targets/target-plan";
import type { RoutePlan } from "../snapshot/route-plan";
import type { TemplateSources } from "../templates/template";
import type { AttemptOrder } from "../attempt/contract";
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
 * @param broken the earlier answer that it is to go on with; undefined if there is none
 * @param judged whether a judge will want to read the answer
 * @throws GatewayError `missing_model`, `bad_endpoint`, `origin_not_allowed`; TemplateProblem. Whatever the client's request makes unsendable is found
 * here, before an attempt begins, so that no target is blamed for it.
 */
export function prepareCall(
  asked: Asked,
  plan: RoutePlan,
  target: TargetPlan,
  broken: BrokenAnswer | undefined,
  judged: boolean,
): AttemptOrder {
  const { surface, ask, sources } = asked;
  const { service, parameters } = target;
  const model = modelFor(asked, target);
  const stream = isStreamed(asked, plan);
  const options = target.options.render(sources);
  const resume = broken && resumptionOf(asked, plan, target, model, broken);
  const endpoint = target.endpoint ?? service.address(options, { model, stream });
  const query = queryOf(asked, target, endpoint);
  const hostByClient = target.originLimit !== undefined && isHostByClient(endpoint, target.originLimit);
  const conversion = service.codec.begin({
    ask,
    model,
    parameters,
    options,
    stream,
    usage: usageOf(ask, target, stream, query),
    resume,
    keepText: stream && plan.policy.resume !== "off",
    maxBytes: plan.maxResponseBytes,
  });
  return {
    target,
    endpoint,
    hostByClient,
    model,
    stream,
    conversion,
    request: outgoing(asked, target, endpoint, query, stream, conversion),
    limits: plan.limits,
    resume,
    judged: judged && surface.texts !== undefined ? { request: ask.body, texts: surface.texts } : undefined,
    maxResponseBytes: plan.maxResponseBytes,
    modelHeader: plan.modelNameHeader && model !== undefined ? `${target.provider.name}/${model}` : undefined,
    pluginId: plan.plugin.id,
    take: undefined,
  };
}

/** Whether the client gets a stream. */
export const isStreamed = ({ surface, ask }: Asked, { responseStreaming }: RoutePlan): boolean =>
  surface.streams && (ask.stream || responseStreaming === "always");

/** An answer that broke. */
export interface BrokenAnswer {
  readonly point: ResumePoint;
  /** Whether the target would refuse again what it was given of it. */
  readonly spent: boolean;
}

function resumptionOf(
  { surface, ask }: Asked,
  { policy }: RoutePlan,
  { service, label }: TargetPlan,
  model: string | undefined,
  { point, spent }: BrokenAnswer,
): Resumption {
  const manner = mannerOf({
    policy: policy.resume,
    text: point.text,
    free: surface.goesOn?.(ask) ?? false,
    spent,
    prefill: () => service.traits.prefill(model, ask),
  });
  return { point, manner, by: headerValue(label) };
}

/**
 * The model that a target is asked for: the client's own if the target has none; an alias never reaches the provider.
 * @throws TemplateProblem
 */
export function modelFor({ ask, sources }: Pick<Asked, "ask" | "sources">, { model, alias }: TargetPlan): string | undefined {
  const configured = typeof model === "object" ? model.render(sources) : model;
  return configured ?? (ask.model === alias ? undefined : ask.model);
}

/** The query of a call, without `?` and before its credentials. */
function queryOf({ query }: Asked, { credential, credentialNames, service }: TargetPlan, endpoint: Endpoint): string {
  const client = service.codec.translates ? "" : forwardedQuery(query, credentialNames, credential.overridableParameter);
  return service.query(client, endpoint.query);
}

function usageOf(ask: Ask, { logging, service }: TargetPlan, stream: boolean, query: string): Call["usage"] {
  const { usageInStreams } = service.traits;
  if (!stream || usageInStreams === false) return "off";
  if (ask.wantsUsage) return "on";
  if (!logging.log_statistics) return "off";
  return usageInStreams === true || usageInStreams(ask, query) ? "withhold" : "off";
}

function outgoing(
  asked: Asked,
  target: TargetPlan,
  endpoint: Endpoint,
  query: string,
  stream: boolean,
  conversion: Conversion,
): OutgoingRequest {
  const { credential, credentialNames, service } = target;
  const { translates } = service.codec;
  const isJson = asked.surface.body === "json";
  const headers = forwardedHeaders(asked.request, credentialNames, credential.overridableHeader, asked.requestId, isJson, translates);
  headers.push("accept-encoding", !stream && accepts(asked.request, "gzip") ? "gzip" : "identity");
  for (const part of conversion.headers) headers.push(part);
  return {
    method: asked.request.method ?? "POST",
    origin: endpoint.origin,
    path: endpoint.path === "" ? asked.path : endpoint.path,
    query,
    headers,
    body: conversion.body,
    granted: undefined,
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
