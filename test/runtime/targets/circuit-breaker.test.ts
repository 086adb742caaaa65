import { breakerFacts, type BreakerPhase, type BreakerSettings, type BreakerTicket } from "../../../runtime/targets/breaker";
import { CircuitBreaker, PROBE_LIMIT_MS } from "../../../runtime/targets/circuit-breaker";

const settings = (more: Partial<BreakerSettings> = {}): BreakerSettings => ({
  maxFails: 3,
  failTimeout: 10_000,
  minFailureRatio: undefined,
  ...more,
});

function breakerOf(more: Partial<BreakerSettings> = {}): { breaker: CircuitBreaker; changes: string[] } {
  const breaker = new CircuitBreaker(settings(more));
  const changes: string[] = [];
  breaker.onChange = (from, to) => changes.push(`${from} > ${to}`);
  return { breaker, changes };
}

const fail = (breaker: CircuitBreaker, now: number): void => breaker.failed(breaker.begin(now), now);
const succeed = (breaker: CircuitBreaker, now: number): void => breaker.succeeded(breaker.begin(now), now);
const failAt = (breaker: CircuitBreaker, ...times: number[]): void => times.forEach((now) => fail(breaker, now));

/** Steps are `what@when`: of ordinary attempts `fail` and `ok`, of the probe `probe`, `probe-fails`, `probe-ok` and `probe-released`. */
const TRANSITIONS: readonly (readonly [name: string, steps: string, at: number, phase: BreakerPhase, isOut: boolean])[] = [
  ["a new circuit is closed", "", 0, "closed", false],
  ["one failure less than the limit leaves it closed", "fail@0 fail@1", 2, "closed", false],
  ["the failure that reaches the limit opens it", "fail@0 fail@1 fail@2", 2, "open", true],
  ["failures need not be consecutive", "fail@0 ok@1 fail@2 ok@3 fail@4", 4, "open", true],
  ["a failure counts until just before the window's end", "fail@0 fail@1 fail@9999", 9999, "open", true],
  ["... and no longer", "fail@0 fail@1 fail@10000", 10_000, "closed", false],
  ["it stays open until just before the end of fail_timeout", "fail@0 fail@1 fail@2", 10_001, "open", true],
  ["... and then waits for a probe", "fail@0 fail@1 fail@2", 10_002, "half-open", false],
  ["a probe keeps others out", "fail@0 fail@0 fail@0 probe@10000", 10_001, "half-open", true],
  ["a released probe makes room", "fail@0 fail@0 fail@0 probe@10000 probe-released@11000", 11_000, "half-open", false],
  ["a probe that succeeds closes it", "fail@0 fail@0 fail@0 probe@10000 probe-ok@11000", 11_000, "closed", false],
  ["a probe that fails opens it again", "fail@0 fail@0 fail@0 probe@10000 probe-fails@11000", 20_999, "open", true],
  ["... for fail_timeout from then on", "fail@0 fail@0 fail@0 probe@10000 probe-fails@11000", 21_000, "half-open", false],
  ["the window is clean after a probe", "fail@0 fail@0 fail@0 probe@10000 probe-ok@10001 fail@10002 fail@10003", 10_003, "closed", false],
];

test.each(TRANSITIONS)("%s (%s)", (_name, steps, at, phase, isOut) => {
  const { breaker } = breakerOf();
  let probe: BreakerTicket | undefined;
  for (const step of steps.split(" ").filter((text) => text !== "")) {
    const [what = "", time] = step.split("@");
    const now = Number(time);
    if (what === "fail") fail(breaker, now);
    else if (what === "ok") succeed(breaker, now);
    else if (what === "probe") probe = breaker.begin(now);
    else if (what === "probe-fails") breaker.failed(probe!, now);
    else if (what === "probe-ok") breaker.succeeded(probe!, now);
    else breaker.released(probe!);
  }
  expect({ phase: breaker.phase(at), isOut: breaker.isOut(at) }).toEqual({ phase, isOut });
});

test("max_fails 0 never opens", () => {
  const { breaker } = breakerOf({ maxFails: 0 });
  for (let now = 0; now < 1000; now++) fail(breaker, now);
  expect(breaker.phase(1000)).toBe("closed");
  expect(breaker.failuresInWindow(1000)).toBe(0);
});

