import { MOVE, type TargetNews, type TargetRecord } from "../../../runtime/shared-state/script";
import { TargetLink } from "../../../runtime/shared-state/target-link";
import type { BreakerSettings } from "../../../runtime/targets/breaker";

const SETTINGS: BreakerSettings = { maxFails: 2, failTimeout: 10_000, minFailureRatio: undefined };

function linkOf(settings = SETTINGS) {
  const calls = { urgent: 0 };
  const link = new TargetLink("t", settings, () => calls.urgent++);
  return { link, breaker: link.breaker, calls };
}

type Linked = ReturnType<typeof linkOf>;

const fail = ({ breaker }: Linked, now: number, times = 1): void => {
  for (let one = 0; one < times; one++) breaker.failed(breaker.begin(now), now);
};
const record = (epoch: number, openFor?: number, more: Partial<TargetRecord> = {}): TargetRecord => ({
  ...{ epoch, openFor, probe: "none", probeFor: 0 },
  ...more,
});
const news = (told: TargetNews | undefined): Partial<TargetNews> | undefined =>
  told && { epoch: told.epoch, move: told.move, openFor: told.openFor, failures: told.failures, leaseMs: told.leaseMs };

test("where nothing happened there is nothing to tell", () => {
  const { link } = linkOf();
  expect(link.take(0)).toBeUndefined();
  link.replied(undefined, 1);
  expect(link.take(2)).toBeUndefined();
});

test("failures are told once, with the limits that they count under", () => {
  const linked = linkOf({ maxFails: 7, failTimeout: 500, minFailureRatio: 0.25 });
  fail(linked, 0, 3);
  expect(linked.link.take(10)).toEqual({
    ...{ id: "t", epoch: 0, move: MOVE.none, openFor: -1, leaseMs: 0, failures: 3, results: 3 },
    ...{ maxFails: 7, failTimeout: 500, minFailureRatio: 0.25 },
  });
  linked.link.replied(record(0), 11);
  expect(linked.link.take(12)).toBeUndefined();
});

test("an opening is urgent, and is told with its age", () => {
  const linked = linkOf();
  fail(linked, 0, 2);
  expect(linked.calls.urgent).toBe(1);
  expect(news(linked.link.take(40))).toEqual({ epoch: 0, move: MOVE.opened, openFor: 40, failures: 2, leaseMs: 0 });
});

test("an opening that did not arrive is told again; failures are not", () => {
  const linked = linkOf();
  fail(linked, 0, 2);
  linked.link.take(40);
  expect(linked.link.failed()).toBe(2);
  expect(news(linked.link.take(290))).toMatchObject({ move: MOVE.opened, openFor: 290, failures: 0 });
  expect(linked.link.failed()).toBe(0);
});

test("its own opening comes back without a further change", () => {
  const linked = linkOf();
  const changes: string[] = [];
  linked.breaker.onChange = (_from, to) => changes.push(to);
  fail(linked, 0, 2);
  linked.link.take(10);
  linked.link.replied(record(1, 15), 15);
  expect(changes).toEqual(["open"]);
  expect(linked.breaker.opensAgainAt(15)).toBe(10_000);
  expect(linked.link.take(20)).toBeUndefined();
});

test("what happens while a call is under way is not undone by its reply, and told next", () => {
  const linked = linkOf();
  fail(linked, 0);
  linked.link.take(1);
  fail(linked, 2);
  expect(linked.breaker.phase(2)).toBe("open");
  linked.link.replied(record(4), 3);
  expect(linked.breaker.phase(3)).toBe("open");
  expect(news(linked.link.take(4))).toMatchObject({ epoch: 4, move: MOVE.opened, openFor: 2 });
});

test("an opening elsewhere leaves the target out for what is left of its time, and ignores attempts under way", () => {
  const linked = linkOf();
  const early = linked.breaker.begin(0);
  linked.link.take(1000);
  linked.link.replied(record(1, 400), 1000);
  expect(linked.breaker.phase(1000)).toBe("open");
  expect(linked.breaker.opensAgainAt(1000)).toBe(10_600);
  linked.link.take(1250);
  linked.link.replied(record(2), 1250);
  expect(linked.breaker.phase(1250)).toBe("closed");
  linked.breaker.failed(early, 1300);
  expect(linked.breaker.failuresInWindow(1300)).toBe(0);
});

test("an opening that others refuse, as they know better, is taken back", () => {
  const linked = linkOf();
  fail(linked, 0, 2);
  linked.link.take(1);
  linked.link.replied(record(6), 2);
  expect(linked.breaker.phase(2)).toBe("closed");
});

