import { once } from "node:events";
import { connect } from "node:net";
import { errorOf } from "./client";
import { ask, attemptsOf, closeWalls, wall, type Question, type Wall } from "./support";

afterEach(closeWalls);

/** Longest time for which one bad request may hold up all others, in milliseconds. */
const MOST_BLOCKED_MS = 50;

const nested = (depth: number): string => `{"messages":[{"role":"user","content":"x"}],"x":${"[".repeat(depth)}${"]".repeat(depth)}}`;

const withMember = (member: string): string => `{"messages":[{"role":"user","content":"x"}],${member}}`;

/** Body as the upstream saw it, without what the gateway has put in. */
const passedOn = (one: Wall): string => one.upstream.only("fine").body.toString().replace(',"model":"fine"', "");

/** Sends bytes as they are and reads what comes until the connection ends. */
async function sendRaw(one: Wall, bytes: string): Promise<string> {
  const socket = connect(Number(new URL(one.url).port), "127.0.0.1");
  let text = "";
  socket.on("data", (piece) => (text += piece.toString()));
  socket.write(bytes);
  await once(socket, "close");
  return text;
}

/** Asks, and measures the longest time for which the event loop did nothing else. */
async function longestBlock(one: Wall, question: Question): Promise<number> {
  const asking = one.begin(question);
  let longest = 0;
  let last = performance.now();
  while (!asking.done) {
    await new Promise((resolve) => setImmediate(resolve));
    const now = performance.now();
    longest = Math.max(longest, now - last);
    last = now;
  }
  return longest;
}

describe("34. a body that is bad", () => {
  test.each([
    ["not JSON", "hello", "body_not_json"],
    ["JSON that breaks off", '{"messages":[', "body_not_json"],
    ["empty", "", "body_not_json"],
    ["NaN", withMember('"temperature":NaN'), "body_not_json"],
    ["a million levels deep", nested(500_000), "body_not_json"],
    ["with model twice", withMember('"model":"fine","model":"other"'), "duplicate_key"],
    ["with messages twice", withMember('"messages":[]'), "duplicate_key"],
  ])("%s: 400, and nobody is asked", async (_name, body, code) => {
    const one = await wall({ targets: ["fine"] });
    const got = await ask(one, { body });
    expect(got).toMatchObject({ status: 400, complete: true });
    expect(errorOf(got)).toMatchObject({ code, type: "invalid_request_error" });
    expect(one.upstream.calls).toEqual([]);
    expect((await one.ledger()).exchanges).toMatchObject([{ status: 400, error: { code } }]);
  });

  test("no body at all, in chunks: 400", async () => {
    const one = await wall({ targets: ["fine"] });
    const head = "POST /chat HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\ntransfer-encoding: chunked\r\n\r\n";
    const answer = await sendRaw(one, `${head}0\r\n\r\n`);
    expect(answer).toMatch(/^HTTP\/1.1 400 /);
    expect(answer).toContain('"code":"body_not_json"');
    expect(one.upstream.calls).toEqual([]);
    expect((await one.ledger()).exchanges).toMatchObject([{ status: 400 }]);
  });

  test("50 MB: 413 in the client's dialect", async () => {
    const one = await wall({ targets: ["fine"], config: { max_request_body_size: 1024 * 1024 } });
    const got = await ask(one, { body: Buffer.alloc(50 * 1024 * 1024, 0x20) });
    expect(got.status).toBe(413);
    expect(errorOf(got)).toMatchObject({ code: "body_too_large", message: expect.stringContaining("1048576 bytes") as string });
    expect(one.upstream.calls).toEqual([]);
    expect((await one.ledger()).exchanges).toMatchObject([{ status: 413, error: { code: "body_too_large" } }]);
  });

  test.each([
    ["ten thousand levels deep", nested(10_000)],
    ["with a member twice that is not ours", withMember('"user":"a","user":"b"')],
    ["with __proto__", withMember('"__proto__":{"model":"other","stream":true},"constructor":{"prototype":1}')],
    ["with 1e999", withMember('"temperature":1e999')],
    ["with a lone surrogate", withMember('"user":"\\ud800"')],
  ])("%s: the provider's to judge, byte for byte", async (_name, body) => {
    const one = await wall({ targets: ["fine"] });
    const got = await ask(one, { body });
    expect(got.status).toBe(200);
    expect(passedOn(one)).toBe(body);
    expect(Object.prototype).not.toHaveProperty("model");
    expect(await one.attempts()).toEqual([]);
  });

  test.each([
    ["deep nesting", nested(10_000)],
    ["deeper nesting", nested(500_000)],
    ["a megabyte that is no JSON", "[1,".repeat(350_000)],
    ["a megabyte of escapes", withMember(`"user":"${"\\u0041".repeat(170_000)}"`)],
    ["twenty thousand members", withMember(Array.from({ length: 20_000 }, (_, index) => `"k${index}":0`).join(","))],
  ])("%s holds nobody up", async (_name, body) => {
    const one = await wall({ targets: ["fine"] });
    // the best of some: what a loaded machine or a garbage collection adds is not the body's doing
    const blocks: number[] = [];
    for (let tries = 0; tries < 5 && !blocks.some((block) => block < MOST_BLOCKED_MS); tries++)
      blocks.push(await longestBlock(one, { body }));
    expect(Math.min(...blocks)).toBeLessThan(MOST_BLOCKED_MS);
    expect((await one.ledger()).exchanges.length).toBe(blocks.length);
  });
});

