import { contentOf, errorOf, type Got } from "./client";
import { ask, askAll, attemptsOf, closeWalls, HEAVY, wall, type Wall } from "./support";

afterEach(closeWalls);

/** The answer of a fine target. */
const from = (model: string): string => `answer of ${model}`;

/** Asks one after the other. */
async function askTimes(one: Wall, count: number): Promise<Got[]> {
  const got: Got[] = [];
  for (let sent = 0; sent < count; sent++) got.push(await ask(one));
  return got;
}

describe("1. 429 with Retry-After in seconds", () => {
  test("the next target is asked at once, and the resting one by nobody before its time", async () => {
    const one = await wall({ targets: ["status:429,5", "fine:b"] });
    const first = await ask(one);
    expect(first).toMatchObject({ status: 200, ms: 0 });
    expect(contentOf(first)).toBe(from("fine:b"));
    expect(first.headers).toMatchObject({
      "x-kong-upstream-attempts": "2",
      "x-kong-upstream-target": "1:openai/fine:b",
      "x-kong-llm-model": "openai/fine:b",
    });
    expect(one.upstream.models).toEqual(["status:429,5", "fine:b"]);
    await one.clock.advance(4_900);
    await askTimes(one, 6);
    expect(one.upstream.of("status:429,5")).toHaveLength(1);
    await one.clock.advance(200);
    await askTimes(one, 2);
    expect(one.upstream.of("status:429,5")).toHaveLength(2);
    const { exchanges } = await one.ledger();
    expect(attemptsOf(exchanges[0]!)).toEqual(["0 status 429 next_target", "1 ok 200"]);
  });

  test("the only target is waited for where that is at most 2 s", async () => {
    const one = await wall({ targets: ["once:429,2"] });
    const got = await ask(one);
    expect(got.status).toBe(200);
    const [first, second, ...others] = one.upstream.calls;
    expect(second!.at - first!.at).toBe(2_000);
    expect(others).toEqual([]);
    expect(await one.attempts()).toEqual(["0 status 429 same_target", "0 ok 200"]);
  });

  test("where it is longer the 429 is passed on at once", async () => {
    const one = await wall({ targets: ["once:429,3"] });
    const got = await ask(one);
    expect(got).toMatchObject({ status: 429, ms: 0 });
    expect(got.headers["retry-after"]).toBe("3");
    expect(errorOf(got)?.message).toBe("once:429,3 says 429");
    expect(one.upstream.calls).toHaveLength(1);
    expect(await one.attempts()).toEqual(["0 status 429"]);
  });
});

describe("2. 429 with another Retry-After", () => {
  test.each([
    ["a date", "once:429,date+1", 1_000],
    ["a date that has passed", "once:429,date-30", 50],
    ["milliseconds", "once:429,ms=1500", 1_500],
    ["a negative number: the back-off alone", "once:429,-5", 50],
    ["garbage: the back-off alone", "once:429,soon", 50],
  ])("%s", async (_name, fault, waitMs) => {
    const one = await wall({ targets: [fault] });
    expect((await ask(one)).status).toBe(200);
    const [first, second] = one.upstream.calls;
    expect(second!.at - first!.at).toBe(waitMs);
    expect(await one.attempts()).toEqual(["0 status 429 same_target", "0 ok 200"]);
  });

  test.each(["once:429,99999999", "once:429,date+86400"])("%s rests the target for 60 s at most", async (fault) => {
    const one = await wall({ targets: [fault, "fine:b"] });
    expect((await ask(one)).status).toBe(200);
    await one.clock.advance(59_000);
    await askTimes(one, 4);
    expect(one.upstream.of(fault)).toHaveLength(1);
    await one.clock.advance(1_500);
    await askTimes(one, 2);
    expect(one.upstream.of(fault)).toHaveLength(2);
    expect((await one.ledger()).exchanges).toHaveLength(7);
  });

  test("nobody waits beyond the deadline", async () => {
    const one = await wall({ targets: ["once:429,2"], extensions: { deadline: 1_500 } });
    const got = await ask(one);
    expect(got).toMatchObject({ status: 429, ms: 0 });
    expect(one.upstream.calls).toHaveLength(1);
    expect(await one.attempts()).toEqual(["0 status 429"]);
  });
});

