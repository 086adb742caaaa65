import fc from "fast-check";
import { CredentialProblem } from "../../../runtime/credentials/problem";
import type { ServiceAnswer } from "../../../runtime/credentials/service-call";
import { readToken } from "../../../runtime/credentials/token-answer";

const NOW = Date.UTC(2026, 0, 1);

const answer = (body: unknown, status = 200, retryAfterMs?: number): ServiceAnswer => ({
  status,
  body: Buffer.isBuffer(body) ? body : Buffer.from(typeof body === "string" ? body : JSON.stringify(body)),
  retryAfterMs,
});
const token = (more: object = {}) => answer({ access_token: "t1", token_type: "Bearer", ...more });

function problemOf(given: ServiceAnswer): string {
  try {
    readToken(given, NOW);
  } catch (error) {
    if (error instanceof CredentialProblem) return error.message;
    throw error;
  }
  throw new Error("it was read");
}

test.each<[string, object, number]>([
  ["a number", { expires_in: 3599 }, 3_599_000],
  ["a text of digits, as the metadata service writes it", { expires_in: "3599" }, 3_599_000],
  ["a fraction", { expires_in: 0.5 }, 500],
  ["the moment of the end, as App Service writes it", { expires_on: String(NOW / 1000 + 60) }, 60_000],
  ["both: the lifetime wins, as it needs no common clock", { expires_in: 10, expires_on: NOW / 1000 + 60 }, 10_000],
  ["a word", { expires_in: "soon" }, 300_000],
  ["a word, beside the moment of the end", { expires_in: "soon", expires_on: NOW / 1000 + 60 }, 60_000],
  ["null", { expires_in: null }, 300_000],
  ["nothing", {}, 300_000],
  ["an object", { expires_in: { seconds: 3 } }, 300_000],
])("a lifetime that is %s", (_what, more, lifeMs) => {
  expect(readToken(token(more), NOW)).toEqual({ value: "t1", lifeMs, refreshInMs: undefined });
});

test.each<[string, object]>([
  ["zero", { expires_in: 0 }],
  ["negative", { expires_in: -5 }],
  ["a negative text", { expires_in: "-5" }],
  ["a moment that has passed", { expires_on: NOW / 1000 - 1 }],
])("a lifetime that is %s is none", (_what, more) => {
  expect(problemOf(token(more))).toBe("the token service answered with a token that has expired already");
});

test("the service's wish for a refresh is read, and one that makes no sense is not", () => {
  expect(readToken(token({ expires_in: 86_399, refresh_in: "43199" }), NOW).refreshInMs).toBe(43_199_000);
  expect(readToken(token({ expires_in: 86_399, refresh_in: 0 }), NOW).refreshInMs).toBeUndefined();
});

test.each<[string, unknown]>([
  ["nothing", ""],
  ["HTML", "<html>"],
  ["cut JSON", '{"access_token":"t1'],
  ["other JSON", "[1]"],
  ["null", "null"],
  ["no token", { token_type: "Bearer" }],
  ["a token that is no text", { access_token: 3 }],
  ["an empty token", { access_token: "" }],
  ["a token with a line break", { access_token: "a\r\nx-evil: 1" }],
  ["a token beyond ASCII", { access_token: "ü" }],
  ["a token that no header holds", { access_token: "x".repeat(40_000) }],
  ["bytes", Buffer.from([0, 255, 128])],
])("a 200 with %s is no token", (_what, body) => {
  expect(problemOf(answer(body))).toBe("the token service answered 200 without a usable access_token");
});

test("a token of another type is none", () => {
  expect(problemOf(token({ token_type: "pop" }))).toBe("the token service answered with a token_type that is not Bearer");
  expect(readToken(token({ token_type: "bearer" }), NOW).value).toBe("t1");
});

test.each<[string, unknown, number, string]>([
  [
    "Entra's words",
    { error: "invalid_client", error_codes: [7000215], error_description: "s3cret" },
    401,
    "401 (invalid_client, AADSTS7000215)",
  ],
  ["an unknown word, which may be anything", { error: "s3cret" }, 400, "400"],
  ["codes that are none", { error_codes: ["s3cret"] }, 400, "400"],
  ["a code that is too long for one", { error_codes: [123456789012] }, 400, "400"],
  ["no JSON", "s3cret", 502, "502"],
])("of a refusal with %s only what is known is told", (_what, body, status, told) => {
  expect(problemOf(answer(body, status))).toBe(`the token service answered ${told}`);
});

test("a refusal's wish for rest is kept", () => {
  expect.assertions(1);
  try {
    readToken(answer("", 429, 7_000), NOW);
  } catch (error) {
    expect(error).toMatchObject({ retryAfterMs: 7_000 });
  }
});

test("whatever a service answers, it is a sendable token or a problem that repeats nothing of it", () => {
  const members = fc.dictionary(
    fc.constantFrom("access_token", "token_type", "expires_in", "expires_on", "refresh_in", "error", "error_codes"),
    fc.oneof(fc.jsonValue(), fc.constantFrom("Bearer", "t1", "3599", "zq-mark-zq")),
  );
  const body = fc.oneof(
    fc.uint8Array().map((bytes) => Buffer.from(bytes)),
    fc.string().map((text) => Buffer.from(text)),
    members.map((value) => Buffer.from(JSON.stringify(value))),
  );
  fc.assert(
    fc.property(body, fc.constantFrom(200, 200, 200, 400, 500), (bytes, status) => {
      try {
        const read = readToken(answer(bytes, status), NOW);
        expect(read.value).toMatch(/^[\x21-\x7e]+$/);
        expect(read.lifeMs).toBeGreaterThan(0);
      } catch (error) {
        expect(error).toBeInstanceOf(CredentialProblem);
        expect((error as Error).message).not.toContain("zq-mark-zq");
      }
    }),
    { numRuns: 500 },
  );
});
