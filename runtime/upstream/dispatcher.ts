import type { IncomingHttpHeaders } from "node:http";
import { buildConnector, Pool, ProxyAgent, type Dispatcher } from "undici";
import { hasHeader } from "../header-list";
import { dialingConnector } from "./dial";
import { passOverContinue } from "./informational";
import { PassedOn } from "./passed-on";
import { wakeParserAtEnd } from "./paused-parser";
import { ProxiedHttp } from "./proxied-http";
import { readProxyEnvironment, type ForwardProxy, type ProxyEnvironment } from "./proxy-environment";
import { NoTunnel, ProxyFailure } from "./proxy-failure";

/** A connection that is being opened is given up this long after the attempt that wanted it. */
const CONNECT_GRACE_MS = 1_000;

/** How connections to one address are opened and kept. */
export interface DispatcherSettings {
  /** Connections at most. */
  readonly connections: number;
  /** How long a connection may take to open, a tunnel through a proxy included, in milliseconds. */
  readonly connectTimeoutMs: number;
  /** How long an idle connection is kept, in milliseconds. */
  readonly keepAliveTimeoutMs: number;
}

/**
 * Opens connections to one origin: directly, or by the forward proxy that the environment names, through a tunnel (RFC 9112, 3.2.3) or, if it opens none to
 * an `http` upstream, in absolute form (RFC 9112, 3.2.2). Failures of the proxy reach the handler as {@link ProxyFailure}.
 *
 * @param origin `https://api.example:8443`
 * @throws ProxyEnvironmentProblem if the environment is not usable; a gateway that has started has checked it
 */
export function createDispatcher(
  origin: string,
  settings: DispatcherSettings,
  environment: ProxyEnvironment = readProxyEnvironment(process.env),
): Dispatcher {
  const proxy = environment.proxyFor(origin);
  if (proxy === undefined) return new Pool(origin, { ...poolSettings(settings), connect: dialingConnector(connectSettings(settings)) });
  const tunnels = tunnel(proxy, settings);
  return origin.startsWith("https:") ? tunnels : new ProxiedHttp(tunnels, absoluteForm(proxy, origin, settings));
}

function connectSettings({ connectTimeoutMs }: DispatcherSettings): { readonly timeout: number; readonly noDelay: boolean } {
  return { timeout: connectTimeoutMs + CONNECT_GRACE_MS, noDelay: true };
}

function poolSettings({ connections, keepAliveTimeoutMs }: DispatcherSettings): Pool.Options {
  // attempts have timers of their own, which are exact and pause for slow clients
  return { connections, pipelining: 1, keepAliveTimeout: keepAliveTimeoutMs, headersTimeout: 0, bodyTimeout: 0 };
}

const codeOf = (error: Error): string => ("code" in error && typeof error.code === "string" ? error.code : error.name);

/** Opens connections to the proxy itself. */
function connectorTo(proxy: ForwardProxy, settings: DispatcherSettings): buildConnector.connector {
  const connect = buildConnector(connectSettings(settings));
  return (options, callback) => {
    connect(options, (...result) => {
      const [error, socket] = result;
      if (error === null) {
        wakeParserAtEnd(socket);
        callback(...result);
        passOverContinue(socket);
      } else callback(new ProxyFailure(proxy, `cannot be reached (${codeOf(error)})`, error), null);
    });
  };
}

function absoluteForm(proxy: ForwardProxy, origin: string, settings: DispatcherSettings): Dispatcher {
  const { host } = new URL(origin);
  const pool = new Pool(proxy.origin, { ...poolSettings(settings), connect: connectorTo(proxy, settings) });
  return pool.compose((dispatch) => (options, handler) => {
    const headers = flat(options.headers);
    if (!hasHeader(headers, "host")) headers.push("host", host);
    if (proxy.authorization !== undefined) headers.push("proxy-authorization", proxy.authorization);
    return dispatch({ ...options, origin: proxy.origin, path: `${origin}${options.path}`, headers }, new ProxiedAnswer(handler, proxy));
  });
}

/** A request's headers as a list of names and values. */
function flat(headers: Dispatcher.DispatchOptions["headers"]): string[] {
  if (headers === null || headers === undefined) return [];
  if (Array.isArray(headers)) return [...headers];
  return (Symbol.iterator in headers ? [...headers] : Object.entries(headers)).flatMap(([name, value]) =>
    value === undefined ? [] : (Array.isArray(value) ? value : [value]).flatMap((one) => [name, one]),
  );
}

/**
 * What Squid says in `X-Squid-Error` of requests that it has not sent on. After its other errors the upstream may have the request, so that they pass as what
 * the upstream answered. Source: Squid, `src/error/forward.h`.
 */
