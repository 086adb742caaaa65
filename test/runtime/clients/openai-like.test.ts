import OpenAI, { APIError, AzureOpenAI } from "openai";
import { LLMock } from "@copilotkit/aimock";
import { startTestGateway, type TestGateway } from "../../support/gateway";
import { likeProviders, likeTarget } from "../../support/openai-like";
import { sendJson, TestUpstream } from "../../support/upstream";

const QUESTION = "What is the capital of France?";
const ANSWER = "Paris is the capital of France.";

let mock: LLMock;
let upstream: TestUpstream;
let gateway: TestGateway;

/** For each provider a route before a third party's mock (`/mock/…`), one before an upstream of our own (`/own/…`), and one of completions. */
beforeAll(async () => {
  mock = new LLMock({ port: 0, chunkSize: 5 });
  await mock.start();
  mock.onMessage(/capital of France/, { content: ANSWER });
  mock.onMessage(/weather/, { toolCalls: [{ name: "get_weather", arguments: '{"city":"Paris"}' }] });
  upstream = await TestUpstream.start();
  const route = (provider: string, kind: string, routeType: string, path: string, base: string): object => ({
    name: `${kind}-${provider}-${routeType.replaceAll("/", "-")}`,
    paths: [`/${kind}/${provider}${path}`, `/${kind}/${provider}/openai/deployments/gpt-x${path.replace("/v1", "")}`],
    plugins: [
      {
        name: "ai-proxy-advanced",
        config: {
          targets: [
            likeTarget(provider, `${base}${path}`, { routeType, model: { model_alias: "chat" }, logging: { log_statistics: true } }),
          ],
        },
      },
    ],
  });
  const chat = ["llm/v1/chat", "/v1/chat/completions"] as const;
  gateway = await startTestGateway({
    _format_version: "3.0",
    services: [
      {
        name: "ai",
        url: "http://localhost:32000",
        routes: [
          ...likeProviders().flatMap((provider) => [
            route(provider, "mock", ...chat, mock.url),
            route(provider, "own", ...chat, upstream.origin),
          ]),
          ...likeProviders("llm/v1/completions").map((provider) =>
            route(provider, "own", "llm/v1/completions", "/v1/completions", upstream.origin),
          ),
        ],
      },
    ],
  });
});
beforeEach(() => {
  upstream.calls.length = 0;
});
afterAll(async () => {
  await gateway.close();
  await mock.stop();
  await upstream.close();
});

const clientOf = (provider: string, kind = "mock"): OpenAI =>
  new OpenAI({ baseURL: `${gateway.url}/${kind}/${provider}/v1`, apiKey: "theirs", maxRetries: 0 });

describe.each(likeProviders())("the openai client before %s", (provider) => {
  const request = { model: "chat", messages: [{ role: "user" as const, content: QUESTION }] };

  test("a chat", async () => {
    const { data, response } = await clientOf(provider)
      .chat.completions.create({ ...request, max_completion_tokens: 100 })
      .withResponse();
    expect(data.choices[0]?.message.content).toBe(ANSWER);
    expect(response.headers.get("x-kong-llm-model")).toBe(`${provider}/m-1`);
  });

  test("a stream", async () => {
    const stream = await clientOf(provider).chat.completions.create({ ...request, stream: true, stream_options: { include_usage: true } });
    let text = "";
    for await (const chunk of stream) text += chunk.choices[0]?.delta.content ?? "";
    expect(text).toBe(ANSWER);
  });

  test.each([false, true])("a tool, stream %s", async (stream) => {
    const tools: OpenAI.ChatCompletionTool[] = [
      { type: "function", function: { name: "get_weather", parameters: { type: "object", properties: { city: { type: "string" } } } } },
    ];
    const asked = { ...request, messages: [{ role: "user" as const, content: "How is the weather?" }], tools };
    const completions = clientOf(provider).chat.completions;
    const completion = stream
      ? await completions.stream({ ...asked, stream: true }).finalChatCompletion()
      : await completions.create(asked);
    expect(completion.choices[0]?.message.tool_calls?.[0]).toMatchObject({
      function: { name: "get_weather", arguments: '{"city":"Paris"}' },
    });
  });

  test.each([
    [{ error: { message: "no such voice", type: "t", code: 3001 } }, "no such voice"],
    [{ object: "error", message: "no such voice", type: "t", code: 3001 }, "422"],
  ])("an error, as the provider writes it: %j", async (body, told) => {
    upstream.answer = (response) => sendJson(response, 422, body);
    const failed: unknown = await clientOf(provider, "own")
      .chat.completions.create(request)
      .catch((error: unknown) => error);
    expect(failed).toBeInstanceOf(APIError);
    expect((failed as APIError).status).toBe(422);
    expect(String(failed)).toContain(told);
  });
});

test.each(likeProviders("llm/v1/completions"))("the openai client's completions before %s", async (provider) => {
  upstream.answer = (response) =>
    sendJson(response, 200, { id: "c", object: "text_completion", choices: [{ text: " 2", index: 0, finish_reason: "stop" }] });
  const completion = await clientOf(provider, "own").completions.create({ model: "chat", prompt: "1 + 1 =", max_tokens: 5 });
  expect(completion.choices[0]?.text).toBe(" 2");
  expect(JSON.parse(upstream.calls[0]?.body ?? "")).toEqual({ model: "m-1", prompt: "1 + 1 =", max_tokens: 5 });
});

describe("the AzureOpenAI client", () => {
  const azure = (kind: string): AzureOpenAI =>
    new AzureOpenAI({
      endpoint: `${gateway.url}/${kind}/azure`,
      deployment: "gpt-x",
      apiKey: "theirs",
      apiVersion: "2025-01-01-preview",
      maxRetries: 0,
    });

  test("a chat and a stream", async () => {
    const request = { model: "chat", messages: [{ role: "user" as const, content: QUESTION }] };
    expect((await azure("mock").chat.completions.create(request)).choices[0]?.message.content).toBe(ANSWER);
    let text = "";
    for await (const chunk of await azure("mock").chat.completions.create({ ...request, stream: true })) {
      text += chunk.choices[0]?.delta.content ?? "";
    }
    expect(text).toBe(ANSWER);
  });

  test("its version wins over the configured one, its key goes nowhere", async () => {
    upstream.answer = (response) => sendJson(response, 200, { choices: [] });
    await azure("own").chat.completions.create({ model: "chat", messages: [{ role: "user", content: QUESTION }] });
    const [call] = upstream.calls;
    expect(call?.url).toBe("/v1/chat/completions?api-version=2025-01-01-preview");
    expect([call?.headers["api-key"], call?.headers.authorization]).toEqual(["Bearer ours", undefined]);
  });
});
