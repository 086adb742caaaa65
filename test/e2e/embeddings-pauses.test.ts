/** No embeddings hold the event loop: inputs are counted, and vectors read and written anew. */
import type { ServerResponse } from "node:http";
import { LONGEST_MS, MeasuredGateway, sendWhole, type Shape } from "./support/pauses";

const MIB = 1024 * 1024;

const list = (count: number, item: string): string => `[${Array<string>(count).fill(item).join(",")}]`;
const asked = (input: string, more = ""): string => `{"input":${input}${more}}`;
const BASE64 = ',"encoding_format":"base64"';

const vectors = (count: number, embedding: string, from = (index: number) => index): string =>
  Array.from({ length: count }, (_, index) => `{"object":"embedding","index":${from(index)},"embedding":${embedding}}`).join(",");
const whole = (data: string): string => `{"object":"list","data":[${data}],"model":"m","usage":{"prompt_tokens":1,"total_tokens":1}}`;
const answered =
  (body: string) =>
  (response: ServerResponse): void =>
    sendWhole(response, body);

const FLOATS = list(1536, "-0.012345678901234567");
const PACKED = `"${Buffer.alloc(1536 * 4, 7).toString("base64")}"`;

const SHAPES: readonly Shape[] = [
  { name: "a body of 4 MB of tokens", body: () => asked(list(2 * MIB - 100, "1")) },
  { name: "a body of 4 MB of token lists", body: () => asked(list(MIB - 100, "[1]")) },
  { name: "a body of 4 MB of empty texts", body: () => asked(list(1_300_000, '""')) },
  { name: "a body of a text of 4 MB of escapes", body: () => asked(`"${"\\u0061".repeat(690_000)}"`) },
  { name: "a body of 65,536 texts", body: () => asked(list(65_536, '"a"')) },
  { name: "a body of 4 MB beside one input", body: () => asked('"a"', `,"x":${list(1_300_000, "{}")}`) },
  { name: "a body of 3 MB beside many inputs", body: () => asked(list(4000, '"a"'), `,"x":${list(MIB, "{}")}`) },
  { name: "900 vectors as numbers", body: () => asked(list(900, '"a"')), answer: answered(whole(vectors(900, FLOATS))) },
  { name: "900 vectors that are packed", body: () => asked(list(900, '"a"'), BASE64), answer: answered(whole(vectors(900, FLOATS))) },
  { name: "2,000 vectors that are unpacked", body: () => asked(list(2000, '"a"')), answer: answered(whole(vectors(2000, PACKED))) },
  {
    name: "2,000 vectors in another order",
    body: () => asked(list(2000, '"a"'), BASE64),
    answer: answered(whole(vectors(2000, PACKED, (index) => 1999 - index))),
  },
  { name: "a vector of 15,000,000 zeros", body: () => asked('"a"', BASE64), answer: answered(whole(vectors(1, list(15 * MIB, "0")))) },
  { name: "a vector of 30 MB of base64", body: () => asked('"a"'), answer: answered(whole(vectors(1, `"${"A".repeat(30 * MIB)}"`))) },
  { name: "an answer of 30 MB of elements", body: () => asked('"a"'), answer: answered(whole(list(10 * MIB, "{}").slice(1, -1))) },
  {
    name: "calls of 2,048 vectors that are joined",
    body: () => asked(list(4 * 2048, '"a"'), BASE64),
    answer: answered(whole(vectors(2048, `"${Buffer.alloc(512 * 4, 7).toString("base64")}"`))),
  },
];

let gateway: MeasuredGateway;

beforeAll(async () => {
  gateway = await MeasuredGateway.start(
    (origin) => [
      {
        name: "embeddings",
        paths: ["/chat"],
        plugins: [
          {
            name: "ai-proxy-advanced",
            config: {
              targets: [
                {
                  route_type: "llm/v1/embeddings",
                  logging: { log_statistics: true },
                  model: { provider: "openai", name: "m", options: { upstream_url: `${origin}/v1/embeddings` } },
                },
              ],
              max_request_body_size: 5 * MIB,
              balancer: { read_timeout: 20_000, retries: 0 },
            },
          },
        ],
      },
    ],
    [
      { body: () => asked(list(60, '"a"')), answer: answered(whole(vectors(60, FLOATS))) },
      { body: () => asked(list(60, '"a"'), BASE64), answer: answered(whole(vectors(60, FLOATS))) },
      { body: () => asked(list(60, '"a"')), answer: answered(whole(vectors(60, PACKED, (index) => 59 - index))) },
    ],
  );
}, 120_000);

afterAll(() => gateway.close());

test.each(SHAPES.map((shape) => [shape.name, shape] as const))(
  `%s: no turn of the event loop is longer than ${LONGEST_MS} ms`,
  async (_name, shape) => {
    expect(await gateway.longest(shape, answered(whole(vectors(1, FLOATS))))).toBeLessThanOrEqual(LONGEST_MS);
  },
  120_000,
);