test("exactly one probe, however many requests ask", () => {
  const { breaker } = breakerOf();
  failAt(breaker, 0, 0, 0);
  let probes = 0;
  for (let request = 0; request < 100; request++) {
    if (breaker.isOut(10_000)) continue;
    if (breaker.begin(10_000).probe) probes++;
  }
  expect(probes).toBe(1);
  // even an attempt that was chosen before the probe began is none
  expect(breaker.begin(10_000).probe).toBe(false);
});

test("results of attempts that began before the opening are ignored", () => {
  const { breaker } = breakerOf();
  const early = [breaker.begin(0), breaker.begin(0), breaker.begin(0), breaker.begin(0)];
  failAt(breaker, 1, 2, 3);
  // WHEN they end while it is open, half-open and closed again
  breaker.succeeded(early[0]!, 4);
  expect(breaker.phase(4)).toBe("open");
  const probe = breaker.begin(10_003);
  breaker.succeeded(early[1]!, 10_004);
  breaker.failed(early[1]!, 10_004);
  expect(breaker.phase(10_005)).toBe("half-open");
  breaker.succeeded(probe, 10_006);
  for (const ticket of early) breaker.failed(ticket, 10_007);
  // THEN nothing has come of them
  expect(breaker.phase(10_007)).toBe("closed");
  expect(breaker.failuresInWindow(10_007)).toBe(0);
});

test("a stream that is cut after its first content counts, also that of the probe", () => {
  const { breaker } = breakerOf({ maxFails: 1 });
  fail(breaker, 0);
  const probe = breaker.begin(10_000);
  breaker.succeeded(probe, 10_100);
  expect(breaker.phase(10_100)).toBe("closed");
  breaker.failed(probe, 10_200);
  expect(breaker.phase(10_200)).toBe("open");
});

test("a probe that never reports gives way, and its late result is ignored", () => {
  const { breaker } = breakerOf();
  failAt(breaker, 0, 0, 0);
  const lost = breaker.begin(10_000);
  expect(breaker.isOut(10_000 + PROBE_LIMIT_MS - 1)).toBe(true);
  expect(breaker.isOut(10_000 + PROBE_LIMIT_MS)).toBe(false);
  expect(breaker.begin(10_000 + PROBE_LIMIT_MS).probe).toBe(true);
  breaker.succeeded(lost, 10_001 + PROBE_LIMIT_MS);
  expect(breaker.phase(10_001 + PROBE_LIMIT_MS)).toBe("half-open");
});

test("changes are told once each, with open to half-open when the probe begins", () => {
  const { breaker, changes } = breakerOf();
  failAt(breaker, 0, 0, 0);
  breaker.released(breaker.begin(10_000));
  breaker.failed(breaker.begin(10_001), 10_002);
  breaker.succeeded(breaker.begin(20_002), 20_003);
  expect(changes).toEqual(["closed > open", "open > half-open", "half-open > open", "open > half-open", "half-open > closed"]);
});

describe("min_failure_ratio", () => {
  test("keeps a busy healthy target closed", () => {
    const { breaker } = breakerOf({ minFailureRatio: 0.5 });
    for (let now = 0; now < 20_000; now++) (now % 10 === 0 ? fail : succeed)(breaker, now);
    expect(breaker.phase(20_000)).toBe("closed");
  });

  test("does not keep a failing one", () => {
    const { breaker } = breakerOf({ minFailureRatio: 0.5 });
    for (let now = 0; now < 6; now++) (now % 2 === 0 ? succeed : fail)(breaker, now);
    expect(breaker.phase(6)).toBe("open");
  });

  test("is taken of the window alone: old successes do not help", () => {
    const { breaker } = breakerOf({ minFailureRatio: 0.5 });
    for (let now = 0; now < 1000; now++) succeed(breaker, now);
    failAt(breaker, 11_500, 11_501, 11_502);
    expect(breaker.phase(11_502)).toBe("open");
  });

  test("counts an attempt once: told as a success twice, and as one that was cut after it", () => {
    const { breaker } = breakerOf({ minFailureRatio: 1 });
    for (let now = 0; now < 3; now++) {
      const ticket = breaker.begin(now);
      breaker.succeeded(ticket, now);
      breaker.succeeded(ticket, now);
      breaker.failed(ticket, now);
    }
    expect(breaker.phase(3)).toBe("open");
  });

  test("set while it runs counts from then on", () => {
    const { breaker } = breakerOf();
    failAt(breaker, 0, 0);
    breaker.settings = settings({ minFailureRatio: 0.5 });
    fail(breaker, 1);
    expect(breaker.phase(1)).toBe("closed");
    failAt(breaker, 2, 3);
    expect(breaker.phase(3)).toBe("open");
  });
});

