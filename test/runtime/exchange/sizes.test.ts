import { gzipSync } from "node:zlib";
import { CHAT, document, post, startTestGateway, target, type TestGateway } from "../../support/gateway";
import { chatAnswer, chatEvent, sendJson, startStream, TestUpstream, type Answer } from "../../support/upstream";

const LIMIT = 1024 * 1024;
const DONE = "data: [DONE]\n\n";

let upstream: TestUpstream;
let gateway: TestGateway;
let fineAnswer: Answer;

beforeAll(async () => {
  upstream = await TestUpstream.start();
  fineAnswer = upstream.answer;
  gateway = await startTestGateway(
    document({
      max_request_body_size: LIMIT,
      balancer: { retries: 0 },
      extensions: { max_response_size: LIMIT },
      targets: [target(upstream.url)],
    }),
  );
});

afterAll(async () => {
  await gateway.close();
  await upstream.close();
});

beforeEach(() => {
  upstream.calls.length = 0;
  upstream.answer = fineAnswer;
});

test("a large request arrives byte for byte, one of very many members is refused", async () => {
  const large = { messages: [{ role: "user", content: "é\\n".repeat(150_000) }] };
  expect((await post(`${gateway.url}/chat`, large)).status).toBe(200);
  expect(JSON.parse(upstream.calls[0]?.body.toString() ?? "")).toMatchObject(large);
  const members = Object.fromEntries(Array.from({ length: 50_000 }, (_, index) => [`m${index}`, 0]));
  const answer = await post(`${gateway.url}/chat`, { ...CHAT, ...members });
  expect(answer.status).toBe(400);
  expect(await answer.text()).toContain("at most 10000 members");
});

describe("max_response_size", () => {
  const ofSize = (bytes: number): object => chatAnswer("x".repeat(bytes));

  test("an answer below it is relayed byte for byte, one above it is answered 502", async () => {
    upstream.answer = (response) => sendJson(response, 200, ofSize(LIMIT - 10_000));
    const answer = await post(`${gateway.url}/chat`, CHAT);
    expect([answer.status, await answer.json()]).toEqual([200, ofSize(LIMIT - 10_000)]);
    upstream.answer = (response) => sendJson(response, 200, ofSize(LIMIT));
    const refused = await post(`${gateway.url}/chat`, CHAT);
    expect([refused.status, await refused.text()]).toEqual([502, expect.stringContaining("extensions.max_response_size")]);
  });

  test("counts what a packed answer unpacks to", async () => {
    const words = (count: number): object => chatAnswer(Array.from({ length: count }, (_, index) => `word ${index}`).join(" "));
    for (const [count, status] of [
      [20_000, 200],
      [100_000, 502],
    ] as const) {
      upstream.answer = (response) => {
        response.writeHead(200, { "content-type": "application/json", "content-encoding": "gzip" });
        response.end(gzipSync(JSON.stringify(words(count))));
      };
      const answer = await post(`${gateway.url}/chat`, CHAT);
      expect(answer.status).toBe(status);
      if (status === 200) expect(await answer.json()).toEqual(words(count));
    }
  });

  test("holds for a single event, not for the stream", async () => {
    const stream = chatEvent({ content: "x".repeat(400_000) }).repeat(4) + chatEvent({}, {}, "stop") + DONE;
    upstream.answer = (response) => {
      startStream(response);
      response.end(stream);
    };
    expect(await (await post(`${gateway.url}/chat`, { ...CHAT, stream: true })).text()).toBe(stream);
    upstream.answer = (response) => {
      startStream(response);
      response.end(chatEvent({ content: "x".repeat(LIMIT) }));
    };
    expect((await post(`${gateway.url}/chat`, { ...CHAT, stream: true })).status).toBe(502);
  });
});

describe("after the end mark", () => {
  const stream = chatEvent({ content: "a" }) + chatEvent({}, {}, "stop") + DONE;

  test.each<[string, (response: Parameters<Answer>[0]) => void]>([
    ["more is sent", (response) => void response.end(DONE + chatEvent({ content: "b" }))],
    ["the connection breaks", (response) => void response.destroy()],
    ["the connection stays open", () => undefined],
  ])("the client's stream is whole when %s", async (_name, then) => {
    upstream.answer = (response) => {
      startStream(response);
      response.write(stream, () => setImmediate(then, response));
    };
    expect(await (await post(`${gateway.url}/chat`, { ...CHAT, stream: true })).text()).toBe(stream);
    expect(upstream.calls).toHaveLength(1);
  });

  test("a packed stream that breaks behind its mark is whole too", async () => {
    upstream.answer = (response) => {
      response.writeHead(200, { "content-type": "text/event-stream", "content-encoding": "gzip" });
      const packed = gzipSync(stream);
      response.write(packed.subarray(0, -8), () => setImmediate(() => response.destroy()));
    };
    expect(await (await post(`${gateway.url}/chat`, { ...CHAT, stream: true })).text()).toBe(stream);
  });
});
