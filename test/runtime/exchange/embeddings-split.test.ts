import { gzipSync } from "node:zlib";
import { Attempt } from "../../../runtime/attempt/attempt";
import { EmbeddingsConversion } from "../../../runtime/dialects/openai/embeddings/conversion";
import { SplitEmbeddings } from "../../../runtime/dialects/openai/embeddings/split";
import { WrittenEmbeddings } from "../../../runtime/dialects/openai/embeddings/written";
import { TieredBalancer } from "../../../runtime/balancers/tiers";
import { document, post, startTestGateway, target, until, type TestGateway } from "../../support/gateway";
import { answerEmbeddings, embeddingsAnswer, inputsOf, type EmbeddingsBody } from "../../support/embeddings";
import { sendJson, TestUpstream, type Answer } from "../../support/upstream";
import { VirtualClock } from "../../support/virtual-clock";

/** What OpenAI takes at once. */
const MOST = 2048;

// a loaded machine takes its time for bodies of thousands of inputs
jest.setTimeout(30_000);

let upstream: TestUpstream;
let other: TestUpstream;
const open: TestGateway[] = [];

beforeAll(async () => {
  [upstream, other] = await Promise.all([TestUpstream.start(), TestUpstream.start()]);
});
beforeEach(() => {
  for (const one of [upstream, other]) {
    one.answer = answerEmbeddings;
    one.calls.length = 0;
  }
});
afterEach(async () => {
  await Promise.all(open.splice(0).map((one) => one.close()));
});
afterAll(() => Promise.all([upstream.close(), other.close()]));

const embedder = (at: TestUpstream, more: Parameters<typeof target>[1] = {}): object => ({
  ...target(`${at.origin}/v1/embeddings`, { name: "m", ...more }),
  route_type: "llm/v1/embeddings",
});

async function gateway(config: object = {}, options: Parameters<typeof startTestGateway>[1] = {}): Promise<TestGateway> {
  const route = { name: "embeddings", paths: ["/embeddings"] };
  const one = await startTestGateway(document({ targets: [embedder(upstream)], ...config }, route), options);
  open.push(one);
  return one;
}

const texts = (count: number): string[] => Array.from({ length: count }, (_, index) => `t${index}`);
const sizesAt = (at: TestUpstream): number[] => at.calls.map(({ body }) => inputsOf(JSON.parse(body) as EmbeddingsBody).length);

/** Answers the calls from the n-th on otherwise. */
const failingFrom = (nth: number, fails: Answer): void => {
  upstream.answer = (response, call) => (upstream.calls.length >= nth ? fails(response, call) : answerEmbeddings(response, call));
};

const FAILOVER = {
  balancer: { algorithm: "priority", retries: 3, failover_criteria: ["error", "timeout", "http_500", "http_429", "non_idempotent"] },
};
const both = (): object => ({ ...FAILOVER, targets: [embedder(upstream, { weight: 100 }), embedder(other, { weight: 50 })] });

test.each<[string, (index: number) => string | number[]]>([
  ["texts", (index) => `t${index}`],
  ["token lists", (index) => [index, 1]],
])("%s beyond the provider's limit go in several calls, and come back as one answer", async (_, input) => {
  const one = await gateway({ targets: [embedder(upstream, { logging: { log_statistics: true, log_payloads: true } })] });
  const request = { model: "m", input: Array.from({ length: 2 * MOST + 5 }, (__, index) => input(index)), encoding_format: "base64" };
  const response = await post(`${one.url}/embeddings`, request);
  expect(response.status).toBe(200);
  const expected = embeddingsAnswer(request);
  expect(await response.json()).toEqual(expected);
  expect(response.headers.get("content-type")).toBe("application/json");
  expect(response.headers.get("x-kong-llm-model")).toBe("openai/m");
  expect(response.headers.get("x-kong-upstream-attempts")).toBeNull();
  expect(response.headers.get("x-kong-upstream-latency")).toMatch(/^\d+$/);
  expect(sizesAt(upstream)).toEqual([MOST, MOST, 5]);
  const line = (await one.log()).find((entry) => "ai" in entry);
  const { prompt_tokens, total_tokens } = expected.usage;
  expect(line).toMatchObject({
    ai: { proxy: { usage: { prompt_tokens, completion_tokens: 0, total_tokens }, tried_targets: [{ provider: "openai" }] } },
  });
  const { request: logged } = (line as unknown as { ai: { proxy: { payload: { request: string } } } }).ai.proxy.payload;
  expect(JSON.parse(logged)).toEqual(request);
});

