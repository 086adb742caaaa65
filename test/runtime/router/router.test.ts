import type { RouteEntity } from "../../../config/configuration";
import { compareCandidates, compileCandidates, RouteProblem, type Candidate } from "../../../runtime/router/candidate";
import { fc } from "../../support/properties";
import { atOnce } from "../../../runtime/steps";
import { Router, type RouteMatch, type RouteRequest } from "../../../runtime/router/router";

function route(key: string, fields: Partial<RouteEntity> = {}): RouteEntity {
  return { key, protocols: ["http", "https"], strip_path: true, preserve_host: false, regex_priority: 0, ...fields };
}

function request(path: string, fields: Partial<RouteRequest> = {}): RouteRequest {
  return { method: "POST", host: "gateway.example.com", path, headers: {}, protocol: "http", ...fields };
}

const compile = (routes: readonly RouteEntity[]): Router => atOnce(Router.compile(routes));

function match(routes: readonly RouteEntity[], sent: RouteRequest): RouteMatch | undefined {
  return compile(routes).match(sent);
}

describe("which route", () => {
  const plain = route("plain", { paths: ["/chat"] });

  test.each<[string, RouteEntity[], RouteRequest, string | undefined]>([
    ["none without routes", [], request("/chat"), undefined],
    ["a prefix", [plain], request("/chat/more"), "plain"],
    ["a prefix is no whole segment", [plain], request("/chatter"), "plain"],
    ["another path", [plain], request("/cha"), undefined],
    ["the longer prefix, whatever the order", [plain, route("long", { paths: ["/chat/more"] })], request("/chat/more/x"), "long"],
    [
      "a route's long path lends its short one nothing",
      [route("mixed", { paths: ["/a", "/abcdef"] }), route("mid", { paths: ["/ab"] })],
      request("/ab/x"),
      "mid",
    ],
    [
      "a regular expression before a longer prefix",
      [route("long", { paths: ["/chat/more"] }), route("regex", { paths: ["~/chat"] })],
      request("/chat/more"),
      "regex",
    ],
    [
      "the higher regex_priority",
      [route("low", { paths: ["~/chat/.*"] }), route("high", { paths: ["~/chat"], regex_priority: 5 })],
      request("/chat/x"),
      "high",
    ],
    [
      "regex_priority says nothing about prefixes",
      [plain, route("other", { paths: ["/chat"], regex_priority: 9 })],
      request("/chat"),
      "plain",
    ],
    [
      "declaration order among equals",
      [route("first", { paths: ["~/c"] }), route("second", { paths: ["~/chat"] })],
      request("/chat"),
      "first",
    ],
    ["anchored at the start", [route("regex", { paths: ["~/chat"] })], request("/v1/chat"), undefined],
    ["not anchored at the end", [route("regex", { paths: ["~/chat"] })], request("/chat/x"), "regex"],
    ["an end the route asks for", [route("regex", { paths: ["~/chat$"] })], request("/chat/x"), undefined],
    ["an alternative is anchored as a whole", [route("regex", { paths: ["~/a|/b"] })], request("/x/b"), undefined],
    [
      "more criteria before a longer path",
      [route("long", { paths: ["/chat/more"] }), route("two", { paths: ["/"], methods: ["POST"] })],
      request("/chat/more"),
      "two",
    ],
    ["host before path", [plain, route("host", { hosts: ["gateway.example.com"] })], request("/chat"), "host"],
    [
      "a plain host before a wildcard",
      [
        route("wild", { hosts: ["*.example.com"], paths: ["/chat/x"] }),
        route("host", { hosts: ["gateway.example.com"], paths: ["/chat"] }),
      ],
      request("/chat/x"),
      "host",
    ],
    [
      "more headers",
      [route("one", { paths: ["/chat/x"], headers: { a: ["1"] } }), route("two", { paths: ["/chat"], headers: { a: ["1"], b: ["2"] } })],
      request("/chat/x", { headers: { a: "1", b: "2" } }),
      "two",
    ],
    [
      "falls back when the better one does not match",
      [plain, route("two", { paths: ["/chat"], methods: ["GET"] })],
      request("/chat"),
      "plain",
    ],
    ["falls back to a shorter prefix", [plain, route("long", { paths: ["/chat/more"], methods: ["GET"] })], request("/chat/more"), "plain"],
    ["a route without criteria takes the rest", [route("any"), plain], request("/other"), "any"],
    ["ws-only routes match no http", [route("ws", { paths: ["/chat"], protocols: ["ws", "wss"] })], request("/chat"), undefined],
    ["ws requests", [plain, route("ws", { paths: ["/chat"], protocols: ["wss"] })], request("/chat", { protocol: "ws" }), "ws"],
    ["https alone is served over http too", [route("tls", { paths: ["/chat"], protocols: ["https"] })], request("/chat"), "tls"],
    ["grpc alone is not served", [route("grpc", { paths: ["/chat"], protocols: ["grpc"] })], request("/chat"), undefined],
    ["dots lead out of a prefix before it is matched", [plain], request("/chat/../admin"), undefined],
    ["escaped dots too", [plain, route("admin", { paths: ["/admin"] })], request("/chat/%2e%2e/admin"), "admin"],
    ["escapes and doubled slashes are one path", [plain], request("//ch%61t"), "plain"],
    ["a path beyond ASCII", [route("e", { paths: ["/é"] })], request("/%c3%a9/x"), "e"],
    ["a regular expression beyond ASCII", [route("e", { paths: ["~/é$"] })], request("/%c3%a9"), "e"],
    [
      "empty lists ask for nothing",
      [route("e", { paths: [], hosts: [], methods: [], headers: {} })],
      request("/x", { host: undefined }),
      "e",
    ],
  ])("%s", (_, routes, sent, expected) => expect(match(routes, sent)?.route.key).toBe(expected));

  test.each([
    [["example.com"], "example.com", true],
    [["Example.com"], "EXAMPLE.COM:8000", true],
    [["example.com:8000"], "example.com:8000", true],
    [["example.com:8000"], "example.com:9000", false],
    [["example.com:8000"], "example.com", false],
    [["*.example.com"], "a.example.com", true],
    [["*.example.com"], "a.b.example.com:8000", true],
    [["*.example.com"], "example.com", false],
    [["*.example.com"], ".example.com", false],
    [["*.example.com:8000"], "a.example.com:8000", true],
    [["*.example.com:8000"], "a.example.com", false],
    [["example.*"], "example.org", true],
    [["example.*"], "example.co.uk:80", true],
    [["example.*"], "example.", false],
    [["example.*"], "an-example.org", false],
    [["other", "[::1]"], "[::1]:8000", true],
    [["example.com"], undefined, false],
  ])("hosts %j, sent %j: %s", (hosts, host, expected) => {
    expect(match([route("host", { hosts })], request("/", { host })) !== undefined).toBe(expected);
  });

  test.each([
    [{ "x-tier": ["gold", "silver"] }, { "x-tier": "Gold" }, true],
    [{ "X-Tier": ["gold"] }, { "x-tier": "gold" }, true],
    [{ "x-tier": ["gold"] }, { "x-tier": "golden" }, false],
    [{ "x-tier": ["gold"] }, {}, false],
    [{ "x-tier": ["gold"] }, { "x-tier": ["tin", "gold"] }, true],
    [{ "x-tier": ["~*^g(old|ilt)$"] }, { "x-tier": "GILT" }, true],
    [{ "x-tier": ["~*^gold$"] }, { "x-tier": "golden" }, false],
    [{ "x-tier": ["~*gold", "tin"] }, { "x-tier": "gold" }, false],
    [{ a: ["1"], b: ["2"] }, { a: "1" }, false],
    [{ "x-team": ["Zoë"] }, { "x-team": Buffer.from("ZOË").toString("latin1") }, true],
    [{ "x-team": ["Zoë"] }, { "x-team": "zo\u00eb" }, true],
    [{ "x-team": ["~*^模.$"] }, { "x-team": Buffer.from("模型").toString("latin1") }, true],
  ])("headers %j, sent %j: %s", (headers, sent, expected) => {
    expect(match([route("headers", { headers })], request("/", { headers: sent })) !== undefined).toBe(expected);
  });
});

