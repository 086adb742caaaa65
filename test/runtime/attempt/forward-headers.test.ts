import type { IncomingMessage } from "node:http";
import { accepts } from "../../../runtime/client/accepts";
import { answerHeaders, translatedHeaders } from "../../../runtime/attempt/answer-headers";
import { forwardedHeaders } from "../../../runtime/attempt/request-headers";
import { forwardedQuery } from "../../../runtime/attempt/forward-query";
import { configuredWins } from "../../../runtime/providers/query";
import { fc } from "../../support/properties";

const NAMES = { headers: new Set(["x-own-key"]), parameters: new Set(["own"]) };

function request(...rawHeaders: readonly string[]): IncomingMessage {
  const headers: Record<string, string> = {};
  for (let at = 0; at < rawHeaders.length; at += 2) headers[(rawHeaders[at] ?? "").toLowerCase()] ??= rawHeaders[at + 1] ?? "";
  return { rawHeaders, headers } as unknown as IncomingMessage;
}

const sent = (raw: readonly string[], kept?: string, json = false) =>
  forwardedHeaders(request(...raw), NAMES, kept, "id", json, false).slice(0, -2);

describe("a client's credentials do not travel", () => {
  test.each([
    ..."Authorization,authorization,AUTHORIZATION,Proxy-Authorization,X-Authorization,Authentication,api-key,api_key,apikey,ApiKey,x-api-key,X_API_KEY".split(
      ",",
    ),
    ..."x-goog-api-key,xi-api-key,anthropic-api-key,Ocp-Apim-Subscription-Key,x-auth-token,x-auth,x-access-token,x-id-token,x-token,token".split(
      ",",
    ),
    ..."x-amz-security-token,x-amz-access-token,x-aws-ec2-metadata-token,x-ms-token-aad-access-token,x-ms-client-principal,x-vault-token,Private-Token".split(
      ",",
    ),
    ..."Job-Token,X-GitHub-Token,Cf-Access-Jwt-Assertion,CF-Access-Client-Secret,X-Goog-Iap-Jwt-Assertion,DPoP,X-Client-Secret,X-Password,x-secret-key".split(
      ",",
    ),
    ..."Cookie,Cookie2,X-CSRF-Token,x-auth-request-access-token,X-Own-Key,x-own-key,X_Own_Key,x.own-key".split(","),
    ..."x-functions-key,X-RapidAPI-Key,openai-key,x_master_key,x-amzn-oidc-data,X-OAuth,x-pwd,x-authkey,xapikey".split(","),
  ])("%s", (name) => expect(sent([name, "secret", "x-other", "1"])).toEqual(["x-other", "1"]));

  test.each([
    "Idempotency-Key",
    "x-cache-key",
    "x-key-version",
    "OpenAI-Organization",
    "anthropic-version",
    "x-max-tokens",
    "X-Stainless-Lang",
    "User-Agent",
    "Accept",
    "x-session-id",
  ])("%s is no credential", (name) => expect(sent([name, "1"])).toEqual([name, "1"]));

  test("allow_override lets the configured header through, once, and no other one", () => {
    const raw = ["X-Own-Key", "first", "x-own-key", "second", "Authorization", "third"];
    expect(sent(raw, "x-own-key")).toEqual(["X-Own-Key", "first"]);
    expect(sent(["Authorization", "a", "authorization", "b"], "authorization")).toEqual(["Authorization", "a"]);
  });

  test("no credential of any set of headers travels, in any spelling", () => {
    const separator = fc.constantFrom("-", "_");
    const spelled = fc
      .tuple(
        fc.constantFrom("", "x-", "my-"),
        fc.constantFrom("authorization", "api-key", "apikey", "access-token", "subscription-key", "own-key"),
        separator,
      )
      .map(([prefix, name, mark]) => (prefix + name).replaceAll("-", mark));
    const mixed = fc.mixedCase(spelled);
    const harmless = fc.stringMatching(/^x-[b-d]{1,6}$/);
    fc.assert(
      fc.property(
        fc.array(
          fc.oneof(
            mixed.map((name) => [name, "SECRET"]),
            harmless.map((name) => [name, "fine"]),
          ),
          { maxLength: 12 },
        ),
        (pairs) => {
          const result = sent(pairs.flat());
          expect(result).not.toContain("SECRET");
          expect(result.filter((part) => part === "fine")).toHaveLength(pairs.filter(([, value]) => value === "fine").length);
        },
      ),
      { numRuns: 300 },
    );
  });

  test.each([
    ["a=1&key=s&b=2", "a=1&b=2"],
    ["API_KEY=s", ""],
    ["api%5Fkey=s&a=1", "a=1"],
    ["own=s&OWN=t&%6Fwn=u&a=%20+", "a=%20+"],
    ["access_token=s&page_token=p&x=access_token", "page_token=p&x=access_token"],
    ["key", ""],
    ["token=s&sig=t&accessToken=u&API-TOKEN=v&tokens=1", "tokens=1"],
    ["+key=s", ""],
    ["a=1&&b", "a=1&&b"],
    ["", ""],
  ])("the query %j is sent as %j", (query, expected) => expect(forwardedQuery(query, NAMES, undefined)).toBe(expected));

  test("allow_override lets the configured parameter through, once", () => {
    expect(forwardedQuery("own=1&own=2&key=3&a=4", NAMES, "own")).toBe("own=1&a=4");
  });
});