test("the first call goes alone, then four at once at most", async () => {
  const { url } = await gateway();
  let under = 0;
  const seen: number[] = [];
  const held: (() => void)[] = [];
  upstream.answer = (response, call) => {
    seen.push(++under);
    held.push(() => {
      under--;
      answerEmbeddings(response, call);
    });
  };
  const answer = post(`${url}/embeddings`, { input: texts(9 * MOST) });
  for (const expected of [1, 5, 9]) {
    await until(() => upstream.calls.length === expected);
    // backwards, so that the order in which answers come is none
    for (const release of held.splice(0).reverse()) release();
  }
  expect(await (await answer).json()).toEqual(embeddingsAnswer({ model: "m", input: texts(9 * MOST) }));
  expect(seen).toEqual([1, 1, 2, 3, 4, 1, 2, 3, 4]);
});

test("calls go one after the other where there is one connection and no queue", async () => {
  const { url } = await gateway({ extensions: { max_connections: 1, max_queue: 0 } });
  const response = await post(`${url}/embeddings`, { input: texts(3 * MOST) });
  expect([response.status, upstream.calls.length]).toEqual([200, 3]);
});

test.each<[string, object, string]>([
  ["a header", { header_name: "Authorization", header_value: "Bearer ours" }, "header"],
  ["a body member", { param_name: "key", param_value: "ours", param_location: "body" }, "body"],
])("each call has its credential once: %s", async (_, auth, place) => {
  const { url } = await gateway({ targets: [embedder(upstream, { auth })] });
  await post(`${url}/embeddings`, { input: texts(2 * MOST) });
  expect(upstream.calls).toHaveLength(2);
  for (const { headers, body } of upstream.calls) {
    expect([headers.authorization, (JSON.parse(body) as { key?: string }).key]).toEqual(
      place === "header" ? ["Bearer ours", undefined] : [undefined, "ours"],
    );
  }
});

test("each call has an Idempotency-Key of its own, and has it again when it is repeated", async () => {
  const { url } = await gateway({ balancer: { retries: 1, failover_criteria: ["http_500", "non_idempotent"] } });
  let failed = false;
  upstream.answer = (response, call) => {
    if (upstream.calls.length === 2 && !failed) {
      failed = true;
      sendJson(response, 500, {});
    } else answerEmbeddings(response, call);
  };
  const headers = { "content-type": "application/json", "idempotency-key": "k" };
  expect((await post(`${url}/embeddings`, { input: texts(2 * MOST) }, { headers })).status).toBe(200);
  expect(upstream.calls.map((call) => call.headers["idempotency-key"])).toEqual(["k-1-of-2", "k-2-of-2", "k-1-of-2", "k-2-of-2"]);
});

test("packed answers and a large packed request", async () => {
  const { url } = await gateway();
  upstream.answer = (response, call) => {
    const packed = gzipSync(JSON.stringify(embeddingsAnswer(JSON.parse(call.body) as EmbeddingsBody)));
    response.writeHead(200, { "content-type": "application/json", "content-encoding": "gzip" }).end(packed);
  };
  const request = { model: "m", input: Array.from({ length: MOST + 1 }, (_, index) => `${"x".repeat(200)}${index}`) };
  const response = await post(`${url}/embeddings`, request);
  expect(await response.json()).toEqual(embeddingsAnswer(request));
});

const FAULTS: readonly (readonly [string, Answer, number, string])[] = [
  ["429", (response) => sendJson(response, 429, { error: { message: "slow down" } }, { "retry-after": "7" }), 429, "slow down"],
  ["500", (response) => sendJson(response, 500, { error: { message: "broken" } }), 500, "broken"],
  ["a cut before the answer", (response) => void response.destroy(), 502, "closed the connection before it answered"],
  [
    "a cut in the answer",
    (response) => {
      response.writeHead(200, { "content-type": "application/json", "content-length": "100" }).write('{"data":[');
      setTimeout(() => response.destroy(), 5);
    },
    502,
    "",
  ],
  [
    "a wrong count",
    (response, call) => {
      const answer = embeddingsAnswer(JSON.parse(call.body) as EmbeddingsBody);
      sendJson(response, 200, { ...answer, data: answer.data.slice(1) });
    },
    502,
    "must hold",
  ],
  [
    "an index twice",
    (response, call) => {
      const answer = embeddingsAnswer(JSON.parse(call.body) as EmbeddingsBody);
      sendJson(response, 200, { ...answer, data: answer.data.map((one) => ({ ...one, index: 0 })) });
    },
    502,
    "each index",
  ],
  ["an empty answer", (response) => void response.writeHead(200).end(), 502, "is empty"],
];

