import { fc } from "../../support/properties";
import type { BreakerPhase, BreakerTicket } from "../../../runtime/targets/breaker";
import { CircuitBreaker } from "../../../runtime/targets/circuit-breaker";

/** What docs/behaviour.md "Circuit breaker" says, in the plainest words: every failure is kept, and nothing is fast. */
class Model {
  private failures: { at: number; era: number }[] = [];
  private openedAt: number | undefined;
  private probe: number | undefined;
  private era = 0;
  private closings = 0;
  private readonly attempts: { era: number }[] = [];

  constructor(
    private readonly maxFails: number,
    private readonly failTimeout: number,
  ) {}

  phase(now: number): BreakerPhase {
    if (this.openedAt === undefined) return "closed";
    return this.probe !== undefined || now - this.openedAt >= this.failTimeout ? "half-open" : "open";
  }

  isOut(now: number): boolean {
    return this.phase(now) === "open" || this.probe !== undefined;
  }

  count(now: number): number {
    return this.failures.filter(({ at, era }) => era === this.closings && now - at < this.failTimeout).length;
  }

  begin(now: number): boolean {
    const isProbe = this.phase(now) === "half-open" && this.probe === undefined;
    this.attempts.push({ era: this.era });
    if (isProbe) this.probe = this.attempts.length - 1;
    return isProbe;
  }

  end(attempt: number, how: "succeeded" | "failed" | "released", now: number): void {
    if (attempt === this.probe) {
      this.probe = undefined;
      if (how === "succeeded") {
        this.openedAt = undefined;
        this.closings++;
      } else if (how === "failed") this.open(now);
      else this.openedAt = -Infinity;
    } else if (how === "failed" && this.openedAt === undefined && this.attempts[attempt]!.era === this.era) {
      this.failures.push({ at: now, era: this.closings });
      if (this.count(now) >= this.maxFails) this.open(now);
    }
  }

  private open(now: number): void {
    this.openedAt = now;
    this.era++;
  }
}

const step = fc.oneof(
  { weight: 3, arbitrary: fc.record({ do: fc.constant("begin" as const) }) },
  {
    weight: 5,
    arbitrary: fc.record({
      do: fc.constantFrom("succeeded" as const, "failed" as const, "failed" as const, "released" as const),
      which: fc.nat(),
    }),
  },
  { weight: 2, arbitrary: fc.record({ do: fc.constant("wait" as const), ms: fc.integer({ min: 0, max: 1500 }) }) },
);

test("property: the breaker does what the naive model does", () => {
  const reached = new Set<BreakerPhase>();
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 5 }),
      fc.integer({ min: 1, max: 2000 }),
      fc.array(step, { minLength: 20, maxLength: 200 }),
      (maxFails, failTimeout, steps) => {
        const breaker = new CircuitBreaker({ maxFails, failTimeout, minFailureRatio: undefined });
        const model = new Model(maxFails, failTimeout);
        const under: { attempt: number; ticket: BreakerTicket }[] = [];
        let begun = 0;
        let now = 0;
        for (const one of steps) {
          if (one.do === "wait") now += one.ms;
          else if (one.do === "begin") {
            const ticket = breaker.begin(now);
            expect(ticket.probe).toBe(model.begin(now));
            under.push({ attempt: begun++, ticket });
          } else if (under.length > 0) {
            const [{ attempt, ticket }] = under.splice(one.which % under.length, 1) as [(typeof under)[number]];
            breaker[one.do](ticket, now);
            model.end(attempt, one.do, now);
          }
          const phase = breaker.phase(now);
          reached.add(phase);
          expect(phase).toBe(model.phase(now));
          expect(breaker.isOut(now)).toBe(model.isOut(now));
          if (phase === "closed") expect(breaker.failuresInWindow(now)).toBe(model.count(now));
        }
      },
    ),
    { numRuns: 200 },
  );
  expect([...reached].sort()).toEqual(["closed", "half-open", "open"]);
});

test("property: a ratio only ever keeps a circuit closed that would be open without it", () => {
  fc.assert(
    fc.property(fc.double({ min: 0, max: 1, noNaN: true }), fc.array(fc.boolean(), { minLength: 1, maxLength: 200 }), (ratio, results) => {
      const plain = new CircuitBreaker({ maxFails: 4, failTimeout: 1000, minFailureRatio: undefined });
      const rated = new CircuitBreaker({ maxFails: 4, failTimeout: 1000, minFailureRatio: ratio });
      let failures = 0;
      for (const [at, isFailure] of results.entries()) {
        if (isFailure) failures++;
        for (const breaker of [plain, rated]) breaker[isFailure ? "failed" : "succeeded"](breaker.begin(at), at);
        if (rated.phase(at) === "open") {
          expect(plain.phase(at)).toBe("open");
          expect(failures).toBeGreaterThanOrEqual(ratio * (at + 1));
          return;
        }
        if (isFailure) expect(failures < 4 || failures < ratio * (at + 1)).toBe(true);
      }
    }),
  );
});
