import { BlockList, isIP } from "node:net";

/** A forward proxy. */
export interface ForwardProxy {
  /** `http://proxy.example:3128`, without credentials. */
  readonly origin: string;
  /** Value of `Proxy-Authorization`, if the address held credentials. Never to be logged. */
  readonly authorization: string | undefined;
  /** Variable that it was given by, for messages. */
  readonly variable: string;
}

/** Which way requests leave, as the environment says. */
export interface ProxyEnvironment {
  /** The proxy for an upstream, or undefined if it is asked directly. `origin`: `https://api.example:8443`. */
  proxyFor(origin: string): ForwardProxy | undefined;
}

/** A variable of the environment does not say what it must. The message names the variable and never repeats its value. */
export class ProxyEnvironmentProblem extends Error {
  override readonly name = "ProxyEnvironmentProblem";
}

type Environment = Readonly<Record<string, string | undefined>>;

interface Variable {
  readonly name: string;
  readonly value: string;
}

/** The first variable that is set and not empty; small letters win, as in curl. */
function find(env: Environment, ...names: readonly string[]): Variable | undefined {
  for (const name of names.flatMap((one) => [one.toLowerCase(), one])) {
    const value = env[name]?.trim();
    if (value !== undefined && value !== "") return { name, value };
  }
  return undefined;
}

/**
 * Reads `HTTP_PROXY`, `HTTPS_PROXY`, `ALL_PROXY` and `NO_PROXY`, in capitals or small letters.
 * @throws ProxyEnvironmentProblem if one of those that count is not usable
 */
export function readProxyEnvironment(env: Environment): ProxyEnvironment {
  const http = readProxy(find(env, "HTTP_PROXY", "ALL_PROXY"));
  const https = readProxy(find(env, "HTTPS_PROXY", "ALL_PROXY")) ?? http;
  const isDirect = readExceptions(find(env, "NO_PROXY"));
  return {
    proxyFor: (origin) => {
      const url = new URL(origin);
      const proxy = url.protocol === "https:" ? https : http;
      return proxy === undefined || isDirect(url) ? undefined : proxy;
    },
  };
}

const SCHEME = /^[a-z][a-z0-9+.-]*:\/\//i;

function readProxy(variable: Variable | undefined): ForwardProxy | undefined {
  if (variable === undefined) return undefined;
  const { name, value } = variable;
  const refuse = (reason: string): never => {
    throw new ProxyEnvironmentProblem(
      `${name} must be the address of an HTTP proxy, such as http://proxy.example:3128, but ${reason}. Correct or unset it; its value is not shown, as it may hold a password`,
    );
  };
  // proxies of both schemes are common, so that none is guessed
  if (!SCHEME.test(value)) return refuse("it has no scheme (write http:// before the host)");
  if (/\s/.test(value) || !URL.canParse(value))
    return refuse("it holds no valid URL (special characters of a password are written as %XX)");
  const url = new URL(value);
  if (url.protocol !== "http:" && url.protocol !== "https:") return refuse("its scheme is neither http nor https");
  if (url.port === "0") return refuse("its port is 0");
  if (url.pathname !== "/" || url.search !== "" || url.hash !== "")
    return refuse("something follows the host and port (special characters of a password are written as %XX)");
  try {
    return { origin: url.origin, authorization: authorizationOf(url), variable: name };
  } catch {
    return refuse("its user name or password has a % that begins no %XX");
  }
}

/** @throws URIError if the credentials are not percent-encoded */
function authorizationOf({ username, password }: URL): string | undefined {
  if (username === "" && password === "") return undefined;
  return `Basic ${Buffer.from(`${decodeURIComponent(username)}:${decodeURIComponent(password)}`).toString("base64")}`;
}

const DEFAULT_PORTS: Readonly<Record<string, string>> = { "http:": "80", "https:": "443" };

interface Exception {
  /** Undefined for all ports. */
  readonly port: string | undefined;
  readonly matches: (host: string) => boolean;
}

/** Says which upstreams are asked directly. */
function readExceptions(variable: Variable | undefined): (url: URL) => boolean {
  const entries = variable?.value.split(/[\s,]+/).filter((entry) => entry !== "") ?? [];
  const exceptions = entries.map((entry, index) => readException(entry, `${variable?.name ?? ""}, entry ${index + 1},`));
  return ({ protocol, port, hostname }) => {
    const host = bare(hostname);
    const at = port === "" ? DEFAULT_PORTS[protocol] : port;
    return exceptions.some((exception) => (exception.port === undefined || exception.port === at) && exception.matches(host));
  };
}

/** A host in small letters without brackets and without a dot at its end. */
function bare(host: string): string {
  return host
    .toLowerCase()
    .replace(/^\[(.*)\]$/, "$1")
    .replace(/\.$/, "");
}

function readException(entry: string, place: string): Exception {
  if (entry === "*") return { port: undefined, matches: () => true };
  if (entry.includes("/")) return { port: undefined, matches: readRange(entry, place) };
  // an IPv6 address has a port only behind brackets
  const [, host = entry, port] = isIP(entry) === 6 ? [] : (/^(.*?)(?::(\d+))?$/.exec(entry) ?? []);
  const name = bare(host.replace(/^\*?\./, ""));
  const version = isIP(name);
  if (version === 0) return { port, matches: (asked) => asked === name || (isIP(asked) === 0 && asked.endsWith(`.${name}`)) };
  const addresses = new BlockList();
  addresses.addAddress(name, version === 6 ? "ipv6" : "ipv4");
  return { port, matches: contains(addresses) };
}

function readRange(entry: string, place: string): (host: string) => boolean {
  const [, address = "", prefix = ""] = /^(.*)\/(\d{1,3})$/.exec(entry) ?? [];
  const version = isIP(bare(address));
  if (version === 0 || Number(prefix) > (version === 6 ? 128 : 32)) {
    throw new ProxyEnvironmentProblem(
      `${place} must be a host name, a domain such as .example.com, an address or a range such as 10.0.0.0/8, each with a port if any but the range, or *`,
    );
  }
  const range = new BlockList();
  range.addSubnet(bare(address), Number(prefix), version === 6 ? "ipv6" : "ipv4");
  return contains(range);
}

function contains(addresses: BlockList): (host: string) => boolean {
  return (host) => {
    const version = isIP(host);
    return version !== 0 && addresses.check(host, version === 6 ? "ipv6" : "ipv4");
  };
}
