import dns from "node:dns";
import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { createServer } from "node:tls";
import { contentOf, errorOf } from "./client";
import { ask, askAll, attemptsOf, closeLater, closeWalls, HEAVY, wall, type Wall } from "./support";
import { GOOD, KEY } from "./tls-fixture";
import { DeafServer } from "./upstream";

afterEach(closeWalls);
afterEach(() => jest.restoreAllMocks());

const from = (model: string): string => `answer of ${model}`;

/** Kong's defaults. */
const DEFAULTS = ["error", "timeout"] as const;

describe("15. no connection", () => {
  /** A name service that knows no `gone.test`, and never says anything about `slow.test`. */
  function mockNames(): void {
    const { lookup } = dns;
    jest.spyOn(dns, "lookup").mockImplementation(((name: string, options: object, done: (error: Error | null) => void) => {
      if (name === "gone.test") {
        process.nextTick(done, Object.assign(new Error("getaddrinfo ENOTFOUND gone.test"), { code: "ENOTFOUND", syscall: "getaddrinfo" }));
      } else if (name !== "slow.test") lookup(name, options, done as never);
    }) as typeof lookup);
  }

  test("refused, with Kong's default criteria: the next target at once", async () => {
    const one = await wall({ targets: ["refuse", "fine:b"], criteria: DEFAULTS });
    const got = await ask(one);
    expect(got).toMatchObject({ status: 200, ms: 0 });
    expect(contentOf(got)).toBe(from("fine:b"));
    expect(one.upstream.models).toEqual(["fine:b"]);
    expect(await one.attempts()).toEqual(["0 connect next_target", "1 ok 200"]);
  });

  test("refused, alone: 502 that names the phase", async () => {
    const one = await wall({ targets: ["refuse"], balancer: { retries: 1 } });
    const got = await ask(one);
    expect(got.status).toBe(502);
    expect(errorOf(got)).toMatchObject({
      code: "upstream_connect",
      type: "api_error",
      message: expect.stringContaining("no connection to 0:openai/") as string,
    });
    expect(one.upstream.calls).toEqual([]);
    expect(await one.attempts()).toEqual(["0 connect same_target", "0 connect"]);
  });

  test("a host that does not exist", async () => {
    mockNames();
    const one = await wall({ targets: [{ fault: "fine:a", url: "http://gone.test/v1" }, "fine:b"], criteria: DEFAULTS });
    expect(contentOf(await ask(one))).toBe(from("fine:b"));
    expect(one.upstream.models).toEqual(["fine:b"]);
    expect(await one.attempts()).toEqual(["0 connect next_target", "1 ok 200"]);
  });

  test("a name service that is slow: the next target after connect_timeout", async () => {
    mockNames();
    const targets = [{ fault: "fine:a", url: "http://slow.test/v1" }, "fine:b"];
    const one = await wall({ targets, criteria: DEFAULTS, balancer: { connect_timeout: 1_500 } });
    const got = await ask(one);
    expect(got).toMatchObject({ status: 200, ms: 1_500 });
    expect(one.upstream.models).toEqual(["fine:b"]);
    expect(await one.attempts()).toEqual(["0 connect next_target", "1 ok 200"]);
    const alone = await wall({ targets: targets.slice(0, 1), balancer: { connect_timeout: 1_500, retries: 0 } });
    const failed = await ask(alone);
    expect(failed).toMatchObject({ status: 504, ms: 1_500 });
    expect(errorOf(failed)).toMatchObject({
      code: "upstream_timeout",
      message: expect.stringContaining("connect_timeout (1500 ms)") as string,
    });
  });

  test("a certificate of an authority that nobody knows", async () => {
    const server = createServer({ cert: GOOD, key: KEY }, () => {
      throw new Error("nobody may get through");
    });
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    const url = `https://127.0.0.1:${(server.address() as AddressInfo).port}/v1`;
    const one = await wall({ targets: [{ fault: "fine:a", url }, "fine:b"], criteria: DEFAULTS });
    expect(contentOf(await ask(one))).toBe(from("fine:b"));
    const alone = await wall({ targets: [{ fault: "fine:a", url }], balancer: { retries: 0 } });
    const failed = await ask(alone);
    expect(failed.status).toBe(502);
    expect(errorOf(failed)).toMatchObject({
      code: "upstream_connect",
      message: expect.stringContaining("UNABLE_TO_VERIFY_LEAF_SIGNATURE") as string,
    });
    expect(await one.attempts()).toEqual(["0 connect next_target", "1 ok 200"]);
    server.close();
  });
});

