import { chunksOf, contentOf, errorOf } from "./client";
import { ARRIVAL_MS } from "./faults/arrival";
import { textOf, TOKENS } from "./openai";
import { ask, attemptsOf, closeWalls, wall, type Wall } from "./support";

afterEach(closeWalls);

const stream = { stream: true };

/** Whatever the upstream wrote as a body, in its framing or not. */
const sentBy = (one: Wall, model: string): string => one.upstream.only(model).reply.body.toString();

/** Everything that a stream of these events could have been cut behind. */
const IN_BAND = { type: "api_error", code: "upstream_error" };

describe("22. a connection that is cut", () => {
  test.each(["start", "head", "role"])("at its %s, before content: the next target's stream, and nothing of the first", async (phase) => {
    const one = await wall({ targets: [`cut:${phase}`, "fine:b"] });
    const got = await ask(one, stream);
    expect(got).toMatchObject({ status: 200, complete: true, ms: phase === "start" ? 0 : ARRIVAL_MS });
    expect(got.headers["x-kong-upstream-target"]).toBe("1:openai/fine:b");
    expect(contentOf(got)).toBe(textOf());
    expect(chunksOf(got.text).map(({ model }) => model)).toEqual(Array(TOKENS + 2).fill("fine:b"));
    expect(got.text.endsWith("data: [DONE]\n\n")).toBe(true);
    const outcome = phase === "start" ? "0 reset next_target" : "0 invalid_answer 200 next_target";
    expect(await one.attempts()).toEqual([outcome, "1 ok 200"]);
  });

  test.each(["start", "head", "role"])("at its %s, without another target: 502", async (phase) => {
    const one = await wall({ targets: [`cut:${phase}`], balancer: { retries: 0 } });
    const got = await ask(one, stream);
    expect(got).toMatchObject({ status: 502, complete: true });
    expect(errorOf(got)).toMatchObject(IN_BAND);
    expect(one.upstream.calls).toHaveLength(1);
    expect((await one.attempts())[0]).toMatch(/^0 (?:reset|invalid_answer 200)$/);
  });

  test.each([1, 40, "finish"] as const)("after %s, content went out: an error inside the stream, no clean end", async (phase) => {
    const one = await wall({ targets: [`cut:${phase}`, "fine:b"] });
    const got = await ask(one, stream);
    expect(got).toMatchObject({ status: 200, complete: false });
    const all = sentBy(one, `cut:${phase}`).replace(/data: [^\n]*"choices":\[\][^\n]*\n\n/, "");
    expect(got.text.startsWith(all)).toBe(true);
    expect(chunksOf(got.text.slice(all.length))).toEqual([{ error: expect.objectContaining(IN_BAND) as object }]);
    expect(got.text).not.toContain("[DONE]");
    expect(one.upstream.models).toEqual([`cut:${phase}`]);
    expect(await one.attempts()).toEqual(["0 cut 200"]);
  });

  test("by a RST that overtakes bytes: what the client has is whole events, in order, and then the error", async () => {
    const one = await wall({ targets: ["burst:60"], balancer: { retries: 0 } });
    const got = await ask(one, stream);
    expect(errorOf(got)).toMatchObject(IN_BAND);
    // the system may lose all bytes, or those behind some events
    const attempts = await one.attempts();
    if (got.status === 502) {
      expect(got.complete).toBe(true);
      expect(attempts).toEqual([expect.stringMatching(/^0 (?:reset|invalid_answer 200)$/)]);
    } else {
      expect(got).toMatchObject({ status: 200, complete: false });
      expect(textOf().startsWith(contentOf(got))).toBe(true);
      expect(contentOf(got)).toMatch(/^t0 /);
      expect(attempts).toEqual(["0 cut 200"]);
    }
  });
});

