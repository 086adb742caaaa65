import OpenAI, { APIError, APIUserAbortError, AuthenticationError, BadRequestError, InternalServerError, RateLimitError } from "openai";
import { ContentFilterFinishReasonError } from "openai/error";
import { zodFunction, zodResponseFormat } from "openai/helpers/zod";
import type { ChatCompletionRunner } from "openai/lib/ChatCompletionRunner";
import { ChatCompletionStreamingRunner } from "openai/lib/ChatCompletionStreamingRunner";
import type { RunnableToolFunctionWithParse } from "openai/lib/RunnableFunction";
import { LLMock } from "@copilotkit/aimock";
import { z } from "zod";
import { anthropicTarget, asStream, eventsOf, message, sendError, sendMessage, textMessage } from "../../support/anthropic";
import { expectTools, TWO_CALLS, WEATHER } from "../../support/anthropic-mock";
import { document, startTestGateway, type TestGateway } from "../../support/gateway";
import { sendJson, startStream, TestUpstream } from "../../support/upstream";

type Params = Omit<OpenAI.ChatCompletionCreateParamsNonStreaming, "stream">;

const ask = (content: string, more: Partial<Params> = {}): Params => ({ model: "claude", messages: [{ role: "user", content }], ...more });

const start = (upstreamUrl: string): Promise<TestGateway> =>
  startTestGateway(document({ targets: [anthropicTarget(upstreamUrl)] }, { name: "chat", paths: ["/v1/chat/completions"] }));

const clientOf = ({ url }: TestGateway): OpenAI => new OpenAI({ baseURL: `${url}/v1`, apiKey: "theirs", maxRetries: 0 });

/** A whole answer, or one that the client's own helper has put together from a stream. */
const answered = (client: OpenAI, params: Params, stream: boolean): Promise<OpenAI.ChatCompletion> =>
  stream ? client.chat.completions.stream({ ...params, stream: true }).finalChatCompletion() : client.chat.completions.create(params);

const WHOLE_AND_STREAMED = [
  ["whole", false],
  ["streamed", true],
] as const;

