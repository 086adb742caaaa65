import { CHAT, document, post, startTestGateway, type TestGateway } from "../../support/gateway";
import { chatAnswer, sendJson, startStream, TestUpstream } from "../../support/upstream";

let anthropic: TestUpstream;
let openai: TestUpstream;
let gateway: TestGateway | undefined;

beforeEach(async () => {
  anthropic = await TestUpstream.start();
  openai = await TestUpstream.start();
});
afterEach(async () => {
  await gateway?.close();
  gateway = undefined;
  await anthropic.close();
  await openai.close();
});

const claude = (more: object = {}): object => ({
  route_type: "llm/v1/chat",
  auth: { header_name: "x-api-key", header_value: "secret" },
  logging: { log_statistics: true },
  model: {
    provider: "anthropic",
    name: "claude-sonnet-4-5",
    options: {
      upstream_url: `${anthropic.origin}/v1/messages`,
      anthropic_version: "2023-06-01",
      max_tokens: 100,
      input_cost: 3,
      output_cost: 15,
    },
  },
  ...more,
});

const gpt = (more: object = {}): object => ({
  route_type: "llm/v1/chat",
  logging: { log_statistics: true },
  model: {
    provider: "openai",
    name: "gpt-4o",
    options: { upstream_url: `${openai.origin}/v1/chat/completions`, input_cost: 1, output_cost: 2 },
  },
  ...more,
});

async function start(targets: readonly object[], more: object = {}): Promise<TestGateway> {
  gateway = await startTestGateway(document({ targets, ...more }));
  return gateway;
}

const MESSAGE = {
  id: "msg_1",
  type: "message",
  role: "assistant",
  model: "claude-sonnet-4-5-20250929",
  content: [{ type: "text", text: "It is 2." }],
  stop_reason: "end_turn",
  stop_sequence: null,
  usage: { input_tokens: 10, output_tokens: 5, cache_read_input_tokens: 3 },
};

/** The events of a stream of messages, as Anthropic sends them. */
const STREAM = [
  { type: "message_start", message: { ...MESSAGE, content: [], stop_reason: null, usage: { input_tokens: 10, output_tokens: 1 } } },
  { type: "content_block_start", index: 0, content_block: { type: "text", text: "" } },
  { type: "ping" },
  { type: "content_block_delta", index: 0, delta: { type: "text_delta", text: "It is" } },
  { type: "content_block_delta", index: 0, delta: { type: "text_delta", text: " 2." } },
  { type: "content_block_stop", index: 0 },
  { type: "message_delta", delta: { stop_reason: "end_turn", stop_sequence: null }, usage: { output_tokens: 5 } },
  { type: "message_stop" },
];

const events = (given: readonly { readonly type: string }[]): string =>
  given.map((event) => `event: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`).join("");

interface Chunk {
  /** Absent from an error. */
  readonly choices?: readonly { readonly delta: { readonly content?: string }; readonly finish_reason: string | null }[];
  readonly usage?: { readonly total_tokens: number } | null;
  readonly error?: { readonly message: string };
}

const chunks = (text: string): Chunk[] =>
  text
    .split("\n\n")
    .filter((event) => event.startsWith("data: {"))
    .map((event) => JSON.parse(event.slice(6)) as Chunk);

const textOf = (text: string): string =>
  chunks(text)
    .map(({ choices }) => choices?.[0]?.delta.content ?? "")
    .join("");

test("a conversation goes to Anthropic in its words, and the answer comes back in OpenAI's", async () => {
  anthropic.answer = (response) => sendJson(response, 200, MESSAGE);
  const { url } = await start([claude()]);
  const response = await post(`${url}/chat`, { ...CHAT, temperature: 0.5, stop: "x", max_tokens: 1000 });
  expect(response.status).toBe(200);
  expect(response.headers.get("content-type")).toBe("application/json");
  expect(await response.json()).toMatchObject({
    id: "msg_1",
    object: "chat.completion",
    model: "claude-sonnet-4-5-20250929",
    choices: [{ index: 0, message: { role: "assistant", content: "It is 2." }, finish_reason: "stop" }],
    usage: { prompt_tokens: 13, completion_tokens: 5, total_tokens: 18, prompt_tokens_details: { cached_tokens: 3 } },
  });
  const [call] = anthropic.calls;
  expect(call?.url).toBe("/v1/messages");
  expect(call?.headers).toMatchObject({ "x-api-key": "secret", "anthropic-version": "2023-06-01", "content-type": "application/json" });
  expect(JSON.parse(call?.body ?? "")).toMatchObject({
    model: "claude-sonnet-4-5",
    max_tokens: 100,
    temperature: 0.5,
    stop_sequences: ["x"],
    stream: false,
  });
});

