import { setImmediate as turn } from "node:timers/promises";
import fc from "fast-check";
import { FetchedToken, REFRESH_LIMIT_MS, Token, type FreshToken } from "../../../runtime/credentials/fetched-token";
import { CredentialProblem } from "../../../runtime/credentials/problem";
import type { Clock, Timer } from "../../../runtime/clock";

/** A clock whose timers run when a test moves it; there is no input or output to wait for. */
class StepClock implements Clock {
  time = 0;
  private readonly timers = new Map<Timer, { readonly due: number; readonly run: () => void }>();

  now(): number {
    return this.time;
  }

  date(): number {
    return Date.UTC(2026, 0, 1) + this.time;
  }

  get pending(): number {
    return this.timers.size;
  }

  start<T>(action: (argument: T) => void, milliseconds: number, argument: T): Timer {
    const timer: Timer = { refresh: () => undefined };
    this.timers.set(timer, { due: this.time + milliseconds, run: () => action(argument) });
    return timer;
  }

  cancel(timer: Timer): void {
    this.timers.delete(timer);
  }

  async advance(milliseconds: number): Promise<void> {
    const until = this.time + milliseconds;
    for (;;) {
      await settled();
      const [first] = [...this.timers].filter(([, { due }]) => due <= until).sort(([, left], [, right]) => left.due - right.due);
      if (first === undefined) break;
      this.timers.delete(first[0]);
      this.time = Math.max(this.time, first[1].due);
      first[1].run();
    }
    this.time = until;
    await settled();
  }
}

/** Until promises and the turns that they ask for have had their time. */
async function settled(): Promise<void> {
  for (let turns = 0; turns < 3; turns++) await turn();
}

/** One call of the service, to be answered by the test. */
interface ServiceCall {
  readonly at: number;
  readonly signal: AbortSignal;
  give(value: string, lifeMs?: number): void;
  fail(error?: Error): void;
}

/** @param auto answers each call at once; without it the test does */
function scene(auto?: (call: ServiceCall) => void) {
  const clock = new StepClock();
  const calls: ServiceCall[] = [];
  const logged: string[] = [];
  const log = (level: string) => (details: object, message: string) => void logged.push(`${level} ${message} ${JSON.stringify(details)}`);
  const token = new FetchedToken(
    {
      identity: ["test"],
      label: "test token",
      fetch: (signal) =>
        new Promise<FreshToken>((resolve, reject) => {
          const call: ServiceCall = {
            at: clock.time,
            signal,
            give: (value, lifeMs = 3_600_000) => resolve({ value, lifeMs, refreshInMs: undefined }),
            fail: (error = new CredentialProblem("the token service answered 500")) => reject(error),
          };
          calls.push(call);
          auto?.(call);
        }),
    },
    { clock, random: () => 0.5, log: { info: log("info"), warn: log("warn") } },
  );
  const forever = { signal: () => new AbortController().signal };
  /** What somebody gets who asks now. */
  const asked = async (refused?: Token, signal: AbortSignal = new AbortController().signal): Promise<string> => {
    try {
      return (await token.take(refused, { signal: () => signal })).value;
    } catch (error) {
      return `none: ${error instanceof Error ? error.message : String(error)}`;
    }
  };
  const present = (): Token => {
    const taken = token.take(undefined, forever);
    if (taken instanceof Token) return taken;
    throw new Error("there is no token");
  };
  const last = (): ServiceCall => {
    const call = calls.at(-1);
    if (call === undefined) throw new Error("nothing was asked");
    return call;
  };
  return { clock, token, calls, logged, asked, present, last };
}

test("a thousand who need the first token cause one call, and all get its token", async () => {
  const { calls, asked, last } = scene();
  const all = Array.from({ length: 1_000 }, () => asked());
  await settled();
  expect(calls).toHaveLength(1);
  last().give("t1");
  expect(new Set(await Promise.all(all))).toEqual(new Set(["t1"]));
  expect(await asked()).toBe("t1");
  expect(calls).toHaveLength(1);
});

test("one that gives up leaves at once; the refresh goes on for the others", async () => {
  const { asked, last } = scene();
  const gone = new AbortController();
  const [left, stays] = [asked(undefined, gone.signal), asked()];
  gone.abort(new Error("the client went away"));
  expect(await left).toBe("none: the client went away");
  expect(last().signal.aborted).toBe(false);
  last().give("t1");
  expect(await stays).toBe("t1");
});

test("even if all who waited have gone, the token is kept for the next", async () => {
  const { asked, calls, last } = scene();
  const gone = new AbortController();
  const left = asked(undefined, gone.signal);
  gone.abort();
  await left;
  last().give("t1");
  await settled();
  expect(await asked()).toBe("t1");
  expect(calls).toHaveLength(1);
});