/** The official client against the gateway, which stands before a third party's mock of Anthropic. */
describe("the openai client, unchanged, in front of Anthropic", () => {
  let mock: LLMock;
  let test_: TestGateway;
  let client: OpenAI;

  beforeAll(async () => {
    // strict: as the API does, it refuses a turn whose reasoning has not come back
    mock = new LLMock({ port: 0, strict: true, chunkSize: 5 });
    await mock.start();
    test_ = await start(`${mock.url}/v1/messages`);
    client = clientOf(test_);
  });
  afterEach(() => {
    mock.reset();
  });
  afterAll(async () => {
    await test_.close();
    await mock.stop();
  });

  const PARIS = { content: "Paris is the capital of France.", usage: { input_tokens: 12, output_tokens: 7 } };

  test("a whole text", async () => {
    mock.onMessage(/capital of France/, PARIS);
    const { data, response } = await client.chat.completions
      .create(ask("What is the capital of France?", { temperature: 0, seed: 1, user: "u" }))
      .withResponse();
    expect(data.choices).toMatchObject([{ message: { role: "assistant", content: PARIS.content, refusal: null }, finish_reason: "stop" }]);
    expect(data.usage).toMatchObject({ prompt_tokens: 12, completion_tokens: 7, total_tokens: 19 });
    expect(data.object).toBe("chat.completion");
    expect(response.headers.get("x-kong-llm-model")).toBe("anthropic/claude-sonnet-4-5");
  });

  test.each([
    ["with usage", { include_usage: true }, 19],
    ["without usage", undefined, undefined],
  ])("a stream %s", async (_name, stream_options, total) => {
    mock.onMessage(/capital of France/, PARIS);
    const stream = await client.chat.completions.create({
      ...ask("What is the capital of France?"),
      stream: true,
      ...(stream_options !== undefined && { stream_options }),
    });
    const chunks: OpenAI.ChatCompletionChunk[] = [];
    for await (const chunk of stream) chunks.push(chunk);
    expect(chunks.map((chunk) => chunk.choices[0]?.delta.content ?? "").join("")).toBe(PARIS.content);
    expect(chunks.filter((chunk) => (chunk.choices[0]?.delta.content ?? "") !== "").length).toBeGreaterThan(3);
    expect(chunks[0]?.choices[0]?.delta.role).toBe("assistant");
    expect(new Set(chunks.map((chunk) => chunk.id)).size).toBe(1);
    expect(chunks.flatMap((chunk) => chunk.choices.map((choice) => choice.finish_reason ?? [])).flat()).toEqual(["stop"]);
    expect(chunks.flatMap((chunk) => chunk.usage?.total_tokens ?? [])).toEqual(total === undefined ? [] : [total]);
    expect(chunks.filter((chunk) => chunk.choices.length === 0)).toHaveLength(total === undefined ? 0 : 1);
  });

  const TOOL: RunnableToolFunctionWithParse<object> = {
    type: "function",
    function: {
      name: "weather",
      description: "Tells the weather of a city.",
      parameters: { type: "object", properties: { city: { type: "string" } }, required: ["city"] },
      function: (given) => WEATHER[(given as { city: string }).city] ?? {},
      parse: JSON.parse as (text: string) => object,
    },
  };

  /** The client's own loop: it calls the tools and gives their results back. */
  const run = (params: Params, stream: boolean): ChatCompletionRunner | ChatCompletionStreamingRunner =>
    stream
      ? client.chat.completions.runTools({ ...params, tools: [TOOL], stream: true })
      : client.chat.completions.runTools({ ...params, tools: [TOOL] });

  test.each(WHOLE_AND_STREAMED)("two tools at once, run by the client's own runner, %s", async (_name, stream) => {
    expectTools(mock);
    const runner = run(ask("Compare the weather."), stream);
    expect(await runner.finalContent()).toBe("Oslo is colder.");
    const said = runner.messages.find(({ role }) => role === "assistant") as OpenAI.ChatCompletionMessage;
    expect(said.content).toBe("Let me see.");
    expect(said.tool_calls).toMatchObject(TWO_CALLS.map(({ id, ...called }) => ({ id, type: "function", function: called })));
    expect(runner.allChatCompletions().map(({ choices }) => choices[0]?.finish_reason)).toEqual(["tool_calls", "stop"]);
    expect(mock.getRequests()).toHaveLength(2);
  });

  const REASONING = { reasoning: "Both cities are to be asked for.", reasoningSignature: "proof" };

  test.each(WHOLE_AND_STREAMED)("reasoning is told, and a turn with tools goes on, %s", async (_name, stream) => {
    expectTools(mock, REASONING);
    const runner = run(ask("Compare the weather.", { reasoning_effort: "medium" }), stream);
    let told = "";
    const hear = (said: unknown): void => {
      told += (said as { reasoning_content?: string } | undefined)?.reasoning_content ?? "";
    };
    if (runner instanceof ChatCompletionStreamingRunner) {
      runner.on("chunk", ({ choices }) => hear(choices[0]?.delta));
    }
    expect(await runner.finalContent()).toBe("Oslo is colder.");
    if (!stream) hear(runner.messages[1]);
    expect(told).toBe(REASONING.reasoning);
  });

  test.each([
    [400, "invalid_request_error", "max_tokens: must be at least 1", BadRequestError, "invalid_request_error", null],
    [
      400,
      "invalid_request_error",
      "prompt is too long: 9 tokens > 8 maximum",
      BadRequestError,
      "invalid_request_error",
      "context_length_exceeded",
    ],
    [401, "authentication_error", "invalid x-api-key", AuthenticationError, "authentication_error", "invalid_api_key"],
    [429, "rate_limit_error", "slow down", RateLimitError, "rate_limit_error", "rate_limit_exceeded"],
    [529, "overloaded_error", "Overloaded", InternalServerError, "server_error", "server_is_overloaded"],
  ] as const)("an error with status %i, %s: %s", async (status, given, text, kind, type, code) => {
    mock.onMessage(/./, { error: { type: given, message: text }, status, retryAfter: 7 });
    for (const stream of [false, true]) {
      const failing = client.chat.completions.create({ ...ask("x"), stream });
      await expect(failing).rejects.toBeInstanceOf(kind);
      await expect(failing).rejects.toMatchObject({ status, type, code, message: `${status} ${text}` });
      const error = (await failing.catch((cause: unknown) => cause)) as APIError;
      expect(error.headers?.get("retry-after")).toBe(status === 429 ? "7" : null);
    }
  });

  test.each(WHOLE_AND_STREAMED)("an answer that was cut off at its limit says so, %s", async (_name, stream) => {
    mock.onMessage(/./, { content: "Once upon", finishReason: "length" });
    const { choices } = await answered(client, ask("Tell a story.", { max_completion_tokens: 2 }), stream);
    expect(choices).toMatchObject([{ message: { content: "Once upon" }, finish_reason: "length" }]);
  });
});

