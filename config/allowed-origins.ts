import { isIP } from "node:net";
import { domainToASCII } from "node:url";
import { parsedUrl } from "./parsed-url";

/** One entry of `extensions.allowed_origins`, compiled. */
export type AllowedOrigin =
  /** Scheme, host and port in one, as `URL.origin` has it; the host's closing dot is left out. */
  | { readonly kind: "exact"; readonly origin: string }
  /** Every host below a suffix. */
  | { readonly kind: "suffix"; /** Begins with a dot. */ readonly suffix: string };

const HOST_NAME = /^[a-z0-9_-]+(?:\.[a-z0-9_-]+)*$/;

/** Letters of a host name, beyond ASCII too. */
const HOST_CHARACTERS = /^[A-Za-z0-9._\u0080-\u{10ffff}-]+$/u;

/** A host name, or a part of one, as the DNS has it; undefined if it holds anything else. The conversion itself would cut it at a `/`. */
export function asciiHost(name: string): string | undefined {
  if (!HOST_CHARACTERS.test(name)) return undefined;
  const ascii = /^[\u0000-\u007f]*$/.test(name) ? name : domainToASCII(name);
  return ascii === "" ? undefined : ascii;
}

/** What an entry must be, for messages. */
export const ALLOWED_ORIGIN_FORMS =
  'an origin such as "https://api.example.com" or "https://api.example.com:8443", or a host pattern such as "*.example.com"';

/** Reads one entry; undefined if it is neither an http(s) origin (without path, query and user) nor `*.` with a host name. */
export function parseAllowedOrigin(text: string): AllowedOrigin | undefined {
  if (text.startsWith("*.")) {
    const name = text.slice(2).replace(/\.$/, "");
    const suffix = asciiHost(name)?.toLowerCase() ?? "";
    return HOST_NAME.test(suffix) ? { kind: "suffix", suffix: `.${suffix}` } : undefined;
  }
  if (!/^https?:\/\/[^/?#\\@*\s]+\/?$/i.test(text)) return undefined;
  const url = parsedUrl(text);
  return url && { kind: "exact", origin: originOf(url) };
}

/** Scheme, host and port of a URL; `a.example.` and `a.example` are one host. */
function originOf({ protocol, hostname, port }: URL): string {
  return `${protocol}//${hostname.replace(/\.$/, "")}${port === "" ? "" : `:${port}`}`;
}

/**
 * The kind of the entry that allows an address; undefined if none does. A host pattern takes any port and scheme that the configuration itself names; if the request names
 * them too (`onlyHost` false) it takes https on its default port.
 * @param url as the HTTP client will understand it; the text that it was made of tells nothing
 * @param onlyHost the request decides the host at most
 */
export function allowedBy(allowed: readonly AllowedOrigin[], url: URL, onlyHost: boolean): AllowedOrigin["kind"] | undefined {
  const origin = originOf(url);
  const host = url.hostname.replace(/\.$/, "");
  // an address is below no name, though the text of one may end like a suffix
  const isName = isIP(host) === 0 && !host.startsWith("[");
  if (allowed.some((entry) => entry.kind === "exact" && entry.origin === origin)) return "exact";
  if (!isName || !(onlyHost || (url.protocol === "https:" && url.port === ""))) return undefined;
  return allowed.some((entry) => entry.kind === "suffix" && host.endsWith(entry.suffix)) ? "suffix" : undefined;
}
