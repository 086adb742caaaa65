import { document, post, startTestGateway, until, type TestGateway } from "../../support/gateway";
import { answerEmbeddings, embeddingsAnswer, inputsOf, packed, vectorOf, type EmbeddingsBody } from "../../support/embeddings";
import { likeProviders, likeTarget } from "../../support/openai-like";
import { TestTokenService } from "../../support/token-service";
import { sendJson, TestUpstream, type UpstreamCall } from "../../support/upstream";

jest.setTimeout(30_000);

const ROUTE_TYPE = "llm/v1/embeddings";
const PROVIDERS = likeProviders(ROUTE_TYPE);

let upstream: TestUpstream;
let other: TestUpstream;
let service: TestTokenService;
const open: TestGateway[] = [];

beforeAll(async () => {
  [upstream, other, service] = await Promise.all([TestUpstream.start(), TestUpstream.start(), TestTokenService.start()]);
  process.env["AZURE_AUTHORITY_HOST"] = service.origin;
});
beforeEach(() => {
  for (const one of [upstream, other]) {
    one.answer = answerEmbeddings;
    one.calls.length = 0;
  }
  service.given.length = 0;
});
afterEach(async () => {
  await Promise.all(open.splice(0).map((one) => one.close()));
});
afterAll(async () => {
  delete process.env["AZURE_AUTHORITY_HOST"];
  await Promise.all([upstream.close(), other.close(), service.close()]);
});

type More = NonNullable<Parameters<typeof likeTarget>[2]>;

const embedder = (provider: string, at: TestUpstream, more: More = {}): object =>
  likeTarget(provider, `${at.origin}/v1/embeddings`, { routeType: ROUTE_TYPE, ...more });

async function start(config: object): Promise<TestGateway> {
  const one = await startTestGateway(document(config, { name: "embeddings", paths: ["/embeddings"] }));
  open.push(one);
  return one;
}

const ask = ({ url }: TestGateway, body: object): Promise<Response> => post(`${url}/embeddings`, body);
const bodyOf = ({ body }: UpstreamCall): EmbeddingsBody => JSON.parse(body) as EmbeddingsBody;
const sizesAt = (at: TestUpstream): number[] => at.calls.map((call) => inputsOf(bodyOf(call)).length);
const texts = (count: number): string[] => Array.from({ length: count }, (_, index) => `t${index}`);
const vectorsOf = (inputs: readonly string[], dimensions?: number): object[] =>
  inputs.map((input, index) => ({ object: "embedding", index, embedding: packed(vectorOf(input, dimensions)) }));

/** A provider that gives numbers alone, whatever it is asked for. */
const numbersOnly = (at: TestUpstream): void => {
  at.answer = (response, call) => sendJson(response, 200, embeddingsAnswer({ ...bodyOf(call), encoding_format: "float" }));
};

test.each(PROVIDERS)("%s: a client that asks for base64 has it, in the order of its inputs, over several calls", async (provider) => {
  const takesBase64 = ["azure", "openai"].includes(provider);
  if (!takesBase64) numbersOnly(upstream);
  const gateway = await start({ targets: [embedder(provider, upstream)] });
  const input = texts(2049);
  const answer = await ask(gateway, { input, encoding_format: "base64" });
  expect(answer.status).toBe(200);
  expect(((await answer.json()) as { data: unknown }).data).toEqual(vectorsOf(input));
  expect(upstream.calls.length).toBeGreaterThan(1);
  expect(sizesAt(upstream).reduce((sum, size) => sum + size, 0)).toBe(2049);
});

describe("input of tokens", () => {
  test.each(PROVIDERS)("%s alone takes it, or it is told that it cannot", async (provider) => {
    const takes = ["azure", "openai"].includes(provider);
    const gateway = await start({ targets: [embedder(provider, upstream)] });
    const answer = await ask(gateway, { input: [[1, 2], [3]] });
    expect([answer.status, upstream.calls.length]).toEqual(takes ? [200, 1] : [400, 0]);
    if (takes) return;
    expect(await answer.json()).toMatchObject({
      error: { code: "not_expressible", message: expect.stringContaining("input of tokens") as string },
    });
  });

  test("goes to those that take it, neither first nor by failover to others", async () => {
    const gateway = await start({
      balancer: { algorithm: "priority", retries: 3, failover_criteria: ["http_500", "non_idempotent"] },
      targets: [
        embedder("mistral", other, { weight: 100 }),
        embedder("openai", upstream, { weight: 50 }),
        embedder("ollama", other, { weight: 10 }),
      ],
    });
    upstream.answer = (response) => sendJson(response, 500, { error: { message: "broken" } });
    expect((await ask(gateway, { input: [1, 2] })).status).toBe(500);
    expect([upstream.calls.length > 0, other.calls.length]).toEqual([true, 0]);
  });
});