describe("23. a stall", () => {
  test("after 5 tokens: read_timeout, then an error of the client's dialect inside the stream", async () => {
    const one = await wall({ targets: ["stall:5", "fine:b"], balancer: { read_timeout: 3_000, max_fails: 1 } });
    const got = await ask(one, stream);
    expect(got).toMatchObject({ status: 200, complete: false, ms: 3_000 });
    expect(contentOf(got)).toBe(textOf(5));
    expect(errorOf(got)).toMatchObject({
      type: "api_error",
      code: "upstream_timeout",
      message: expect.stringContaining("read_timeout (3000 ms)") as string,
    });
    expect(got.text).not.toContain("[DONE]");
    expect(one.upstream.only("stall:5").reply.abortedAt).toBe(3_000);
    const { exchanges, lines } = await one.ledger();
    expect(exchanges.map(attemptsOf)).toEqual([["0 cut 200"]]);
    expect(lines.filter(({ msg }) => msg === "circuit breaker")).toMatchObject([
      { target: "0:openai/stall:5", from: "closed", to: "open" },
    ]);
  });

  test("before content: the next target", async () => {
    const one = await wall({ targets: ["stall:role", "fine:b"], balancer: { read_timeout: 3_000 } });
    const got = await ask(one, stream);
    expect(got).toMatchObject({ status: 200, complete: true, ms: 3_000 });
    expect(contentOf(got)).toBe(textOf());
    expect(one.upstream.only("stall:role").reply.abortedAt).toBe(3_000);
    expect(await one.attempts()).toEqual(["0 read_timeout 200 next_target", "1 ok 200"]);
  });

  test("tokens that come in time hold read_timeout off, however long it takes in all", async () => {
    const one = await wall({ targets: ["paced:2900"], balancer: { read_timeout: 3_000 } });
    const got = await ask(one, stream, 2_900);
    expect(got).toMatchObject({ status: 200, complete: true });
    expect(got.ms).toBeGreaterThan(60 * 2_900);
    expect(contentOf(got)).toBe(textOf());
    expect(await one.attempts()).toEqual([]);
  });
});

describe("24. a clean end without [DONE]", () => {
  test("after a finish_reason: complete, as it came", async () => {
    const one = await wall({ targets: [{ fault: "end:finish", statistics: false }, "fine:b"] });
    const got = await ask(one, stream);
    expect(got).toMatchObject({ status: 200, complete: true });
    expect(got.text).toBe(sentBy(one, "end:finish"));
    expect(await one.attempts()).toEqual([]);
  });

  test("without a finish_reason: broken", async () => {
    const one = await wall({ targets: ["end:12", "fine:b"] });
    const got = await ask(one, stream);
    expect(got).toMatchObject({ status: 200, complete: false });
    expect(contentOf(got)).toBe(textOf(12));
    expect(errorOf(got)).toMatchObject(IN_BAND);
    expect(one.upstream.models).toEqual(["end:12"]);
    expect(await one.attempts()).toEqual(["0 cut 200"]);
  });

  test.each(["head", "role"])("after its %s: the next target", async (phase) => {
    const one = await wall({ targets: [`end:${phase}`, "fine:b"] });
    const got = await ask(one, stream);
    expect(got.complete).toBe(true);
    expect(contentOf(got)).toBe(textOf());
    expect(await one.attempts()).toEqual(["0 invalid_answer 200 next_target", "1 ok 200"]);
  });
});

