import { CircuitBreaker } from "../../../runtime/targets/circuit-breaker";
import { TargetState } from "../../../runtime/targets/state";
import { Slots, type Caller } from "../../../runtime/upstream/slots";
import { fc } from "../../support/properties";

const state = (): TargetState => new TargetState("t", new CircuitBreaker({ maxFails: 0, failTimeout: 1, minFailureRatio: undefined }));

class Call implements Caller {
  previous: Caller | undefined;
  next: Caller | undefined;
  admittedAt = -1;
  constructor(private readonly onAdmitted: () => void = () => undefined) {}
  admitted(): void {
    this.admittedAt = turn++;
    this.onAdmitted();
  }
}

let turn = 0;

test("never more calls than slots, first come first served, whatever comes, leaves and ends", () => {
  const steps = fc.array(fc.oneof(fc.constant("come" as const), fc.constant("end" as const), fc.nat(20)), { maxLength: 200 });
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 4 }), steps, (limit, script) => {
      const target = state();
      const slots = new Slots(target, limit);
      let running = 0;
      const waiting: Call[] = [];
      for (const step of script) {
        if (step === "come") {
          if (slots.take()) running++;
          else {
            const call = new Call();
            waiting.push(call);
            slots.wait(call);
          }
        } else if (step === "end") {
          if (running === 0) continue;
          slots.give();
          if (waiting.shift()?.admittedAt === undefined) running--;
        } else {
          const [call] = waiting.splice(step, 1);
          if (call !== undefined) slots.leave(call);
        }
        expect(slots.waiting).toBe(waiting.length);
        expect(target.waiting).toBe(waiting.length);
        expect(waiting.every(({ admittedAt }) => admittedAt < 0)).toBe(true);
        expect(running).toBeLessThanOrEqual(limit);
        if (waiting.length > 0) expect(running).toBe(limit);
      }
    }),
  );
});

test("ten thousand calls that fail as soon as they are admitted do not pile up on the stack", () => {
  const slots = new Slots(state(), 1);
  expect(slots.take()).toBe(true);
  for (let index = 0; index < 10_000; index++) slots.wait(new Call(() => slots.give()));
  slots.give();
  expect(slots.waiting).toBe(0);
  expect(slots.take()).toBe(true);
  expect(slots.take()).toBe(false);
});

test("a limit that was raised holds from the next end on", () => {
  const slots = new Slots(state(), 1);
  expect(slots.take()).toBe(true);
  const calls = [new Call(), new Call()];
  for (const call of calls) slots.wait(call);
  slots.limit = 2;
  slots.give();
  expect(calls.every(({ admittedAt }) => admittedAt >= 0)).toBe(true);
});
