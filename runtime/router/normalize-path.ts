/** Characters that stand for themselves in a canonical path: RFC 3986 unreserved and reserved ones, but `#`, where a URL's path would end. */
const ODD = /[^A-Za-z0-9\-._~!$&'()*+,;=:@/?[\]]|\/[./]/;
const UNRESERVED = /[A-Za-z0-9\-._~]/;
const ESCAPE = /%([0-9a-fA-F]{2})?/g;
const FOREIGN = /[^A-Za-z0-9\-._~!$&'()*+,;=:@/?[\]%]+/g;

/**
 * Brings a path into the one form in which routes are matched (RFC 3986, section 6.2.2): escaped unreserved characters are decoded, other
 * escapes spelled in capitals, everything that a path cannot hold is escaped, repeated slashes merged and dot segments removed, so that no
 * spelling of `..` leads out of a prefix. A path in that form already is returned as it is.
 *
 * `encoding` says how characters beyond ASCII were made from bytes: Node gives request targets as `latin1`, configured paths are `utf8`.
 */
export function normalizePath(path: string, encoding: "latin1" | "utf8" = "latin1"): string {
  if (path.startsWith("/") && !ODD.test(path)) return path;
  const escaped = path.replace(ESCAPE, canonicalEscape).replace(FOREIGN, (text) => percentEncode(text, encoding));
  return withoutDotSegments(`/${escaped}`.replace(/\/{2,}/g, "/"));
}

/** Escapes what a query cannot hold, so that it can be sent as it was read; everything else stays as it is. */
export function normalizeQuery(query: string): string {
  return query.replace(FOREIGN, (text) => percentEncode(text, "latin1"));
}

/** Decodes a piece of a path; where that gives no valid text, the piece itself. */
export function decodePiece(piece: string): string {
  if (!piece.includes("%")) return piece;
  try {
    return decodeURIComponent(piece);
  } catch {
    return piece;
  }
}

/** Escapes every byte of a text. */
export function percentEncode(text: string, encoding: "latin1" | "utf8"): string {
  let encoded = "";
  for (const byte of Buffer.from(text, encoding)) encoded += `%${byte.toString(16).toUpperCase().padStart(2, "0")}`;
  return encoded;
}

function canonicalEscape(escape: string, digits: string | undefined): string {
  // A bare percent sign would make a new escape with what is decoded behind it: `%%32e` must not become `%2e`.
  if (digits === undefined) return "%25";
  const character = String.fromCharCode(parseInt(digits, 16));
  return UNRESERVED.test(character) ? character : escape.toUpperCase();
}

function withoutDotSegments(path: string): string {
  const kept: string[] = [];
  const segments = path.split("/").slice(1);
  for (const [index, segment] of segments.entries()) {
    const last = index === segments.length - 1;
    if (segment === "..") kept.pop();
    if (segment !== "." && segment !== "..") kept.push(segment);
    // A path that ends in a dot segment names a folder.
    else if (last) kept.push("");
  }
  return `/${kept.join("/")}`;
}