describe("16. a reset", () => {
  test.each(["reset:before-head", "reset:after-head", "reset:mid-body", "close-early"])("%s", async (fault) => {
    const one = await wall({ targets: [fault, "fine:b"] });
    expect(contentOf(await ask(one))).toBe(from("fine:b"));
    expect(one.upstream.models).toEqual([fault, "fine:b"]);
    const [first, second] = await one.attempts();
    const headCame = fault === "reset:after-head" || fault === "reset:mid-body";
    expect(first).toBe(headCame ? "0 invalid_answer 200 next_target" : "0 reset next_target");
    expect(second).toBe("1 ok 200");
  });

  test.each(["reset:before-head", "reset:after-head", "reset:mid-body"])(
    "%s without non_idempotent: 502, and nobody else is asked",
    async (fault) => {
      const one = await wall({ targets: [fault, "fine:b"], criteria: DEFAULTS });
      const got = await ask(one);
      expect(got).toMatchObject({ status: 502, complete: true });
      expect(errorOf(got)).toMatchObject({ code: "upstream_error", type: "api_error" });
      expect(one.upstream.models).toEqual([fault]);
      expect((await one.ledger()).exchanges).toMatchObject([{ status: 502, attempts: [{ target: `0:openai/${fault}` }] }]);
    },
  );
});

describe("17. accepts and never answers", () => {
  const three = ["hang:a", "hang:b", "hang:c"];

  test("read_timeout moves on, and the silent one's connection ends", async () => {
    const one = await wall({ targets: ["hang:a", "hang:b", "fine:c"], balancer: { read_timeout: 2_000 } });
    const got = await ask(one);
    expect(got).toMatchObject({ status: 200, ms: 4_000 });
    expect(one.upstream.calls.map(({ at }) => at)).toEqual([0, 2_000, 4_000]);
    expect(one.upstream.calls.map(({ reply }) => reply.abortedAt)).toEqual([2_000, 4_000, undefined]);
    expect(await one.attempts()).toEqual(["0 read_timeout next_target", "1 read_timeout next_target", "2 ok 200"]);
  });

  test("the deadline holds over three of them", async () => {
    const one = await wall({ targets: three, balancer: { read_timeout: 2_000 }, extensions: { deadline: 5_000 } });
    const got = await ask(one);
    expect(got).toMatchObject({ status: 504, ms: 5_000 });
    expect(errorOf(got)).toMatchObject({ code: "deadline", message: expect.stringContaining("5000 ms") as string });
    expect(one.upstream.calls.map(({ reply }) => reply.abortedAt)).toEqual([2_000, 4_000, 5_000]);
    expect(await one.attempts()).toEqual(["0 read_timeout next_target", "1 read_timeout next_target", "2 deadline"]);
  });

  test("no attempt is left: 504 that names phase and limit", async () => {
    const one = await wall({ targets: three, balancer: { read_timeout: 2_000, retries: 2 } });
    const got = await ask(one);
    expect(got).toMatchObject({ status: 504, ms: 6_000 });
    expect(errorOf(got)).toMatchObject({ code: "upstream_timeout", message: expect.stringContaining("read_timeout (2000 ms)") as string });
    expect(one.upstream.models).toEqual(three);
    expect((await one.attempts()).at(-1)).toBe("2 read_timeout");
  });

  test("accepts and takes nothing of a large request: write_timeout, then the next target", async () => {
    const deaf = closeLater(await DeafServer.start());
    const targets = [{ fault: "fine:a", url: deaf.url }, "fine:b"];
    const one = await wall({ targets, balancer: { write_timeout: 1_500 }, config: { max_request_body_size: 0 } });
    const body = JSON.stringify({ messages: [{ role: "user", content: "x".repeat(10_000_000) }] });
    const got = await ask(one, { body });
    expect(got.status).toBe(200);
    expect(one.upstream.only("fine:b").body.length).toBeGreaterThan(body.length);
    const [exchange] = (await one.ledger()).exchanges;
    expect(attemptsOf(exchange!)).toEqual(["0 write_timeout next_target", "1 ok 200"]);
    // the whole takes longer: a body of this size is read in slices, and the clock goes on between them
    expect(exchange?.attempts?.[0]?.ms).toBe(1_500);
    const alone = await wall({
      targets: targets.slice(0, 1),
      balancer: { write_timeout: 1_500, retries: 0 },
      config: { max_request_body_size: 0 },
    });
    const failed = await ask(alone, { body });
    expect(failed.status).toBe(504);
    expect(errorOf(failed)).toMatchObject({
      code: "upstream_timeout",
      message: expect.stringContaining("write_timeout (1500 ms)") as string,
    });
    expect(await alone.attempts()).toEqual(["0 write_timeout"]);
  });
});

