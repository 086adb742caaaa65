import OpenAI from "openai";
import type { StreamWriteOptions } from "../../../../runtime/conversation/dialect";
import type { ChatEvent } from "../../../../runtime/conversation/events";
import { client } from "../../../../runtime/dialects/openai/client";

const OPTIONS: StreamWriteOptions = { model: "asked", id: "made-up", created: 7, usage: true };
const USAGE = { prompt_tokens: 1, completion_tokens: 2, total_tokens: 3 };

const HEAD = '{"id":"a","object":"chat.completion.chunk","created":7,"model":"m","choices":[';
/** A chunk's JSON with `usage` asked for: what the delta holds, and what follows it. */
const chunk = (delta: string, rest = `"logprobs":null,"finish_reason":null`, choice = 0): string =>
  `data: ${HEAD}{"index":${choice},"delta":{${delta}},${rest}}],"usage":null}\n\n`;

/** A conversation's events beside what the client hears of each. */
const TRANSCRIPT: readonly (readonly [ChatEvent, string])[] = [
  [{ type: "started", id: "a", model: "m" }, chunk(`"role":"assistant","content":""`)],
  [
    { type: "reasoning", choice: 0, block: 0, text: "Rain?" },
    chunk(`"reasoning_content":"Rain?","reasoning_details":[{"type":"reasoning.text","index":0,"text":"Rain?"}]`),
  ],
  [
    { type: "signature", choice: 0, block: 0, signature: "c2ln" },
    chunk(`"reasoning_details":[{"type":"reasoning.text","index":0,"signature":"c2ln"}]`),
  ],
  [
    { type: "redacted_reasoning", choice: 0, block: 1, data: "ZGF0YQ" },
    chunk(`"reasoning_details":[{"type":"reasoning.encrypted","index":1,"data":"ZGF0YQ"}]`),
  ],
  [{ type: "text", choice: 0, text: 'I "look".\n' }, chunk(String.raw`"content":"I \"look\".\n"`)],
  [{ type: "ping" }, ": ping\n\n"],
  [
    { type: "tool_start", choice: 0, index: 0, id: "call_1", name: "weather" },
    chunk(`"tool_calls":[{"index":0,"id":"call_1","type":"function","function":{"name":"weather","arguments":""}}]`),
  ],
  [
    { type: "tool_arguments", choice: 0, index: 0, text: '{"city"' },
    chunk(String.raw`"tool_calls":[{"index":0,"function":{"arguments":"{\"city\""}}]`),
  ],
  [
    { type: "tool_start", choice: 0, index: 1, id: "call_2", name: "clock" },
    chunk(`"tool_calls":[{"index":1,"id":"call_2","type":"function","function":{"name":"clock","arguments":""}}]`),
  ],
  [{ type: "tool_arguments", choice: 0, index: 1, text: "{}" }, chunk(`"tool_calls":[{"index":1,"function":{"arguments":"{}"}}]`)],
  [
    { type: "tool_arguments", choice: 0, index: 0, text: ':"Ulm"}' },
    chunk(String.raw`"tool_calls":[{"index":0,"function":{"arguments":":\"Ulm\"}"}}]`),
  ],
  [{ type: "logprobs", choice: 0, logprobs: { content: [] } }, chunk("", `"logprobs":{"content":[]},"finish_reason":null`)],
  [{ type: "finished", choice: 0, finish: "tool_calls" }, chunk("", `"logprobs":null,"finish_reason":"tool_calls"`)],
  [{ type: "refusal", choice: 1, text: "No." }, chunk(`"role":"assistant","refusal":"No."`, undefined, 1)],
  [{ type: "finished", choice: 2, finish: "stop" }, chunk(`"role":"assistant"`, `"logprobs":null,"finish_reason":"stop"`, 2)],
  [{ type: "usage", usage: { ...USAGE, total_tokens: 2 } }, ""],
  [{ type: "usage", usage: USAGE }, ""],
  [{ type: "ended" }, `data: ${HEAD}],"usage":{"prompt_tokens":1,"completion_tokens":2,"total_tokens":3}}\n\ndata: [DONE]\n\n`],
];

test("events and what the client hears", () => {
  const writer = client.stream(OPTIONS);
  expect(TRANSCRIPT.map(([event]) => [event, writer.write(event)])).toStrictEqual(TRANSCRIPT);
});

const write = (events: readonly ChatEvent[], options: Partial<StreamWriteOptions> = {}): string => {
  const writer = client.stream({ ...OPTIONS, ...options });
  return events.map((event) => writer.write(event)).join("");
};

const STARTED: ChatEvent = { type: "started", id: "a", model: "m" };
const TEXT: ChatEvent = { type: "text", choice: 0, text: "x" };
const FAILED: ChatEvent = {
  type: "failed",
  error: { message: "Overloaded", type: "overloaded_error", code: undefined, refusal: undefined },
};

test("a client that asks for no usage hears none", () => {
  expect(write([STARTED, { type: "usage", usage: USAGE }, { type: "ended" }], { usage: false })).toBe(
    `data: ${HEAD}{"index":0,"delta":{"role":"assistant","content":""},"logprobs":null,"finish_reason":null}]}\n\ndata: [DONE]\n\n`,
  );
});

test("usage that the provider does not tell is not made up", () => {
  expect(write([STARTED, { type: "ended" }])).not.toContain('"usage":{');
});

test("what the provider does not name is named by the gateway", () => {
  expect(write([{ type: "started", id: undefined, model: undefined }])).toContain(
    '"id":"made-up","object":"chat.completion.chunk","created":7,"model":"asked"',
  );
  expect(write([TEXT])).toContain('"id":"made-up"');
  expect(write([TEXT])).toContain('"delta":{"role":"assistant","content":"x"}');
  expect(write([{ type: "usage", usage: USAGE }, { type: "ended" }], { model: undefined })).toContain(
    '"model":null,"choices":[],"usage":{',
  );
});

test("the role is told once", () => {
  expect(write([STARTED, STARTED, TEXT, TEXT]).match(/"role"/g)).toHaveLength(1);
});

test("a failure is the last that the client hears, without the end mark", () => {
  expect(write([FAILED, TEXT, FAILED, { type: "ended" }])).toBe(
    'data: {"error":{"message":"Overloaded","type":"server_error","param":null,"code":null}}\n\n',
  );
});

test("nothing follows the end mark", () => {
  expect(write([{ type: "ended" }, TEXT, { type: "ping" }, { type: "ended" }])).toBe("data: [DONE]\n\n");
});

test("OpenAI's own library puts the stream together", async () => {
  const events = TRANSCRIPT.map(([event]) => event).filter((event) => !("choice" in event && event.choice > 0));
  const fetch = (): Promise<Response> => Promise.resolve(new Response(write(events), { headers: { "content-type": "text/event-stream" } }));
  const stream = new OpenAI({ apiKey: "x", fetch }).chat.completions.stream({ model: "m", messages: [] });
  expect(await stream.finalChatCompletion()).toMatchObject({
    id: "a",
    model: "m",
    choices: [
      {
        finish_reason: "tool_calls",
        message: {
          role: "assistant",
          content: 'I "look".\n',
          tool_calls: [
            { id: "call_1", type: "function", function: { name: "weather", arguments: '{"city":"Ulm"}' } },
            { id: "call_2", type: "function", function: { name: "clock", arguments: "{}" } },
          ],
        },
      },
    ],
    usage: USAGE,
  });
});
