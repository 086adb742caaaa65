import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { Clock } from "../../runtime/clock";
import { until } from "../support/gateway";
import { contentOf, errorOf, type Got } from "./client";
import { textOf } from "./openai";
import { ask, attemptsOf, closeWalls, HEAVY, realWall, wall, type Wall } from "./support";

/** Ends the loads of a test, also of one that failed: requests that never end would hold up the virtual clocks of all tests behind it. */
const loads: (() => void)[] = [];

afterEach(async () => {
  for (const stop of loads.splice(0)) stop();
  await closeWalls();
});

const from = (model: string): string => `answer of ${model}`;

/** Asks without a pause, ten at once, until it is stopped; resolves to all that came. */
function load(one: Wall<Clock>): () => Promise<Got[]> {
  const got: Got[] = [];
  let goesOn = true;
  const work = async (): Promise<void> => {
    while (goesOn) got.push(await one.begin().ended);
  };
  const workers = Array.from({ length: 10 }, work);
  const stop = (): void => void (goesOn = false);
  loads.push(stop);
  return async () => {
    stop();
    await Promise.all(workers);
    return got;
  };
}

describe("44. reloads under load, on the real clock", () => {
  test("one after another: no request is dropped, and a stream keeps the target that it began with", async () => {
    const one = await realWall({ targets: ["paced:15", "fine:b"] });
    const stream = one.begin({ stream: true });
    await until(() => stream.length > 0);
    await one.gateway.reconfigure(one.document({ targets: ["fine:a", "fine:b"] }));
    const stop = load(one);
    for (let reload = 0; reload < 8; reload++) {
      await one.gateway.reconfigure(one.document({ targets: [{ fault: "fine:a", weight: 10 + reload }, "fine:b", `fine:${reload}`] }));
    }
    const got = await stop();
    expect(got.length).toBeGreaterThan(50);
    expect(got.filter(({ status, complete }) => status !== 200 || !complete)).toEqual([]);
    const whole = await stream.ended;
    expect(whole).toMatchObject({ status: 200, complete: true });
    expect(contentOf(whole)).toBe(textOf());
    expect(one.upstream.of("fine:7").length).toBeGreaterThan(0);
    const { exchanges } = await one.ledger();
    expect(exchanges).toHaveLength(got.length + 1);
    expect(exchanges.flatMap(attemptsOf)).toEqual([]);
  });

  test("a bad file is refused, the last good one stays, and both health and metrics show it", async () => {
    const one = await realWall({ targets: ["fine:a"] });
    const stop = load(one);
    await one.gateway.reconfigure(one.document({ balancer: { algorithm: "fastest-first" } }));
    expect(one.gateway.gateway.status()).toMatchObject({ ready: true, configuration: { state: "refused" } });
    const ready = await fetch(`${one.adminUrl}/readyz`);
    expect(ready.status).toBe(200);
    expect(await ready.json()).toMatchObject({ status: "ready", configuration: "refused", reason: expect.any(String) as string });
    expect(await one.metric("signalbox_reloads_refused_total")).toBe(1);
    await one.gateway.reconfigure("_format_version: [");
    expect(await one.metric("signalbox_reloads_refused_total")).toBe(2);
    expect((await one.begin().ended).status).toBe(200);
    await one.gateway.reconfigure(one.document({ targets: ["fine:b"] }));
    expect(one.gateway.gateway.status().configuration.state).toBe("served");
    expect(contentOf(await one.begin().ended)).toBe(from("fine:b"));
    expect((await stop()).filter(({ status }) => status !== 200)).toEqual([]);
    const { lines } = await one.ledger();
    expect(lines.filter(({ msg }) => msg === "configuration refused")).toHaveLength(2);
  });

  test("a file that is written in parts: what it says half-way is never served", async () => {
    const one = await realWall({ targets: ["fine:a"] });
    const stop = load(one);
    const whole = JSON.stringify(one.document({ targets: ["fine:b"] }));
    // one part is left long enough to be looked at, the other ones are not
    await one.gateway.reconfigure(whole.slice(0, whole.length / 2));
    expect(one.gateway.gateway.status().configuration.state).toBe("refused");
    for (const part of [0.6, 0.7, 0.8, 0.9]) {
      await writeFile(one.gateway.configFile, whole.slice(0, whole.length * part));
      await sleep(10);
    }
    await one.gateway.reconfigure(whole);
    await until(
      async () => one.gateway.gateway.status().configuration.state === "served" && contentOf(await one.begin().ended) === from("fine:b"),
    );
    const got = await stop();
    expect(got.filter(({ status }) => status !== 200)).toEqual([]);
    expect(new Set(one.upstream.models)).toEqual(new Set(["fine:a", "fine:b"]));
    expect((await one.ledger()).exchanges.length).toBeGreaterThanOrEqual(got.length);
  });

  test("a secret that changes in mid-flight: what was sent goes on, what follows has the new one", async () => {
    const secretsDir = await mkdtemp(join(tmpdir(), "signalbox-wall-"));
    await writeFile(join(secretsDir, "key"), "old");
    const auth = { header_name: "Authorization", header_value: "Bearer {vault://file/key}" };
    const one = await realWall({ targets: [{ fault: "paced:10", auth }], gateway: { secretsDir } });
    const keys = (): (string | undefined)[] => one.upstream.calls.map(({ headers }) => headers["authorization"]);
    const stream = one.begin({ stream: true });
    await until(() => stream.length > 0);
    await writeFile(join(secretsDir, "key"), "new");
    const later: Promise<Got>[] = [];
    await until(() => {
      later.push(one.begin({ stream: true }).ended);
      return keys().at(-1) === "Bearer new";
    });
    expect(await stream.ended).toMatchObject({ status: 200, complete: true });
    for (const got of await Promise.all(later)) expect(got).toMatchObject({ status: 200, complete: true });
    expect(new Set(keys())).toEqual(new Set(["Bearer old", "Bearer new"]));
    await one.begin({ stream: true }).ended;
    expect(keys().at(-1)).toBe("Bearer new");
    const { exchanges, lines } = await one.ledger();
    expect(exchanges.flatMap(attemptsOf)).toEqual([]);
    expect(JSON.stringify([exchanges, lines])).not.toContain("Bearer");
    await rm(secretsDir, { recursive: true });
  });
});

