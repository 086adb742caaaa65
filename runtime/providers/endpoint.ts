import type { ModelOptions } from "../../config/types.generated";
import { GatewayError } from "../errors";
import type { Endpoint } from "./provider";
import { parsedUrl } from "../../config/parsed-url";

/**
 * What `upstream_url` names. `whole`: the address as it is called. `server`: likewise, but if it has no path, the provider's is added.
 * `base`: what the provider's path is added to, unless it stands there already.
 */
export type UpstreamUrl = "whole" | "server" | "base";

/**
 * Where calls go: `upstream_url` replaces host and path of the provider's own address. A surface without a path of its own (`preserve`) takes
 * only scheme, host and port of it, and the path of `upstream_path`; an empty path then means the client's. Path and query come out as URLs have them,
 * so that whatever a configuration writes can be sent.
 * @param defaultOrigin the provider's own; undefined if it has none, so that `upstream_url` must be given
 * @param path the provider's path of the surface; undefined if it has none of its own
 * @throws GatewayError `bad_endpoint` if `upstream_url` is not a valid http(s) URL
 */
export function endpointOf(
  defaultOrigin: string | undefined,
  path: string | undefined,
  options: ModelOptions,
  names: UpstreamUrl = "whole",
): Endpoint {
  const { upstream_url } = options;
  const url = webUrl(upstream_url ?? defaultOrigin ?? "");
  const whole = upstream_url !== undefined && path !== undefined;
  const scheme = url.protocol.slice(0, -1);
  // eslint-disable-next-line @typescript-eslint/no-deprecated -- it works and warns until Kong takes it out
  const own = path ?? options.upstream_path ?? "";
  const address = whole ? completed(url, path, names) : own === "" ? undefined : new URL(`http://path${collapse(own)}`);
  return {
    origin: url.origin,
    scheme,
    host: url.hostname,
    port: Number(url.port) || (scheme === "https" ? 443 : 80),
    path: address === undefined ? "" : collapse(address.pathname),
    query: address?.search.slice(1) ?? "",
  };
}

function completed(url: URL, path: string, names: UpstreamUrl): URL {
  if (names === "base") url.pathname = joined(url.pathname, path);
  else if (names === "server" && url.pathname === "/") url.pathname = path;
  return url;
}

/** One path behind another, without the segments that end the first and begin the second. */
function joined(base: string, path: string): string {
  const before = base.split("/").filter((segment) => segment !== "");
  const behind = path.split("/").filter((segment) => segment !== "");
  let common = Math.min(before.length, behind.length);
  while (common > 0 && before.slice(-common).join("/") !== behind.slice(0, common).join("/")) common--;
  return `/${[...before, ...behind.slice(common)].join("/")}`;
}

function webUrl(text: string): URL {
  const url = parsedUrl(text);
  if (url?.protocol === "http:" || url?.protocol === "https:") return url;
  throw new GatewayError("bad_endpoint", "model.options.upstream_url must be a full http:// or https:// URL");
}

/** One slash at the beginning, also in place of backslashes, which URLs take for slashes. */
const collapse = (path: string): string => path.replace(/^[\\/]*/, "/");