test("3. lasting 429 on all targets: 429, the last one's body, the smallest Retry-After", async () => {
  const one = await wall({ targets: ["status:429,9", "status:429,4", "status:429,7"] });
  const got = await ask(one);
  expect(got).toMatchObject({ status: 429, ms: 0 });
  expect(got.headers["retry-after"]).toBe("4");
  expect(got.text).toBe(one.upstream.calls.at(-1)?.reply.body.toString());
  expect(one.upstream.models).toEqual(["status:429,9", "status:429,4", "status:429,7"]);
  expect(await one.attempts()).toEqual(["0 status 429 next_target", "1 status 429 next_target", "2 status 429"]);
});

test("4. 500 once, then fine: one retry, usage counted once", async () => {
  const one = await wall({ targets: ["once:500"] });
  const got = await ask(one);
  expect(got.status).toBe(200);
  expect(got.headers["x-kong-upstream-attempts"]).toBe("2");
  expect(one.upstream.calls).toHaveLength(2);
  const { exchanges } = await one.ledger();
  expect(exchanges.map(attemptsOf)).toEqual([["0 status 500 same_target", "0 ok 200"]]);
  expect(exchanges[0]?.ai?.proxy).toMatchObject({ usage: { total_tokens: 12 }, tried_targets: [{}, {}] });
});

describe("5. 503 on A always", () => {
  const balancer = { max_fails: 3, fail_timeout: 10_000 };
  const A = "status:503";

  test("B answers all; after max_fails A is asked by nobody until it is half-open, then by one at a time", async () => {
    const one = await wall({ targets: [{ fault: A, weight: HEAVY }, "fine:b"], balancer });
    const got = await askTimes(one, 12);
    expect(got.map(contentOf)).toEqual(Array(12).fill(from("fine:b")));
    expect(one.upstream.of(A)).toHaveLength(3);
    await one.clock.advance(9_900);
    await askTimes(one, 4);
    expect(one.upstream.of(A)).toHaveLength(3);
    await one.clock.advance(100);
    const probing = await askAll(one, Array(10).fill({}));
    expect(probing.map(({ status }) => status)).toEqual(Array(10).fill(200));
    expect(one.upstream.of(A)).toHaveLength(4);
    // the probe failed: the circuit is open for the whole time again
    await one.clock.advance(9_000);
    await askTimes(one, 4);
    expect(one.upstream.of(A)).toHaveLength(4);
    const { exchanges, lines } = await one.ledger();
    expect(exchanges.filter(({ attempts }) => attempts !== undefined)).toHaveLength(4);
    expect(lines.filter(({ msg }) => msg === "circuit breaker").map(({ from, to }) => [from, to])).toEqual([
      ["closed", "open"],
      ["open", "half-open"],
      ["half-open", "open"],
    ]);
  });

  test("a slow probe keeps all others away until it has ended", async () => {
    const one = await wall({ targets: [{ fault: A, weight: HEAVY }, "fine:b"], balancer });
    await askTimes(one, 3);
    one.upstream.behave = (model) => (model === A ? "slow:3000" : undefined);
    await one.clock.advance(10_000);
    const probe = one.begin();
    await one.clock.advance(1_000);
    await askTimes(one, 5);
    expect(one.upstream.of(A)).toHaveLength(4);
    await one.clock.advanceUntil(() => probe.done);
    expect(contentOf(await probe.ended)).toBe(from(A));
    await askAll(one, [{}, {}]);
    expect(one.upstream.of(A)).toHaveLength(6);
    const { lines } = await one.ledger();
    expect(lines.filter(({ msg }) => msg === "circuit breaker").at(-1)).toMatchObject({ from: "half-open", to: "closed" });
  });

  test("a probe whose client hangs up is no result: the next request probes", async () => {
    const one = await wall({ targets: ["switched"], balancer: { ...balancer, retries: 0 } });
    one.upstream.isDown = true;
    await askTimes(one, 3);
    one.upstream.isDown = false;
    one.upstream.behave = () => "hang";
    await one.clock.advance(10_000);
    const probe = one.begin();
    await one.clock.advance(1_000);
    expect((await ask(one)).status).toBe(503);
    probe.hangUp();
    await one.clock.settle();
    one.upstream.behave = () => undefined;
    expect((await ask(one)).status).toBe(200);
    expect(one.upstream.calls).toHaveLength(5);
    const { exchanges } = await one.ledger();
    expect(exchanges.map(({ status }) => status)).toEqual([502, 502, 502, 503, 499, 200]);
  });

  test("all circuits open: 503 at once, with the time until the first probe", async () => {
    const one = await wall({ targets: [A], balancer: { ...balancer, retries: 0 } });
    await askTimes(one, 3);
    await one.clock.advance(4_000);
    const got = await ask(one);
    expect(got).toMatchObject({ status: 503, ms: 0 });
    expect(got.headers["retry-after"]).toBe("6");
    expect(errorOf(got)?.code).toBe("all_open");
    expect(one.upstream.calls).toHaveLength(3);
    const { exchanges } = await one.ledger();
    expect(exchanges.at(-1)).toMatchObject({ status: 503, error: { code: "all_open" } });
    expect(exchanges.at(-1)?.attempts).toBeUndefined();
  });
});

