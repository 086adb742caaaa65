import { document, post, startTestGateway, target, type TestGateway } from "../../support/gateway";
import { answerEmbeddings } from "../../support/embeddings";
import { TestUpstream } from "../../support/upstream";

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
  const line = (await one.log()).find((entry) => "ai" in entry);
  expect(line).toMatchObject({ ai: { proxy: { usage: { prompt_tokens: 10, completion_tokens: 0, total_tokens: 10 } } } });
});
