import { BlockList, isIP } from "node:net";
import { asciiHost } from "../../config/allowed-origins";
import { parsedUrl } from "../../config/parsed-url";

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

function readProxy(variable: Variable | undefined): ForwardProxy | undefined {
  if (variable === undefined) return undefined;
  const { name, value } = variable;
  const refuse = (reason: string): never => {
    throw new ProxyEnvironmentProblem(
      `${name} must be the address of an HTTP proxy, such as http://proxy.example:3128 or proxy.example:3128, but ${reason}. Correct or unset it; its value is not shown, as it may hold a password`,
    );
  };
  const address = value.includes("://") ? value : `http://${value}`;
  const url = /\s/.test(value) ? undefined : parsedUrl(address);
  if (url === undefined) return refuse("it holds no valid URL (special characters of a password are written as %XX)");
  // a number alone is an IPv4 address to URL parsers; whoever wrote it meant a port or a switch
  if (isIP(url.hostname) === 4 && !address.includes(url.hostname)) return refuse("it names no host");
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

const DEFAULT_PORTS: Readonly<Record<string, number>> = { "http:": 80, "https:": 443 };

interface Exception {
  /** Undefined for all ports. */
  readonly port: number | undefined;
  readonly matches: (host: string) => boolean;
}

/** Says which upstreams are asked directly. */
function readExceptions(variable: Variable | undefined): (url: URL) => boolean {
  const entries = variable?.value.split(/[\s,]+/).filter((entry) => entry !== "") ?? [];
  const exceptions = entries.map((entry, index) => readException(entry, `${variable?.name ?? ""}, entry ${index + 1},`));
  return ({ protocol, port, hostname }) => {
    const host = bare(hostname);
    const at = port === "" ? DEFAULT_PORTS[protocol] : Number(port);
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
  const range = readRange(entry);
  const exception = range === undefined ? readHost(entry) : { port: undefined, matches: contains(range) };
  if (exception !== undefined) return exception;
  throw new ProxyEnvironmentProblem(
    `${place} must be a host name, a domain such as .example.com, an address or a range such as 10.0.0.0/8, each with a port if any but the range, or *`,
  );
}

const NAME = /^[a-z0-9_-]+(?:\.[a-z0-9_-]+)*$/;
const NUMBER = /^\d+$/;

/** Whether hosts may have this name. One whose last label is a number would be read as an address, so that no upstream has it. */
const isName = (ascii: string): boolean => NAME.test(ascii) && !NUMBER.test(ascii.slice(ascii.lastIndexOf(".") + 1));

function readHost(entry: string): Exception | undefined {
  if (entry === "*") return { port: undefined, matches: () => true };
  // an IPv6 address has a port only behind brackets
  const [, host = entry, digits] = isIP(entry) === 6 ? [] : (/^(.*?)(?::(\d+))?$/.exec(entry) ?? []);
  const port = digits === undefined ? undefined : Number(digits);
  if (port !== undefined && (port === 0 || port > 65_535)) return undefined;
  const name = bare(host.replace(/^\*?\./, ""));
  const address = addressesOf(name);
  if (address !== undefined) return { port, matches: contains(address) };
  const ascii = asciiHost(name)?.toLowerCase();
  if (ascii === undefined || !isName(ascii)) return undefined;
  return { port, matches: (asked) => asked === ascii || (isIP(asked) === 0 && asked.endsWith(`.${ascii}`)) };
}

function addressesOf(address: string): BlockList | undefined {
  const version = isIP(address);
  // a zone means something on one machine only, and no URL holds one
  if (version === 0 || address.includes("%")) return undefined;
  const list = new BlockList();
  list.addAddress(address, version === 6 ? "ipv6" : "ipv4");
  return list;
}

/** `10.0.0.0/8`, `fd00::/8`; also `169.254/16` and `10.*`, as systems write their own settings. */
function readRange(entry: string): BlockList | undefined {
  let start = entry;
  while (start.endsWith(".*")) start = start.slice(0, -2);
  const octets = start.split(".").length;
  const stars = (entry.length - start.length) / 2;
  if (stars > 0) return octets + stars <= 4 ? subnet(start, octets * 8) : undefined;
  const [, address, prefix] = /^([^/]*)\/(\d{1,3})$/.exec(entry) ?? [];
  return address === undefined ? undefined : subnet(bare(address), Number(prefix));
}

/** @param address may leave out the last octets of an IPv4 address */
function subnet(address: string, prefix: number): BlockList | undefined {
  const missing = address.includes(":") ? 0 : Math.max(0, 4 - address.split(".").length);
  const whole = address + ".0".repeat(missing);
  const version = isIP(whole);
  if (version === 0 || whole.includes("%") || prefix > (version === 6 ? 128 : 32)) return undefined;
  const list = new BlockList();
  list.addSubnet(whole, prefix, version === 6 ? "ipv6" : "ipv4");
  return list;
}

function contains(addresses: BlockList): (host: string) => boolean {
  return (host) => {
    const version = isIP(host);
    return version !== 0 && addresses.check(host, version === 6 ? "ipv6" : "ipv4");
  };
}
