import type { IncomingMessage } from "node:http";
import { hostOf, readTarget } from "../../../runtime/client/request-target";
import { fc } from "../../support/properties";

test.each([
  ["/v1/chat?a=1", "/v1/chat", "a=1"],
  ["/a/../b//c", "/b/c", ""],
  ["//evil.example/x", "/evil.example/x", ""],
  ["/a/..%2fb", "/a/..%2Fb", ""],
  ["/a\\..\\b", "/a%5C..%5Cb", ""],
  ["/a#b", "/a%23b", ""],
  ["/a?b#c", "/a", "b%23c"],
  ['/a?b=\u00e9 \\"<%41', "/a", "b=%E9%20%5C%22%3C%41"],
  ["/a?x?y", "/a", "x?y"],
  ["http://host/a?b", "/a", "b"],
  ["HTTPS://host:8443", "/", ""],
  ["http://host?b", "/", "b"],
])("%j is the path %j and the query %j", (target, path, query) => {
  expect(readTarget(target)).toMatchObject({ path, query, problem: undefined });
});

test.each(["*", "host:443", "ftp://host/", "chat", "", "http:///a", "http://me@host/", "http://a\\b/", "http:host/"])(
  "%j names nothing that can be asked for",
  (target) => expect(readTarget(target).problem).toBeDefined(),
);

test("what is matched is what is sent: the form is stable and holds nothing that a URL reads otherwise", () => {
  const piece = fc.oneof(
    fc.constantFrom("/", "..", ".", "\\", "#", "%2e", "%2F", "%", "?", "&", "a", " ", "%5c"),
    fc.string({ unit: fc.integer({ min: 0x21, max: 0xff }).map((code) => String.fromCharCode(code)), maxLength: 3 }),
  );
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 8 }), (pieces) => {
      const { path, query } = readTarget(`/${pieces.join("")}`);
      const sent = query === "" ? path : `${path}?${query}`;
      const url = new URL(`http://good.example${sent}`);
      expect([url.origin, url.pathname, url.hash]).toEqual(["http://good.example", path, ""]);
      expect(readTarget(sent)).toMatchObject({ path, query });
      expect(sent).toMatch(/^[!-~]+$/);
    }),
    { numRuns: 1000 },
  );
});

const request = (url: string, hosts: readonly string[], httpVersion = "1.1"): IncomingMessage =>
  ({
    url,
    method: "GET",
    httpVersion,
    headers: { host: hosts[0] },
    rawHeaders: hosts.flatMap((host) => ["hOsT", host]),
  }) as unknown as IncomingMessage;

test.each<[string, readonly string[], string | undefined]>([
  ["/a", ["a.example:80"], "a.example:80"],
  ["/a", ["a.example:"], "a.example"],
  ["/a", ["[::1]:80"], "[::1]:80"],
  ["/a", [""], ""],
  ["http://a.example/", ["A.example:80"], "a.example"],
  // the header is not the one that counts
  ["http://a.example/", ["b.example"], "a.example"],
  ["http://a.example:81/", ["a.example"], "a.example:81"],
  ["https://a.example:/", ["other"], "a.example"],
  ["http://a.example/", [""], "a.example"],
  ["http://[::1]:80/", ["[::1]"], "[::1]:80"],
])("%j with the hosts %j is for %j", (url, hosts, expected) => {
  expect(hostOf(request(url, hosts), readTarget(url))).toBe(expected);
});

test("only HTTP/1.0 may leave the host out", () => {
  expect(hostOf(request("/a", [], "1.0"), readTarget("/a"))).toBeUndefined();
  expect(hostOf(request("/a", [], "1.0"), readTarget("http://b/a"))).toBe("b");
});

test.each<[string, readonly string[], string]>([
  ["/a", ["a", "a"], "bad_host"],
  ["/a", ["a", "b"], "bad_host"],
  ["/a", ["a/b"], "bad_host"],
  ["/a", ["me@a"], "bad_host"],
  ["/a", ["a b"], "bad_host"],
  ["/a", ["a:b"], "bad_host"],
  ["/a", ["a:80:80"], "bad_host"],
  ["/a", ["::1"], "bad_host"],
  ["/a", [":80"], "bad_host"],
  ["/a", [], "bad_host"],
  ["http://a/", [], "bad_host"],
  ["http://a/", ["a", "a"], "bad_host"],
  ["http://a/", ["a b"], "bad_host"],
  ["http://me@a/", ["a"], "bad_request_target"],
  ["http://a:x/", ["a"], "bad_request_target"],
  ["http://:80/", ["a"], "bad_request_target"],
  ["*", ["a"], "bad_request_target"],
])("%j with the hosts %j is refused: %s", (url, hosts, code) => {
  expect(() => hostOf(request(url, hosts), readTarget(url))).toThrow(expect.objectContaining({ code, status: 400 }) as Error);
});
