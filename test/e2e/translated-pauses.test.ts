/** No input holds the event loop when client and provider speak different dialects, so that whole bodies are read and written anew. */
import type { ServerResponse } from "node:http";
import { nested } from "./fuzz/values";
import { LONGEST_MS, MeasuredGateway, sendEvents, sendWhole, type Shape } from "./support/pauses";

const MIB = 1024 * 1024;

const list = (count: number, item: string): string => `[${Array<string>(count).fill(item).join(",")}]`;

const whole = (content: string, more = ""): string =>
  `{"id":"msg_1","type":"message","role":"assistant","model":"m","content":${content},"stop_reason":"end_turn","usage":{"input_tokens":1,"output_tokens":1}${more}}`;
const text = (piece: string): string => `{"type":"text","text":"${piece}"}`;

const event = (data: string): string => `data: ${data}\n\n`;
const BEGIN =
  event(`{"type":"message_start","message":${whole("[]")}}`) +
  event('{"type":"content_block_start","index":0,"content_block":{"type":"text","text":""}}');
const delta = (piece: string): string => event(`{"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":"${piece}"}}`);
const END =
  event('{"type":"message_delta","delta":{"stop_reason":"end_turn"},"usage":{"output_tokens":1}}') + event('{"type":"message_stop"}');

const streamed =
  (events: string) =>
  (response: ServerResponse): void =>
    sendEvents(response, BEGIN + events + END);
const answered =
  (body: string) =>
  (response: ServerResponse): void =>
    sendWhole(response, body);

const messages = (count: number, one: string): string => `{"messages":${list(count, one)}}`;
const USER = '{"role":"user","content":"x"}';
const asked = (more: string): string => `{"messages":[${USER}],${more}}`;
const TOOL =
  '{"type":"function","function":{"name":"f","description":"d","parameters":{"type":"object","properties":{"a":{"type":"string"}}}}}';
const call = (name: string, input: string): string =>
  JSON.stringify({ role: "assistant", tool_calls: [{ id: "c", type: "function", function: { name, arguments: input } }] });

