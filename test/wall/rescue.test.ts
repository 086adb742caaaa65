import type { TargetConfig } from "../../config/types.generated";
import { chat } from "../../runtime/surfaces/chat";
import { providers } from "../../runtime/providers";
import type { Traits } from "../../runtime/providers/provider";
import { FORM } from "../support/resumption";
import { chunksOf, contentOf, errorOf, type Got } from "./client";
import { PROMPT_TOKENS, textOf, TOKENS, usageOf } from "./openai";
import { ask, askAll, attemptsOf, closeWalls, wall, type Wall } from "./support";

afterEach(closeWalls);

const stream = { stream: true, more: { stream_options: { include_usage: true } } };

const from = (model: string): string => `answer of ${model}`;

/** A stream as if it had never been broken: all of the text once, one id, one finish, one usage, one end. */
function expectWhole(got: Got): void {
  expect(got).toMatchObject({ status: 200, complete: true });
  expect(contentOf(got)).toBe(textOf());
  const chunks = chunksOf(got.text);
  expect(new Set(chunks.map(({ id }) => id))).toEqual(new Set(["chatcmpl-1"]));
  expect(chunks.filter(({ error }) => error !== undefined)).toEqual([]);
  expect(chunks.filter(({ usage }) => usage != null)).toHaveLength(1);
  expect(got.text.split('"finish_reason":"stop"')).toHaveLength(2);
  expect(got.text.split("data: [DONE]")).toHaveLength(2);
}

const bodyOf = (one: Wall, model: string, nth = 0): Readonly<Record<string, unknown>> => one.upstream.of(model)[nth]!.json;

describe("49. a stream that breaks after 40 of 60 tokens, with resume_streams: restart", () => {
  const balancer = { read_timeout: 3_000 };
  const extensions = { resume_streams: "restart" };

  test.each(["stall:40", "cut:40", "end:40", "error-event:40"])("%s: the client has the whole answer once", async (fault) => {
    const one = await wall({ targets: [fault, "fine:b"], balancer, extensions });
    const got = await ask(one, stream);
    expectWhole(got);
    expect(chunksOf(got.text).find(({ usage }) => usage != null)?.["usage"]).toEqual(usageOf(TOKENS));
    expect(one.upstream.models).toEqual([fault, "fine:b"]);
    expect(bodyOf(one, "fine:b")["messages"]).toEqual(bodyOf(one, fault)["messages"]);
    expect(await one.attempts()).toEqual(["0 cut 200 resume", "1 ok 200"]);
  });

  test("the ledger's usage and cost are the sum of both attempts", async () => {
    const options = { input_cost: 1_000_000, output_cost: 0 };
    const targets = ["cut:40", "fine:b"].map((fault) => ({ fault, options }));
    const one = await wall({ targets, balancer, extensions });
    expectWhole(await ask(one, stream));
    const { exchanges } = await one.ledger();
    const { prompt_tokens, cost, estimated } = exchanges[0]?.ai?.proxy.usage ?? {};
    expect(prompt_tokens).toBeGreaterThan(PROMPT_TOKENS);
    expect(cost).toBe(prompt_tokens);
    expect(estimated).toBe(true);
  });

  test("twice, on different targets", async () => {
    const one = await wall({ targets: ["cut:20", "stall:45", "fine:c"], balancer, extensions });
    expectWhole(await ask(one, stream));
    expect(one.upstream.models).toEqual(["cut:20", "stall:45", "fine:c"]);
    expect(await one.attempts()).toEqual(["0 cut 200 resume", "1 cut 200 resume", "2 ok 200"]);
  });

  test("the next one breaks before it has caught up", async () => {
    const one = await wall({ targets: ["cut:40", "cut:10", "fine:c"], balancer, extensions });
    expectWhole(await ask(one, stream));
    expect(one.upstream.models).toEqual(["cut:40", "cut:10", "fine:c"]);
    expect(await one.attempts()).toEqual(["0 cut 200 resume", "1 cut 200 resume", "2 ok 200"]);
  });

  test("the next one refuses: its answer is in the ledger alone", async () => {
    const one = await wall({ targets: ["cut:40", "status:503", "fine:c"], balancer, extensions });
    expectWhole(await ask(one, stream));
    expect(await one.attempts()).toEqual(["0 cut 200 resume", "1 status 503 resume", "2 ok 200"]);
  });

  test.each([0, 10, 39])("the second answer differs after %d tokens: an error inside the stream, never a mixture", async (same) => {
    const one = await wall({ targets: ["cut:40", `other:${same}`], balancer: { ...balancer, retries: 1 }, extensions });
    const got = await ask(one, stream);
    expect(got).toMatchObject({ status: 200, complete: false });
    expect(contentOf(got)).toBe(textOf(40));
    expect(errorOf(got)).toMatchObject({
      type: "api_error",
      message: expect.stringContaining("another text than the client has") as string,
    });
    expect(got.text).not.toContain("[DONE]");
    expect((await one.attempts())[0]).toBe("0 cut 200 resume");
  });

  test("nobody can go on: an error inside the stream", async () => {
    const one = await wall({ targets: ["cut:40", "refuse"], balancer: { ...balancer, retries: 1 }, extensions });
    const got = await ask(one, stream);
    expect(got).toMatchObject({ status: 200, complete: false });
    expect(contentOf(got)).toBe(textOf(40));
    expect(errorOf(got)?.type).toBe("api_error");
    expect(await one.attempts()).toEqual(["0 cut 200 resume", "1 connect"]);
  });

  test("the deadline holds over all of it", async () => {
    const one = await wall({ targets: ["stall:40", "stall:50"], balancer, extensions: { ...extensions, deadline: 5_000 } });
    const got = await ask(one, stream);
    expect(got).toMatchObject({ status: 200, complete: false, ms: 5_000 });
    expect(contentOf(got)).toBe(textOf(50));
    expect(errorOf(got)?.code).toBe("deadline");
    expect((await one.attempts())[0]).toBe("0 cut 200 resume");
  });
});