describe.each([2, 3])("if call %i of three fails", (nth) => {
  test.each(FAULTS)("with %s, the client is told", async (_, fails, status, message) => {
    const one = await gateway();
    failingFrom(nth, fails);
    const response = await post(`${one.url}/embeddings`, { input: texts(2 * MOST + 2) });
    expect(response.status).toBe(status);
    expect(response.headers.get("retry-after")).toBe(status === 429 ? "7" : null);
    expect(await response.text()).toMatch(message);
    await one.log();
  });

  test.each(FAULTS)("with %s, the next target gets all of them", async (_, fails) => {
    const { url } = await gateway(both());
    failingFrom(nth, fails);
    const request = { model: "m", input: texts(2 * MOST + 2) };
    const response = await post(`${url}/embeddings`, request);
    expect([response.status, response.headers.get("x-kong-upstream-attempts")]).toEqual([200, "2"]);
    expect(await response.json()).toEqual(embeddingsAnswer(request));
    expect(sizesAt(other)).toEqual([MOST, MOST, 2]);
  });
});

test("a call that fails ends those beside it", async () => {
  const one = await gateway();
  upstream.answer = (response, call) => {
    if (upstream.calls.length === 1) answerEmbeddings(response, call);
    else if (upstream.calls.length === 4) sendJson(response, 500, {});
  };
  const response = await post(`${one.url}/embeddings`, { input: texts(9 * MOST) });
  expect(response.status).toBe(500);
  const [, ...beside] = upstream.calls;
  await Promise.all(beside.filter((_, index) => index !== 2).map(({ aborted }) => aborted));
  expect((await one.log()).filter(({ level }) => level === "error")).toEqual([]);
});

test("two calls that fail count once against the circuit", async () => {
  const { url } = await gateway({ balancer: { max_fails: 2, fail_timeout: 60_000, failover_criteria: ["http_500"] } });
  failingFrom(2, (response) => sendJson(response, 500, {}));
  const ask = (): Promise<Response> => post(`${url}/embeddings`, { input: texts(3 * MOST) });
  expect([(await ask()).status, (await ask()).status, (await ask()).status]).toEqual([500, 500, 503]);
});

test("a connection that cannot be opened for a later call moves no POST on unless non_idempotent is listed", async () => {
  for (const [criteria, expected] of [
    [["error"], [502, 0]],
    [
      ["error", "non_idempotent"],
      [200, 2],
    ],
  ] as const) {
    const dying = await TestUpstream.start();
    other.calls.length = 0;
    dying.answer = (response, call) => {
      response.setHeader("connection", "close");
      response.on("finish", () => dying.server.close());
      answerEmbeddings(response, call);
    };
    const { url } = await gateway({
      balancer: { algorithm: "priority", retries: 3, failover_criteria: criteria },
      targets: [embedder(dying, { weight: 100 }), embedder(other, { weight: 50 })],
    });
    const response = await post(`${url}/embeddings`, { input: texts(MOST + 1) });
    expect([response.status, other.calls.length]).toEqual(expected);
  }
});

test("a client that goes away ends the call under way, and nothing follows", async () => {
  const one = await gateway();
  failingFrom(2, () => undefined);
  const away = new AbortController();
  const answer = post(`${one.url}/embeddings`, { input: texts(9 * MOST) }, { signal: away.signal });
  await until(() => upstream.calls.length === 5);
  away.abort();
  await expect(answer).rejects.toThrow();
  await Promise.all(upstream.calls.slice(1).map(({ aborted }) => aborted));
  const lines = await one.log();
  expect(upstream.calls).toHaveLength(5);
  expect(lines.filter(({ level }) => level === "error")).toEqual([]);
});

test("the deadline is that of all calls together", async () => {
  const clock = new VirtualClock();
  const { url } = await gateway({ extensions: { deadline: 5_000 } }, { clock });
  failingFrom(2, () => undefined);
  let status = 0;
  void post(`${url}/embeddings`, { input: texts(2 * MOST) }).then((response) => (status = response.status));
  await clock.advanceUntil(() => upstream.calls.length === 2);
  await clock.advanceUntil(() => status > 0);
  expect(status).toBe(504);
  await upstream.calls[1]?.aborted;
  expect(clock.now()).toBeLessThan(6_000);
});

