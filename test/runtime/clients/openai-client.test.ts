import type { ServerResponse } from "node:http";
import OpenAI, { APIError } from "openai";
import { LLMock } from "@copilotkit/aimock";
import { document, startTestGateway, target, type TestGateway } from "../../support/gateway";
import { chatAnswer, chatEvent, sendJson, startStream, TestUpstream } from "../../support/upstream";

/** The official client against the gateway, which stands before a third party's mock of OpenAI. */
describe("the openai client, unchanged", () => {
  let mock: LLMock;
  let test_: TestGateway;
  let client: OpenAI;

  beforeAll(async () => {
    mock = new LLMock({ port: 0 });
    await mock.start();
    mock.onMessage(/capital of France/, { content: "Paris is the capital of France." });
    mock.onMessage(/weather/, { toolCalls: [{ name: "get_weather", arguments: '{"city":"Paris"}' }] });
    test_ = await startTestGateway(
      document(
        {
          targets: [
            target(`${mock.url}/v1/chat/completions`, {
              alias: "chat",
              auth: { header_name: "Authorization", header_value: "Bearer ours" },
              logging: { log_statistics: true },
            }),
          ],
        },
        { name: "chat", paths: ["/v1/chat/completions"] },
      ),
    );
    client = new OpenAI({ baseURL: `${test_.url}/v1`, apiKey: "theirs", maxRetries: 0 });
  });
  afterAll(async () => {
    await test_.close();
    await mock.stop();
  });

  const ask = (content: string): OpenAI.ChatCompletionCreateParamsNonStreaming => ({
    model: "chat",
    messages: [{ role: "user", content }],
  });

  test("chat", async () => {
    const { data, response } = await client.chat.completions.create(ask("What is the capital of France?")).withResponse();
    expect(data.choices[0]?.message.content).toBe("Paris is the capital of France.");
    expect(response.headers.get("x-kong-llm-model")).toBe("openai/gpt-4o");
  });

  test("a stream with usage", async () => {
    const stream = await client.chat.completions.create({
      ...ask("What is the capital of France?"),
      stream: true,
      stream_options: { include_usage: true },
    });
    let text = "";
    let usage: OpenAI.CompletionUsage | null | undefined;
    for await (const chunk of stream) {
      text += chunk.choices[0]?.delta.content ?? "";
      usage = chunk.usage ?? usage;
    }
    expect(text).toBe("Paris is the capital of France.");
    expect(usage?.total_tokens).toBeGreaterThan(0);
  });

  test("a stream without usage shows none, though the gateway asked for it", async () => {
    const stream = await client.chat.completions.create({ ...ask("What is the capital of France?"), stream: true });
    const chunks: OpenAI.ChatCompletionChunk[] = [];
    for await (const chunk of stream) chunks.push(chunk);
    expect(chunks.every((chunk) => chunk.choices.length > 0 && chunk.usage == null)).toBe(true);
  });

  test.each([false, true])("tools, stream %s", async (stream) => {
    const tools: OpenAI.ChatCompletionTool[] = [
      { type: "function", function: { name: "get_weather", parameters: { type: "object", properties: { city: { type: "string" } } } } },
    ];
    const runner = stream
      ? await client.chat.completions.stream({ ...ask("How is the weather?"), stream: true, tools }).finalChatCompletion()
      : await client.chat.completions.create({ ...ask("How is the weather?"), tools });
    const call = runner.choices[0]?.message.tool_calls?.[0];
    expect(call).toMatchObject({ type: "function", function: { name: "get_weather", arguments: '{"city":"Paris"}' } });
    expect(runner.choices[0]?.finish_reason).toBe("tool_calls");
  });
});

