import { HeldTicket } from "../../../runtime/exchange/breaker-ticket";
import { CircuitBreaker } from "../../../runtime/targets/circuit-breaker";

const FAIL_TIMEOUT = 1000;
const SETTINGS = { maxFails: 1, failTimeout: FAIL_TIMEOUT, minFailureRatio: undefined };

/** A breaker that opened at 0, and the ticket of its probe. */
function probing(): [CircuitBreaker, HeldTicket, now: number] {
  const breaker = new CircuitBreaker(SETTINGS);
  const first = new HeldTicket();
  first.begin(breaker, 0);
  first.settle("failed", 0);
  expect(breaker.phase(0)).toBe("open");
  const probe = new HeldTicket();
  probe.begin(breaker, FAIL_TIMEOUT);
  expect(probe.isProbe).toBe(true);
  return [breaker, probe, FAIL_TIMEOUT];
}

test("a failure is told once", () => {
  const breaker = new CircuitBreaker({ ...SETTINGS, maxFails: 3 });
  const ticket = new HeldTicket();
  ticket.settle("failed", 0);
  ticket.begin(breaker, 0);
  expect(ticket.isProbe).toBe(false);
  ticket.settle("failed", 0);
  ticket.settle("failed", 0);
  expect(breaker.failuresInWindow(0)).toBe(1);
});

test("a probe's first content closes the circuit", () => {
  const [breaker, probe, now] = probing();
  probe.probed(now);
  expect(breaker.phase(now)).toBe("closed");
  probe.settle("succeeded", now);
  expect(breaker.phase(now)).toBe("closed");
});

test("what is no probe closes nothing by its first content", () => {
  const [breaker, , now] = probing();
  const other = new HeldTicket();
  other.begin(breaker, now);
  other.probed(now);
  expect(breaker.phase(now)).toBe("half-open");
});

test("a probe that is repeated keeps others away, and its last answer decides", () => {
  const [breaker, probe, now] = probing();
  probe.keep();
  expect(probe.isKept).toBe(true);
  expect(breaker.isOut(now)).toBe(true);
  probe.begin(breaker, now);
  expect([probe.isKept, probe.isProbe]).toEqual([false, true]);
  probe.settle("succeeded", now);
  expect(breaker.phase(now)).toBe("closed");
});

test("a probe whose repetition never comes says nothing: another one may go", () => {
  const [breaker, probe, now] = probing();
  probe.keep();
  probe.release(now);
  expect([probe.isKept, probe.isProbe]).toEqual([false, false]);
  expect(breaker.phase(now)).toBe("half-open");
  expect(breaker.isOut(now)).toBe(false);
});

test("the ticket of an attempt under way is not released: the attempt tells its end", () => {
  const [breaker, probe, now] = probing();
  probe.release(now);
  expect(breaker.isOut(now)).toBe(true);
  probe.settle("failed", now);
  expect(breaker.phase(now)).toBe("open");
});

test("a ticket that is settled cannot be kept", () => {
  const [breaker, probe, now] = probing();
  probe.settle("released", now);
  probe.keep();
  expect(probe.isKept).toBe(false);
  expect(breaker.isOut(now)).toBe(false);
});