test("a token that is kept is refreshed ahead of its end, and nobody waits for it", async () => {
  const { clock, token, calls, asked, last } = scene();
  token.keep();
  await settled();
  last().give("t1");
  await clock.advance(2_735_000);
  expect(calls).toHaveLength(1);
  await clock.advance(10_000);
  expect(calls).toHaveLength(2);
  expect(await asked()).toBe("t1");
  last().give("t2");
  await settled();
  expect(await asked()).toBe("t2");
  await clock.advance(2_730_000);
  expect(calls).toHaveLength(3);
});

test("while refreshes fail a token that is still good goes on being used, and the next try comes ever later", async () => {
  const { clock, token, calls, asked } = scene((call) => (call.at === 0 ? call.give("t1", 600_000) : call.fail()));
  token.keep();
  await settled();
  for (let second = 0; second < 565; second++) {
    await clock.advance(1_000);
    expect(await asked()).toBe("t1");
  }
  const [, first, ...others] = calls.map(({ at }) => Math.round(at));
  expect(first).toBe(456_000);
  const waits = others.map((at, index) => at - [first, ...others][index]!);
  expect(waits).toEqual([375, 750, 1_500, 3_000, 6_000, 12_000, 24_000, 45_000]);
});

test("from its end on a token is put on nothing, and who needs one is told why there is none", async () => {
  let works = true;
  const { clock, token, asked, calls } = scene((call) => (works ? call.give(`t${call.at}`, 60_000) : call.fail()));
  token.keep();
  await settled();
  works = false;
  await clock.advance(53_999);
  expect(await asked()).toBe("t0");
  await clock.advance(1);
  const before = calls.length;
  for (let count = 0; count < 100; count++) expect(await asked()).toBe("none: the token service answered 500");
  expect(calls).toHaveLength(before);
  works = true;
  await clock.advance(60_000);
  expect(await asked()).toMatch(/^t\d{5,}/);
});

test("a service that does not answer is given up after its limit, and those who wait hear of it", async () => {
  const { clock, asked, last, calls } = scene();
  const waits = asked();
  await clock.advance(REFRESH_LIMIT_MS - 1);
  expect(last().signal.aborted).toBe(false);
  await clock.advance(1);
  expect(last().signal.aborted).toBe(true);
  expect(await waits).toBe("none: no token came within 10 s");
  calls[0]?.give("too late");
  await clock.advance(1_000);
  const again = asked();
  await settled();
  expect(calls).toHaveLength(2);
  last().give("t1");
  expect(await again).toBe("t1");
});

test("what changes is logged once, and told with since when", async () => {
  const errors = [undefined, undefined, new TypeError("with a s3cret in it"), new TypeError("with another s3cret in it")];
  const { clock, token, logged } = scene((call) => (errors.length > 0 ? call.fail(errors.shift()) : call.give("t1")));
  token.keep();
  await clock.advance(2_700);
  expect(errors).toEqual([]);
  expect(token.status()).toEqual({ validMs: 0, problem: { cause: "the call failed (TypeError)", since: Date.UTC(2026, 0, 1) } });
  await clock.advance(5_000);
  expect(logged).toEqual([
    'warn a credential cannot be fetched {"credential":"test token","cause":"the token service answered 500"}',
    'warn a credential cannot be fetched {"credential":"test token","cause":"the call failed (TypeError)"}',
    'info a credential can be had again {"credential":"test token"}',
  ]);
  expect(token.status()).toMatchObject({ problem: undefined });
  expect(token.status().validMs).toBeGreaterThan(3_500_000);
});

describe("a token that a provider refuses", () => {
  test("is renewed by one call, however many say so", async () => {
    const { token, calls, asked, present, last } = scene();
    token.keep();
    await settled();
    last().give("t1");
    await settled();
    const refused = present();
    expect(Array.from({ length: 1_000 }, () => token.refused(refused))).toEqual(Array.from({ length: 1_000 }, () => true));
    const again = Array.from({ length: 1_000 }, () => asked(refused));
    await settled();
    expect(calls).toHaveLength(2);
    last().give("t2");
    expect(new Set(await Promise.all(again))).toEqual(new Set(["t2"]));
    expect(token.refused(refused)).toBe(true);
    expect(await asked(refused)).toBe("t2");
    expect(calls).toHaveLength(2);
  });

  test("is used by others until the new one is there, as it may be good at other providers", async () => {
    const { token, asked, present, last } = scene();
    token.keep();
    await settled();
    last().give("t1");
    await settled();
    const refused = present();
    token.refused(refused);
    expect(await asked()).toBe("t1");
    last().fail();
    await settled();
    expect(await asked()).toBe("t1");
    expect(token.refused(refused)).toBe(true);
    expect(await asked(refused)).toBe("none: the token service answered 500");
  });

  test("brings about no more calls than the service can bear if every token is refused", async () => {
    const { clock, token, calls, present, last } = scene();
    token.keep();
    await settled();
    last().give("t0");
    for (let second = 0; second < 600; second++) {
      await clock.advance(1_000);
      token.refused(present());
      await settled();
      last().give(`t${second}`);
    }
    expect(calls.length).toBeLessThanOrEqual(1 + 5 + 20);
    expect(calls.length).toBeGreaterThanOrEqual(20);
  });
});