describe("50. … with prefill", () => {
  const balancer = { read_timeout: 3_000 };
  const extensions = { resume_streams: "prefill" };
  const traits = providers.get("openai")!.serve(chat, { model: {} } as TargetConfig)!.traits as { prefill: Traits["prefill"] };
  const { prefill } = traits;

  afterEach(() => {
    traits.prefill = prefill;
  });

  test("a provider that cannot continue a text is asked from the start", async () => {
    const one = await wall({ targets: ["cut:40", "fine:b"], balancer, extensions });
    expectWhole(await ask(one, stream));
    expect(bodyOf(one, "fine:b")["messages"]).toEqual(bodyOf(one, "cut:40")["messages"]);
    expect(await one.attempts()).toEqual(["0 cut 200 resume", "1 ok 200"]);
  });

  test("a provider that can is given the text so far, and gives the rest alone", async () => {
    traits.prefill = () => FORM;
    const one = await wall({ targets: ["cut:40", "prefill"], balancer, extensions });
    const got = await ask(one, stream);
    expectWhole(got);
    expect(bodyOf(one, "prefill")["messages"]).toEqual([
      { role: "user", content: "What is 1 + 1?" },
      { role: "assistant", content: textOf(40) },
    ]);
    expect(await one.attempts()).toEqual(["0 cut 200 resume", "1 ok 200"]);
  });

  test("one that refuses it is restarted; its 400 is in the ledger alone", async () => {
    traits.prefill = () => FORM;
    const one = await wall({ targets: ["cut:40", "no-prefill"], balancer, extensions });
    const got = await ask(one, stream);
    expectWhole(got);
    expect(got.text).not.toContain("prefill is not supported");
    expect(bodyOf(one, "no-prefill", 0)["messages"]).toHaveLength(2);
    expect(bodyOf(one, "no-prefill", 1)["messages"]).toHaveLength(1);
    expect(await one.attempts()).toEqual(["0 cut 200 resume", "1 status 400 same_target", "1 ok 200"]);
  });

  test("a deadline that passes within the refusal ends it: nobody is asked again", async () => {
    traits.prefill = () => FORM;
    const one = await wall({ targets: ["cut:40", "no-prefill:stall"], balancer: {}, extensions: { ...extensions, deadline: 5_000 } });
    const got = await ask(one, stream);
    expect(got).toMatchObject({ status: 200, complete: false, ms: 5_000 });
    expect(contentOf(got)).toBe(textOf(40));
    expect(errorOf(got)?.code).toBe("deadline");
    expect(one.upstream.models).toEqual(["cut:40", "no-prefill:stall"]);
    expect(await one.attempts()).toEqual(["0 cut 200 resume", "1 deadline 400"]);
  });

  test.each(["restart", "prefill"])("%s: never after a tool call", async (resume_streams) => {
    const one = await wall({ targets: ["tools-cut", "fine:b"], balancer, extensions: { resume_streams } });
    const got = await ask(one, { stream: true });
    expect(got).toMatchObject({ status: 200, complete: false });
    expect(errorOf(got)?.code).toBe("upstream_error");
    expect(got.text.startsWith(one.upstream.only("tools-cut").reply.body.toString())).toBe(true);
    expect(one.upstream.models).toEqual(["tools-cut"]);
    expect(await one.attempts()).toEqual(["0 cut 200"]);
  });
});