test("6. flapping A (10 s up, 10 s down): no client sees it, attempts are bounded, recovery takes less than 30 s", async () => {
  const A = "flapping:10000";
  const one = await wall({ targets: [{ fault: A, weight: HEAVY }, "fine:b"], balancer: { max_fails: 3, fail_timeout: 5_000 } });
  const isDown = (at: number): boolean => Math.floor(at / 10_000) % 2 === 1;
  const statuses: number[] = [];
  while (one.clock.now() < 60_000) {
    statuses.push((await ask(one)).status);
    await one.clock.advance(200);
  }
  expect(statuses).toEqual(Array(statuses.length).fill(200));
  const whileDown = one.upstream.of(A).filter(({ at }) => isDown(at));
  // three times down: three failures that open it, and at most two probes
  expect(whileDown.length).toBeLessThanOrEqual(3 * (3 + 2));
  for (const upAgain of [20_000, 40_000]) {
    const served = one.upstream.of(A).find(({ at }) => at >= upAgain);
    expect(served!.at - upAgain).toBeLessThanOrEqual(30_000);
  }
  const { exchanges } = await one.ledger();
  expect(exchanges.filter(({ attempts }) => attempts !== undefined)).toHaveLength(whileDown.length);
});

describe("7. a refused key", () => {
  const warnings = async (one: Wall): Promise<number> =>
    (await one.ledger()).lines.filter(({ msg, level }) => level === "warn" && msg.includes("refused the credentials")).length;

  test("401 is in no list: passed through after one attempt; a warning once a minute, a count each time", async () => {
    const one = await wall({ targets: ["status:401", "fine:b"] });
    const got = [...(await askTimes(one, 2)), ...(await askTimes(one, 4))];
    expect(got.map(({ status }) => status)).toEqual([401, 200, 401, 200, 401, 200]);
    expect(one.upstream.of("status:401")).toHaveLength(3);
    expect(got[0]?.text).toBe(one.upstream.calls[0]?.reply.body.toString());
    expect(await one.metric("signalbox_auth_refused_total")).toBe(3);
    await one.clock.advance(61_000);
    await askTimes(one, 4);
    expect(await one.metric("signalbox_auth_refused_total")).toBe(5);
    expect(await warnings(one)).toBe(2);
  });

  test("403 moves on where it is listed, and is never repeated on its target", async () => {
    const one = await wall({ targets: ["status:403", "fine:b"] });
    expect(contentOf(await ask(one))).toBe(from("fine:b"));
    const alone = await wall({ targets: ["status:403"] });
    const refused = await ask(alone);
    expect(refused.status).toBe(403);
    expect(alone.upstream.calls).toHaveLength(1);
    expect(await one.attempts()).toEqual(["0 status 403 next_target", "1 ok 200"]);
    expect(await warnings(alone)).toBe(1);
  });

  test("403 is passed through where it is not listed", async () => {
    const one = await wall({ targets: ["status:403", "fine:b"], criteria: ["error", "timeout", "non_idempotent"] });
    expect((await ask(one)).status).toBe(403);
    expect(one.upstream.models).toEqual(["status:403"]);
    expect(await one.attempts()).toEqual(["0 status 403"]);
  });
});