test("a token that is released is refreshed no more, but can still be had", async () => {
  const { clock, token, calls, asked } = scene((call) => call.give(`t${call.at}`));
  token.keep();
  await settled();
  token.release();
  expect(clock.pending).toBe(0);
  await clock.advance(7_200_000);
  expect(calls).toHaveLength(1);
  expect(await asked()).toBe("t7200000");
  expect(clock.pending).toBe(0);
  token.keep();
  await clock.advance(3_000_000);
  expect(calls).toHaveLength(3);
});

test("the end of the gateway ends the call, the timers and the waits", async () => {
  const { clock, token, asked, last } = scene();
  token.keep();
  const waits = asked();
  token.close();
  expect(last().signal.aborted).toBe(true);
  expect(await waits).toBe("none: the gateway ends");
  expect(clock.pending).toBe(0);
});

test("whatever happens in whatever order: one call at a time, one timer at most, and everybody who waits is answered", async () => {
  type Step =
    | { readonly do: "ask" | "ask_anew" | "refuse" | "fail" | "keep" | "release" }
    | { readonly do: "give"; readonly lifeMs: number }
    | { readonly do: "wait"; readonly ms: number }
    | { readonly do: "abort"; readonly index: number };
  const plain = (...names: readonly Exclude<Step["do"], "give" | "wait" | "abort">[]) =>
    fc.constantFrom(...names).map((name): Step => ({ do: name }));
  const step = fc.oneof(
    { weight: 5, arbitrary: plain("ask", "ask_anew", "refuse", "fail", "keep", "release") },
    { weight: 2, arbitrary: fc.integer({ min: 1, max: 100_000 }).map((lifeMs): Step => ({ do: "give", lifeMs })) },
    { weight: 2, arbitrary: fc.integer({ min: 1, max: 90_000 }).map((ms): Step => ({ do: "wait", ms })) },
    { weight: 1, arbitrary: fc.nat(20).map((index): Step => ({ do: "abort", index })) },
  );
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 60 }), async (steps) => {
      const { clock, token, calls, asked } = scene();
      const waits: { readonly controller: AbortController; readonly ended: Promise<string> }[] = [];
      const answered = new Set<ServiceCall>();
      const open = () => calls.filter((call) => !answered.has(call) && !call.signal.aborted);
      const known: Token[] = [];
      const ask = (refused: Token | undefined): void => {
        const controller = new AbortController();
        waits.push({ controller, ended: asked(refused, controller.signal) });
      };
      for (const one of steps) {
        const [call] = open();
        if (one.do === "ask") ask(undefined);
        else if (one.do === "ask_anew") ask(known.at(-1));
        else if (one.do === "refuse") {
          if (known.length > 0) token.refused(known.at(-1)!);
        } else if (one.do === "fail") {
          if (call !== undefined) answered.add(call);
          call?.fail();
        } else if (one.do === "give") {
          if (call !== undefined) answered.add(call);
          call?.give(`t${answered.size}`, one.lifeMs);
        } else if (one.do === "wait") await clock.advance(one.ms);
        else if (one.do === "abort") waits[one.index]?.controller.abort(new Error("gone"));
        else if (one.do === "keep") token.keep();
        else token.release();
        await settled();
        expect(open().length).toBeLessThanOrEqual(1);
        expect(clock.pending).toBeLessThanOrEqual(1);
        if (token.status().validMs > 0) {
          const taken = token.take(undefined, { signal: () => AbortSignal.abort() });
          if (taken instanceof Token && taken !== known.at(-1)) known.push(taken);
        }
      }
      await clock.advance(REFRESH_LIMIT_MS);
      const ends = await Promise.all(waits.map(({ ended }) => ended));
      expect(ends).toHaveLength(waits.length);
      token.close();
      expect(clock.pending).toBe(0);
    }),
    { numRuns: 60 },
  );
});