test("a target that fails is followed by one of another provider, which is asked as that wants it", async () => {
  const gateway = await start({
    balancer: { algorithm: "priority", retries: 3, failover_criteria: ["http_500", "non_idempotent"] },
    targets: [embedder("mistral", upstream, { weight: 100 }), embedder("dashscope", other, { weight: 50 })],
  });
  upstream.answer = (response) => sendJson(response, 500, { error: { message: "broken" } });
  numbersOnly(other);
  const input = texts(21);
  const answer = await ask(gateway, { input, dimensions: 2, encoding_format: "base64" });
  expect(((await answer.json()) as { data: unknown }).data).toEqual(vectorsOf(input, 2));
  expect(bodyOf(upstream.calls[0]!)).toEqual({ input, output_dimension: 2, encoding_format: "float", model: "m-1" });
  expect(sizesAt(other)).toEqual([10, 10, 1]);
  for (const call of other.calls) expect(bodyOf(call)).toMatchObject({ dimensions: 2, encoding_format: "float", model: "m-1" });
});

test("a member that a provider refuses is left out, counted once for a request of several calls, and told once", async () => {
  const gateway = await start({ targets: [embedder("dashscope", upstream)] });
  for (const user of ["u", "w"]) expect((await ask(gateway, { input: texts(11), user })).status).toBe(200);
  for (const call of upstream.calls) expect(call.body).not.toContain("user");
  const dropped = (await gateway.gateway.metrics()).find(({ name }) => name === "signalbox_request_members_dropped_total");
  expect(dropped?.values.map(({ value }) => value)).toEqual([2]);
  const told = (await gateway.log()).filter((line) => "member" in line);
  expect(told.map(({ member }) => member)).toEqual(["user"]);
});

describe("Azure's token, refused", () => {
  const AUTH = { azure_use_managed_identity: true, azure_client_id: "c", azure_tenant_id: "t", azure_client_secret: "s" };

  test.each([1, 2, 3])("at call %d of three: all inputs are asked for once more, with a new token", async (nth) => {
    const gateway = await start({ targets: [embedder("azure", upstream, { auth: AUTH })] });
    await until(() => service.given.length === 1);
    let refused = false;
    upstream.answer = (response, call) => {
      if (!refused && upstream.calls.length >= nth) {
        refused = true;
        sendJson(response, 401, { error: { code: "401", message: "expired" } });
      } else answerEmbeddings(response, call);
    };
    const input = texts(2 * 2048 + 1);
    const answer = await ask(gateway, { input, encoding_format: "base64" });
    expect(answer.status).toBe(200);
    expect(((await answer.json()) as { data: unknown }).data).toEqual(vectorsOf(input));
    expect(service.given).toHaveLength(2);
    const tokens = upstream.calls.map(({ headers }) => headers.authorization);
    expect(tokens.slice(-3)).toEqual(Array.from({ length: 3 }, () => "Bearer token-zq-2"));
    expect(new Set(tokens)).toEqual(new Set(["Bearer token-zq-1", "Bearer token-zq-2"]));
  });

  test("at each call: passed on, after one new token", async () => {
    const gateway = await start({ targets: [embedder("azure", upstream, { auth: AUTH })] });
    await until(() => service.given.length === 1);
    upstream.answer = (response) => sendJson(response, 401, { error: { code: "401", message: "no" } });
    expect((await ask(gateway, { input: texts(2049) })).status).toBe(401);
    expect([upstream.calls.length, service.given.length]).toEqual([2, 2]);
  });
});

describe("Azure's token, awaited by a request of several calls", () => {
  const AUTH = { azure_use_managed_identity: true, azure_client_id: "c", azure_tenant_id: "t", azure_client_secret: "s-zq-secret" };
  const inFlight = (gateway: TestGateway): number | undefined => gateway.gateway.fullStatus().plugins[0]?.targets[0]?.in_flight;

  beforeEach(() => {
    service.answer = () => undefined;
  });
  afterEach(() => {
    service.answer = (response) => service.give(response);
  });

  test("a client that goes away ends it, and nothing is sent", async () => {
    const gateway = await start({ targets: [embedder("azure", upstream, { auth: AUTH })] });
    const gone = new AbortController();
    const asked = post(`${gateway.url}/embeddings`, { input: texts(4097) }, { signal: gone.signal });
    await until(() => inFlight(gateway) === 1);
    gone.abort();
    await expect(asked).rejects.toThrow();
    await until(() => inFlight(gateway) === 0);
    expect(upstream.calls).toHaveLength(0);
  });

  test("the deadline ends it", async () => {
    const gateway = await start({ targets: [embedder("azure", upstream, { auth: AUTH })], extensions: { deadline: 300 } });
    const answer = await ask(gateway, { input: texts(4097) });
    expect(answer.status).toBe(504);
    await until(() => inFlight(gateway) === 0);
    expect(upstream.calls).toHaveLength(0);
  });

  test("a service that fails moves it on whole, and neither log nor status tells the secret", async () => {
    service.answer = (response) => sendJson(response, 400, { error: "invalid_client", error_description: "s-zq-secret is wrong" });
    const gateway = await start({
      balancer: { algorithm: "priority" },
      targets: [embedder("azure", upstream, { auth: AUTH, weight: 100 }), embedder("mistral", other, { weight: 10 })],
    });
    numbersOnly(other);
    const input = texts(300);
    const answer = await ask(gateway, { input, encoding_format: "base64" });
    expect(((await answer.json()) as { data: unknown }).data).toEqual(vectorsOf(input));
    expect(sizesAt(other)).toEqual([256, 44]);
    const told = JSON.stringify([await gateway.log(), gateway.gateway.fullStatus()]);
    expect(told).toContain("invalid_client");
    expect(told).not.toContain("s-zq-secret");
  });
});
