import { chunksOf, contentOf, errorOf, type Got } from "./client";
import { textOf } from "./openai";
import { ask, attemptsOf, closeWalls, wall } from "./support";

afterEach(closeWalls);

const stream = { stream: true };
const COMMENT = ": keep-alive\n\n";

const commentsOf = ({ text }: Pick<Got, "text">): number => text.split(COMMENT).length - 1;
const withoutComments = ({ text }: Pick<Got, "text">): string => text.replaceAll(COMMENT, "");

/** What an early head cannot say, as nobody knows yet who will answer. */
const LATE_HEADERS = [
  "x-kong-llm-model",
  "x-kong-upstream-latency",
  "x-kong-proxy-latency",
  "x-kong-upstream-target",
  "x-kong-upstream-attempts",
];

function expectEarlyHead({ status, headers }: Pick<Got, "status" | "headers">): void {
  expect(status).toBe(200);
  expect(headers["content-type"]).toBe("text/event-stream");
  expect(headers["x-kong-request-id"]).toBeDefined();
  for (const name of LATE_HEADERS) expect(headers[name]).toBeUndefined();
}

describe("a client that waits for the first content of its stream", () => {
  test.each([
    ["no answer", "hang"],
    ["a head and no content", "stall:role"],
    ["a head alone", "stall:head"],
  ])("%s: head and comment after 15 s, a comment after each further 15 s, and then what the next target says", async (_name, fault) => {
    const one = await wall({ targets: [fault, "fine:b"], balancer: { read_timeout: 40_000 } });
    const asking = one.begin(stream);
    await one.clock.advance(14_999);
    expect(asking.status).toBe(0);
    await one.clock.advance(1);
    expectEarlyHead(asking);
    expect(asking.text).toBe(COMMENT);
    await one.clock.advance(15_000);
    expect(asking.text).toBe(COMMENT + COMMENT);
    await one.clock.advanceUntil(() => asking.done);
    const got = await asking.ended;
    expect(got).toMatchObject({ complete: true, ms: 40_000 });
    expect(contentOf({ ...got, text: withoutComments(got) })).toBe(textOf());
    expect(got.text.endsWith("data: [DONE]\n\n")).toBe(true);
    expect((await one.attempts())[1]).toBe("1 ok 200");
  });

  test("nothing is left to ask: told in the stream, which does not end properly; the log names the error", async () => {
    const one = await wall({ targets: ["hang"], balancer: { read_timeout: 20_000, retries: 0 } });
    const got = await ask(one, stream);
    expect(got).toMatchObject({ status: 200, complete: false, ms: 20_000 });
    expect(got.text.startsWith(COMMENT)).toBe(true);
    expect(errorOf({ ...got, text: withoutComments(got) })).toMatchObject({ type: "api_error", code: "upstream_timeout" });
    expect(got.text).not.toContain("[DONE]");
    const { exchanges } = await one.ledger();
    expect(exchanges).toMatchObject([{ status: 200, error: { code: "upstream_timeout" } }]);
    expect(exchanges.map(attemptsOf)).toEqual([["0 read_timeout"]]);
  });

  test("a provider refuses late: what it says is told in the stream", async () => {
    const one = await wall({ targets: ["late:20000:429"], balancer: { retries: 0 } });
    const got = await ask(one, stream);
    expect(got).toMatchObject({ status: 200, complete: false, ms: 20_000 });
    expect(chunksOf(withoutComments(got))).toEqual([
      { error: expect.objectContaining({ message: expect.any(String) as string }) as object },
    ]);
    const { exchanges } = await one.ledger();
    expect(exchanges[0]?.error).toEqual({ code: "upstream_error", message: "0:openai/late:20000:429 answered with status 429" });
    expect(exchanges.map(attemptsOf)).toEqual([["0 status 429"]]);
  });

  test("a provider refuses late, and another one answers", async () => {
    const one = await wall({ targets: ["late:20000:503", "fine:b"] });
    const got = await ask(one, stream);
    expect(got).toMatchObject({ status: 200, complete: true });
    expect(contentOf({ ...got, text: withoutComments(got) })).toBe(textOf());
  });

  test("extensions.deadline and extensions.first_token_timeout are told in the stream", async () => {
    const extensions = { stream_keep_alive: 1_000 };
    const first = await wall({ targets: ["hang"], extensions: { ...extensions, deadline: 3_500 } });
    const late = await ask(first, stream);
    expect(late).toMatchObject({ status: 200, complete: false, ms: 3_500 });
    expect(commentsOf(late)).toBe(3);
    expect(errorOf({ ...late, text: withoutComments(late) })).toMatchObject({ code: "deadline" });
    const second = await wall({
      targets: ["stall:role"],
      balancer: { retries: 0 },
      extensions: { ...extensions, first_token_timeout: 2_500 },
    });
    const silent = await ask(second, stream);
    expect(silent).toMatchObject({ status: 200, complete: false, ms: 2_500 });
    expect(errorOf({ ...silent, text: withoutComments(silent) })).toMatchObject({ code: "upstream_timeout" });
  });

  test("the wait for a target that rests counts, and what ends it is told in the stream", async () => {
    const one = await wall({ targets: ["late:500:503"], balancer: { retries: 1 }, extensions: { stream_keep_alive: 400 } });
    const got = await ask(one, stream);
    expect(got).toMatchObject({ status: 200, complete: false });
    expect(errorOf({ ...got, text: withoutComments(got) })).toBeDefined();
    expect(one.upstream.calls).toHaveLength(2);
  });

  test("the client goes away: the upstream's connection ends, and nothing waits any longer", async () => {
    const one = await wall({ targets: ["hang"] });
    const before = one.clock.pending;
    const asking = one.begin(stream);
    await one.clock.advance(16_000);
    expectEarlyHead(asking);
    asking.hangUp();
    await one.clock.advanceUntil(() => one.upstream.only("hang").reply.abortedAt !== undefined, 10);
    await one.clock.advance(100);
    expect(one.clock.pending).toBe(before);
    expect(await one.attempts()).toEqual(["0 client_gone"]);
  });

  test("the gateway ends: told in the stream", async () => {
    const one = await wall({ targets: ["hang"], gateway: { drainTimeoutSeconds: 1 } });
    const asking = one.begin(stream);
    await one.clock.advance(16_000);
    const closed = one.gateway.gateway.drain();
    await one.clock.advanceUntil(() => asking.done);
    await closed;
    const got = await asking.ended;
    expect(got).toMatchObject({ status: 200, complete: false });
    expect(errorOf({ ...got, text: withoutComments(got) })).toMatchObject({ code: "draining" });
  });
});