describe("18. a slow drip", () => {
  const balancer = { read_timeout: 5_000, retries: 0 };

  test("of the body: no silence is longer than read_timeout, so that it is waited for", async () => {
    const one = await wall({ targets: ["drip-body:1"], balancer });
    const got = await ask(one, {}, 1_000);
    expect(got.status).toBe(200);
    expect(got.ms).toBe(1_000 * got.bytes.length);
    expect(await one.attempts()).toEqual([]);
  });

  test("of the body: the deadline ends it", async () => {
    const one = await wall({ targets: ["drip-body:1", "fine:b"], balancer: { read_timeout: 5_000 }, extensions: { deadline: 20_000 } });
    const got = await ask(one, {}, 1_000);
    expect(got).toMatchObject({ status: 504, ms: 20_000 });
    expect(errorOf(got)?.code).toBe("deadline");
    expect(one.upstream.only("drip-body:1").reply.abortedAt).toBe(20_000);
    expect(await one.attempts()).toEqual(["0 deadline 200"]);
  });

  test("of the head: it counts as silence until it is whole", async () => {
    const one = await wall({ targets: ["drip-head:1", "fine:b"], balancer: { read_timeout: 5_000 } });
    const got = await ask(one, {}, 1_000);
    expect(got).toMatchObject({ status: 200, ms: 5_000 });
    expect(one.upstream.only("drip-head:1").reply.abortedAt).toBe(5_000);
    expect(await one.attempts()).toEqual(["0 read_timeout next_target", "1 ok 200"]);
  });

  test("of the head: one that is quick enough is waited for", async () => {
    const one = await wall({ targets: ["drip-head:50"], balancer });
    expect((await ask(one)).status).toBe(200);
    expect(one.upstream.calls).toHaveLength(1);
    expect(await one.attempts()).toEqual([]);
  });
});

describe("19. a kept connection", () => {
  test("that the upstream ended while it was idle: a new one, in one attempt", async () => {
    const one = await wall({ targets: ["fine:a"], criteria: DEFAULTS });
    for (let sent = 0; sent < 2; sent++) expect((await ask(one)).status).toBe(200);
    one.upstream.endConnections();
    expect((await ask(one)).status).toBe(200);
    expect(one.upstream.calls.map(({ socket }) => socket)).toEqual([1, 1, 2]);
    expect((await one.ledger()).exchanges.map(attemptsOf)).toEqual([[], [], []]);
  });

  test("that the upstream closes just as it is used again: sent once more, on a new one", async () => {
    const one = await wall({ targets: ["idle-close"] });
    for (let sent = 0; sent < 2; sent++) expect((await ask(one)).status).toBe(200);
    expect(one.upstream.calls.map(({ socket }) => socket)).toEqual([1, 1, 2]);
    expect((await one.ledger()).exchanges.map(attemptsOf)).toEqual([[], ["0 reset same_target", "0 ok 200"]]);
  });

  test("that breaks after a POST was sent is no reason to send it again without non_idempotent", async () => {
    const one = await wall({ targets: ["idle-close"], criteria: DEFAULTS });
    const got = [await ask(one), await ask(one)];
    expect(got.map(({ status }) => status)).toEqual([200, 502]);
    expect(one.upstream.calls).toHaveLength(2);
    expect((await one.ledger()).exchanges.map(attemptsOf)).toEqual([[], ["0 reset"]]);
  });
});