const NOT_SENT_ON: ReadonlySet<string> = new Set([
  "ERR_ACCESS_DENIED",
  "ERR_CACHE_ACCESS_DENIED",
  "ERR_CACHE_MGR_ACCESS_DENIED",
  "ERR_FORWARDING_DENIED",
  "ERR_NO_RELAY",
  "ERR_CANNOT_FORWARD",
  "ERR_CONNECT_FAIL",
  "ERR_SECURE_CONNECT_FAIL",
  "ERR_SOCKET_FAILURE",
  "ERR_DNS_FAIL",
  "ERR_TOO_BIG",
  "ERR_UNSUP_HTTPVERSION",
  "ERR_INVALID_REQ",
  "ERR_UNSUP_REQ",
  "ERR_INVALID_URL",
  "ERR_CONFLICT_HOST",
  "ERR_SHUTTING_DOWN",
]);

/** What a proxy itself answered instead of sending the request on, as `403, ERR_ACCESS_DENIED`; undefined if the answer is the upstream's. */
function ownAnswer(status: number, headers: IncomingHttpHeaders): string | undefined {
  const told = headers["x-squid-error"];
  const error = typeof told === "string" ? told.split(" ", 1)[0] : undefined;
  if (status >= 400 && error !== undefined && NOT_SENT_ON.has(error)) return `${status}, ${error}`;
  return status === 407 ? "407" : undefined;
}

/** Passes everything on, but for what the proxy answers itself. */
class ProxiedAnswer extends PassedOn {
  constructor(
    handler: Dispatcher.DispatchHandler,
    protected readonly proxy: ForwardProxy,
  ) {
    super(handler);
  }

  override onResponseStart(...given: Parameters<PassedOn["onResponseStart"]>): void {
    const [controller, status, headers] = given;
    const own = ownAnswer(status, headers);
    if (own !== undefined) controller.abort(new ProxyFailure(this.proxy, `refused the request (${own})`));
    else super.onResponseStart(...given);
  }
}

/** The proxy's answer to CONNECT: all but a tunnel is the proxy's failure. */
class TunnelAnswer extends ProxiedAnswer {
  override onRequestUpgrade(...given: Parameters<ProxiedAnswer["onRequestUpgrade"]>): void {
    const [controller, status, , socket] = given;
    if (status === 200) {
      super.onRequestUpgrade(...given);
      return;
    }
    socket.on("error", () => undefined).destroy();
    this.onResponseError(controller, new NoTunnel(this.proxy, `refused the tunnel (${status})`));
  }

  override onResponseError(controller: Dispatcher.DispatchController, error: Error): void {
    const own = error instanceof ProxyFailure ? error : new NoTunnel(this.proxy, `opened no tunnel (${codeOf(error)})`, error);
    super.onResponseError(controller, own);
  }
}

/** The connections at the far end of a tunnel are the client's like any other. */
function openedByTunnel(open: buildConnector.connector): buildConnector.connector {
  return (options, callback) =>
    open(options, (...result) => {
      if (result[0] === null) wakeParserAtEnd(result[1]);
      callback(...result);
    });
}

/** The proxy client makes such an object of a list by itself, and loses all but the last of several headers of one name. */
function byName(headers: readonly string[]): Record<string, string | string[]> {
  const named = Object.create(null) as Record<string, string | string[]>;
  for (let index = 0; index + 1 < headers.length; index += 2) {
    const [name = "", value = ""] = headers.slice(index, index + 2);
    const before = named[name];
    named[name] = before === undefined ? value : [before, value].flat();
  }
  return named;
}

function tunnel(proxy: ForwardProxy, settings: DispatcherSettings): Dispatcher {
  const connect = connectorTo(proxy, settings);
  const agent = new ProxyAgent({
    ...poolSettings(settings),
    uri: proxy.origin,
    ...(proxy.authorization === undefined ? {} : { token: proxy.authorization }),
    requestTls: connectSettings(settings),
    clientFactory: (origin) =>
      new Pool(origin, { connect, headersTimeout: settings.connectTimeoutMs + CONNECT_GRACE_MS }).compose(
        (dispatch) => (options, handler) => dispatch(options, new TunnelAnswer(handler, proxy)),
      ),
    factory: (origin, given) => {
      const options = given as Pool.Options & { readonly connect: buildConnector.connector };
      return new Pool(origin, { ...options, connect: openedByTunnel(options.connect) });
    },
  });
  return agent.compose((dispatch) => (options, handler) => dispatch({ ...options, headers: byName(flat(options.headers)) }, handler));
}