describe("the openai client against faults", () => {
  let upstream: TestUpstream;
  let test_: TestGateway;
  let client: OpenAI;

  beforeAll(async () => {
    upstream = await TestUpstream.start();
    test_ = await startTestGateway(document({ targets: [target(upstream.url)] }, { name: "chat", paths: ["/v1/chat/completions"] }));
    client = new OpenAI({ baseURL: `${test_.url}/v1`, apiKey: "k", maxRetries: 0 });
  });
  beforeEach(() => {
    upstream.calls.length = 0;
  });
  afterAll(async () => {
    await test_.close();
    await upstream.close();
  });

  const messages: OpenAI.ChatCompletionMessageParam[] = [{ role: "user", content: "x" }];

  test("abort stops the upstream", async () => {
    upstream.answer = (response) => {
      startStream(response);
      response.write(chatEvent({ content: "one" }));
    };
    const stream = await client.chat.completions.create({ model: "gpt-4o", messages, stream: true });
    const reading = (async () => {
      for await (const chunk of stream) {
        expect(chunk.choices[0]?.delta.content).toBe("one");
        stream.controller.abort();
      }
    })();
    await reading;
    await upstream.calls[0]?.aborted;
    expect(upstream.calls).toHaveLength(1);
  });

  test("an unknown model is a BadRequestError with our text", async () => {
    const failing = client.chat.completions.create({ model: "gpt-9", messages });
    await expect(failing).rejects.toMatchObject({ status: 400, code: "unknown_model", type: "invalid_request_error" });
    await expect(failing).rejects.toThrow(/must be: gpt-4o/);
  });

  test("a provider's error arrives as the provider's", async () => {
    upstream.answer = (response) =>
      sendJson(response, 429, { error: { message: "slow down", code: "rate_limit_exceeded" } }, { "retry-after": "7" });
    const failing = client.chat.completions.create({ model: "gpt-4o", messages });
    await expect(failing).rejects.toBeInstanceOf(APIError);
    await expect(failing).rejects.toMatchObject({ status: 429, code: "rate_limit_exceeded" });
    const error = (await failing.catch((cause: unknown) => cause)) as APIError;
    expect((error.headers as Headers).get("retry-after")).toBe("7");
  });

  describe("behind an early head", () => {
    let early: TestGateway;
    beforeAll(async () => {
      const config = { extensions: { stream_keep_alive: 5 }, targets: [target(upstream.url)] };
      early = await startTestGateway(document(config, { name: "chat", paths: ["/v1/chat/completions"] }));
    });
    afterAll(() => early.close());

    /** A stream that the client has before the provider has said anything; `answer` follows. */
    async function begun(answer: (response: ServerResponse) => void): Promise<AsyncIterable<OpenAI.ChatCompletionChunk>> {
      const asked = new Promise<ServerResponse>((resolve) => (upstream.answer = resolve));
      const patient = new OpenAI({ baseURL: `${early.url}/v1`, apiKey: "k", maxRetries: 0 });
      const stream = await patient.chat.completions.create({ model: "gpt-4o", messages, stream: true });
      answer(await asked);
      return stream;
    }

    const read = async (stream: AsyncIterable<OpenAI.ChatCompletionChunk>): Promise<string> => {
      let text = "";
      for await (const chunk of stream) text += chunk.choices[0]?.delta.content ?? "";
      return text;
    };

    test("a stream is read past the comments", async () => {
      const stream = await begun((response) => {
        startStream(response);
        response.write(chatEvent({ content: "one" }));
        setTimeout(() => response.end(`${chatEvent({ content: " two" })}data: [DONE]\n\n`), 30);
      });
      expect(await read(stream)).toBe("one two");
    });

    test("a whole answer is read as a stream", async () => {
      const stream = await begun((response) => sendJson(response, 200, chatAnswer("whole")));
      expect(await read(stream)).toBe("whole");
    });

    test("a provider's refusal is thrown in its words", async () => {
      const stream = await begun((response) => sendJson(response, 400, { error: { message: "no such thing", code: "odd" } }));
      const failure: unknown = await read(stream).catch((cause: unknown) => cause);
      expect(failure).toBeInstanceOf(APIError);
      expect(failure).toMatchObject({ code: "odd", error: { message: "no such thing" } });
    });
  });

  test("a cut stream throws instead of ending", async () => {
    upstream.answer = (response) => {
      startStream(response);
      response.write(chatEvent({ content: "half" }));
      setTimeout(() => response.destroy(), 30);
    };
    const stream = await client.chat.completions.create({ model: "gpt-4o", messages, stream: true });
    let text = "";
    const reading = (async () => {
      for await (const chunk of stream) text += chunk.choices[0]?.delta.content ?? "";
    })();
    await expect(reading).rejects.toThrow();
    expect(text).toBe("half");
  });
});