describe("what is left of the path", () => {
  test.each<[Partial<RouteEntity>, string, string]>([
    [{ paths: ["/chat"] }, "/chat", "/"],
    [{ paths: ["/chat"] }, "/chat/v1/x", "/v1/x"],
    [{ paths: ["/chat"] }, "/chatter", "/ter"],
    [{ paths: ["/chat"], strip_path: false }, "/chat//v1/../x", "/chat/x"],
    [{ paths: ["/"] }, "/a/b", "/a/b"],
    [{ paths: ["~/chat/\\w+"] }, "/chat/gpt/rest", "/rest"],
    [{ paths: ["~/chat/(?<model>[^/]+)$"], strip_path: false }, "/chat/gpt", "/chat/gpt"],
    [{ methods: ["POST"] }, "/a/b", "/a/b"],
    [{ paths: ["/chat"] }, "/chat/a%2Fb%20c", "/a%2Fb%20c"],
  ])("%j, sent %j: %j", (fields, path, rest) => expect(match([route("r", fields)], request(path))?.rest).toBe(rest));
});

describe("captures", () => {
  test("are the named groups, decoded", () => {
    const found = match(
      [route("r", { paths: ["~/(?<kind>chat|text)/(?<model>[^/]+)(?:/(?<more>\\w+))?"] })],
      request("/chat/meta-llama%2FLlama-3%20x"),
    );
    expect({ ...found?.captures }).toEqual({ kind: "chat", model: "meta-llama/Llama-3 x" });
  });

  test("take no name from the prototype", () => {
    const captures = match([route("r", { paths: ["~/(?<__proto__>.*)"] })], request("/x"))?.captures;
    expect(captures?.["__proto__"]).toBe("x");
    expect("toString" in (match([route("r", { paths: ["/"] })], request("/x"))?.captures ?? {})).toBe(false);
  });
});