test.each([
  ["that asked for usage", { include_usage: true }, 18],
  ["that did not", undefined, undefined],
])("a stream reaches a client %s", async (_who, stream_options, total) => {
  anthropic.answer = (response) => {
    startStream(response);
    response.end(events(STREAM));
  };
  const { url } = await start([claude()]);
  const text = await (await post(`${url}/chat`, { ...CHAT, stream: true, stream_options })).text();
  expect(textOf(text)).toBe("It is 2.");
  expect(text.endsWith("data: [DONE]\n\n")).toBe(true);
  expect(chunks(text).at(total === undefined ? -1 : -2)?.choices?.[0]?.finish_reason).toBe("stop");
  expect(chunks(text).at(-1)?.usage?.total_tokens).toBe(total === undefined ? undefined : 15);
});

test("a stream that nobody asked for becomes one answer", async () => {
  anthropic.answer = (response) => {
    startStream(response);
    response.end(events(STREAM));
  };
  const { url } = await start([claude()]);
  const response = await post(`${url}/chat`, CHAT);
  expect(response.headers.get("content-type")).toBe("application/json");
  expect(await response.json()).toMatchObject({ choices: [{ message: { content: "It is 2." }, finish_reason: "stop" }] });
});

test("a whole answer to a client that asked for a stream becomes events", async () => {
  anthropic.answer = (response) => sendJson(response, 200, MESSAGE);
  const { url } = await start([claude()]);
  const response = await post(`${url}/chat`, { ...CHAT, stream: true });
  expect(response.headers.get("content-type")).toBe("text/event-stream");
  const text = await response.text();
  expect(textOf(text)).toBe("It is 2.");
  expect(text.endsWith("data: [DONE]\n\n")).toBe(true);
});

test.each(["zstd", "gzip"])("a failure that cannot be unpacked (%s) is told in OpenAI's words all the same", async (coding) => {
  anthropic.answer = (response) => {
    response.writeHead(400, { "content-type": "application/json", "content-encoding": coding });
    response.end("not packed like that");
  };
  const { url } = await start([claude()]);
  const response = await post(`${url}/chat`, CHAT);
  expect([response.status, response.headers.get("content-encoding")]).toEqual([400, null]);
  expect(await response.json()).toMatchObject({ error: { message: "the provider answered with status 400" } });
});

test.each([
  [400, { type: "invalid_request_error", message: "prompt is too long: 300000 tokens > 200000 maximum" }, "context_length_exceeded"],
  [413, { type: "request_too_large", message: "Request exceeds the maximum size" }, "context_length_exceeded"],
  [401, { type: "authentication_error", message: "invalid x-api-key" }, undefined],
  [529, { type: "overloaded_error", message: "Overloaded" }, undefined],
])("an error with status %i keeps status and message, and speaks OpenAI's dialect", async (status, error, code) => {
  anthropic.answer = (response) => sendJson(response, status, { type: "error", error, request_id: "req_1" });
  const { url } = await start([claude()]);
  const response = await post(`${url}/chat`, { ...CHAT, stream: status === 401 });
  expect(response.status).toBe(status);
  const body = (await response.json()) as { error: { message: string; code: string | null } };
  expect(body.error.message).toBe(error.message);
  if (code !== undefined) expect(body.error.code).toBe(code);
});

test("an error that is no JSON is told in OpenAI's dialect all the same", async () => {
  anthropic.answer = (response) => {
    response.writeHead(502, { "content-type": "text/html" }).end("<html>bad gateway</html>");
  };
  const { url } = await start([claude()], { balancer: { retries: 0 } });
  const response = await post(`${url}/chat`, CHAT);
  expect(response.status).toBe(502);
  expect(response.headers.get("content-type")).toBe("application/json");
  expect(await response.json()).toMatchObject({ error: { message: "the provider answered with status 502" } });
});

test("an error inside the stream ends it with OpenAI's error event", async () => {
  anthropic.answer = async (response) => {
    startStream(response);
    response.write(events(STREAM.slice(0, 4)));
    await new Promise((resolve) => setTimeout(resolve, 50));
    response.end(events([{ type: "error", error: { type: "overloaded_error", message: "Overloaded" } } as { type: string }]));
  };
  const { url } = await start([claude()]);
  const text = await post(`${url}/chat`, { ...CHAT, stream: true })
    .then((response) => response.body?.getReader())
    .then(async (reader) => {
      let got = "";
      try {
        for (let piece = await reader?.read(); piece?.done === false; piece = await reader?.read())
          got += Buffer.from(piece.value).toString();
      } catch {
        // a stream that failed never ends properly
      }
      return got;
    });
  expect(textOf(text)).toBe("It is");
  expect(chunks(text).at(-1)?.error?.message).toContain("Overloaded");
  expect(text).not.toContain("[DONE]");
});

const FAILOVER = { balancer: { algorithm: "priority", failover_criteria: ["error", "timeout", "http_503", "non_idempotent"], retries: 3 } };
const weight = (target: object, heavier: number): object => ({ ...target, weight: heavier });

