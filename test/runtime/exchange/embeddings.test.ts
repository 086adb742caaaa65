import { InputReading } from "../../../runtime/dialects/openai/embeddings/input";
import { CHAT, document, post, startTestGateway, target, type TestGateway } from "../../support/gateway";
import { answerEmbeddings } from "../../support/embeddings";
import { chatAnswer, sendJson, TestUpstream } from "../../support/upstream";

let upstream: TestUpstream;
const open: TestGateway[] = [];

beforeAll(async () => {
  upstream = await TestUpstream.start();
});
beforeEach(() => {
  upstream.answer = answerEmbeddings;
  upstream.calls.length = 0;
});
afterEach(async () => {
  await Promise.all(open.splice(0).map((one) => one.close()));
});
afterAll(() => upstream.close());

const ROUTE = { name: "embeddings", paths: ["/embeddings"] };

const embedder = (more: Parameters<typeof target>[1] = {}): object => ({
  ...target(`${upstream.origin}/v1/embeddings`, { name: "text-embedding-3-small", ...more }),
  route_type: "llm/v1/embeddings",
});

async function gateway(config: object = {}): Promise<TestGateway> {
  const one = await startTestGateway(document({ genai_category: "text/embeddings", targets: [embedder()], ...config }, ROUTE));
  open.push(one);
  return one;
}

const sentBodies = (): Record<string, unknown>[] => upstream.calls.map(({ body }) => JSON.parse(body) as Record<string, unknown>);

test("one call: the model spliced in, all other bytes as the client sent them, and the answer byte for byte", async () => {
  const text =
    '{ "object":"list", "data" : [ {"embedding":[0.10,-1e-2], "index":0,"object":"embedding"} ],"model":"m", "usage":{"prompt_tokens":3,"total_tokens":3} }';
  upstream.answer = (response) => {
    response.writeHead(200, { "content-type": "application/json" }).end(text);
  };
  const { url } = await gateway();
  const sent = '{ "input" : "Zo\\u00eb" , "user":"u", "dimensions": 2, "x-unknown": [1 , 2] }';
  const response = await post(`${url}/embeddings`, sent);
  expect([response.status, await response.text()]).toEqual([200, text]);
  expect(response.headers.get("x-kong-llm-model")).toBe("openai/text-embedding-3-small");
  expect(upstream.calls).toHaveLength(1);
  expect(upstream.calls[0]?.body.replace(',"model":"text-embedding-3-small"', "")).toBe(sent);
  expect(upstream.calls[0]?.url).toBe("/v1/embeddings");
});

test("parameters of conversations do not reach an embedding model; the configured length of vectors does", async () => {
  const options = { max_tokens: 5, temperature: 0.5, top_p: 0.5, embeddings_dimensions: 4 };
  const { url } = await gateway({ targets: [embedder({ options })] });
  await post(`${url}/embeddings`, { input: "a" });
  await post(`${url}/embeddings`, { input: "a", dimensions: 2 });
  expect(sentBodies()).toEqual([
    { input: "a", model: "text-embedding-3-small", dimensions: 4 },
    { input: "a", model: "text-embedding-3-small", dimensions: 2 },
  ]);
});

test("usage comes to the log and the metrics", async () => {
  const one = await gateway({ targets: [embedder({ logging: { log_statistics: true } })] });
  await post(`${one.url}/embeddings`, { input: ["one", "three"] });
  const tokens = (await one.gateway.metrics()).find(({ name }) => name === "signalbox_tokens_total");
  expect(tokens?.values.map(({ labels, value }) => [labels["kind"], value])).toEqual([
    ["prompt", 10],
    ["completion", 0],
  ]);
  const line = (await one.log()).find((entry) => "ai" in entry);
  expect(line).toMatchObject({ ai: { proxy: { usage: { prompt_tokens: 10, completion_tokens: 0, total_tokens: 10 } } } });
});

test("usage that is not told is estimated of the inputs alone", async () => {
  upstream.answer = (response) => sendJson(response, 200, { data: [{ index: 0, embedding: [1] }] });
  const one = await gateway({ targets: [embedder({ logging: { log_statistics: true } })] });
  await post(`${one.url}/embeddings`, { input: "one two three" });
  const line = (await one.log()).find((entry) => "ai" in entry);
  expect(line).toMatchObject({ ai: { proxy: { usage: { completion_tokens: 0, estimated: true } } } });
});

test("a plugin of several route types sends each request where its format belongs", async () => {
  const chat = target(`${upstream.origin}/v1/chat/completions`);
  const { url } = await gateway({ targets: [chat, embedder()] });
  upstream.answer = (response, call) =>
    call.url === "/v1/embeddings" ? answerEmbeddings(response, call) : sendJson(response, 200, chatAnswer("hi"));
  expect(await (await post(`${url}/embeddings`, { input: "a" })).json()).toMatchObject({ object: "list" });
  expect(await (await post(`${url}/embeddings`, CHAT)).json()).toMatchObject({ object: "chat.completion" });
  // large bodies are told apart too
  const input = new Array<string>(1000).fill("x".repeat(500));
  expect((await post(`${url}/embeddings`, { input })).status).toBe(200);
  expect(upstream.calls.map((call) => call.url)).toEqual(["/v1/embeddings", "/v1/chat/completions", "/v1/embeddings"]);
});

test.each<[string, object, number, string]>([
  ["no input", {}, 400, "wrong_format"],
  ["a chat", CHAT, 400, "wrong_format"],
  ["a stream", { input: "a", stream: true }, 400, "wrong_format"],
  ["a large body that is wrong at its end", { input: [...new Array<string>(100_000).fill("a"), 1] }, 400, "wrong_format"],
])("%s is refused", async (_, body, status, code) => {
  const { url } = await gateway();
  const response = await post(`${url}/embeddings`, body);
  expect([response.status, await response.json()]).toMatchObject([status, { error: { code } }]);
  expect(upstream.calls).toEqual([]);
});

test.each<[string, object]>([
  ["a list of another length", { data: [] }],
  ["a vector of words", { data: [{ index: 0, embedding: ["NaN"] }] }],
  ["an error", { error: { message: "no" } }],
])("%s is answered 502", async (_, answer) => {
  upstream.answer = (response) => sendJson(response, 200, answer);
  const { url } = await gateway();
  const response = await post(`${url}/embeddings`, { input: "a" });
  expect([response.status, await response.json()]).toMatchObject([502, { error: { code: "upstream_answer" } }]);
});

test("a client that leaves while its large request is read is forgotten", async () => {
  const one = await gateway({ max_request_body_size: 0 });
  const away = new AbortController();
  // eslint-disable-next-line @typescript-eslint/unbound-method -- it is called with the reading below
  const { step } = InputReading.prototype;
  let steps = 0;
  const spy = jest.spyOn(InputReading.prototype, "step").mockImplementation(function (this: InputReading) {
    if (++steps === 1) away.abort();
    return step.call(this) && steps > 1_000_000;
  });
  await expect(post(`${one.url}/embeddings`, { input: "x".repeat(300_000) }, { signal: away.signal })).rejects.toThrow();
  // the log waits until nothing is under way
  await one.log();
  const before = steps;
  await new Promise((resolve) => setImmediate(resolve));
  expect([steps, upstream.calls.length]).toEqual([before, 0]);
  spy.mockRestore();
});