test("the route is the first one of all in order that takes the request", () => {
  const paths = fc.array(fc.constantFrom("/", "/a", "/a/b", "~/a", "~/(?:a|b)+", "~/a/b$"), { maxLength: 1 });
  const hosts = fc.array(fc.constantFrom("x.org", "x.org:80", "y.org", "*.org", "x.*"), { maxLength: 2 });
  const fields = fc.record({ paths, hosts, methods: fc.constantFrom([], ["POST"], ["GET"]), regex_priority: fc.nat(2) });
  const sent = fc.record({
    path: fc.constantFrom("/", "/a", "/a/b", "/b"),
    host: fc.constantFrom("x.org", "X.org:80", "y.org:81", "z.org", undefined),
  });
  fc.assert(
    fc.property(fc.array(fields, { maxLength: 8 }), sent, (all, { path, host }) => {
      const routes = all.map((one, index) => route(`r${index}`, one));
      let order = 0;
      const candidates = routes.flatMap((one) => {
        const made = [...compileCandidates(one, order)];
        order += made.length;
        return made;
      });
      const first = candidates
        .sort(compareCandidates)
        .find((one) => match([{ ...one.route, paths: pathOf(one) }], request(path, { host })) !== undefined);
      expect(match(routes, request(path, { host }))?.route.key).toBe(first?.route.key);
    }),
    { numRuns: 1000 },
  );
});

/** The path of one candidate as it is configured. */
const pathOf = ({ route: { paths }, path }: Candidate): readonly string[] =>
  (paths ?? [])
    .filter((text) => (text.startsWith("~") ? path?.regex !== undefined : path?.regex === undefined && text === path?.literal))
    .slice(0, 1);

test("a thousand routes", () => {
  const routes = Array.from({ length: 1000 }, (_, index) =>
    route(`r${index}`, { paths: [index % 2 ? `/team-${index}/` : `~/team-${index}/(?<model>.+)`] }),
  );
  const router = compile(routes);
  for (let index = 0; index < 1000; index++) expect(router.match(request(`/team-${index}/x`))?.route.key).toBe(`r${index}`);
  expect(router.match(request("/team-1000"))).toBeUndefined();
});

test("a regular expression that is none names the route", () => {
  expect(() => compile([route("r", { name: "chat", paths: ["~/("] })])).toThrow(RouteProblem);
  expect(() => compile([route("r", { name: "chat", paths: ["~/("] })])).toThrow(/^Route chat: ~\/\( must be a valid regular expression/);
  expect(() => compile([route("r", { headers: { a: ["~*("] } })])).toThrow(/^Route r: headers must be/);
});