test("overloaded Anthropic fails over to OpenAI, as 529 counts as 503; usage and cost of both are in the log", async () => {
  anthropic.answer = (response) => sendJson(response, 529, { type: "error", error: { type: "overloaded_error", message: "Overloaded" } });
  openai.answer = (response) => sendJson(response, 200, chatAnswer("from OpenAI"));
  const one = await start([weight(claude(), 200), weight(gpt(), 100)], FAILOVER);
  expect(await (await post(`${one.url}/chat`, CHAT)).json()).toMatchObject({ choices: [{ message: { content: "from OpenAI" } }] });
  expect([anthropic.calls.length, openai.calls.length]).toEqual([1, 1]);
  const line = (await one.log()).find((entry) => "ai" in entry);
  expect(line).toMatchObject({
    ai: { proxy: { meta: { provider_name: "openai" }, usage: { prompt_tokens: 5, completion_tokens: 7, cost: (5 * 1 + 7 * 2) / 1e6 } } },
  });
});

test("failed OpenAI fails over to Anthropic", async () => {
  openai.answer = (response) => sendJson(response, 503, { error: { message: "down" } });
  anthropic.answer = (response) => sendJson(response, 200, MESSAGE);
  const one = await start([weight(claude(), 100), weight(gpt(), 200)], FAILOVER);
  expect(await (await post(`${one.url}/chat`, CHAT)).json()).toMatchObject({ choices: [{ message: { content: "It is 2." } }] });
  const line = (await one.log()).find((entry) => "ai" in entry);
  expect(line).toMatchObject({ ai: { proxy: { usage: { prompt_tokens: 13, completion_tokens: 5, cost: (13 * 3 + 5 * 15) / 1e6 } } } });
});

test("a request that Anthropic cannot express goes to who can, and is refused by name if nobody can", async () => {
  openai.answer = (response) => sendJson(response, 200, chatAnswer("from OpenAI"));
  const both = await start([weight(claude(), 200), weight(gpt(), 100)], FAILOVER);
  expect((await post(`${both.url}/chat`, { ...CHAT, n: 2 })).status).toBe(200);
  expect([anthropic.calls.length, openai.calls.length]).toEqual([0, 1]);
  await both.close();
  const alone = await start([claude()]);
  const response = await post(`${alone.url}/chat`, { ...CHAT, n: 2 });
  expect(response.status).toBe(400);
  expect(await response.json()).toMatchObject({
    error: { code: "not_expressible", message: expect.stringContaining("must do without n,") as string },
  });
});

test("legacy completions go to /v1/complete and come back as OpenAI's", async () => {
  anthropic.answer = (response) =>
    sendJson(response, 200, { id: "compl_1", type: "completion", completion: " 2", stop_reason: "stop_sequence", model: "claude-2.1" });
  const target = {
    route_type: "llm/v1/completions",
    model: {
      provider: "anthropic",
      name: "claude-2.1",
      options: { upstream_url: `${anthropic.origin}/v1/complete`, anthropic_version: "2023-06-01" },
    },
  };
  const { url } = await start([target]);
  const response = await post(`${url}/chat`, { prompt: "1 + 1 =" });
  expect(await response.json()).toMatchObject({ object: "text_completion", choices: [{ text: " 2", finish_reason: "stop" }] });
  expect(JSON.parse(anthropic.calls[0]?.body ?? "")).toMatchObject({
    prompt: "Human: 1 + 1 =\n\nAssistant:",
    max_tokens_to_sample: 4096,
  });
});

test.each([
  ["of no type", undefined, (text: string) => text],
  ["called bytes", "application/octet-stream", (text: string) => text],
  ["called JSON", "application/json", (text: string) => text],
  ["with a byte order mark", "text/event-stream", (text: string) => `\uFEFF${text}`],
  ["with CR line ends", "text/plain", (text: string) => text.replaceAll("\n", "\r")],
  ["of JSON lines", "text/event-stream", () => STREAM.map((event) => `${JSON.stringify(event)}\n`).join("")],
  ["that is a whole answer", "text/event-stream", () => JSON.stringify(MESSAGE, undefined, 2)],
])("a stream %s is read as what it is", async (_name, type, written) => {
  anthropic.answer = (response) => {
    response.writeHead(200, type === undefined ? {} : { "content-type": type });
    response.end(written(events(STREAM)));
  };
  const { url } = await start([claude()]);
  const response = await post(`${url}/chat`, { ...CHAT, stream: true });
  expect(response.status).toBe(200);
  expect(response.headers.get("content-type")).toBe("text/event-stream");
  const text = await response.text();
  expect(textOf(text)).toBe("It is 2.");
  expect(text.endsWith("data: [DONE]\n\n")).toBe(true);
});
