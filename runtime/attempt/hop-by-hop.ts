/** Of one connection only, or made anew for the next one. Source: RFC 9110 section 7.6.1. */
export const HOP_BY_HOP = [
  "connection",
  "keep-alive",
  "proxy-authenticate",
  "proxy-authorization",
  "proxy-connection",
  "te",
  "trailer",
  "transfer-encoding",
  "upgrade",
  "expect",
  "http2-settings",
];

/** Names that a `Connection` header adds to the hop-by-hop ones. */
export function connectionOptions(named: string | undefined): ReadonlySet<string> | undefined {
  if (named === undefined || named === "keep-alive" || named === "close") return undefined;
  return new Set(named.split(",").map((option) => option.trim().toLowerCase()));
}

export const NO_NAMES: ReadonlySet<string> = new Set();
