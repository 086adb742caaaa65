import { fc } from "../support/properties";
import { setTimeout as sleep } from "node:timers/promises";
import { Redis } from "ioredis";
import { readReply, scriptArguments, SYNC_SCRIPT } from "../../runtime/shared-state/script";
import { SharedPlugin } from "../../runtime/shared-state/shared-plugin";
import type { CircuitBreaker } from "../../runtime/targets/circuit-breaker";
import { TargetState } from "../../runtime/targets/state";
import type { BreakerTicket } from "../../runtime/targets/breaker";
import { RedisServer } from "./support/redis";

jest.setTimeout(60_000);

let server: RedisServer;
let redis: Redis;
beforeAll(async () => {
  server = await RedisServer.start();
  redis = new Redis({ port: server.port, protocol: 2 });
});
afterAll(async () => {
  redis.disconnect();
  await server.stop();
});

const now = (): number => performance.now();

/** One process without timers: every call is made by the test, and may be lost on its way there or back. */
class Peer {
  readonly breaker: CircuitBreaker;
  private readonly plugin: SharedPlugin;
  private readonly target: TargetState;
  private readonly share;
  private readonly under: BreakerTicket[] = [];
  told = 0;
  heard = 0;

  constructor(pluginId: string, name: string) {
    this.plugin = new SharedPlugin(pluginId, name, () => undefined);
    this.breaker = this.plugin.breaker("t", { maxFails: 3, failTimeout: 25, minFailureRatio: undefined });
    this.target = new TargetState("t", this.breaker);
    this.plugin.serve(new Map([["t", this.target]]));
    this.share = this.plugin.usage();
    this.share.hear = (_target, amount) => (this.heard += amount);
  }

  async sync(fate: "arrives" | "request lost" | "reply lost"): Promise<void> {
    const request = this.plugin.request(now());
    const reply = fate === "request lost" ? undefined : await redis.eval(SYNC_SCRIPT, 2, ...this.plugin.keys, ...scriptArguments(request));
    if (fate === "arrives") this.plugin.replied(readReply(reply), now());
    else this.plugin.failed(now());
  }

  tell(amount: number): void {
    this.told += amount;
    this.share.tell(this.target, amount);
  }

  begin(): void {
    if (!this.breaker.isOut(now())) this.under.push(this.breaker.begin(now()));
  }

  end(how: "succeeded" | "failed"): void {
    const ticket = this.under.shift();
    if (ticket !== undefined) this.breaker[how](ticket, now());
  }
}

const PEERS = 3;
const peer = fc.nat({ max: PEERS - 1 });
const step = fc.oneof(
  { weight: 20, arbitrary: fc.record({ do: fc.constant("begin" as const), peer }) },
  { weight: 20, arbitrary: fc.record({ do: fc.constantFrom("failed" as const, "failed" as const, "succeeded" as const), peer }) },
  {
    weight: 20,
    arbitrary: fc.record({
      do: fc.constant("sync" as const),
      peer,
      fate: fc.constantFrom("arrives" as const, "arrives" as const, "request lost" as const, "reply lost" as const),
    }),
  },
  { weight: 5, arbitrary: fc.record({ do: fc.constant("wait" as const), ms: fc.integer({ min: 1, max: 30 }) }) },
  { weight: 10, arbitrary: fc.record({ do: fc.constant("tell" as const), peer, amount: fc.integer({ min: -50, max: 200 }) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("evict breakers" as const) }) },
);

test("property: whatever is lost, after two calls each all agree, and usage was heard once", async () => {
  let runs = 0;
  let openings = 0;
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 10, maxLength: 80 }), async (steps) => {
      const pluginId = `plugin ${runs++}`;
      const peers = Array.from({ length: PEERS }, (_, index) => new Peer(pluginId, `process ${index}`));
      for (const { breaker } of peers) breaker.onChange = (_from, to) => (openings += to === "open" ? 1 : 0);
      for (const one of peers) await one.sync("arrives");
      for (const one of steps) {
        if (one.do === "wait") await sleep(one.ms);
        else if (one.do === "evict breakers") await redis.del(new SharedPlugin(pluginId, "", () => undefined).keys[0]);
        else {
          const at = peers[one.peer]!;
          if (one.do === "begin") at.begin();
          else if (one.do === "sync") await at.sync(one.fate);
          else if (one.do === "tell") at.tell(one.amount);
          else at.end(one.do);
        }
      }
      for (let round = 0; round < 3; round++) for (const one of peers) await one.sync("arrives");
      const opened = peers.map(({ breaker }) => breaker.openSince);
      expect(new Set(opened.map((since) => since === undefined)).size).toBe(1);
      const times = opened.filter((since) => since !== undefined);
      if (times.length > 0) expect(Math.max(...times) - Math.min(...times)).toBeLessThan(50);
      const told = peers.reduce((sum, one) => sum + one.told, 0);
      for (const one of peers) expect(one.heard).toBe(told - one.told);
    }),
    { numRuns: 200, endOnFailure: true },
  );
  expect(openings).toBeGreaterThan(20);
});

describe("what is told of an earlier state is ignored", () => {
  /** Two know the circuit open and closed again; the third has not heard of it. */
  async function behind(pluginId: string): Promise<readonly [Peer, Peer]> {
    const [one, late] = [new Peer(pluginId, "one"), new Peer(pluginId, "late")];
    await late.sync("arrives");
    failTimes(one, 3);
    await one.sync("arrives");
    await sleep(40);
    one.begin();
    one.end("succeeded");
    await one.sync("arrives");
    expect(one.breaker.phase(now())).toBe("closed");
    return [one, late];
  }

  function failTimes(one: Peer, times: number): void {
    for (let failure = 0; failure < times; failure++) {
      one.begin();
      one.end("failed");
    }
  }

  test("an opening", async () => {
    const [one, late] = await behind("opening");
    failTimes(late, 3);
    expect(late.breaker.phase(now())).toBe("open");
    await late.sync("arrives");
    await one.sync("arrives");
    expect([late.breaker.phase(now()), one.breaker.phase(now())]).toEqual(["closed", "closed"]);
  });

  test("failures", async () => {
    const [one, late] = await behind("failures");
    failTimes(late, 2);
    await late.sync("arrives");
    failTimes(one, 1);
    await one.sync("arrives");
    expect(one.breaker.phase(now())).toBe("closed");
    // from then on its failures count
    failTimes(late, 2);
    await late.sync("arrives");
    await one.sync("arrives");
    expect(one.breaker.openSince).toBeDefined();
  });

  test("a closing", async () => {
    const [one, late] = [new Peer("closing", "one"), new Peer("closing", "late")];
    failTimes(one, 3);
    await one.sync("arrives");
    await late.sync("arrives");
    await sleep(40);
    // both probe; one's fails first
    one.begin();
    late.begin();
    one.end("failed");
    await one.sync("arrives");
    late.end("succeeded");
    await late.sync("arrives");
    await one.sync("arrives");
    expect([late.breaker.openSince, one.breaker.openSince]).toEqual([expect.any(Number), expect.any(Number)]);
  });
});