describe("35. a request that makes no sense", () => {
  test.each([
    ["an unknown model", { model: "gpt-9" }, "unknown_model", /must be: fine/],
    ["no messages", { more: { messages: [] } }, "wrong_format", /messages/],
  ])("%s: 400 in the client's dialect", async (_name, question, code, message) => {
    const one = await wall({ targets: ["fine"] });
    const got = await ask(one, question);
    expect(got.status).toBe(400);
    expect(errorOf(got)).toMatchObject({ code, type: "invalid_request_error", message: expect.stringMatching(message) as string });
    expect(one.upstream.calls).toEqual([]);
    expect((await one.ledger()).exchanges).toMatchObject([{ status: 400, error: { code } }]);
  });

  test.each([
    ["wrong roles", { messages: [{ role: "wizard", content: "x" }] }],
    ["n = 1e9", { n: 1e9 }],
    ["negative max_tokens", { max_tokens: -5 }],
    ["temperature as a text", { temperature: "hot" }],
  ])("%s: passed on, and the provider's 400 comes back", async (_name, more) => {
    const one = await wall({ targets: ["status:400", "fine:b"] });
    const got = await ask(one, { more });
    expect(got.status).toBe(400);
    expect(got.text).toBe(one.upstream.only("status:400").reply.body.toString());
    expect(one.upstream.only("status:400").json).toMatchObject(more);
    expect(await one.attempts()).toEqual(["0 status 400"]);
  });
});

describe("36. a client that wants to choose the upstream", () => {
  const key = "sk-secret-0123456789";
  const auth = { header_name: "Authorization", header_value: `Bearer ${key}` };
  const json = { "content-type": "application/json" };

  test("headers: ignored, and the client's credentials stay here", async () => {
    const one = await wall({ targets: [{ fault: "fine", auth }] });
    const headers = {
      ...json,
      host: "evil.test",
      "x-forwarded-host": "evil.test",
      "x-forwarded-path": "/evil",
      forwarded: "host=evil.test",
      "x-original-url": "/evil",
      authorization: "Bearer theirs",
      "api-key": "theirs",
      cookie: "session=theirs",
    };
    const got = await ask(one, { headers });
    expect(got.status).toBe(200);
    const seen = one.upstream.only("fine");
    expect(seen.path).toBe("/v1/chat/completions");
    expect(seen.headers["host"]).toBe(new URL(one.upstream.origin).host);
    expect(seen.headers["authorization"]).toBe(`Bearer ${key}`);
    expect(JSON.stringify({ ...seen.headers, "x-original-url": undefined })).not.toMatch(/theirs|evil/);
    expect(await one.attempts()).toEqual([]);
  });

  test.each([
    "http://evil.test/chat",
    "/chat/../../evil",
    "/chat/%2e%2e/%2e%2e/evil",
    "//evil.test/chat",
    "/chat/../chat",
    "/chat?x=http://evil.test",
  ])("the request line %s: the configured path of the configured host, or nobody", async (target) => {
    const one = await wall({ targets: [{ fault: "fine", auth }] });
    const body = '{"messages":[{"role":"user","content":"x"}]}';
    const lines = [`POST ${target} HTTP/1.1`, "host: evil.test", "connection: close", `content-length: ${body.length}`, "", body];
    const answer = await sendRaw(one, lines.join("\r\n"));
    expect(answer).toMatch(/^HTTP\/1.1 (?:200|400|404) /);
    expect(answer).not.toContain(key);
    for (const call of one.upstream.calls) {
      expect(call.path).toMatch(/^\/v1\/chat\/completions(?:\?|$)/);
      expect(call.headers["host"]).toBe(new URL(one.upstream.origin).host);
    }
    const { exchanges } = await one.ledger();
    expect(exchanges.map(({ status }) => status)).toEqual([Number(answer.slice(9, 12))]);
  });

  test.each([
    "fine",
    "status:401",
    "status:500",
    "reset:before-head",
    "reset:mid-body",
    "refuse",
    "hang",
    "garbage",
    "html",
    "cut:3",
    "redirect:302",
  ])("%s: the provider's key is in no answer and in no log", async (fault) => {
    const one = await wall({ targets: [{ fault, auth }], balancer: { retries: 1, read_timeout: 1_000 } });
    const got = await ask(one, { headers: { ...json, authorization: "Bearer theirs" }, stream: fault.startsWith("cut") });
    expect(JSON.stringify([got.headers, got.text])).not.toContain(key);
    for (const call of one.upstream.calls) expect(call.headers["authorization"]).toBe(`Bearer ${key}`);
    const { exchanges, lines } = await one.ledger();
    expect(exchanges.flatMap(attemptsOf).length).toBe(fault === "fine" ? 0 : one.upstream.calls.length + (fault === "refuse" ? 2 : 0));
    expect(JSON.stringify([exchanges, lines])).not.toMatch(new RegExp(`${key}|theirs`));
  });
});
