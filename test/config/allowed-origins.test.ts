import { allowedBy, parseAllowedOrigin, type AllowedOrigin } from "../../config/allowed-origins";
import { fc } from "../support/properties";

const list = (...texts: readonly string[]): AllowedOrigin[] => texts.flatMap((text) => parseAllowedOrigin(text) ?? []);

test.each<[string, string, AllowedOrigin["kind"] | undefined]>([
  ["https://a.example", "https://a.example/v1?x#y", "exact"],
  ["https://a.example", "https://A.EXAMPLE:443/", "exact"],
  ["https://A.example:443/", "https://a.example./", "exact"],
  ["https://a.example.", "https://a.example/", "exact"],
  ["https://a.example", "https://a.example../", undefined],
  ["https://a.example", "http://a.example/", undefined],
  ["https://a.example", "https://a.example:8443/", undefined],
  ["https://a.example:8443", "https://a.example:8443/", "exact"],
  ["https://a.example", "https://b.a.example/", undefined],
  ["https://a.example", "https://a.example@evil.example/", undefined],
  ["https://a.example", "https://evil.example\\@a.example/", undefined],
  ["https://münchen.example", "https://xn--mnchen-3ya.example/", "exact"],
  ["https://[::1]:8443", "https://[0:0::1]:8443/", "exact"],
  ["http://127.0.0.1:8000", "http://2130706433:8000/", "exact"],
  ["*.example.com", "https://a.example.com/", "suffix"],
  ["*.example.com", "https://a.b.EXAMPLE.com./", "suffix"],
  ["*.example.com", "https://example.com/", undefined],
  ["*.example.com", "https://aexample.com/", undefined],
  ["*.example.com", "https://a.example.com.evil.example/", undefined],
  ["*.münchen.example", "https://a.xn--mnchen-3ya.example/", "suffix"],
  ["*.0.0.1", "https://127.0.0.1/", undefined],
])("%s and %s: %s", (entry, url, kind) => expect(allowedBy(list(entry), new URL(url), true)).toBe(kind));

test("a pattern leaves scheme and port to the configuration, never to the request", () => {
  const pattern = list("*.example.com");
  const kinds = (url: string) => [allowedBy(pattern, new URL(url), true), allowedBy(pattern, new URL(url), false)];
  expect(kinds("https://a.example.com/")).toEqual(["suffix", "suffix"]);
  expect(kinds("http://a.example.com/")).toEqual(["suffix", undefined]);
  expect(kinds("https://a.example.com:22/")).toEqual(["suffix", undefined]);
});

test.each([
  "a.example",
  "https://",
  "https://a/b",
  "https://a?b",
  "https://me@a",
  "https://*.a",
  "*",
  "*.",
  "*.a/b",
  "*.a:80",
  "ftp://a",
  "https://a b",
  "",
])("%j is not an entry", (text) => expect(parseAllowedOrigin(text)).toBeUndefined());

test("nothing is allowed by an empty list", () => {
  const url = fc
    .tuple(fc.constantFrom("http", "https"), fc.webAuthority({ withPort: true }), fc.string())
    .map(([scheme, authority, path]) => `${scheme}://${authority}/${encodeURIComponent(path)}`);
  fc.assert(
    fc.property(url, (given) => expect(allowedBy([], new URL(given), true)).toBeUndefined()),
    { numRuns: 100 },
  );
});