describe("51. a request that is too long for its target, with failover_on", () => {
  const extensions = { failover_on: ["context_length"] };

  test("one attempt there, and the next target's answer", async () => {
    const one = await wall({ targets: ["context-length", "fine:b"], extensions, balancer: { max_fails: 1 } });
    expect(contentOf(await ask(one))).toBe(from("fine:b"));
    expect(one.upstream.models).toEqual(["context-length", "fine:b"]);
    const { exchanges, lines } = await one.ledger();
    expect(exchanges.map(attemptsOf)).toEqual([["0 context_length 400 next_target", "1 ok 200"]]);
    expect(lines.filter(({ msg }) => msg === "circuit breaker")).toEqual([]);
  });

  test("without any other criterion", async () => {
    const one = await wall({ targets: ["context-length", "fine:b"], extensions, criteria: [] });
    expect(contentOf(await ask(one))).toBe(from("fine:b"));
    expect(await one.attempts()).toEqual(["0 context_length 400 next_target", "1 ok 200"]);
  });

  test("too long for the next one as well: its 400, and no third attempt", async () => {
    const one = await wall({ targets: ["context-length", "context-length", "fine:c"], extensions });
    const got = await ask(one);
    expect(got.status).toBe(400);
    expect(errorOf(got)?.code).toBe("context_length_exceeded");
    expect(one.upstream.models).toEqual(["context-length", "context-length"]);
    expect(await one.attempts()).toEqual(["0 context_length 400 next_target", "1 context_length 400"]);
  });

  test("no other target: passed through after one attempt", async () => {
    const one = await wall({ targets: ["context-length"], extensions });
    expect((await ask(one)).status).toBe(400);
    expect(one.upstream.calls).toHaveLength(1);
    expect(await one.attempts()).toEqual(["0 context_length 400"]);
  });

  test.each([{}, extensions])("a content filter: one attempt, its reason passed through (%#)", async (either) => {
    const one = await wall({ targets: ["content-filter", "fine:b"], extensions: either });
    const got = await ask(one);
    expect(got.status).toBe(400);
    expect(got.text).toBe(one.upstream.only("content-filter").reply.body.toString());
    expect(await one.attempts()).toEqual(["0 content_filter 400"]);
  });
});

