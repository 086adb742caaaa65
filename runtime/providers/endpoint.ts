import type { ModelOptions } from "../../config/types.generated";
import { GatewayError } from "../exchange/errors";
import type { Endpoint, Surface } from "../interfaces";

/**
 * Where calls go: `upstream_url` replaces host and path of the provider's own address. A surface without a path of its own (`preserve`) takes
 * only scheme, host and port of it, and the path of `upstream_path`; an empty path then means the client's.
 * @throws GatewayError `bad_endpoint` where `upstream_url` is no http(s) URL
 */
export function endpointOf(defaultOrigin: string, options: ModelOptions, surface: Surface): Endpoint {
  const { upstream_url } = options;
  const url = URL.canParse(upstream_url ?? defaultOrigin) ? new URL(upstream_url ?? defaultOrigin) : undefined;
  if (url === undefined || (url.protocol !== "http:" && url.protocol !== "https:")) {
    throw new GatewayError("bad_endpoint", "model.options.upstream_url must be a full http:// or https:// URL");
  }
  const whole = upstream_url !== undefined && surface.path !== undefined;
  const scheme = url.protocol.slice(0, -1);
  return {
    origin: url.origin,
    scheme,
    host: url.hostname,
    port: Number(url.port) || (scheme === "https" ? 443 : 80),
    // eslint-disable-next-line @typescript-eslint/no-deprecated -- it works and warns until Kong takes it out
    path: collapse(whole ? url.pathname : (surface.path ?? options.upstream_path ?? "")),
    query: whole ? url.search.slice(1) : "",
  };
}

const collapse = (path: string): string => (path === "" ? "" : path.replace(/^\/*/, "/"));
