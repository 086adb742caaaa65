import { contentOf, errorOf } from "./client";
import { ask, askAll, closeWalls, wall } from "./support";

afterEach(closeWalls);

/** Accepts connections and resets them: the request has been sent. */
const DEAD = "reset:before-head";
const MAX_FAILS = 5;
const balancer = { max_fails: MAX_FAILS, fail_timeout: 60_000 };
const REQUESTS = 400;

test("one of two targets is dead: with non_idempotent no client sees it", async () => {
  const one = await wall({ targets: [DEAD, "fine:b"], balancer });
  const statuses: number[] = [];
  // 10 at once each 50 ms: 200 requests a second
  for (let sent = 0; sent < REQUESTS; sent += 10) {
    statuses.push(...(await askAll(one, Array(10).fill({}))).map(({ status }) => status));
    await one.clock.advance(50);
  }
  expect(statuses).toEqual(Array(REQUESTS).fill(200));
  // those of the first burst were sent before any of them had failed
  expect(one.upstream.of(DEAD).length).toBeLessThanOrEqual(MAX_FAILS + 5);
  expect(one.upstream.of("fine:b")).toHaveLength(REQUESTS);
  const { exchanges } = await one.ledger();
  expect(exchanges.filter(({ attempts }) => attempts !== undefined)).toHaveLength(one.upstream.of(DEAD).length);
});

test("without non_idempotent only what had been sent fails, and the breaker ends that after max_fails", async () => {
  const one = await wall({ targets: [DEAD, "fine:b"], balancer, criteria: ["error", "timeout"] });
  const failed: number[] = [];
  for (let sent = 0; sent < REQUESTS; sent++) {
    const got = await ask(one);
    if (got.status === 200) {
      expect(contentOf(got)).toBe("answer of fine:b");
      continue;
    }
    expect(got.status).toBe(502);
    expect(errorOf(got)?.code).toBe("upstream_error");
    failed.push(sent);
  }
  expect(failed).toHaveLength(MAX_FAILS);
  expect(one.upstream.of(DEAD)).toHaveLength(MAX_FAILS);
  const { exchanges, lines } = await one.ledger();
  expect(exchanges.filter(({ status }) => status !== 200)).toHaveLength(MAX_FAILS);
  expect(lines.filter(({ msg }) => msg === "circuit breaker")).toMatchObject([{ from: "closed", to: "open" }]);
});

test("a target that refuses connections costs nobody anything, with Kong's default criteria", async () => {
  const one = await wall({ targets: ["refuse", "fine:b"], balancer, criteria: ["error", "timeout"] });
  for (let sent = 0; sent < 50; sent++) expect((await ask(one)).status).toBe(200);
  const { exchanges } = await one.ledger();
  expect(exchanges.filter(({ attempts }) => attempts !== undefined)).toHaveLength(MAX_FAILS);
});

test("min_failure_ratio keeps a busy target with a few failures in service", async () => {
  const one = await wall({ targets: ["switched", "fine:b"], balancer, extensions: { min_failure_ratio: 0.5 } });
  for (let sent = 0; sent < 100; sent++) {
    // one of ten of its requests fails: eight in all, more than max_fails
    one.upstream.isDown = sent % 20 === 0;
    expect((await ask(one)).status).toBe(200);
  }
  const { lines } = await one.ledger();
  expect(one.upstream.of("switched")).toHaveLength(50);
  expect(lines.filter(({ msg }) => msg === "circuit breaker")).toEqual([]);
});
