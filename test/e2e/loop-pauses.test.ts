import type { ServerResponse } from "node:http";
import { brotliCompressSync, constants, deflateRawSync, gzipSync } from "node:zlib";
import { nested } from "./fuzz/values";
import { LONGEST_MS, MeasuredGateway, sendEvents, sendWhole, type Shape } from "./support/pauses";

const MIB = 1024 * 1024;

const chunk = (choices: string): string => `{"id":"1","object":"chat.completion.chunk","model":"m","choices":[${choices}]}`;
const choice = (index: number): string => `{"index":${index},"delta":{"content":"x"},"finish_reason":null}`;
const END = `data: ${chunk('{"index":0,"delta":{"content":"x"},"finish_reason":"stop"}')}\n\ndata: [DONE]\n\n`;
const whole = (content: string): string =>
  `{"id":"1","object":"chat.completion","model":"m","choices":[{"index":0,"message":{"role":"assistant","content":"${content}"},"finish_reason":"stop"}]}`;

const MEMBERS = 200_000;

const SHAPES: readonly Shape[] = [
  { name: "60,000 spaces in Connection", headers: [`Connection: keep-alive,${" ".repeat(60_000)}x`] },
  { name: "60,000 spaces in Accept-Encoding", headers: [`Accept-Encoding: gzip${" ".repeat(60_000)}x`] },
  { name: "30,000 parts of Accept-Encoding", headers: [`Accept-Encoding: ${"a,".repeat(30_000)}x`] },
  {
    name: "spaces in a header of the provider",
    answer: (response) => {
      response.writeHead(200, { "content-type": `text/event-stream${" ".repeat(12_000)}x`, "retry-after": `${" ".repeat(100)}1` });
      response.end(whole("x"));
    },
  },
  {
    name: "an event with 20,000 choices",
    stream: true,
    answer: (response) =>
      sendEvents(response, `data: ${chunk(Array.from({ length: 20_000 }, (_, index) => choice(index)).join(","))}\n\n${END}`),
  },
  {
    name: "20,000 choices, one per event",
    stream: true,
    answer: (response) =>
      sendEvents(response, Array.from({ length: 20_000 }, (_, index) => `data: ${chunk(choice(index))}\n\n`).join("") + END),
  },
  {
    name: "an event with 1 MB of empty choices",
    stream: true,
    answer: (response) => sendEvents(response, `data: ${chunk(Array(350_000).fill("{}").join(","))}\n\n${END}`),
  },
  {
    name: "an event that is nested deep",
    stream: true,
    answer: (response) => sendEvents(response, `data: ${chunk(`{"index":0,"delta":${nested(100_000, '{"a":', "}")}}`)}\n\n${END}`),
  },
  {
    name: "a 4 MB event of short lines",
    stream: true,
    answer: (response) => sendEvents(response, `${"data: \n".repeat(600_000)}\n${END}`),
  },
  {
    name: "4 MB of comments and empty lines",
    stream: true,
    answer: (response) => sendEvents(response, `${":\n\n".repeat(1_300_000)}${END}`),
  },
  { name: "one line of 30 MB", stream: true, answer: (response) => sendEvents(response, `data: ${"x".repeat(30 * MIB)}\n\n${END}`) },
  { name: "a gzip bomb as a whole answer", headers: ["Accept-Encoding: gzip"], answer: (response) => sendWhole(response, BOMB, "gzip") },
  { name: "a gzip bomb as a stream", stream: true, answer: (response) => sendEvents(response, BOMB, "gzip") },
  { name: "a plain answer of 60 MB", answer: (response) => sendWhole(response, whole("x".repeat(60 * MIB))) },
  { name: "a plain answer of 30 MB", answer: (response) => sendWhole(response, whole("x".repeat(30 * MIB))) },
  { name: "an answer of 30 MB of small values", answer: (response) => sendWhole(response, `{"choices":[${"{},".repeat(10 * MIB)}{}]}`) },
  {
    name: "a refusal of 30 MB",
    answer: (response) => {
      response.writeHead(400, { "content-type": "application/json" });
      response.end(`{"error":{"message":"${"x".repeat(30 * MIB)}","code":"context_length_exceeded"}}`);
    },
  },
  {
    name: "a body of 200,000 members",
    body: () =>
      `{"messages":[{"role":"user","content":"x"}],${Array.from({ length: MEMBERS }, (_, index) => `"${index.toString(36)}":1`).join(",")}}`,
  },
  { name: "a body of 1 MB of messages", body: () => `{"messages":[${Array(60_000).fill('{"role":"user"}').join(",")}]}` },
  { name: "a body that is nested deep", body: () => `{"messages":[{"role":"user","content":"x"}],"a":${nested(400_000, "[", "]")}}` },
  { name: "a body of escapes", body: () => `{"messages":[{"role":"user","content":"${"\\u0061".repeat(160_000)}"}]}` },
  ...(["gzip", "deflate", "br"] as const).flatMap((coding): readonly Shape[] => [
    {
      name: `a packed body of almost 4 MB (${coding})`,
      headers: [`Content-Encoding: ${coding}`],
      body: () => PACK[coding](wordy(4 * MIB)),
    },
    {
      name: `a packed body that unpacks to 60 MB (${coding})`,
      headers: [`Content-Encoding: ${coding}`],
      body: () => PACK[coding](Buffer.alloc(60 * MIB, 32)),
    },
  ]),
  { name: "a path against a regular expression", path: `/words/${"a".repeat(50_000)}!`, body: () => '{"messages":[]}' },
  { name: "a path of dots and slashes", path: `/chat${"/..".repeat(10_000)}/./chat` },
  { name: "a query of 60,000 characters", path: `/chat?${"a=%61&".repeat(10_000)}` },
];

const PACK = { gzip: gzipSync, deflate: deflateRawSync, br: (bytes: Buffer) => brotliCompressSync(bytes, FAST) };
const FAST = { params: { [constants.BROTLI_PARAM_QUALITY]: 3 } };

/** A request of somewhat less than this many bytes, which packs about as well as text does. */
function wordy(bytes: number): Buffer {
  const words = Array.from({ length: bytes / 16 }, (_, index) => (index * 2_654_435_761).toString(36).slice(0, 9));
  return Buffer.from(`{"messages":[{"role":"user","content":"${words.join(" ")}"}]}`);
}

const BOMB = gzipSync(Buffer.alloc(120 * MIB, 32), { level: 9 });

const route = (origin: string, paths: string[]): object => ({
  name: paths[0]!.replaceAll(/\W/g, ""),
  paths,
  plugins: [
    {
      name: "ai-proxy-advanced",
      config: {
        targets: [
          {
            route_type: "llm/v1/chat",
            logging: { log_statistics: true },
            model: { provider: "openai", name: "m", options: { upstream_url: `${origin}/v1/chat/completions` } },
          },
        ],
        max_request_body_size: 4 * MIB,
        balancer: { read_timeout: 20_000, retries: 0 },
      },
    },
  ],
});

const sane = (response: ServerResponse): void => sendWhole(response, whole("x"));

let gateway: MeasuredGateway;

beforeAll(async () => {
  gateway = await MeasuredGateway.start(
    (origin) => [route(origin, ["/chat"]), route(origin, ["~/words/(?:[a-z]+)+$"])],
    [
      { ...SHAPES[0]!, answer: sane },
      { stream: true, answer: (response) => sendEvents(response, END) },
    ],
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
