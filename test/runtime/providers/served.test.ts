/** Each provider of OpenAI's dialect behind a gateway: address, credentials, templates, statistics, refusals. */
import { chatAnswer, sendJson, TestUpstream } from "../../support/upstream";
import { CHAT, document, post, startTestGateway, target, type TestGateway } from "../../support/gateway";
import { answerChat, likeProviders, likeTarget, TELLS_UNASKED } from "../../support/openai-like";

const LIKE = likeProviders();
const PATH = "/v1/chat/completions";

let upstream: TestUpstream;
let gateway: TestGateway | undefined;

beforeAll(async () => {
  upstream = await TestUpstream.start();
});
beforeEach(() => {
  upstream.calls.length = 0;
  upstream.answer = (response) => sendJson(response, 200, chatAnswer("2"));
});
afterEach(async () => {
  await gateway?.close();
  gateway = undefined;
});
afterAll(() => upstream.close());

const targetOf = (provider: string, more: Parameters<typeof likeTarget>[2] = {}): object =>
  likeTarget(provider, `${upstream.origin}${PATH}`, more);

async function serve(config: object): Promise<string> {
  gateway = await startTestGateway(document(config));
  return `${gateway.url}/chat`;
}

test("twelve providers speak OpenAI's dialect", () => {
  expect(LIKE).toHaveLength(12);
});

describe.each(LIKE)("%s", (provider) => {
  test("a chat: address, credentials, body, answer", async () => {
    const url = await serve({ targets: [targetOf(provider, { options: { max_tokens: 9, temperature: 0.5 } })] });
    const response = await post(
      `${url}?a=1`,
      { ...CHAT, stop: ["x"] },
      { headers: { "content-type": "application/json", authorization: "Bearer client" } },
    );
    expect([response.status, response.headers.get("x-kong-llm-model")]).toEqual([200, `${provider}/m-1`]);
    expect(await response.json()).toEqual(chatAnswer("2"));
    const [call] = upstream.calls;
    expect(call?.url).toBe(`${PATH}?a=1${provider === "azure" ? "&api-version=2024-10-21" : ""}`);
    expect(call?.headers[provider === "azure" ? "api-key" : "authorization"]).toBe("Bearer ours");
    if (provider === "azure") expect(call?.headers.authorization).toBeUndefined();
    const cap = provider === "cerebras" ? "max_completion_tokens" : "max_tokens";
    expect(JSON.parse(call?.body ?? "")).toEqual({ ...CHAT, stop: ["x"], model: "m-1", temperature: 0.5, [cap]: 9 });
  });

  test("templates fill its options", async () => {
    const options = { upstream_url: `${upstream.origin}/$(headers.x-path)${PATH}` };
    const url = await serve({ targets: [targetOf(provider, { options, model: { name: "$(headers.x-model)" } })] });
    const headers = { "content-type": "application/json", "x-model": "big one", "x-path": "a b" };
    expect((await post(url, CHAT, { headers })).status).toBe(200);
    const [call] = upstream.calls;
    expect(call?.url.split("?")[0]).toBe(`/a%20b${PATH}`);
    expect(JSON.parse(call?.body ?? "")).toMatchObject({ model: "big one" });
  });

  test("a stream is relayed, and its usage is logged as far as the provider tells it", async () => {
    const unasked = TELLS_UNASKED.includes(provider);
    upstream.answer = (response, call) => answerChat(response, call, "It is 2", unasked);
    const url = await serve({ targets: [targetOf(provider, { logging: { log_statistics: true } })] });
    const text = await (await post(url, { ...CHAT, stream: true })).text();
    expect(text.includes('"choices":[]')).toBe(false);
    expect(text.endsWith("data: [DONE]\n\n")).toBe(true);
    const { stream_options } = JSON.parse(upstream.calls[0]?.body ?? "") as { stream_options?: unknown };
    expect(stream_options).toEqual(unasked ? undefined : { include_usage: true });
    const lines = JSON.stringify(await gateway?.log());
    expect(lines).toContain('"total_tokens":12');
  });

  test("a request that is too long for it goes to the next target", async () => {
    upstream.answer = (response, { body }) => {
      const first = (JSON.parse(body) as { model: string }).model === "m-1";
      if (first)
        sendJson(response, 400, {
          object: "error",
          message: "Prompt contains 9 tokens, too large for model with 8 maximum context length",
          code: 3051,
        });
      else sendJson(response, 200, chatAnswer("3"));
    };
    const url = await serve({
      balancer: { algorithm: "priority", failover_criteria: ["error", "timeout", "non_idempotent"] },
      extensions: { failover_on: ["context_length"] },
      targets: [targetOf(provider, { weight: 2 }), target(`${upstream.origin}/next`, { weight: 1 })],
    });
    const response = await post(url, CHAT);
    expect([response.status, upstream.calls.length]).toEqual([200, 2]);
  });

  test("preserve passes on what the client sends", async () => {
    const url = await serve({ targets: [targetOf(provider, { routeType: "preserve" })] });
    const body = '{"model":"m-1", "logprobs":true,"top_k":1 , "max_completion_tokens":1}';
    expect((await post(`${url}?x=%20`, body)).status).toBe(200);
    const [call] = upstream.calls;
    expect(call?.url).toBe(`/chat?x=%20${provider === "azure" ? "&api-version=2024-10-21" : ""}`);
    expect(call?.body).toBe(body);
  });
});

test("what a target lacks goes to one that has it, and is refused if none has", async () => {
  const targets = [
    targetOf("mistral", { weight: 9 }),
    targetOf("cerebras", { weight: 9 }),
    target(`${upstream.origin}/able`, { weight: 1, name: "m-1" }),
  ];
  const url = await serve({ balancer: { algorithm: "priority" }, targets });
  for (let turn = 0; turn < 4; turn++) expect((await post(url, { ...CHAT, logit_bias: { 5: 1 } })).status).toBe(200);
  expect(upstream.calls.map(({ url: at }) => at)).toEqual(["/able", "/able", "/able", "/able"]);
  await gateway?.reconfigure(document({ targets: targets.slice(0, 1) }));
  const refused = await post(url, { ...CHAT, logprobs: true, top_logprobs: 2 });
  expect([refused.status, await refused.json()]).toMatchObject([400, { error: { code: "not_expressible" } }]);
  expect(upstream.calls).toHaveLength(4);
});

test("members that are left out are told once and counted", async () => {
  const url = await serve({ targets: [targetOf("mistral")] });
  for (let turn = 0; turn < 2; turn++) expect((await post(url, { ...CHAT, seed: 1, user: "u" })).status).toBe(200);
  const told = (await gateway?.log())?.filter(({ msg }) => msg === "a member of requests has no effect at a target");
  expect(told?.map(({ member }) => member)).toEqual(["seed", "user"]);
});

test("a judge that is not served leaves answers unjudged and the route served", async () => {
  const judge = { target: targetOf("mistral", { options: { mistral_format: "ollama" } }), sample: 1 };
  const url = await serve({
    balancer: { algorithm: "lowest-usage", tokens_count_strategy: "llm-accuracy" },
    extensions: { judge },
    targets: [target(`${upstream.origin}/a`)],
  });
  expect((await post(url, CHAT)).status).toBe(200);
});
