import { ask, closeWalls, HEAVY, wall, type Wall } from "./support";

afterEach(closeWalls);

const phases = (one: Wall): (string | undefined)[] =>
  one.gateway.gateway.fullStatus().plugins[0]?.targets.map(({ breaker }) => breaker.phase) ?? [];

describe("what a client does opens nobody's circuit", () => {
  test("one that takes nothing of a stream until the deadline", async () => {
    const one = await wall({ targets: ["flood:2000"], balancer: { max_fails: 1, retries: 0 }, extensions: { deadline: 2_000 } });
    const asking = one.begin({ stream: true });
    asking.hold();
    await one.clock.advanceUntil(() => one.upstream.calls[0]?.reply.abortedAt !== undefined, 20);
    asking.release();
    await one.clock.advanceUntil(() => asking.done, 10);
    expect((await asking.ended).complete).toBe(false);
    expect(phases(one)).toEqual(["closed"]);
    expect(await one.attempts()).toEqual(["0 deadline 200"]);
  });

  test("a target that is silent until the deadline is at fault itself", async () => {
    const one = await wall({ targets: ["hang"], balancer: { max_fails: 1, retries: 0 }, extensions: { deadline: 2_000 } });
    expect((await ask(one)).status).toBe(504);
    expect(phases(one)).toEqual(["open"]);
  });
});

describe("an open circuit wins over extensions.same_target", () => {
  const same_target = { retries: 3, on: ["http_503"], max_wait_ms: 2_000 };

  test("the failure that opens it is not repeated", async () => {
    const one = await wall({
      targets: [{ fault: "status:503", weight: HEAVY }, "fine:b"],
      balancer: { max_fails: 1, fail_timeout: 10_000 },
      extensions: { same_target },
    });
    expect((await ask(one)).status).toBe(200);
    expect(one.upstream.models).toEqual(["status:503", "fine:b"]);
    expect(phases(one)).toEqual(["open", "closed"]);
  });

  test("it opens while a repetition waits: the next target is asked instead", async () => {
    const one = await wall({
      targets: [{ fault: "status:503,1", weight: HEAVY }, "fine:b"],
      balancer: { max_fails: 2, fail_timeout: 10_000 },
      extensions: { same_target },
    });
    const first = one.begin();
    await one.clock.advanceUntil(() => one.upstream.models.length === 1, 1);
    await one.clock.advance(500);
    const second = one.begin();
    await one.clock.advanceUntil(() => second.done && first.done, 10);
    expect((await first.ended).status).toBe(200);
    expect((await second.ended).status).toBe(200);
    expect(one.upstream.models.filter((model) => model === "status:503,1").length).toBeLessThanOrEqual(2);
    expect(phases(one)).toEqual(["open", "closed"]);
  });

  test("a probe's repetition belongs to the probe: the circuit closes if it succeeds", async () => {
    const one = await wall({
      targets: ["down"],
      balancer: { max_fails: 1, fail_timeout: 1_000, retries: 1 },
      extensions: { same_target },
    });
    one.upstream.behave = () => "status:500";
    expect((await ask(one)).status).toBe(500);
    expect(phases(one)).toEqual(["open"]);
    await one.clock.advance(1_100);
    const before = one.upstream.calls.length;
    one.upstream.behave = () => (one.upstream.calls.length === before + 1 ? "status:503" : "fine:a");
    expect((await ask(one)).status).toBe(200);
    expect(one.upstream.calls.length).toBe(before + 2);
    expect(phases(one)).toEqual(["closed"]);
  });

  test("a probe that fails to the end keeps the circuit open", async () => {
    const one = await wall({
      targets: ["down"],
      balancer: { max_fails: 1, fail_timeout: 1_000, retries: 2 },
      extensions: { same_target },
    });
    one.upstream.behave = () => "status:503";
    await ask(one);
    await one.clock.advance(1_100);
    expect(phases(one)).toEqual(["half-open"]);
    const before = one.upstream.calls.length;
    expect((await ask(one)).status).toBe(503);
    expect(one.upstream.calls.length).toBe(before + 3);
    expect(phases(one)).toEqual(["open"]);
  });
});
