import OpenAI, { APIError } from "openai";
import { answerEmbeddings, embeddingsAnswer, packed, vectorOf, type EmbeddingsBody } from "../../support/embeddings";
import { document, startTestGateway, target, type TestGateway } from "../../support/gateway";
import { sendJson, TestUpstream } from "../../support/upstream";

/** The official client, which asks for base64 unless told otherwise, against the gateway. */
describe("embeddings through the openai client, unchanged", () => {
  let upstream: TestUpstream;
  let gateway: TestGateway;
  let client: OpenAI;

  beforeAll(async () => {
    upstream = await TestUpstream.start();
    const embedder = { ...target(`${upstream.origin}/v1/embeddings`, { name: "embed" }), route_type: "llm/v1/embeddings" };
    gateway = await startTestGateway(document({ targets: [embedder] }, { name: "embeddings", paths: ["/v1/embeddings"] }));
    client = new OpenAI({ baseURL: `${gateway.url}/v1`, apiKey: "theirs", maxRetries: 0 });
  });
  beforeEach(() => {
    upstream.answer = answerEmbeddings;
    upstream.calls.length = 0;
  });
  afterAll(async () => {
    await gateway.close();
    await upstream.close();
  });

  const askedFormats = (): (string | undefined)[] => upstream.calls.map(({ body }) => (JSON.parse(body) as EmbeddingsBody).encoding_format);

  test.each<[string, OpenAI.EmbeddingCreateParams["input"], (string | number[])[]]>([
    ["a text", "one", ["one"]],
    ["texts", ["one", "two"], ["one", "two"]],
    ["tokens", [1, 2, 3], [[1, 2, 3]]],
    ["token lists", [[1, 2], [3]], [[1, 2], [3]]],
  ])("%s", async (_, input, inputs) => {
    const { data, usage, model } = await client.embeddings.create({ model: "embed", input });
    expect(data.map(({ embedding }) => embedding)).toEqual(inputs.map((one) => vectorOf(one)));
    expect(data.map(({ index }) => index)).toEqual(inputs.map((__, index) => index));
    expect([model, usage.total_tokens]).toEqual(["embed", usage.prompt_tokens]);
    expect(askedFormats()).toEqual(["base64"]);
  });

  test("numbers, and a length of the vectors", async () => {
    const { data } = await client.embeddings.create({ model: "embed", input: "one", encoding_format: "float", dimensions: 5 });
    expect(data[0]?.embedding).toEqual(vectorOf("one", 5));
    expect(askedFormats()).toEqual(["float"]);
  });

  test.each(["float", "base64"] as const)("%s that was asked for and did not come", async (encoding_format) => {
    upstream.answer = (response, call) => {
      const other = encoding_format === "float" ? "base64" : "float";
      sendJson(response, 200, embeddingsAnswer({ ...(JSON.parse(call.body) as EmbeddingsBody), encoding_format: other }));
    };
    const { data } = await client.embeddings.create({ model: "embed", input: ["one", "two"], encoding_format });
    const expected = encoding_format === "base64" ? [packed(vectorOf("one")), packed(vectorOf("two"))] : [vectorOf("one"), vectorOf("two")];
    const given = data.map(({ embedding }) => embedding as unknown);
    expect(encoding_format === "base64" ? given : (given as number[][]).map((one) => one.map(Math.fround))).toEqual(expected);
  });

  test("thousands of texts", async () => {
    const input = Array.from({ length: 5000 }, (_, index) => `text ${index}`);
    const { data, usage } = await client.embeddings.create({ model: "embed", input });
    expect(data.map(({ embedding }) => embedding)).toEqual(input.map((one) => vectorOf(one)));
    expect(usage).toEqual(embeddingsAnswer({ input }).usage);
    expect(upstream.calls).toHaveLength(3);
  });

  test("an error of the gateway's own", async () => {
    const problem = await client.embeddings.create({ model: "embed", input: [] }).catch((error: unknown) => error);
    expect(problem).toBeInstanceOf(APIError);
    expect(problem).toMatchObject({ status: 400, code: "wrong_format", message: "400 'input' must not be an empty list" });
  });
});
