import { Deadline } from "../../../runtime/exchange/deadline";
import type { GatewayError } from "../../../runtime/errors";
import { VirtualClock } from "../../support/virtual-clock";

interface Heard {
  readonly aborted: string[];
  readonly crashed: unknown[];
}

/** A deadline of 100 ms for an exchange that began 30 ms ago. */
async function begun(abort?: () => void): Promise<[VirtualClock, Deadline, Heard]> {
  const clock = new VirtualClock();
  const heard: Heard = { aborted: [], crashed: [] };
  const owner = {
    abort: (error: GatewayError) => {
      heard.aborted.push(error.code);
      abort?.();
    },
    crashed: (cause: unknown, ended: boolean) => heard.crashed.push(cause, ended),
  };
  const deadline = new Deadline(clock, owner, 100, clock.now());
  await clock.advance(30);
  deadline.start();
  return [clock, deadline, heard];
}

test("it counts from the exchange's beginning", async () => {
  const [clock, deadline, heard] = await begun();
  expect(deadline.left(clock.now())).toBe(70);
  await clock.advance(69);
  expect(heard.aborted).toEqual([]);
  await clock.advance(1);
  expect(heard).toEqual({ aborted: ["deadline"], crashed: [] });
  expect(deadline.left(clock.now() + 5)).toBe(-5);
});

test("one that is stopped never passes", async () => {
  const [clock, deadline, heard] = await begun();
  deadline.stop();
  deadline.stop();
  expect(clock.pending).toBe(0);
  await clock.advance(1000);
  expect(heard.aborted).toEqual([]);
});

test("a mistake that it comes upon ends the exchange", async () => {
  const mistake = new Error("a mistake");
  const [clock, , heard] = await begun(() => {
    throw mistake;
  });
  await clock.advance(100);
  expect(heard.crashed).toEqual([mistake, true]);
});