test("8. 400 for a request that is too long: one attempt, passed through", async () => {
  const one = await wall({ targets: ["context-length", "fine:b"], balancer: { max_fails: 1 } });
  const got = await ask(one);
  expect(got.status).toBe(400);
  expect(got.text).toBe(one.upstream.calls[0]?.reply.body.toString());
  expect(one.upstream.models).toEqual(["context-length"]);
  const { exchanges, lines } = await one.ledger();
  expect(exchanges.map(attemptsOf)).toEqual([["0 context_length 400"]]);
  expect(lines.filter(({ msg }) => msg === "circuit breaker")).toEqual([]);
});

describe("9. a content filter", () => {
  test.each([
    ["400", "content-filter", false, 400, ["0 content_filter 400"]],
    ["a finish_reason", "filtered", false, 200, []],
    ["a finish_reason in a stream", "filtered", true, 200, []],
  ])("%s is passed on unchanged, after one attempt", async (_name, fault, stream, status, attempts) => {
    const one = await wall({ targets: [fault, "fine:b"], extensions: { failover_on: ["context_length"] } });
    const got = await ask(one, { stream });
    expect(got).toMatchObject({ status, complete: true });
    expect(got.text).toContain("content_filter");
    if (!stream) expect(got.text).toBe(one.upstream.calls[0]?.reply.body.toString());
    expect(one.upstream.models).toEqual([fault]);
    expect(await one.attempts()).toEqual(attempts);
  });
});

describe("10. 404 for an unknown model", () => {
  const told = { level: "warn", target: "0:openai/no-such-model", model: "no-such-model", status: 404 };

  test("moves on where http_404 is listed, once per request; the log names model and target", async () => {
    const one = await wall({ targets: [{ fault: "no-such-model", weight: HEAVY }, "fine:b"], balancer: { max_fails: 1 } });
    const got = await askTimes(one, 3);
    expect(got.map(contentOf)).toEqual(Array(3).fill(from("fine:b")));
    // 404 says that the target is configured wrong, not that it is down: its circuit stays closed
    expect(one.upstream.of("no-such-model")).toHaveLength(3);
    const { exchanges, lines } = await one.ledger();
    expect(exchanges.map(attemptsOf)).toEqual(Array(3).fill(["0 status 404 next_target", "1 ok 200"]));
    expect(lines.filter(({ status }) => status === 404)).toMatchObject([told]);
  });

  test("is passed through where it is not", async () => {
    const one = await wall({ targets: ["no-such-model", "fine:b"], criteria: ["error", "timeout", "non_idempotent"] });
    const got = await ask(one);
    expect(got.status).toBe(404);
    expect(errorOf(got)?.code).toBe("model_not_found");
    expect(one.upstream.models).toEqual(["no-such-model"]);
    const { exchanges, lines } = await one.ledger();
    expect(exchanges.map(attemptsOf)).toEqual([["0 status 404"]]);
    expect(lines.filter(({ status }) => status === 404)).toMatchObject([told]);
  });
});

describe("11. a 200 that cannot be used", () => {
  test.each(["html", "empty", "wrong-type", "not-json"])(
    "%s: the next target answers; 502 with the reason where there is none",
    async (fault) => {
      const one = await wall({ targets: [fault, "fine:b"] });
      expect(contentOf(await ask(one))).toBe(from("fine:b"));
      expect(one.upstream.models).toEqual([fault, "fine:b"]);
      const alone = await wall({ targets: [fault], balancer: { retries: 0, max_fails: 1 } });
      const got = await ask(alone);
      expect(got.status).toBe(502);
      expect(errorOf(got)).toMatchObject({ code: "upstream_answer", type: "api_error" });
      expect(errorOf(got)?.message).toMatch(/the upstream answered 200, but the answer is (?:empty|no JSON object)/);
      expect(await one.attempts()).toEqual(["0 invalid_answer 200 next_target", "1 ok 200"]);
      const { exchanges, lines } = await alone.ledger();
      expect(exchanges.map(attemptsOf)).toEqual([["0 invalid_answer 200"]]);
      expect(lines.filter(({ msg }) => msg === "circuit breaker")).toMatchObject([{ to: "open" }]);
    },
  );
});

