import { join } from "node:path";
import { LLMock } from "@copilotkit/aimock";
import { anthropicTarget, asStream, eventsOf, message, sendMessage, textMessage } from "../support/anthropic";
import { expectTools, TWO_CALLS } from "../support/anthropic-mock";
import { answerEmbeddings, tokensOf, vectorOf } from "../support/embeddings";
import { startTestGateway, target, type TestGateway } from "../support/gateway";
import { answerChat, likeProviders, likeTarget, TELLS_UNASKED } from "../support/openai-like";
import { startStream, TestUpstream } from "../support/upstream";
import { CLIENTS, installNodePackages, installPythonPackages, lackOfPython, PYTHON } from "./support/client-packages";
import { ClientProgram, type Order } from "./support/client-program";

// the first exchange waits until a program has loaded its packages, on a machine that may be busy
jest.setTimeout(60_000);

/** A client library that speaks OpenAI's dialect. */
interface Client {
  readonly name: string;
  readonly install: () => Promise<void>;
  readonly command: readonly [string, ...string[]];
  /** Whether it tells what the model thought. */
  readonly tellsReasoning: boolean;
  /** Whether it tells why the model refuses. */
  readonly tellsRefusal: boolean;
  /** Whether the reasoning of a turn comes back as it was, so that the model can go on to think: of a whole answer, of a stream. */
  readonly returnsReasoning: readonly [whole: boolean, streamed: boolean];
}

const node = (program: string, ...args: string[]): Client["command"] => [process.execPath, join(CLIENTS, program), ...args];

const NODE_CLIENTS: readonly Client[] = [
  {
    name: "the AI SDK with @ai-sdk/openai-compatible",
    install: installNodePackages,
    command: node("ai-sdk.mjs", "openai-compatible"),
    tellsReasoning: true,
    tellsRefusal: true,
    returnsReasoning: [false, false],
  },
  {
    name: "the AI SDK with @ai-sdk/openai",
    install: installNodePackages,
    command: node("ai-sdk.mjs", "openai"),
    tellsReasoning: false,
    tellsRefusal: true,
    returnsReasoning: [false, false],
  },
  {
    name: "LangChain",
    install: installNodePackages,
    command: node("langchain.mjs"),
    tellsReasoning: true,
    tellsRefusal: false,
    returnsReasoning: [false, false],
  },
];

const PYTHON_CLIENT: Client = {
  name: "openai for Python",
  install: installPythonPackages,
  command: [PYTHON, join(CLIENTS, "openai_client.py")],
  tellsReasoning: true,
  tellsRefusal: true,
  returnsReasoning: [true, true],
};

const WHOLE_AND_STREAMED = [
  ["whole", false],
  ["streamed", true],
] as const;

/**
 * One gateway for all: `/mock/v1` stands before a third party's mock of Anthropic, `/exact/v1` before answers as the API gives them; with the name of
 * a provider of OpenAI's dialect behind them they stand before that dialect.
 */
let mock: LLMock;
let upstream: TestUpstream;
let gateway: TestGateway;

beforeAll(async () => {
  // strict: as the API does, it refuses a turn whose reasoning has not come back
  mock = new LLMock({ port: 0, strict: true, chunkSize: 5 });
  await mock.start();
  upstream = await TestUpstream.start();
  const route = (name: string, target: object): object => ({
    name,
    paths: [`/${name}/v1/chat/completions`],
    plugins: [{ name: "ai-proxy-advanced", config: { targets: [target] } }],
  });
  const embedder = { ...target(`${upstream.origin}/v1/embeddings`, { name: "embed" }), route_type: "llm/v1/embeddings" };
  const routes = [
    route("mock", anthropicTarget(`${mock.url}/v1/messages`)),
    route("exact", anthropicTarget(`${upstream.origin}/v1/messages`)),
    ...likeProviders().flatMap((provider) => [
      route(`mock-${provider}`, likeTarget(provider, `${mock.url}/v1/chat/completions`, { model: { name: undefined } })),
      route(`exact-${provider}`, likeTarget(provider, `${upstream.origin}/v1/chat/completions`, { model: { name: undefined } })),
    ]),
    {
      name: "embed",
      paths: ["/exact/v1/embeddings"],
      plugins: [{ name: "ai-proxy-advanced", config: { targets: [embedder] } }],
    },
  ];
  gateway = await startTestGateway({ _format_version: "3.0", services: [{ name: "ai", url: "http://localhost:32000", routes }] });
});
beforeEach(() => {
  mock.reset();
  upstream.calls.length = 0;
});
afterAll(async () => {
  await gateway.close();
  await upstream.close();
  await mock.stop();
});