describe("a stream that is silent later", () => {
  test("a comment after each period without output, between events only", async () => {
    const one = await wall({ targets: ["halves:20000"] });
    const got = await ask(one, stream);
    expect(got).toMatchObject({ status: 200, complete: true });
    expect(withoutComments(got)).toBe(
      one.upstream
        .only("halves:20000")
        .reply.body.toString()
        .replace(/data: [^\n]*"choices":\[\][^\n]*\n\n/, ""),
    );
    expect(got.text).toMatch(/\n\n: keep-alive\n\ndata: /);
    expect(contentOf({ ...got, text: withoutComments(got) })).toBe("a b c ");
  });

  test("output holds it off", async () => {
    const one = await wall({ targets: [{ fault: "paced:9000", statistics: false }], extensions: { stream_keep_alive: 10_000 } });
    const got = await ask(one, stream, 9_000);
    expect(got.complete).toBe(true);
    expect(commentsOf(got)).toBe(0);
  });

  test("a stall is bridged until another answer goes on with the stream", async () => {
    const one = await wall({
      targets: ["stall:40", "fine:b"],
      balancer: { read_timeout: 35_000 },
      extensions: { resume_streams: "restart" },
    });
    const got = await ask(one, stream);
    expect(got).toMatchObject({ status: 200, complete: true, ms: 35_000 });
    expect(commentsOf(got)).toBe(2);
    expect(contentOf({ ...got, text: withoutComments(got) })).toBe(textOf());
    expect(got.headers["x-kong-llm-model"]).toBe("openai/stall:40");
  });

  test("a client that takes nothing is sent no comments on top", async () => {
    const one = await wall({ targets: ["flood:2000"], extensions: { stream_keep_alive: 1_000 } });
    const asking = one.begin(stream);
    asking.hold();
    await one.clock.advance(20_000);
    asking.release();
    await one.clock.advanceUntil(() => asking.done, 10);
    const got = await asking.ended;
    expect(got.complete).toBe(true);
    expect(commentsOf(got)).toBe(0);
  });
});

describe("no early head", () => {
  test("for a whole answer, whatever the client accepts", async () => {
    const one = await wall({ targets: ["slow:40000"] });
    const asking = one.begin({ headers: { "content-type": "application/json", accept: "text/event-stream" } });
    await one.clock.advance(39_000);
    expect(asking.status).toBe(0);
    await one.clock.advanceUntil(() => asking.done);
    const got = await asking.ended;
    expect(got).toMatchObject({ status: 200, complete: true });
    expect(got.headers["content-type"]).toContain("application/json");
    expect(got.headers["x-kong-llm-model"]).toBe("openai/slow:40000");
  });

  test("with stream_keep_alive 0", async () => {
    const one = await wall({ targets: ["hang"], balancer: { read_timeout: 40_000, retries: 0 }, extensions: { stream_keep_alive: 0 } });
    const got = await ask(one, stream);
    expect(got).toMatchObject({ status: 504, complete: true });
  });

  test("for an answer that comes in time: its own head, and no timer is left", async () => {
    const one = await wall({ targets: ["first-token:10000"] });
    const before = one.clock.pending;
    const got = await ask(one, stream);
    expect(commentsOf(got)).toBe(0);
    expect(got.headers["x-kong-llm-model"]).toBe("openai/first-token:10000");
    await one.clock.advance(2_000);
    expect(one.clock.pending).toBe(before);
  });
});

test("a stream that is forced on is kept alive too", async () => {
  const one = await wall({ targets: ["hang", "fine:b"], balancer: { read_timeout: 20_000 }, config: { response_streaming: "always" } });
  const got = await ask(one);
  expectEarlyHead(got);
  expect(contentOf({ ...got, text: withoutComments(got) })).toBe(textOf());
});