describe("20. a hundred slow requests fill the pool", () => {
  const slow = { fault: "slow:5000", alias: "slow" };

  test("the next one is refused at once, another target is served at once, and all hundred are answered", async () => {
    const targets = [slow, { fault: "fine:b", alias: "quick" }];
    const one = await wall({ targets, extensions: { max_connections: 60, max_queue: 40 }, balancer: { retries: 0 } });
    const hundred = Array.from({ length: 100 }, () => one.begin({ model: "slow" }));
    await one.clock.advance(100);
    expect(one.upstream.of("slow:5000")).toHaveLength(60);
    const refused = await ask(one, { model: "slow" });
    expect(refused).toMatchObject({ status: 503, ms: 0 });
    expect(errorOf(refused)).toMatchObject({ code: "upstream_queue", message: expect.stringContaining("40 requests wait") as string });
    expect(await ask(one, { model: "quick" })).toMatchObject({ status: 200, ms: 0 });
    await one.clock.advanceUntil(() => hundred.every(({ done }) => done));
    const got = await Promise.all(hundred.map(({ ended }) => ended));
    expect(got.map(({ status }) => status)).toEqual(Array(100).fill(200));
    expect(got.map(({ ms }) => ms)).toEqual([...Array<number>(60).fill(5_000), ...Array<number>(40).fill(10_000)]);
    expect(one.upstream.connections).toBe(61);
    const { exchanges } = await one.ledger();
    expect(exchanges).toHaveLength(102);
    expect(exchanges.flatMap(attemptsOf)).toEqual(["0 queue"]);
  });

  test("a full queue moves on, whatever was listed, and counts against nobody's circuit", async () => {
    const targets = [{ fault: "slow:5000", weight: HEAVY }, "fine:b"];
    const one = await wall({ targets, extensions: { max_connections: 1, max_queue: 1 }, criteria: DEFAULTS, balancer: { max_fails: 1 } });
    const slowOnes = [one.begin(), one.begin()];
    await one.clock.advance(100);
    for (let sent = 0; sent < 3; sent++) {
      const got = await ask(one);
      expect(got.ms).toBe(0);
      expect(contentOf(got)).toBe(from("fine:b"));
    }
    await one.clock.advanceUntil(() => slowOnes.every(({ done }) => done));
    for (const { ended } of slowOnes) expect(contentOf(await ended)).toBe(from("slow:5000"));
    const { exchanges, lines } = await one.ledger();
    expect(exchanges.map(attemptsOf)).toEqual([...Array<string[]>(3).fill(["0 queue next_target", "1 ok 200"]), [], []]);
    expect(lines.filter(({ msg }) => msg === "circuit breaker")).toEqual([]);
  });

  test("who waits for a connection longer than connect_timeout moves on", async () => {
    const targets = [{ fault: "slow:5000", weight: HEAVY }, "fine:b"];
    const one = await wall({
      targets,
      extensions: { max_connections: 1 },
      criteria: DEFAULTS,
      balancer: { connect_timeout: 1_000, max_fails: 1 },
    });
    const got = await askAll(one, [{}, {}]);
    expect(got.map(contentOf).sort()).toEqual([from("fine:b"), from("slow:5000")]);
    expect(got.find((answer) => contentOf(answer) === from("fine:b"))?.ms).toBe(1_000);
    const { exchanges, lines } = await one.ledger();
    expect(exchanges.map(attemptsOf)).toEqual([["0 queue next_target", "1 ok 200"], []]);
    expect(lines.filter(({ msg }) => msg === "circuit breaker")).toEqual([]);
  });
});

describe("21. odd HTTP", () => {
  /** Asks several times: an answer that was smuggled would be given to one of the requests that follow. */
  async function statusesOf(one: Wall): Promise<number[]> {
    const statuses: number[] = [];
    for (let sent = 0; sent < 4; sent++) {
      const got = await ask(one);
      expect(got.text).not.toContain("smuggled");
      statuses.push(got.status);
    }
    return statuses;
  }

  test.each(["early:100", "early:103", "trailers", "long-header:8000"])("%s is understood", async (fault) => {
    const one = await wall({ targets: [fault] });
    for (let sent = 0; sent < 3; sent++) {
      const got = await ask(one);
      expect(got).toMatchObject({ status: 200, complete: true });
      expect(contentOf(got)).toBe(from(fault));
      expect(got.headers["x-trailer"]).toBeUndefined();
      expect(got.headers.link).toBeUndefined();
    }
    expect(one.upstream.calls).toHaveLength(3);
    expect((await one.ledger()).exchanges.map(attemptsOf)).toEqual([[], [], []]);
  });

  test.each(["early-forever:100", "early-forever:103"])("%s is silence: heads that are no answer are no sign of life", async (fault) => {
    const one = await wall({ targets: [fault, "fine:b"], balancer: { read_timeout: 3_500 } });
    expect(await ask(one)).toMatchObject({ status: 200, ms: 3_500 });
    expect(await one.attempts()).toEqual(["0 read_timeout next_target", "1 ok 200"]);
  });

  test.each(["two-lengths", "length-and-chunked", "garbage", "long-header:70000"])("%s is a malformed head", async (fault) => {
    const one = await wall({ targets: [fault], balancer: { retries: 0 } });
    expect(await statusesOf(one)).toEqual([502, 502, 502, 502]);
    const next = await wall({ targets: [{ fault, weight: HEAVY }, "fine:b"] });
    expect(await statusesOf(next)).toEqual([200, 200, 200, 200]);
    expect((await one.ledger()).exchanges.map(attemptsOf)).toEqual(Array(4).fill(["0 invalid_header"]));
    expect((await next.ledger()).exchanges.map(attemptsOf)).toEqual(Array(4).fill(["0 invalid_header next_target", "1 ok 200"]));
  });

  test("a second answer that nobody asked for is given to nobody", async () => {
    const one = await wall({ targets: ["extra-answer"] });
    expect(await statusesOf(one)).toEqual([200, 200, 200, 200]);
    expect(new Set(one.upstream.calls.map(({ socket }) => socket)).size).toBe(4);
    expect((await one.ledger()).exchanges).toHaveLength(4);
  });
});