describe("settings that change", () => {
  test("keep what was counted", () => {
    const { breaker } = breakerOf();
    failAt(breaker, 0, 1);
    breaker.settings = settings({ maxFails: 4 });
    fail(breaker, 2);
    expect(breaker.phase(2)).toBe("closed");
    breaker.settings = settings({ maxFails: 3 });
    fail(breaker, 3);
    expect(breaker.phase(3)).toBe("open");
  });

  test("a new fail_timeout counts for a circuit that is open", () => {
    const { breaker } = breakerOf();
    failAt(breaker, 0, 0, 0);
    breaker.settings = settings({ failTimeout: 2000 });
    expect([breaker.phase(1999), breaker.phase(2000)]).toEqual(["open", "half-open"]);
    expect(breaker.opensAgainAt(500)).toBe(2000);
  });

  test("max_fails 0 closes a circuit that is open", () => {
    const { breaker, changes } = breakerOf();
    failAt(breaker, 0, 0, 0);
    breaker.settings = settings({ maxFails: 0 });
    expect(breaker.isOut(1)).toBe(false);
    expect(changes).toEqual(["closed > open", "open > closed"]);
  });
});

test("facts for the status page", () => {
  const { breaker } = breakerOf();
  failAt(breaker, 0, 100);
  expect(breakerFacts(breaker, 200)).toEqual({ phase: "closed", failures_in_window: 2, opens_again_in_ms: 0 });
  expect(breakerFacts(breaker, 10_050)).toEqual({ phase: "closed", failures_in_window: 1, opens_again_in_ms: 0 });
  failAt(breaker, 10_050, 10_060);
  expect(breakerFacts(breaker, 11_060)).toEqual({ phase: "open", failures_in_window: 0, opens_again_in_ms: 9000 });
  expect(breakerFacts(breaker, 30_000)).toEqual({ phase: "half-open", failures_in_window: 0, opens_again_in_ms: 0 });
});

test("memory holds max_fails failures at most, however many occur", () => {
  const { breaker } = breakerOf({ maxFails: 100, minFailureRatio: 1 });
  for (let now = 0; now < 50_000; now++) {
    succeed(breaker, now / 10);
    fail(breaker, now / 10);
  }
  const { failures } = breaker as unknown as { failures: { times: number[] } };
  expect(failures.times.length).toBeLessThanOrEqual(2 * 100 + 1);
  expect(breaker.phase(5000)).toBe("closed");
});

/** Two targets in turn, 200 requests a second; one is up and down for 10 s each. A failed attempt takes 50 ms and moves to the other target. */
test("a flapping target: attempts while it is down are bounded, and it serves again within 30 s (scenario 6)", () => {
  const maxFails = 5;
  const { breaker } = breakerOf({ maxFails });
  const isUp = (now: number): boolean => Math.floor(now / 10_000) % 2 === 0;
  const pending: { at: number; report: () => void }[] = [];
  const downAttempts: number[] = [];
  const served: number[] = [];
  for (let now = 0; now < 120_000; now += 5) {
    while (pending[0] !== undefined && pending[0].at <= now) pending.shift()!.report();
    if ((now / 5) % 2 === 1 || breaker.isOut(now)) continue;
    const ticket = breaker.begin(now);
    const at = now + 50;
    if (isUp(now)) {
      const report = (): void => {
        served.push(at);
        breaker.succeeded(ticket, at);
      };
      pending.push({ at, report });
    } else {
      downAttempts.push(now);
      pending.push({ at, report: () => breaker.failed(ticket, at) });
    }
  }
  // per down phase: max_fails, those under way until the last of them has failed (50 ms at 100 a second), and a probe
  for (let phase = 1; phase < 12; phase += 2) {
    const attempts = downAttempts.filter((at) => Math.floor(at / 10_000) === phase).length;
    expect(attempts).toBeLessThanOrEqual(maxFails + 5 + 2);
  }
  for (let from = 0; from <= 90_000; from += 1000) expect(served.some((at) => at >= from && at <= from + 30_000)).toBe(true);
});