const toMock = (order: Omit<Order, "url">): Order => ({ url: `${gateway.url}/mock/v1`, ...order });
const toExact = (order: Omit<Order, "url">): Order => ({ url: `${gateway.url}/exact/v1`, ...order });

/** What Anthropic was asked by the given call. */
const asked = (call = 0): Record<string, unknown> => JSON.parse(upstream.calls[call]?.body ?? "null") as Record<string, unknown>;

const BEGUN = asStream(eventsOf(textMessage("one two")).slice(0, 4));
const REFUSED = message([{ type: "text", text: "No. " }], "refusal", {
  stop_details: { type: "refusal", category: "cyber", explanation: "That would do harm." },
});
const OSLO = { city: "Oslo", celsius: -5 };
const PICTURE = "data:image/png;base64,iVBORw0KGgo=";
const THINKING = { type: "thinking", thinking: "Both cities are to be asked for.", signature: "proof" };
const USES = TWO_CALLS.map(({ id, name, arguments: text }) => ({ type: "tool_use", id, name, input: JSON.parse(text) as unknown }));

function testClient({ install, command: [command, ...args], tellsReasoning, tellsRefusal, returnsReasoning }: Client): void {
  let client: ClientProgram;
  beforeAll(async () => {
    await install();
    client = ClientProgram.start(command, args);
  }, 300_000);
  afterAll(() => client.end());

  test.each(WHOLE_AND_STREAMED)("text and usage, %s", async (_name, stream) => {
    mock.onMessage(/capital of France/, { content: "Paris is the capital of France.", usage: { input_tokens: 12, output_tokens: 7 } });
    const outcome = await client.follow(toMock({ action: "answer", question: "What is the capital of France?", stream }));
    expect(outcome).toMatchObject({ text: "Paris is the capital of France.", finish: "stop", usage: [12, 7, 19] });
    if (stream) expect(outcome.pieces).toBeGreaterThan(3);
  });

  describe.each(likeProviders())("before %s", (provider) => {
    test.each(WHOLE_AND_STREAMED)("text and usage, %s", async (_name, stream) => {
      upstream.answer = (response, call) => answerChat(response, call, "Paris is it.", TELLS_UNASKED.includes(provider));
      const url = `${gateway.url}/exact-${provider}/v1`;
      const outcome = await client.follow({ url, action: "answer", question: "What is the capital of France?", stream });
      expect(outcome).toMatchObject({ text: "Paris is it.", finish: "stop", usage: [5, 7, 12] });
    });

    test.each(WHOLE_AND_STREAMED)("two tools at once, whose results go back, %s", async (_name, stream) => {
      expectTools(mock);
      const url = `${gateway.url}/mock-${provider}/v1`;
      const outcome = await client.follow({ url, action: "tools", question: "Compare the weather.", stream });
      expect(outcome).toMatchObject({ text: "Oslo is colder.", finishes: ["tool_calls", "stop"] });
    });
  });

  test.each(WHOLE_AND_STREAMED)("two tools at once, whose results go back, %s", async (_name, stream) => {
    expectTools(mock);
    expect(await client.follow(toMock({ action: "tools", question: "Compare the weather.", stream }))).toMatchObject({
      text: "Oslo is colder.",
      calls: [
        ["toolu0001", { city: "Paris" }],
        ["toolu0002", { city: "Oslo" }],
      ],
      finishes: ["tool_calls", "stop"],
    });
  });

  test.each(WHOLE_AND_STREAMED)("reasoning before tools, %s", async (_name, stream) => {
    upstream.answer = (response, call) =>
      sendMessage(response, call, upstream.calls.length === 1 ? message([THINKING, ...USES], "tool_use") : textMessage("Oslo is colder."));
    const outcome = await client.follow(toExact({ action: "tools", question: "Compare the weather.", effort: "medium", stream }));
    expect(outcome).toMatchObject({ text: "Oslo is colder." });
    if (tellsReasoning) expect(outcome.reasoning).toBe(THINKING.thinking);
    expect(asked()["thinking"]).toMatchObject({ type: "enabled" });
    const returns = returnsReasoning[stream ? 1 : 0];
    expect(asked(1)["thinking"]).toEqual(returns ? asked()["thinking"] : undefined);
    expect(asked(1)["messages"]).toMatchObject([
      { role: "user" },
      { role: "assistant", content: returns ? [THINKING, ...USES] : USES },
      {},
    ]);
  });

  test("a mock as strict as the API takes what comes back behind reasoning", async () => {
    expectTools(mock, { reasoning: THINKING.thinking });
    const outcome = await client.follow(toMock({ action: "tools", question: "Compare the weather.", effort: "medium", stream: true }));
    expect(outcome.text).toBe("Oslo is colder.");
  });

  test("a picture", async () => {
    upstream.answer = (response, call) => sendMessage(response, call, textMessage("A red dot."));
    const outcome = await client.follow(toExact({ action: "answer", question: "What is this?", image: PICTURE }));
    expect(outcome.text).toBe("A red dot.");
    expect(asked()["messages"]).toMatchObject([
      { content: [{ type: "text" }, { type: "image", source: { type: "base64", media_type: "image/png", data: "iVBORw0KGgo=" } }] },
    ]);
  });

  test.each(WHOLE_AND_STREAMED)("an object of a schema, %s", async (_name, stream) => {
    upstream.answer = (response, call) => {
      const { tool_choice } = JSON.parse(call.body) as { tool_choice?: { name: string } };
      const told =
        tool_choice === undefined
          ? textMessage(JSON.stringify(OSLO))
          : message([{ type: "tool_use", id: "toolu_1", name: tool_choice.name, input: OSLO }], "tool_use");
      sendMessage(response, call, told);
    };
    const outcome = await client.follow(toExact({ action: "object", question: "How is the weather?", stream }));
    expect(outcome).toEqual({ ...outcome, object: OSLO });
  });

  test.each(WHOLE_AND_STREAMED)("a refusal, %s", async (_name, stream) => {
    upstream.answer = (response, call) => sendMessage(response, call, REFUSED);
    const outcome = await client.follow(toExact({ action: "answer", question: "x", stream }));
    expect(outcome).toMatchObject({ finish: "content_filter", text: expect.stringContaining("No. ") as string });
    if (tellsRefusal) expect([outcome.text, outcome.refusal].join("")).toContain("That would do harm.");
  });

  describe.each(WHOLE_AND_STREAMED)("errors, %s", (_name, stream) => {
    test.each([
      [400, "invalid_request_error", "prompt is too long: 9 tokens > 8 maximum", "context_length_exceeded"],
      [401, "authentication_error", "invalid x-api-key", "invalid_api_key"],
      [429, "rate_limit_error", "slow down", "rate_limit_exceeded"],
      [529, "overloaded_error", "Overloaded", "server_is_overloaded"],
    ])("status %i", async (status, type, text, code) => {
      mock.onMessage(/./, { error: { type, message: text }, status });
      const { thrown } = await client.follow(toMock({ action: "answer", question: "x", stream }));
      expect(thrown).toMatchObject({ status, code, message: expect.stringContaining(text) as string });
    });
  });

  test("an error inside a stream", async () => {
    upstream.answer = (response) => {
      startStream(response);
      response.write(BEGUN);
      setTimeout(() => response.end(asStream([{ type: "error", error: { type: "overloaded_error", message: "Overloaded" } }])), 20);
    };
    expect(await client.follow(toExact({ action: "answer", question: "x", stream: true }))).toMatchObject({
      text: "one ",
      thrown: { message: expect.stringContaining("Overloaded") as string },
    });
  });

  test.each([3, 3000])("embeddings of %i texts", async (count) => {
    upstream.answer = answerEmbeddings;
    const texts = Array.from({ length: count }, (_, index) => `text ${index}`);
    const { vectors, usage } = await client.follow(toExact({ action: "embed", question: "", texts }));
    expect(vectors?.map((vector) => vector.map(Math.fround))).toEqual(texts.map((text) => vectorOf(text)));
    const tokens = texts.reduce((sum, text) => sum + tokensOf(text), 0);
    // LangChain does not tell
    if (usage !== undefined) expect(usage).toEqual([tokens, 0, tokens]);
  });

  test("an abort stops the upstream", async () => {
    upstream.answer = (response) => {
      startStream(response);
      response.write(BEGUN);
    };
    expect(await client.follow(toExact({ action: "abort", question: "x", stream: true }))).toEqual({ text: "one " });
    await upstream.calls[0]?.aborted;
    expect(upstream.calls).toHaveLength(1);
  });
}

describe.each(NODE_CLIENTS)("$name", testClient);

const lack = lackOfPython();
if (lack !== undefined) console.log(`The client for Python is not tested: ${lack}.`);
(lack === undefined ? describe : describe.skip)(PYTHON_CLIENT.name, () => testClient(PYTHON_CLIENT));
