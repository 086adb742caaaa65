import type { ModelOptions } from "../../config/types.generated";
import { GatewayError } from "../errors";
import type { Endpoint } from "./provider";

/**
 * Where calls go: `upstream_url` replaces host and path of the provider's own address. A surface without a path of its own (`preserve`) takes
 * only scheme, host and port of it, and the path of `upstream_path`; an empty path then means the client's. Path and query come out as URLs have them,
 * so that whatever a configuration writes can be sent.
 * @param path the provider's path of the surface; undefined if it has none of its own
 * @throws GatewayError `bad_endpoint` if `upstream_url` is not a valid http(s) URL
 */
export function endpointOf(defaultOrigin: string, path: string | undefined, options: ModelOptions): Endpoint {
  const { upstream_url } = options;
  const url = webUrl(upstream_url ?? defaultOrigin);
  const whole = upstream_url !== undefined && path !== undefined;
  const scheme = url.protocol.slice(0, -1);
  // eslint-disable-next-line @typescript-eslint/no-deprecated -- it works and warns until Kong takes it out
  const own = path ?? options.upstream_path ?? "";
  const address = whole ? url : own === "" ? undefined : new URL(`http://path${collapse(own)}`);
  return {
    origin: url.origin,
    scheme,
    host: url.hostname,
    port: Number(url.port) || (scheme === "https" ? 443 : 80),
    path: address === undefined ? "" : collapse(address.pathname),
    query: address?.search.slice(1) ?? "",
  };
}

function webUrl(text: string): URL {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url?.protocol === "http:" || url?.protocol === "https:") return url;
  throw new GatewayError("bad_endpoint", "model.options.upstream_url must be a full http:// or https:// URL");
}

/** One slash at the beginning, also in place of backslashes, which URLs take for slashes. */
const collapse = (path: string): string => path.replace(/^[\\/]*/, "/");