/** What the mock cannot do or does not show: Anthropic's answers as the API gives them, and what it is asked. */
describe("the openai client in front of Anthropic, exchange by exchange", () => {
  let upstream: TestUpstream;
  let test_: TestGateway;
  let client: OpenAI;

  beforeAll(async () => {
    upstream = await TestUpstream.start();
    test_ = await start(`${upstream.origin}/v1/messages`);
    client = clientOf(test_);
  });
  beforeEach(() => {
    upstream.calls.length = 0;
  });
  afterAll(async () => {
    await test_.close();
    await upstream.close();
  });

  /** What Anthropic was asked by the given call. */
  const asked = (call = 0): Record<string, unknown> => JSON.parse(upstream.calls[call]?.body ?? "null") as Record<string, unknown>;

  const ANSWER = { city: "Oslo", celsius: -5 };

  test("cached tokens are counted as OpenAI counts them", async () => {
    upstream.answer = (response, call) => sendMessage(response, call, textMessage("Hello."));
    for (const stream of [false, true]) {
      const { usage } = await answered(client, ask("x", { stream_options: stream ? { include_usage: true } : null }), stream);
      expect(usage).toMatchObject({
        prompt_tokens: 13,
        completion_tokens: 5,
        total_tokens: 18,
        prompt_tokens_details: { cached_tokens: 3 },
      });
    }
  });

  test("an abort of a stream stops the upstream", async () => {
    upstream.answer = (response) => {
      startStream(response);
      response.write(asStream(eventsOf(textMessage("one two")).slice(0, 4)));
    };
    const stream = await client.chat.completions.create({ ...ask("x"), stream: true });
    let text = "";
    for await (const chunk of stream) {
      text += chunk.choices[0]?.delta.content ?? "";
      if (text !== "") stream.controller.abort();
    }
    await upstream.calls[0]?.aborted;
    expect(text).toBe("one ");
    expect(upstream.calls).toHaveLength(1);
  });

  test("an abort while the answer is awaited stops the upstream", async () => {
    const controller = new AbortController();
    upstream.answer = () => controller.abort();
    await expect(client.chat.completions.create(ask("x"), { signal: controller.signal })).rejects.toBeInstanceOf(APIUserAbortError);
    await upstream.calls[0]?.aborted;
    expect(upstream.calls).toHaveLength(1);
  });

  test("pictures and files reach Anthropic in its words", async () => {
    upstream.answer = (response, call) => sendMessage(response, call, textMessage("A red dot."));
    await client.chat.completions.create({
      model: "claude",
      messages: [
        { role: "system", content: "Be short." },
        {
          role: "user",
          content: [
            { type: "text", text: "What is this?" },
            { type: "image_url", image_url: { url: "data:image/png;base64,iVBORw0KGgo=" } },
            { type: "image_url", image_url: { url: "https://example.com/dot.png" } },
            { type: "file", file: { filename: "dots.pdf", file_data: "data:application/pdf;base64,JVBERi0=" } },
          ],
        },
      ],
    });
    expect(asked()).toMatchObject({
      system: [{ type: "text", text: "Be short." }],
      messages: [
        {
          role: "user",
          content: [
            { type: "text", text: "What is this?" },
            { type: "image", source: { type: "base64", media_type: "image/png", data: "iVBORw0KGgo=" } },
            { type: "image", source: { type: "url", url: "https://example.com/dot.png" } },
            { type: "document", source: { type: "base64", media_type: "application/pdf", data: "JVBERi0=" }, title: "dots.pdf" },
          ],
        },
      ],
    });
  });

  const SCHEMA = z.object({ city: z.string(), celsius: z.number() });

  test("a schema given by zod is Anthropic's output format, and the client parses the answer", async () => {
    upstream.answer = (response, call) => sendMessage(response, call, textMessage(JSON.stringify(ANSWER)));
    const params = { ...ask("How is the weather?"), response_format: zodResponseFormat(SCHEMA, "weather") };
    const whole = await client.chat.completions.parse(params);
    const streamed = await client.chat.completions.stream({ ...params, stream: true }).finalChatCompletion();
    for (const { choices } of [whole, streamed]) expect(choices[0]?.message.parsed).toEqual(ANSWER);
    expect(asked()).toMatchObject({
      output_config: { format: { type: "json_schema", schema: { type: "object", required: ["city", "celsius"] } } },
    });
    expect(asked(1)["output_config"]).toEqual(asked()["output_config"]);
  });

  test("what Anthropic does not enforce of a schema is told to the model", async () => {
    const bounded = z.object({ celsius: z.number().min(-90).max(60).describe("In the shade.") });
    upstream.answer = (response, call) => sendMessage(response, call, textMessage(JSON.stringify({ celsius: -5 })));
    const weather = zodFunction({ name: "weather", parameters: bounded });
    await client.chat.completions.parse({ ...ask("x"), response_format: zodResponseFormat(bounded, "weather"), tools: [weather] });
    const schema = {
      type: "object",
      properties: { celsius: { type: "number", description: 'In the shade.\n\n{"minimum":-90,"maximum":60}' } },
      required: ["celsius"],
      additionalProperties: false,
    };
    expect(asked()["output_config"]).toEqual({ format: { type: "json_schema", schema } });
    expect(asked()["tools"]).toEqual([{ name: "weather", input_schema: schema, strict: true }]);
  });

  test.each(WHOLE_AND_STREAMED)("JSON mode is a tool that the client never sees, %s", async (_name, stream) => {
    upstream.answer = (response, call) => {
      const { name } = (JSON.parse(call.body) as { tool_choice: { name: string } }).tool_choice;
      sendMessage(response, call, message([{ type: "tool_use", id: "toolu_1", name, input: ANSWER }], "tool_use"));
    };
    const { choices } = await answered(client, ask("Answer with JSON.", { response_format: { type: "json_object" } }), stream);
    expect(choices).toMatchObject([{ finish_reason: "stop" }]);
    expect(choices[0]?.message.tool_calls).toBeUndefined();
    expect(JSON.parse(choices[0]?.message.content ?? "")).toEqual(ANSWER);
  });

  const REFUSED = message([{ type: "text", text: "I" }], "refusal", {
    stop_details: { type: "refusal", category: "cyber", explanation: "That would do harm." },
  });

  test.each(WHOLE_AND_STREAMED)("a refusal is OpenAI's content filter, with the reason, %s", async (_name, stream) => {
    upstream.answer = (response, call) => sendMessage(response, call, REFUSED);
    const { choices } = await answered(client, ask("x"), stream);
    expect(choices).toMatchObject([{ finish_reason: "content_filter", message: { content: "I", refusal: "That would do harm." } }]);
  });

  test("a refusal in place of parsed output is the client's own error", async () => {
    upstream.answer = (response, call) => sendMessage(response, call, REFUSED);
    const parsing = client.chat.completions.parse({ ...ask("x"), response_format: zodResponseFormat(SCHEMA, "weather") });
    await expect(parsing).rejects.toBeInstanceOf(ContentFilterFinishReasonError);
  });

  const THOUGHT = [
    { type: "thinking", thinking: "First one thing, ", signature: "proof 1" },
    { type: "redacted_thinking", data: "hidden" },
    { type: "thinking", thinking: "then the other.", signature: "proof 2" },
  ];
  const CALL = { type: "tool_use", id: "toolu_1", name: "weather", input: {} };
  const TOOLS: OpenAI.ChatCompletionTool[] = [{ type: "function", function: { name: "weather" } }];

  test("all reasoning comes back to Anthropic as it was", async () => {
    upstream.answer = (response, call) => sendMessage(response, call, message([...THOUGHT, CALL], "tool_use"));
    const params = ask("x", { reasoning_effort: "low", tools: TOOLS });
    const first = await client.chat.completions.create(params);
    const said = first.choices[0]?.message as OpenAI.ChatCompletionMessage & { reasoning_content: string };
    expect(said.reasoning_content).toBe("First one thing, then the other.");
    await client.chat.completions.create({
      ...params,
      messages: [...params.messages, said, { role: "tool", tool_call_id: "toolu_1", content: "cold" }],
    });
    expect(asked(1)).toMatchObject({
      thinking: { type: "enabled" },
      messages: [
        {},
        { role: "assistant", content: [...THOUGHT, CALL] },
        { role: "user", content: [{ type: "tool_result", tool_use_id: "toolu_1" }] },
      ],
    });
  });

  test("reasoning of which the client has kept the last piece alone does not come back", async () => {
    upstream.answer = (response, call) => sendMessage(response, call, message([...THOUGHT, CALL], "tool_use"));
    const params = ask("x", { reasoning_effort: "low", tools: TOOLS });
    const first = await client.chat.completions.stream({ ...params, stream: true }).finalChatCompletion();
    const said = first.choices[0]?.message as OpenAI.ChatCompletionMessage;
    await client.chat.completions.create({
      ...params,
      messages: [...params.messages, said, { role: "tool", tool_call_id: "toolu_1", content: "cold" }],
    });
    expect(asked(1)).toMatchObject({ messages: [{}, { role: "assistant", content: [CALL] }, { role: "user" }] });
    expect(asked(1)["thinking"]).toBeUndefined();
  });

  test("an error inside a stream is thrown as an APIError, behind what came before it", async () => {
    upstream.answer = (response) => {
      startStream(response);
      response.write(asStream(eventsOf(textMessage("one two")).slice(0, 4)));
      setTimeout(() => response.end(asStream([{ type: "error", error: { type: "overloaded_error", message: "Overloaded" } }])), 20);
    };
    const stream = await client.chat.completions.create({ ...ask("x"), stream: true });
    let text = "";
    const reading = (async () => {
      for await (const chunk of stream) text += chunk.choices[0]?.delta.content ?? "";
    })();
    await expect(reading).rejects.toBeInstanceOf(APIError);
    await expect(reading).rejects.toThrow(/Overloaded/);
    expect(text).toBe("one ");
  });

  test("a cut stream throws instead of ending", async () => {
    upstream.answer = (response) => {
      startStream(response);
      response.write(asStream(eventsOf(textMessage("one two")).slice(0, 4)));
      setTimeout(() => response.destroy(), 20);
    };
    const stream = await client.chat.completions.create({ ...ask("x"), stream: true });
    let text = "";
    const reading = (async () => {
      for await (const chunk of stream) text += chunk.choices[0]?.delta.content ?? "";
    })();
    await expect(reading).rejects.toThrow();
    expect(text).toBe("one ");
  });

  test("the provider's limits and its id of the request are told", async () => {
    const limits = { "retry-after": "7", "anthropic-ratelimit-requests-remaining": "0" };
    upstream.answer = (response) => sendError(response, 429, { type: "rate_limit_error", message: "slow down" }, limits);
    const error = (await client.chat.completions.create(ask("x")).catch((cause: unknown) => cause)) as APIError;
    expect(error).toMatchObject({ status: 429, requestID: "req_01" });
    expect(Object.fromEntries(error.headers ?? [])).toMatchObject(limits);
  });

  test("what Anthropic cannot express is refused by name, without a call", async () => {
    const failing = client.chat.completions.create(ask("x", { n: 2, logprobs: true }));
    await expect(failing).rejects.toBeInstanceOf(BadRequestError);
    await expect(failing).rejects.toMatchObject({ status: 400, code: "not_expressible" });
    await expect(failing).rejects.toThrow(/\bn\b.*logprobs/);
    expect(upstream.calls).toHaveLength(0);
  });
});