describe("45. targets that change", () => {
  const balancer = { max_fails: 2, fail_timeout: 10_000 };
  const A = "reset:before-head";
  const heavy = { fault: A, weight: HEAVY };

  /** A wall whose first target's circuit is open. */
  async function opened(): Promise<Wall> {
    const one = await wall({ targets: [heavy, "fine:b"], balancer });
    for (let sent = 0; sent < 3; sent++) expect((await ask(one)).status).toBe(200);
    expect(one.upstream.of(A)).toHaveLength(2);
    return one;
  }

  test("weight 0 is refused, by its name; the configuration before stays", async () => {
    const one = await wall({ targets: ["fine:a"] });
    await one.gateway.reconfigure(one.document({ targets: ["fine:a", { fault: "fine:b", weight: 0 }] }));
    const { configuration } = one.gateway.gateway.status();
    expect(configuration.state).toBe("refused");
    expect(configuration.problems?.join("\n")).toMatch(/targets\[1\]\.weight/);
    expect(contentOf(await ask(one))).toBe(from("fine:a"));
    expect((await one.ledger()).lines.filter(({ msg }) => msg.includes("weight"))).toHaveLength(1);
  });

  test("one that goes: nobody is sent there any more, and what is under way ends well", async () => {
    const one = await wall({ targets: [{ fault: "paced:100", weight: HEAVY }, "fine:b"] });
    const stream = one.begin({ stream: true });
    await one.clock.advance(1_000);
    await one.gateway.reconfigure(one.document({ targets: ["fine:b"] }));
    for (let sent = 0; sent < 5; sent++) expect(contentOf(await ask(one))).toBe(from("fine:b"));
    await one.clock.advanceUntil(() => stream.done);
    const got = await stream.ended;
    expect(got).toMatchObject({ status: 200, complete: true });
    expect(contentOf(got)).toBe(textOf());
    expect(one.upstream.of("paced:100")).toHaveLength(1);
    expect((await one.ledger()).exchanges.flatMap(attemptsOf)).toEqual([]);
  });

  test("the only one that goes: 503 that says so, until there is one again", async () => {
    const one = await wall({ targets: ["fine:a"] });
    await one.gateway.reconfigure(one.document({ targets: [] }));
    const got = await ask(one);
    expect(got.status).toBe(503);
    expect(errorOf(got)?.message).toContain("no targets");
    await one.gateway.reconfigure(one.document({ targets: ["fine:b"] }));
    expect(contentOf(await ask(one))).toBe(from("fine:b"));
    expect(one.upstream.models).toEqual(["fine:b"]);
    expect((await one.ledger()).exchanges.map(({ status }) => status)).toEqual([503, 200]);
  });

  test("an unchanged one keeps its open circuit, whatever its weight, place and alias are now", async () => {
    const one = await opened();
    await one.gateway.reconfigure(one.document({ targets: ["fine:b", { fault: A, weight: HEAVY - 1, alias: "a" }] }));
    for (let sent = 0; sent < 5; sent++) expect((await ask(one)).headers["x-kong-upstream-attempts"]).toBeUndefined();
    expect(one.upstream.of(A)).toHaveLength(2);
    await one.clock.advance(10_000);
    await ask(one);
    expect(one.upstream.of(A)).toHaveLength(3);
    expect((await one.ledger()).exchanges.filter(({ attempts }) => attempts !== undefined)).toHaveLength(3);
  });

  test("a provider's wish for rest survives a reload too", async () => {
    const resting = { fault: "once:429,30", weight: HEAVY };
    const one = await wall({ targets: [resting, "fine:b"] });
    await ask(one);
    await one.gateway.reconfigure(one.document({ targets: [{ ...resting, weight: HEAVY - 1 }, "fine:b"] }));
    for (let sent = 0; sent < 5; sent++) expect(contentOf(await ask(one))).toBe(from("fine:b"));
    expect(one.upstream.of("once:429,30")).toHaveLength(1);
    await one.clock.advance(30_000);
    expect(contentOf(await ask(one))).toBe(from("once:429,30"));
    expect((await one.ledger()).exchanges.filter(({ attempts }) => attempts !== undefined)).toHaveLength(1);
  });

  test("a renamed one is another target: it begins with a closed circuit", async () => {
    const one = await opened();
    await one.gateway.reconfigure(one.document({ targets: [{ fault: "fine:a", weight: HEAVY }, "fine:b"] }));
    for (let sent = 0; sent < 5; sent++) expect(contentOf(await ask(one))).toBe(from("fine:a"));
    await one.gateway.reconfigure(one.document({ targets: [heavy, "fine:b"] }));
    await ask(one);
    // what was known of it went with it
    expect(one.upstream.of(A)).toHaveLength(3);
    expect((await one.ledger()).lines.filter(({ msg }) => msg === "circuit breaker")).toHaveLength(1);
  });
});