const SHAPES: readonly Shape[] = [
  { name: "a body of 4 MB of short messages", body: () => messages(130_000, USER) },
  { name: "a body of 4 MB of empty messages", body: () => messages(1_300_000, "{}") },
  { name: "a body of 4 MB of parts", body: () => messages(1, `{"role":"user","content":${list(120_000, '{"type":"text","text":"x"}')}}`) },
  { name: "a body of 250,000 values", body: () => messages(50_000, USER) },
  { name: "a body of 250,000 values in tools", body: () => asked(`"tools":${list(15_000, TOOL)}`) },
  { name: "a body of 250,000 values in tool calls", body: () => messages(18_000, call("f", '{"a":1}')) },
  {
    name: "a body of 250,000 values in parts",
    body: () => messages(1, `{"role":"user","content":${list(50_000, '{"type":"text","text":"x"}')}}`),
  },
  { name: "tool arguments of 250,000 values", body: () => messages(1, call("f", `{"a":${list(120_000, "{}")}}`)) },
  { name: "many tool arguments of few values", body: () => messages(20, call("f", `{"a":${list(60_000, "{}")}}`)) },
  { name: "a body of 250,000 values for 50 targets", path: "/many", body: () => messages(50_000, USER) },
  {
    name: "a body of 250,000 values in pictures for 50 targets",
    path: "/many",
    body: () =>
      messages(1, `{"role":"user","content":${list(30_000, '{"type":"image_url","image_url":{"url":"data:image/bmp;base64,A"}}')}}`),
  },
  {
    name: "a body of 250,000 values in tools for 50 targets",
    path: "/many",
    body: () => asked(`"response_format":{"type":"json_object"},"tools":${list(15_000, TOOL)}`),
  },
  { name: "a body of 4 MB of values for 50 targets", path: "/many", body: () => messages(130_000, USER) },
  { name: "a body that is wrong at its end for 50 targets", path: "/many", body: () => `{"messages":[${`${USER},`.repeat(50_000)}null]}` },
  { name: "a body of 1 MB of messages", body: () => messages(33_000, USER) },
  { name: "a body of 1 MB of tools", body: () => asked(`"tools":${list(8_000, TOOL)}`) },
  { name: "a body of 4 MB of tools", body: () => asked(`"tools":${list(30_000, TOOL)}`) },
  { name: "a body of 1 MB of tool calls", body: () => messages(8_000, call("f", '{\"a\":1}')) },
  {
    name: "a body of a schema of 4 MB",
    body: () => asked(`"tools":[{"type":"function","function":{"name":"f","parameters":{"a":${list(1_300_000, "{}")}}}}]`),
  },
  { name: "a body of 4 MB of values in a hint", body: () => asked(`"metadata":${list(2_000_000, "0")}`) },
  { name: "a body of 10,000 members", body: () => asked(Array.from({ length: 9_000 }, (_, index) => `"member${index}":[1]`).join(",")) },
  {
    name: "a body of a picture of 4 MB",
    body: () =>
      messages(1, `{"role":"user","content":[{"type":"image_url","image_url":{"url":"data:image/png;base64,${"A".repeat(3.9 * MIB)}"}}]}`),
  },
  {
    name: "a body of a text file of 4 MB",
    body: () =>
      messages(
        1,
        `{"role":"user","content":[{"type":"file","file":{"filename":"a.txt","file_data":"data:text/plain;base64,${"QUFB".repeat(MIB * 0.9)}"}}]}`,
      ),
  },
  {
    name: "a body of 1 MB of picture addresses",
    body: () => messages(1, `{"role":"user","content":${list(15_000, '{"type":"image_url","image_url":{"url":"https://x/y.png"}}')}}`),
  },
  { name: "a body of a text of 4 MB", body: () => messages(1, `{"role":"user","content":"${"x".repeat(4 * MIB - 100)}"}`) },
  { name: "a body of 4 MB of spaces", body: () => messages(1, `{"role":"user","content":"${" ".repeat(4 * MIB - 100)}"}`) },
  { name: "a body of 2 MB of escapes", body: () => messages(1, `{"role":"user","content":"${"\\u0061".repeat(340_000)}"}`) },
  {
    name: "a body of 4 MB of audio parts",
    body: () => messages(1, `{"role":"user","content":${list(60_000, '{"type":"input_audio","input_audio":{"data":"","format":""}}')}}`),
  },
  {
    name: "a body that is nested deep in a tool",
    body: () => asked(`"tools":[{"type":"function","function":{"name":"f","parameters":${nested(19_000, '{"a":', "}")}}}]`),
  },
  { name: "tool arguments of 4 MB of values", body: () => messages(1, call("f", `{"a":${list(1_300_000, "{}")}}`)) },
  { name: "tool arguments nested 1,000,000 deep", body: () => messages(1, call("f", nested(1_000_000, "[", "]"))) },
  { name: "an event of 30 MB of small values", stream: true, answer: streamed(event(`{"type":"ping","x":${list(10 * MIB, "{}")}}`)) },
  { name: "an event that is nested deep", stream: true, answer: streamed(event(`{"type":"ping","x":${nested(100_000, '{"a":', "}")}}`)) },
  { name: "a large event that is no JSON", stream: true, answer: streamed(event(`{"type":"ping","x":${"[".repeat(30 * MIB)}`)) },
  { name: "an event of 4 MB of digits", stream: true, answer: streamed(event(`{"type":"ping","x":${"1".repeat(4 * MIB)}}`)) },
  { name: "a text delta of 4 MB", stream: true, answer: streamed(delta("x".repeat(4 * MIB))) },
  { name: "4 MB of tiny deltas", stream: true, answer: streamed(delta("x").repeat(45_000)) },
  { name: "4 MB of pings", stream: true, answer: streamed(event('{"type":"ping"}').repeat(180_000)) },
  { name: "4 MB of events that are no JSON", stream: true, answer: streamed(event("{").repeat(450_000)) },
  { name: "4 MB of comments and empty lines", stream: true, answer: streamed(":\n\n".repeat(1_300_000)) },
  { name: "a 4 MB event of short lines", stream: true, answer: streamed(`${"data: \n".repeat(600_000)}\n`) },
  {
    name: "an id of 1 MB and many deltas",
    stream: true,
    answer: (response) =>
      sendEvents(
        response,
        event(`{"type":"message_start","message":{"id":"${"i".repeat(MIB)}","model":"${"m".repeat(MIB)}"}}`) +
          BEGIN +
          delta("x").repeat(2_000) +
          END,
      ),
  },
  {
    name: "a tool call whose start is large",
    stream: true,
    answer: streamed(
      event(
        `{"type":"content_block_start","index":1,"content_block":{"type":"tool_use","id":"a","name":"f","input":{"a":${list(2 * MIB, "{}")}}}}`,
      ),
    ),
  },
  { name: "a stream of 4 MB that nobody asked for", answer: streamed(delta("x").repeat(45_000)) },
  { name: "a text of 4 MB in a stream that nobody asked for", answer: streamed(delta("x".repeat(MIB)).repeat(4)) },
  { name: "an answer of 30 MB of small values", answer: answered(whole(list(10 * MIB, "{}"))) },
  { name: "an answer of 4 MB of small values", answer: answered(whole(list(1_300_000, "{}"))) },
  { name: "an answer of 250,000 values", answer: answered(whole(list(50_000, text("x")))) },
  {
    name: "an answer of 250,000 values in a tool's input",
    answer: answered(whole(`[{"type":"tool_use","id":"t","name":"f","input":{"a":${list(120_000, "{}")}}}]`)),
  },
  {
    name: "an answer of 250,000 values in tool calls",
    answer: answered(whole(list(20_000, '{"type":"tool_use","id":"t","name":"f","input":{"a":1}}'))),
  },
  { name: "an answer of 4 MB of texts", answer: answered(whole(list(120_000, text("x")))) },
  { name: "an answer of 250 KB of small values", answer: answered(whole(list(80_000, "{}"))) },
  {
    name: "an answer of 1,000 tool calls",
    answer: answered(whole(list(1_000, '{"type":"tool_use","id":"t","name":"f","input":{"a":1}}'))),
  },
  { name: "an answer of a text of 4 MB", answer: answered(whole(`[${text("x".repeat(4 * MIB))}]`)) },
  { name: "an answer of a text of 4 MB of escapes", answer: answered(whole(`[${text("\\u00e9".repeat(700_000))}]`)) },
  {
    name: "a tool's input of 4 MB of values",
    answer: answered(whole(`[{"type":"tool_use","id":"t","name":"f","input":{"a":${list(1_300_000, "{}")}}}]`)),
  },
  {
    name: "an answer that is nested deep",
    answer: answered(whole(`[{"type":"tool_use","id":"t","name":"f","input":${nested(1_000_000, '{"a":', "}")}}]`)),
  },
  { name: "a whole answer of 4 MB for a stream", stream: true, answer: answered(whole(list(120_000, text("x")))) },
  {
    name: "a refusal of 60 KB",
    answer: (response) => {
      response.writeHead(400, { "content-type": "application/json" });
      response.end(`{"error":{"message":"x","a":${list(20_000, "{}")}}}`);
    },
  },
];