describe("the openai client's legacy completions in front of Anthropic's", () => {
  let upstream: TestUpstream;
  let test_: TestGateway;
  let client: OpenAI;

  beforeAll(async () => {
    upstream = await TestUpstream.start();
    const target = {
      route_type: "llm/v1/completions",
      model: {
        provider: "anthropic",
        name: "claude-2.1",
        options: { upstream_url: `${upstream.origin}/v1/complete`, anthropic_version: "2023-06-01" },
      },
    };
    test_ = await startTestGateway(document({ targets: [target] }, { name: "completions", paths: ["/v1/completions"] }));
    client = clientOf(test_);
  });
  afterAll(async () => {
    await test_.close();
    await upstream.close();
  });

  const piece = (completion: string, stop_reason: string | null): { type: string } =>
    ({ type: "completion", id: "compl_01", completion, stop_reason, model: "claude-2.1" }) as { type: string };
  const PARAMS = { model: "claude-2.1", prompt: "1 + 1 =", max_tokens: 5 };

  test("whole", async () => {
    upstream.answer = (response) => sendJson(response, 200, piece(" 2", "stop_sequence"));
    expect(await client.completions.create(PARAMS)).toMatchObject({
      id: "compl_01",
      object: "text_completion",
      choices: [{ text: " 2", index: 0, finish_reason: "stop" }],
    });
    expect(JSON.parse(upstream.calls[0]?.body ?? "")).toMatchObject({ max_tokens_to_sample: 5, stream: false });
  });

  test("streamed", async () => {
    upstream.answer = (response) => {
      startStream(response);
      response.end(asStream([piece(" 2", null), { type: "ping" }, piece(" or so", null), piece("", "max_tokens")]));
    };
    const choices: OpenAI.CompletionChoice[] = [];
    for await (const chunk of await client.completions.create({ ...PARAMS, stream: true })) choices.push(...chunk.choices);
    expect(choices.map(({ text }) => text).join("")).toBe(" 2 or so");
    expect(choices.at(-1)?.finish_reason).toBe("length");
  });

  test("an error", async () => {
    upstream.answer = (response) => sendError(response, 529, { type: "overloaded_error", message: "Overloaded" });
    await expect(client.completions.create(PARAMS)).rejects.toMatchObject({ status: 529, code: "server_is_overloaded" });
  });
});
