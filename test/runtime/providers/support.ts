import type { ModelOptions, Provider as ProviderName, RouteType, TargetConfig } from "../../../config/types.generated";
import type { Call } from "../../../runtime/codecs/codec";
import { providers } from "../../../runtime/providers";
import type { Endpoint, Service } from "../../../runtime/providers/provider";
import { surfaces } from "../../../runtime/surfaces";

export const CHAT: RouteType = "llm/v1/chat";
export const COMPLETIONS: RouteType = "llm/v1/completions";

/** Options as the configuration's defaults leave them. */
export const optionsOf = (options: object = {}): ModelOptions => ({ azure_api_version: "2023-05-15", ...options });

/** @throws Error if the provider does not serve it */
export function serviceOf(provider: ProviderName, routeType: RouteType, options: object = {}): Service {
  const surface = surfaces.get(routeType);
  const target = { route_type: routeType, model: { provider, options: optionsOf(options) } } as TargetConfig;
  const service = surface && providers.get(provider)?.serve(surface, target);
  if (service === undefined) throw new Error(`${provider} does not serve ${routeType}`);
  return service;
}

/** Where a call goes, as a URL; the path is empty if it is the client's own. */
export function addressOf(provider: ProviderName, routeType: RouteType, options: object = {}, clientQuery = ""): string {
  const service = serviceOf(provider, routeType, options);
  const { origin, path, query }: Endpoint = service.address(optionsOf(options), { model: "m", stream: false });
  const sent = service.query(clientQuery, query);
  return `${origin}${path}${sent === "" ? "" : `?${sent}`}`;
}

/** A call with this body. */
export function callOf(routeType: RouteType, body: string, more: Partial<Call> = {}): Call {
  const surface = surfaces.get(routeType);
  if (surface === undefined) throw new Error(`${routeType} has no surface`);
  const ask = surface.read(Buffer.from(body));
  return {
    ask,
    model: ask.model,
    parameters: { defaults: [], maxTokens: undefined },
    options: optionsOf(),
    stream: ask.stream,
    usage: ask.wantsUsage ? "on" : "off",
    resume: undefined,
    keepText: false,
    maxBytes: 1024 * 1024,
    ...more,
  };
}