describe("12. JSON with parts missing", () => {
  test("without choices: a failure, 502 with the reason", async () => {
    const one = await wall({ targets: ["no-choices", "fine:b"] });
    expect(contentOf(await ask(one))).toBe(from("fine:b"));
    const alone = await wall({ targets: ["no-choices"], balancer: { retries: 0 } });
    const got = await ask(alone);
    expect(got.status).toBe(502);
    expect(errorOf(got)).toMatchObject({ code: "upstream_answer", message: expect.stringContaining("choices") as string });
    expect(await one.attempts()).toEqual(["0 invalid_answer 200 next_target", "1 ok 200"]);
    expect(await alone.attempts()).toEqual(["0 invalid_answer 200"]);
  });

  test("without usage: passes, the usage is estimated and marked so", async () => {
    const one = await wall({ targets: ["no-usage"] });
    const got = await ask(one);
    expect(got.status).toBe(200);
    expect(got.text).toBe(one.upstream.only("no-usage").reply.body.toString());
    const { exchanges } = await one.ledger();
    expect(exchanges[0]?.ai?.proxy.usage).toMatchObject({ estimated: true, completion_tokens: Math.ceil(from("no-usage").length / 4) });
  });
});

test.each([301, 302, 307, 308])("13. a redirect with %d is never followed", async (status) => {
  const auth = { header_name: "Authorization", header_value: "Bearer secret-key" };
  const one = await wall({ targets: [{ fault: `redirect:${status}`, auth }, "fine:b"] });
  const got = await ask(one);
  expect(got.status).toBe(status);
  expect(one.upstream.calls.map(({ path }) => path)).toEqual(["/v1/chat/completions"]);
  expect(await one.attempts()).toEqual([`0 status ${status}`]);
});

describe("14. packed answers", () => {
  const codings = ["gzip", "br", "deflate"];

  test.each(codings.flatMap((coding) => [false, true].map((stream) => ({ coding, stream }))))(
    "$coding, stream $stream: a client that takes no packing gets it unpacked",
    async ({ coding, stream }) => {
      const one = await wall({ targets: [`packed:${coding}`] });
      const got = await ask(one, { stream, headers: { "accept-encoding": "identity" } });
      expect(got).toMatchObject({ status: 200, complete: true });
      expect(got.headers["content-encoding"]).toBeUndefined();
      expect(contentOf(got)).not.toBe("");
      expect(one.upstream.calls).toHaveLength(1);
      expect(await one.attempts()).toEqual([]);
    },
  );

  test.each(codings.flatMap((coding) => [false, true].map((stream) => ({ coding, stream }))))(
    "$coding, stream $stream: truncated is a failure",
    async ({ coding, stream }) => {
      const one = await wall({ targets: [`truncated:${coding}`, "fine:b"] });
      const got = await ask(one, { stream });
      const alone = await wall({ targets: [`truncated:${coding}`], balancer: { retries: 0 } });
      const failed = await ask(alone, { stream });
      if (stream) {
        // what could be unpacked has begun to flow; the end is missing, and must be missed
        for (const answer of [got, failed]) {
          expect(answer.complete).toBe(false);
          expect(errorOf(answer)).toMatchObject({ code: "upstream_answer", message: expect.stringContaining(coding) as string });
          expect(answer.text).not.toContain("[DONE]");
        }
        expect(await one.attempts()).toEqual(["0 cut 200"]);
      } else {
        expect(contentOf(got)).toBe(from("fine:b"));
        expect(failed.status).toBe(502);
        expect(errorOf(failed)).toMatchObject({ code: "upstream_answer", message: expect.stringContaining(coding) as string });
        expect(await one.attempts()).toEqual(["0 invalid_answer 200 next_target", "1 ok 200"]);
      }
    },
  );
});
