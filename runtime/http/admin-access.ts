import type { IncomingMessage } from "node:http";
import { BlockList, isIP, isIPv4, isIPv6, type Socket } from "node:net";
import { AdminError } from "./admin-errors";
import { checkToken } from "./admin-token";

const LOOPBACK = new BlockList();
LOOPBACK.addSubnet("127.0.0.0", 8, "ipv4");
LOOPBACK.addAddress("::1", "ipv6");

/** What everybody who reaches the port may ask: that the process lives. */
const FOR_ALL = "/healthz";

const CHANGES_NOTHING = new Set(["GET", "HEAD", "OPTIONS"]);

/**
 * Lets a request to the admin port pass, or not:
 * - its one Host header must be an IP address, localhost or one of `hostNames` (in lower case), whatever the port: a page in a browser can reach this
 *   port under a name of its own (DNS rebinding), but only under a name;
 * - one that could change something must not come from a page of another host;
 * - from another machine everything but `/healthz` needs the token.
 *
 * @throws AdminError
 */
export async function checkAccess(
  { headers, rawHeaders, method = "", url = "", socket }: IncomingMessage,
  hostNames: ReadonlySet<string>,
  tokenFile: string | undefined,
): Promise<void> {
  if (countOf("host", rawHeaders) !== 1) throw new AdminError("no_host");
  const host = headers.host ?? "";
  if (!isOwnHost(host, hostNames)) throw new AdminError("host_not_allowed");
  const { origin } = headers;
  if (origin !== undefined && !CHANGES_NOTHING.has(method) && !isOriginOf(host, origin)) throw new AdminError("cross_origin");
  if (isSameMachine(socket) || url.split("?", 1)[0] === FOR_ALL) return;
  if (tokenFile === undefined) throw new AdminError("not_local");
  await checkToken(headers.authorization, tokenFile);
}

/** Whether a Host header (`name`, `name:port`, `[v6]`, `[v6]:port`) names an address, localhost or one of the names. */
function isOwnHost(host: string, names: ReadonlySet<string>): boolean {
  const { bracketed, plain } = /^(?:\[(?<bracketed>[^\]]*)\]|(?<plain>[^:[\]]*))(?::\d{1,5})?$/.exec(host)?.groups ?? {};
  if (bracketed !== undefined) return isIPv6(bracketed);
  if (plain === undefined) return false;
  const name = plain.toLowerCase().replace(/\.$/, "");
  return isIPv4(plain) || name === "localhost" || names.has(name);
}

/** A connection from this machine: by loopback, or by the address that it was made to. */
function isSameMachine({ remoteAddress, localAddress }: Socket): boolean {
  if (remoteAddress === undefined) return false;
  return remoteAddress === localAddress || LOOPBACK.check(remoteAddress, isIP(remoteAddress) === 6 ? "ipv6" : "ipv4");
}

/** An opaque origin ("null") is that of nobody. */
function isOriginOf(host: string, origin: string): boolean {
  try {
    return new URL(origin).host === new URL(`http://${host}`).host;
  } catch {
    return false;
  }
}

function countOf(name: string, rawHeaders: readonly string[]): number {
  return rawHeaders.filter((text, index) => index % 2 === 0 && text.toLowerCase() === name).length;
}