test("a circuit that is open and of which Redis knows nothing is told again", () => {
  const linked = linkOf();
  fail(linked, 0, 2);
  linked.link.take(1);
  linked.link.replied(record(1, 1), 2);
  linked.link.take(250);
  linked.link.replied(undefined, 251);
  expect(linked.breaker.phase(251)).toBe("open");
  expect(news(linked.link.take(500))).toMatchObject({ epoch: 1, move: MOVE.none, openFor: 499 });
});

describe("once the time is over", () => {
  function openKnown(): Linked {
    const linked = linkOf();
    fail(linked, 0, 2);
    linked.link.take(0);
    linked.link.replied(record(1, 0), 0);
    return linked;
  }

  test("a probe is told, and told again while it is under way", () => {
    const linked = openKnown();
    linked.breaker.begin(10_000);
    expect(linked.calls.urgent).toBe(2);
    expect(news(linked.link.take(10_010))).toMatchObject({ move: MOVE.none, leaseMs: 3000 });
    linked.link.replied(record(1, 10_011, { probe: "mine", probeFor: 3000 }), 10_011);
    expect(news(linked.link.take(10_260))).toMatchObject({ leaseMs: 3000 });
  });

  test.each([
    ["succeeded" as const, { move: MOVE.closed, openFor: -1 }],
    ["failed" as const, { move: MOVE.openedAgain, openFor: 10 }],
    ["released" as const, { move: MOVE.none, leaseMs: 0 }],
  ])("a probe that %s is told as %j", (how, expected) => {
    const linked = openKnown();
    const probe = linked.breaker.begin(10_000);
    linked.link.take(10_010);
    linked.link.replied(record(1, 10_010, { probe: "mine", probeFor: 3000 }), 10_011);
    linked.breaker[how](probe, 10_100);
    expect(news(linked.link.take(10_110))).toMatchObject(expected);
  });

  test("another's probe keeps requests out for as long as it is known to be under way", () => {
    const { link, breaker } = openKnown();
    link.take(10_000);
    link.replied(record(1, 10_001, { probe: "other", probeFor: 3000 }), 10_001);
    expect([breaker.isOut(13_000), breaker.isOut(13_001)]).toEqual([true, false]);
    link.take(10_250);
    link.replied(record(1, 10_251), 10_251);
    expect(breaker.isOut(10_251)).toBe(false);
  });

  test("another's failed probe opens the circuit again, though a probe is under way here; its result is ignored", () => {
    const { link, breaker } = openKnown();
    const probe = breaker.begin(10_000);
    link.take(10_010);
    link.replied(record(2, 5), 10_015);
    expect(breaker.phase(10_015)).toBe("open");
    breaker.succeeded(probe, 10_020);
    expect(breaker.phase(10_020)).toBe("open");
    expect(breaker.opensAgainAt(10_020)).toBe(20_010);
  });

  test("an opening that Redis first hears of when its time is over does not end the probe that is under way", () => {
    const linked = linkOf();
    fail(linked, 0, 2);
    linked.link.take(0);
    linked.link.failed();
    const probe = linked.breaker.begin(10_000);
    expect(news(linked.link.take(10_001))).toMatchObject({ move: MOVE.opened, openFor: 10_001, leaseMs: 3000 });
    linked.link.replied(record(1, 10_002, { probe: "mine", probeFor: 3000 }), 10_002);
    linked.breaker.succeeded(probe, 10_003);
    expect(linked.breaker.phase(10_003)).toBe("closed");
  });

  test("a process whose requests ask for the target asks for the right to probe shortly before, and gives it back unused", () => {
    const { link, breaker } = openKnown();
    breaker.isOut(9300);
    expect(link.take(9399)).toBeUndefined();
    expect(news(link.take(9400))).toMatchObject({ leaseMs: 1200 });
    link.replied(record(1, 9401, { probe: "mine", probeFor: 1199 }), 9401);
    expect(breaker.isOut(10_000)).toBe(false);
    expect(news(link.take(10_000))).toMatchObject({ leaseMs: 600 });
    link.replied(record(1, 10_001, { probe: "mine", probeFor: 599 }), 10_001);
    expect(news(link.take(10_600))).toMatchObject({ leaseMs: 0 });
  });

  test("a process without requests does not", () => {
    const { link, breaker } = openKnown();
    breaker.isOut(8000);
    expect(link.take(9500)).toBeUndefined();
  });
});

test("a process that never breaks the circuit does not take over what others do", () => {
  const linked = linkOf({ ...SETTINGS, maxFails: 0 });
  fail(linked, 0, 5);
  expect(linked.link.take(1)).toBeUndefined();
  linked.link.replied(record(1, 0), 2);
  expect(linked.breaker.isOut(2)).toBe(false);
});