const sane = answered(whole(`[${text("x")}]`));

let gateway: MeasuredGateway;

const claude = (origin: string, name: string): object => ({
  route_type: "llm/v1/chat",
  logging: { log_statistics: true },
  model: { provider: "anthropic", name, options: { upstream_url: `${origin}/v1/messages`, anthropic_version: "2023-06-01" } },
});

const route = (path: string, targets: readonly object[]): object => ({
  name: path.slice(1),
  paths: [path],
  plugins: [
    {
      name: "ai-proxy-advanced",
      config: { targets, max_request_body_size: 4 * MIB, balancer: { read_timeout: 20_000, retries: 0 } },
    },
  ],
});

beforeAll(async () => {
  gateway = await MeasuredGateway.start(
    (origin) => [
      route("/chat", [claude(origin, "claude-sonnet-4-5")]),
      route(
        "/many",
        Array.from({ length: 50 }, (_, index) => claude(origin, `claude-sonnet-4-5-${20_260_000 + index}`)),
      ),
    ],
    [{ answer: sane }, { stream: true, answer: streamed(delta("x")) }],
  );
}, 120_000);

afterAll(() => gateway.close());

test.each(SHAPES.map((shape) => [shape.name, shape] as const))(
  `%s: no turn of the event loop is longer than ${LONGEST_MS} ms`,
  async (_name, shape) => {
    expect(await gateway.longest(shape, sane)).toBeLessThanOrEqual(LONGEST_MS);
  },
  120_000,
);