describe("25. unusual bytes", () => {
  test.each(["utf8", "crlf", "comments", "multi-line", "long-line:1000000"])("%s: relayed byte for byte", async (fault) => {
    const one = await wall({ targets: [{ fault, statistics: false }] });
    const got = await ask(one, stream);
    expect(got).toMatchObject({ status: 200, complete: true });
    expect(got.bytes.equals(one.upstream.only(fault).reply.body)).toBe(true);
    expect(await one.attempts()).toEqual([]);
  });

  test("a chunk split at every byte offset", async () => {
    const one = await wall({ targets: [{ fault: undefined, statistics: false }] });
    await ask(one, { ...stream, model: "split:0" });
    const { body } = one.upstream.only("split:0").reply;
    const tried: number[] = [];
    for (let from = 1; from < body.length; from += 50) {
      const offsets = Array.from({ length: Math.min(50, body.length - from) }, (_, index) => from + index);
      const askings = offsets.map((offset) => one.begin({ ...stream, model: `split:${offset}` }));
      await one.clock.advanceUntil(() => askings.every(({ done }) => done));
      for (const [index, { ended }] of askings.entries()) {
        const got = await ended;
        const sent = one.upstream.only(`split:${offsets[index]}`).reply.body;
        if (got.complete && got.bytes.equals(sent)) tried.push(offsets[index]!);
      }
    }
    expect(tried).toEqual(Array.from({ length: body.length - 1 }, (_, index) => index + 1));
    expect((await one.ledger()).exchanges.filter(({ attempts }) => attempts !== undefined)).toEqual([]);
  });

  test("malformed JSON: left out and counted, told once a minute, all else relayed", async () => {
    const one = await wall({ targets: [{ fault: "bad-chunk", statistics: false }] });
    for (let sent = 0; sent < 2; sent++) {
      const got = await ask(one, stream);
      expect(got.complete).toBe(true);
      expect(got.text).toBe(one.upstream.calls[sent]?.reply.body.toString().replace(/data: [^\n]*\{"del\n\n/, ""));
      expect(contentOf(got)).toBe(textOf());
    }
    expect(await one.metric("signalbox_stream_events_skipped_total")).toBe(2);
    const { lines } = await one.ledger();
    expect(lines.filter(({ msg }) => msg.includes("no JSON"))).toMatchObject([{ level: "warn", target: "0:openai/bad-chunk" }]);
  });
});

describe("26. an error object inside a 200 stream", () => {
  test.each(["head", "role"])("after its %s, before content: the next target", async (phase) => {
    const one = await wall({ targets: [`error-event:${phase}`, "fine:b"] });
    const got = await ask(one, stream);
    expect(got).toMatchObject({ status: 200, complete: true });
    expect(got.text).not.toContain("overloaded");
    expect(contentOf(got)).toBe(textOf());
    expect(await one.attempts()).toEqual(["0 invalid_answer 200 next_target", "1 ok 200"]);
  });

  test("first, without another target: 502 with what it says", async () => {
    const one = await wall({ targets: ["error-event:head"], balancer: { retries: 0 } });
    const got = await ask(one, stream);
    expect(got.status).toBe(502);
    expect(errorOf(got)).toMatchObject({ code: "upstream_answer", message: expect.stringContaining("overloaded") as string });
    expect(one.upstream.calls).toHaveLength(1);
    expect(await one.attempts()).toEqual(["0 invalid_answer 200"]);
  });

  test("later: relayed as the last event; the clean end behind it is not", async () => {
    const one = await wall({ targets: ["error-event:7", "fine:b"] });
    const got = await ask(one, stream);
    expect(got).toMatchObject({ status: 200, complete: false });
    expect(got.text).toBe(sentBy(one, "error-event:7").replace("data: [DONE]\n\n", ""));
    expect(one.upstream.models).toEqual(["error-event:7"]);
    expect(await one.attempts()).toEqual(["0 cut 200"]);
  });
});

describe("27. the client hangs up", () => {
  const rejections: unknown[] = [];
  const note = (reason: unknown): void => void rejections.push(reason);
  beforeEach(() => void process.on("unhandledRejection", note));
  afterEach(() => void process.off("unhandledRejection", note));

  test.each([
    ["before the head", "hang", ["0 client_gone"], 0],
    ["before content", "stall:role", ["0 client_gone 200"], 0],
    ["within the stream", "stall:40", ["0 client_gone 200"], Math.ceil(textOf(40).length / 4)],
  ])("%s: the upstream's connection ends at once; what came is accounted for", async (_name, fault, attempts, completionTokens) => {
    const one = await wall({ targets: [fault, "fine:b"], balancer: { max_fails: 1 } });
    const asking = one.begin(stream);
    await one.clock.advance(1_000);
    expect(asking.status).toBe(completionTokens > 0 ? 200 : 0);
    asking.hangUp();
    await one.clock.advanceUntil(() => one.upstream.only(fault).reply.abortedAt !== undefined, 10);
    expect(one.upstream.only(fault).reply.abortedAt! - 1_000).toBeLessThanOrEqual(100);
    expect(one.upstream.models).toEqual([fault]);
    const { exchanges, lines } = await one.ledger();
    expect(exchanges.map(attemptsOf)).toEqual([attempts]);
    expect(exchanges[0]?.status).toBe(completionTokens > 0 ? 200 : 499);
    expect(exchanges[0]?.ai?.proxy.usage).toMatchObject({ completion_tokens: completionTokens });
    if (completionTokens > 0) expect(exchanges[0]?.ai?.proxy.usage).toMatchObject({ estimated: true });
    expect(lines.filter(({ msg }) => msg === "circuit breaker")).toEqual([]);
    expect(rejections).toEqual([]);
  });

  test("while a repetition is waited for: nothing more is sent", async () => {
    const one = await wall({ targets: ["once:429,2"] });
    const asking = one.begin();
    await one.clock.advance(1_000);
    asking.hangUp();
    await one.clock.advance(5_000);
    expect(one.upstream.calls).toHaveLength(1);
    expect((await one.ledger()).exchanges).toMatchObject([{ status: 499 }]);
    expect(rejections).toEqual([]);
  });
});

describe("28. a slow client", () => {
  const MIB = 1024 * 1024;

  test("holds the upstream back: the gateway's memory is flat, and no limit runs meanwhile", async () => {
    const one = await wall({ targets: ["flood:2000"], balancer: { read_timeout: 1_000 }, extensions: { first_token_timeout: 1_000 } });
    const asking = one.begin(stream);
    asking.hold();
    await one.clock.advance(100);
    const { reply } = one.upstream.only("flood:2000");
    const sentEarly = reply.sentBytes;
    const memoryEarly = process.memoryUsage().arrayBuffers;
    await one.clock.advance(20_000);
    // 32 MiB wait; what has left the upstream stands in the sockets' buffers
    expect(reply.sentBytes).toBeLessThan(16 * MIB);
    expect(reply.sentBytes - sentEarly).toBeLessThan(MIB);
    expect(process.memoryUsage().arrayBuffers - memoryEarly).toBeLessThan(MIB);
    expect(reply.abortedAt).toBeUndefined();
    asking.release();
    await one.clock.advanceUntil(() => asking.done, 10);
    const got = await asking.ended;
    expect(got).toMatchObject({ status: 200, complete: true });
    expect(contentOf(got)).toHaveLength(2_000 * 16 * 1024);
    expect(await one.attempts()).toEqual([]);
  });

  test("one that takes nothing at all is dropped after write_timeout, and the upstream with it", async () => {
    const one = await wall({ targets: ["flood:2000"], balancer: { write_timeout: 300 } });
    const asking = one.begin(stream);
    asking.hold();
    await one.clock.advanceUntil(() => one.upstream.calls[0]?.reply.abortedAt !== undefined, 5);
    asking.release();
    await one.clock.advanceUntil(() => asking.done, 10);
    expect((await asking.ended).complete).toBe(false);
    expect(await one.attempts()).toEqual(["0 client_gone 200"]);
  });
});

describe("30. events of other dialects in a stream", () => {
  test("types that OpenAI does not have are relayed and do no harm", async () => {
    const one = await wall({ targets: [{ fault: "pings", statistics: false }] });
    const got = await ask(one, stream);
    expect(got.complete).toBe(true);
    expect(got.text).toBe(sentBy(one, "pings"));
    expect(await one.attempts()).toEqual([]);
  });

  test("pings alone are no content: the head waits, and the next target may still answer", async () => {
    const one = await wall({ targets: ["overloaded:head", "fine:b"] });
    const got = await ask(one, stream);
    expect(got).toMatchObject({ status: 200, complete: true });
    expect(contentOf(got)).toBe(textOf());
    expect(await one.attempts()).toEqual(["0 invalid_answer 200 next_target", "1 ok 200"]);
  });

  test("an overloaded error after content ends the stream in-band", async () => {
    const one = await wall({ targets: ["overloaded:3", "fine:b"] });
    const got = await ask(one, stream);
    expect(got).toMatchObject({ status: 200, complete: false });
    expect(got.text).toBe(sentBy(one, "overloaded:3"));
    expect(one.upstream.models).toEqual(["overloaded:3"]);
    expect(await one.attempts()).toEqual(["0 cut 200"]);
  });
});

test("31. two tool calls at once, their arguments in turns: every byte in its order", async () => {
  const one = await wall({ targets: ["tools"] });
  const got = await ask(one, stream);
  expect(got).toMatchObject({ status: 200, complete: true });
  expect(got.text).toBe(sentBy(one, "tools"));
  const parts = chunksOf(got.text).flatMap(
    ({ choices }) =>
      (choices as readonly { delta: { tool_calls?: readonly { index: number; function: { arguments: string } }[] } }[])[0]?.delta
        .tool_calls ?? [],
  );
  const joined = [0, 1].map((index) =>
    parts
      .filter((part) => part.index === index)
      .map((part) => part.function.arguments)
      .join(""),
  );
  expect(joined.map((text) => JSON.parse(text) as unknown)).toEqual([{ city: "Zürich" }, { zone: "Europe/Vienna" }]);
  expect(await one.attempts()).toEqual([]);
});

describe("32. usage in streams", () => {
  const optionsOf = (one: Wall): unknown => one.upstream.calls[0]!.json["stream_options"];

  test.each([
    ["last", { prompt_tokens: 5, completion_tokens: 3, total_tokens: 8 }],
    ["each", { prompt_tokens: 5, completion_tokens: 3, total_tokens: 8 }],
    ["none", { completion_tokens: 2, estimated: true }],
  ])("%s: the ledger has it, counted once", async (where, usage) => {
    const one = await wall({ targets: [`usage:${where}`] });
    const got = await ask(one, stream);
    expect(got).toMatchObject({ status: 200, complete: true });
    expect(contentOf(got)).toBe("a b c ");
    expect(optionsOf(one)).toEqual({ include_usage: true });
    const { exchanges } = await one.ledger();
    expect(exchanges[0]?.ai?.proxy.usage).toMatchObject(usage);
    if (where !== "none") expect(exchanges[0]?.ai?.proxy.usage).not.toHaveProperty("estimated");
  });

  test("a usage chunk that the client did not ask for is withheld; growing usage within chunks is theirs", async () => {
    const withheld = await wall({ targets: ["usage:last"] });
    expect((await ask(withheld, stream)).text).not.toContain('"usage"');
    const growing = await wall({ targets: ["usage:each"] });
    expect((await ask(growing, stream)).text).toBe(sentBy(growing, "usage:each"));
    const asked = await wall({ targets: ["usage:last"] });
    const got = await ask(asked, { ...stream, more: { stream_options: { include_usage: true } } });
    expect(got.text).toBe(sentBy(asked, "usage:last"));
    expect(await asked.attempts()).toEqual([]);
  });

  test("without statistics nothing is asked for and nothing is withheld", async () => {
    const one = await wall({ targets: [{ fault: "usage:last", statistics: false }] });
    const got = await ask(one, stream);
    expect(optionsOf(one)).toBeUndefined();
    expect(got.text).toBe(sentBy(one, "usage:last"));
    expect((await one.ledger()).exchanges[0]?.ai).toBeUndefined();
  });
});