describe("52. same_target", () => {
  test("500 once: the second attempt goes to the same target", async () => {
    const one = await wall({ targets: ["once:500", "fine:b"], extensions: { same_target: {} } });
    const got = await ask(one);
    expect(contentOf(got)).toBe(from("once:500"));
    expect(one.upstream.models).toEqual(["once:500", "once:500"]);
    // full jitter over 100 ms, and the test's chance is always one half
    expect(one.upstream.calls[1]?.at).toBe(50);
    expect(await one.attempts()).toEqual(["0 status 500 same_target", "0 ok 200"]);
  });

  test("429 with Retry-After 2 s: not before its time", async () => {
    const one = await wall({ targets: ["once:429,2", "fine:b"], extensions: { same_target: {} } });
    const got = await ask(one);
    expect(contentOf(got)).toBe(from("once:429,2"));
    expect(one.upstream.calls.map(({ at }) => at)).toEqual([0, 2_000]);
    expect(await one.attempts()).toEqual(["0 status 429 same_target", "0 ok 200"]);
  });

  test("a Retry-After above max_wait_ms: the next target at once", async () => {
    const one = await wall({ targets: ["once:429,2", "fine:b"], extensions: { same_target: { max_wait_ms: 1_500 } } });
    expect(await ask(one)).toMatchObject({ status: 200, ms: 0 });
    expect(one.upstream.models).toEqual(["once:429,2", "fine:b"]);
    expect(await one.attempts()).toEqual(["0 status 429 next_target", "1 ok 200"]);
  });

  test("lasting 500: as often as retries says, then the next target", async () => {
    const one = await wall({ targets: ["status:500", "fine:b"], extensions: { same_target: { retries: 2 } } });
    expect(contentOf(await ask(one))).toBe(from("fine:b"));
    expect(await one.attempts()).toEqual(["0 status 500 same_target", "0 status 500 same_target", "0 status 500 next_target", "1 ok 200"]);
  });

  test("a silent target is never asked twice", async () => {
    const same_target = { on: ["error", "http_429", "http_500", "http_502", "http_503", "http_504"] };
    const one = await wall({ targets: ["hang", "fine:b"], balancer: { read_timeout: 2_000 }, extensions: { same_target } });
    const got = await ask(one);
    expect(got).toMatchObject({ status: 200, ms: 2_000 });
    expect(one.upstream.models).toEqual(["hang", "fine:b"]);
    expect(await one.attempts()).toEqual(["0 read_timeout next_target", "1 ok 200"]);
  });

  test("repetitions stay within the retry budget", async () => {
    const extensions = { same_target: {}, retry_budget: { min_requests_per_minute: 0, ratio: 0.1 } };
    const one = await wall({ targets: ["status:500", "fine:b"], extensions });
    for (let sent = 0; sent < 10; sent++) expect((await askAll(one, Array(10).fill({}))).every(({ status }) => status === 200)).toBe(true);
    const { exchanges } = await one.ledger();
    const repeated = exchanges.flatMap(attemptsOf).filter((attempt) => attempt.endsWith("same_target"));
    expect(repeated.length).toBeGreaterThan(0);
    expect(repeated.length).toBeLessThanOrEqual(10);
    expect(one.upstream.calls).toHaveLength(100 + 50 + repeated.length);
  });
});

describe("53. a first token that takes 20 s, with first_token_timeout 10 s", () => {
  const slow = "first-token:20000";
  const extensions = { first_token_timeout: 10_000 };

  test("the next target answers within 12 s, and the first one's connection is closed", async () => {
    const one = await wall({ targets: [slow, "fine:b"], extensions });
    const got = await ask(one, { stream: true });
    expect(got).toMatchObject({ status: 200, complete: true });
    expect(got.ms).toBeLessThanOrEqual(12_000);
    expect(contentOf(got)).toBe(textOf());
    expect(one.upstream.only(slow).reply.abortedAt).toBe(10_000);
    expect(one.upstream.only("fine:b").at).toBe(10_000);
    expect(await one.attempts()).toEqual(["0 first_token_timeout 200 next_target", "1 ok 200"]);
  });

  test("without it the first one answers", async () => {
    const one = await wall({ targets: [slow, "fine:b"] });
    const got = await ask(one, { stream: true });
    expect(got).toMatchObject({ status: 200, complete: true, ms: 20_000 });
    expect(one.upstream.models).toEqual([slow]);
    expect(await one.attempts()).toEqual([]);
  });

  test("a stream that goes on longer than that after its first token is left alone", async () => {
    const one = await wall({ targets: ["paced:1000", "fine:b"], extensions });
    const got = await ask(one, { stream: true }, 1_000);
    expect(got).toMatchObject({ status: 200, complete: true });
    expect(got.ms).toBeGreaterThan(60_000);
    expect(await one.attempts()).toEqual([]);
  });
});