test("read_timeout is that of each call", async () => {
  const clock = new VirtualClock();
  const { url } = await gateway({ balancer: { read_timeout: 1_000 } }, { clock });
  upstream.answer = (response, call) => {
    clock.start(() => answerEmbeddings(response, call), 800, undefined);
  };
  let status = 0;
  const ask = (): void => void post(`${url}/embeddings`, { input: texts(3 * MOST) }).then((response) => (status = response.status));
  ask();
  await clock.advanceUntil(() => status > 0);
  expect([status, upstream.calls.length]).toEqual([200, 3]);
  status = 0;
  failingFrom(5, () => undefined);
  ask();
  await clock.advanceUntil(() => status > 0);
  expect(status).toBe(504);
});

test("all answers together may be as large as one", async () => {
  const { url } = await gateway({ extensions: { max_response_size: 300_000 } });
  expect((await post(`${url}/embeddings`, { input: texts(MOST), encoding_format: "base64" })).status).toBe(200);
  const response = await post(`${url}/embeddings`, { input: texts(3 * MOST), encoding_format: "base64" });
  expect([response.status, await response.text()]).toEqual([502, expect.stringContaining("extensions.max_response_size")]);
});

test("a request of more calls than the gateway makes is refused before any is made", async () => {
  const { url } = await gateway({ max_request_body_size: 0 });
  const response = await post(`${url}/embeddings`, { input: texts(65_537) });
  expect(response.status).toBe(400);
  expect(await response.json()).toMatchObject({
    error: { code: "wrong_format", message: "'input' must hold at most 65536 inputs, but it holds more" },
  });
  expect(upstream.calls).toEqual([]);
});

test("a token list of megabytes is one input", async () => {
  const { url } = await gateway({ max_request_body_size: 0 });
  const input = new Array<number>(400_000).fill(12_345);
  const response = await post(`${url}/embeddings`, { model: "m", input });
  expect(await response.json()).toEqual(embeddingsAnswer({ model: "m", input }));
});

/** Makes a method throw on its `at`th call. */
function throwing(holder: object, method: string, at: number): void {
  const methods = holder as Record<string, (...given: unknown[]) => unknown>;
  const original = methods[method]!;
  let calls = 0;
  jest.spyOn(methods, method).mockImplementation(function (this: unknown, ...given: unknown[]) {
    if (++calls === at) throw new Error("an injected mistake");
    return original.apply(this, given);
  });
}

describe("a mistake of the gateway's own ends this request alone", () => {
  afterEach(() => jest.restoreAllMocks());

  test.each<[string, object, string, number]>([
    ["the start", TieredBalancer.prototype, "started", 1],
    ["the first call's answer", EmbeddingsConversion.prototype, "readAnswer", 1],
    ["the second call", SplitEmbeddings.prototype, "at", 2],
    ["a call beside another", SplitEmbeddings.prototype, "at", 3],
    ["a later answer", EmbeddingsConversion.prototype, "readAnswer", 3],
    ["the start of a later call", Attempt.prototype, "start", 3],
    ["the joining", SplitEmbeddings.prototype, "join", 1],
    ["a step of it", WrittenEmbeddings.prototype, "step", 2],
    ["its end", WrittenEmbeddings.prototype, "result", 1],
  ])("in %s", async (_, holder, method, at) => {
    const one = await gateway({ extensions: { max_connections: 2 } });
    // small answers, which are read at once
    upstream.answer = (response, call) => {
      const answer = embeddingsAnswer({ ...(JSON.parse(call.body) as EmbeddingsBody), dimensions: 1 });
      sendJson(response, 200, { ...answer, data: answer.data.map(({ index }) => ({ index, embedding: [1] })) });
    };
    throwing(holder, method, at);
    const ask = (): Promise<Response> => post(`${one.url}/embeddings`, { input: texts(4 * MOST) });
    const response = await ask();
    expect(response.status).toBe(500);
    expect(await response.json()).toMatchObject({ error: { code: "internal" } });
    jest.restoreAllMocks();
    for (let again = 0; again < 3; again++) expect((await ask()).status).toBe(200);
    expect((await one.log("an exchange failed inside the gateway")).length).toBeGreaterThan(0);
  });
});
