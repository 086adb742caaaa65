/** A request's host, taken apart once per request. */
export interface RequestHost {
  /** Lower case, without port. */
  readonly name: string;
  /** With its port, if it came with one. */
  readonly full: string;
}

/** The hosts that a route accepts. */
export interface RouteHosts {
  /** No wildcard among them; such routes come before others. */
  readonly plainOnly: boolean;
  /** The hosts without a wildcard, in lower case. */
  readonly plain: ReadonlySet<string>;
  accepts(host: RequestHost | undefined): boolean;
}

interface Wildcard {
  /** `.example.com` of `*.example.com`, else "". */
  readonly suffix: string;
  /** `example.` of `example.*`, else "". */
  readonly prefix: string;
  /** `:8000`, or "" for any. */
  readonly port: string;
}

const PORT = /:\d+$/;

/** Takes a Host header apart; undefined stays undefined. */
export function parseHost(host: string | undefined): RequestHost | undefined {
  if (host === undefined) return undefined;
  const full = host.toLowerCase();
  return { name: full.replace(PORT, ""), full };
}

/** Compiles a route's `hosts`: names, `*.example.com` or `example.*` (one label or more), each with or without a port; without = any port. */
export function compileHosts(hosts: readonly string[]): RouteHosts {
  const plain = new Set<string>();
  const wildcards: Wildcard[] = [];
  for (const text of hosts) {
    const host = text.toLowerCase();
    if (!host.includes("*")) {
      plain.add(host);
      continue;
    }
    const port = PORT.exec(host)?.[0] ?? "";
    const name = host.slice(0, host.length - port.length);
    wildcards.push(name.startsWith("*") ? { suffix: name.slice(1), prefix: "", port } : { suffix: "", prefix: name.slice(0, -1), port });
  }
  return {
    plainOnly: wildcards.length === 0,
    plain,
    accepts: (host) => {
      if (host === undefined) return false;
      return plain.has(host.name) || plain.has(host.full) || wildcards.some((wildcard) => matches(wildcard, host));
    },
  };
}

/** The star stands for at least one character. */
function matches({ suffix, prefix, port }: Wildcard, { name, full }: RequestHost): boolean {
  if (port !== "" && full !== name + port) return false;
  return name.length > suffix.length + prefix.length && name.endsWith(suffix) && name.startsWith(prefix);
}