test("what the configured address sets in the query wins", () => {
  expect(configuredWins("a=1&b=%20&a", "a=3")).toBe("b=%20&a=3");
  expect(configuredWins("a=%20+", "")).toBe("a=%20+");
});

test("headers of one connection, and those that Connection names, stay behind", () => {
  const raw = [
    "Connection",
    "close, X-Hop ,\tx-own",
    "X-Hop",
    "1",
    "x-own",
    "2",
    "TE",
    "trailers",
    "Upgrade",
    "h2c",
    "HTTP2-Settings",
    "x",
    "x-end",
    "3",
  ];
  expect(sent(raw)).toEqual(["x-end", "3"]);
  expect(sent(["connection", "authorization", "authorization", "x"], "authorization")).toEqual([]);
});

test("a body that is known to be JSON is called JSON, plain and without a digest", () => {
  const raw = ["Content-Type", "text/x", "content-type", "text/y", "Content-Encoding", "gzip", "Digest", "sha-256=x", "Content-MD5", "x"];
  expect(sent(raw, undefined, true)).toEqual(["content-type", "application/json"]);
  expect(sent(raw)).toEqual(raw);
});

test("answers lose what cannot be written, what is of the provider's host, and CORS", () => {
  const upstream = {
    "x-fine": "é\ttab",
    "x-odd": "模型",
    "x-line": "a\nb",
    "x-nul": "a\u0000",
    "bad name": "1",
    "x-many": ["a", "b\r", "c"],
    connection: "keep-alive, x-hop",
    "x-hop": "1",
    "access-control-allow-origin": "*",
    "strict-transport-security": "max-age=1",
    "set-cookie": ["a=b"],
    "x-kong-request-id": "theirs",
    "retry-after": "1",
  };
  expect(answerHeaders(upstream)).toEqual(["x-fine", "é\ttab", "x-many", "a", "x-many", "c", "retry-after", "1"]);
});

test.each([
  ["gzip", true],
  ["br, gzip;q=0.5", true],
  ["*", true],
  ["GZIP ; Q=1", true],
  ["gzip;q=0", false],
  ["gzip ;\tq=0.000", false],
  ["br", false],
  ["", false],
])("accept-encoding %j takes gzip: %s", (value, expected) => expect(accepts(request("accept-encoding", value), "gzip")).toBe(expected));

describe("reading a header takes time in proportion to its length", () => {
  /** Counts how often a text's characters are read by what splits it; a regular expression that goes back is not counted but takes minutes here. */
  const blanks = " ".repeat(2_000_000);

  test("blanks in Connection", () => expect(sent(["Connection", `a${blanks}b`, "x", "1"])).toEqual(["x", "1"]));
  test("blanks in Accept-Encoding", () =>
    expect(accepts(request("accept-encoding", `a${blanks}b;${blanks};q=0${blanks}x`), "gzip")).toBe(false));
  test("many options and many headers", () => {
    const names = Array.from({ length: 60_000 }, (_, index) => `x-${index}`);
    expect(sent(["Connection", names.join(","), ...names.flatMap((name) => [name, "1"])])).toEqual([]);
  });
});

test("what is meant for one provider does not travel to another that is spoken to in its own dialect", () => {
  const raw = ["OpenAI-Organization", "o", "x-stainless-lang", "js", "anthropic-beta", "b", "User-Agent", "u", "x-trace", "t"];
  const headers = forwardedHeaders(request(...raw), NAMES, undefined, "id", true, true);
  expect(headers).toEqual(["User-Agent", "u", "x-trace", "t", "content-type", "application/json", "x-kong-request-id", "id"]);
});

test("of a translated answer the client gets what it can act on, and the provider's id of the request", () => {
  const given = [
    ...["content-type", "application/json", "request-id", "req_1", "retry-after", "3", "anthropic-ratelimit-tokens-remaining", "9"],
    ...["x-ratelimit-reset", "1s", "anthropic-organization-id", "secret", "cf-ray", "r"],
  ];
  expect(translatedHeaders(given)).toEqual([
    ...["content-type", "application/json", "retry-after", "3", "anthropic-ratelimit-tokens-remaining", "9", "x-ratelimit-reset", "1s"],
    ...["x-request-id", "req_1"],
  ]);
});
