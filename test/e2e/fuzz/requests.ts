import { brotliCompressSync, deflateRawSync, deflateSync, gzipSync } from "node:zlib";
import { LIMITS } from "./answers";
import type { Random } from "./random";
import { ending, inPieces, type Step } from "./steps";
import { jsonText, mutated, mutatedBytes, strange, type Json } from "./values";

/** All that happens on one connection of a client. */
export interface Session {
  /** Indexes of its exchanges; a provider finds its own part of the script by them. */
  readonly exchanges: readonly number[];
  readonly steps: readonly Step[];
  /** Methods of the requests, in their order, if each of them is owed an answer; undefined if the client broke the protocol or left. */
  readonly owed: readonly string[] | undefined;
}

const MESSAGES = [
  { role: "system", content: "Be brief." },
  { role: "user", content: "What is 1 + 1?" },
];

/** One message of each kind. */
const CONVERSATION = [
  ...MESSAGES,
  { role: "assistant", content: null, tool_calls: [{ id: "call_1", type: "function", function: { name: "f", arguments: '{"a":1}' } }] },
  { role: "tool", tool_call_id: "call_1", content: [{ type: "text", text: "2" }] },
  { role: "assistant", content: "Hm", reasoning_details: [{ type: "reasoning.text", text: "Hm", signature: "c2ln" }] },
  {
    role: "user",
    content: [
      { type: "text", text: "And this?" },
      { type: "image_url", image_url: { url: "data:image/png;base64,AA==" } },
    ],
  },
];

const TOOLS = [
  { type: "function", function: { name: "f", description: "d", parameters: { type: "object", properties: { a: { type: "number" } } } } },
];

/** A route with a body that it serves. */
export interface FuzzedRoute {
  readonly path: string;
  readonly body: Json;
}

/** Every route of the fuzzed gateway, in the order of its file. */
export const ROUTES: readonly FuzzedRoute[] = [
  { path: "/chat", body: { model: "quick", messages: MESSAGES, max_tokens: 5, temperature: 1 } },
  { path: "/stream", body: { messages: MESSAGES, stream: true, stream_options: { include_usage: true } } },
  { path: "/completions", body: { prompt: "Once", max_tokens: 5, stream: false } },
  { path: "/preserve", body: { model: "a", input: "x" } },
  { path: "/restart", body: { messages: MESSAGES, stream: true } },
  { path: "/prefill", body: { messages: MESSAGES, stream: true } },
  { path: "/continue", body: { messages: MESSAGES, stream: true } },
  { path: "/templates/gpt-4o", body: { messages: MESSAGES } },
  { path: "/payloads", body: { messages: MESSAGES, stream: true, user: "u" } },
  { path: "/hash", body: { messages: MESSAGES } },
  { path: "/narrow", body: { messages: MESSAGES, stream: true } },
  { path: "/always", body: { messages: MESSAGES } },
  { path: "/slowly", body: { messages: MESSAGES, stream: true } },
  { path: "/usage", body: { messages: MESSAGES } },
  { path: "/small", body: { messages: MESSAGES } },
  { path: "/claude", body: { messages: CONVERSATION, tools: TOOLS, tool_choice: "auto", max_completion_tokens: 50, stop: ["x"] } },
  { path: "/translated", body: { messages: MESSAGES, stream: true, stream_options: { include_usage: true } } },
  { path: "/embeddings", body: { model: "a", input: ["one", "two"], encoding_format: "base64", dimensions: 2, user: "u" } },
  { path: "/crossed", body: { messages: MESSAGES, stream: true, response_format: { type: "json_object" } } },
];

const ODD_PATHS = [
  "",
  "/",
  "/../chat",
  "/%2e%2e/x",
  "/%zz",
  "/a b",
  "//evil",
  "?model=x&a=%",
  "?a=1?b=2#c",
  "/\\x",
  "/%E6%A8%A1%E5%9E%8B",
  "/\xe4",
  "/..;/x",
  `/${"p".repeat(3_000)}`,
];

const ODD_HEADERS = [
  "Accept-Encoding: gzip",
  "Accept-Encoding: gzip;q=0, br;q=1.0, *;q=0.5",
  `Accept-Encoding: gzip${" ".repeat(2_000)};q=1`,
  `Connection: keep-alive,${" ".repeat(2_000)},x`,
  "Connection: close",
  "Connection: upgrade\r\nUpgrade: websocket",
  "Connection: x-fuzz",
  "Expect: 100-continue",
  "Expect: 200-maybe",
  "TE: trailers",
  "Host: other.example",
  "Authorization: Bearer theirs",
  "Cookie: a=b",
  "X-Kong-LLM-Request-ID: 7",
  "X-User: \xe4\xf6",
  `X-Long: ${"y".repeat(9_000)}`,
  `X-Very-Long: ${"y".repeat(80_000)}`,
  "X-Model: gpt-4o/../x",
  "X-Model: http:evil",
  "X-Model:",
  "Content-Type: text/plain",
  "Content-Type: multipart/form-data; boundary=x",
  "Content-Encoding: gzip",
  "Content-Encoding: gzip, identity",
  "Content-Encoding: deflate",
  "Content-Encoding: br",
  "Content-Encoding: zstd",
  "__proto__: x",
  "Forwarded: for=1.2.3.4",
  "Idempotency-Key: 1",
];

const METHODS = ["GET", "HEAD", "PUT", "DELETE", "OPTIONS", "PATCH", "TRACE", "PROPFIND"];

interface OneRequest {
  readonly bytes: Buffer;
  readonly method: string;
  /** Whether the bytes are a complete request of HTTP/1.1. */
  readonly whole: boolean;
  /** Whether it may be sent ahead of the answer to the one before it. */
  readonly mayWait: boolean;
}

/** A longer body, or one of unknown length, does not wait for its turn. */
const LONGEST_WAITING = 16 * 1024;

const header = (name: string, value: string | number): string => `${name}: ${value}`;

function bodyOf(random: Random, route: FuzzedRoute, isMutated: boolean): Buffer {
  if (!isMutated) {
    const streams = random.chance(0.3) && typeof route.body === "object" ? { ...route.body, stream: true } : route.body;
    return Buffer.from(JSON.stringify(streams));
  }
  if (random.chance(0.05)) {
    const packed = random.pick([gzipSync, deflateSync, deflateRawSync, brotliCompressSync])(JSON.stringify(route.body));
    return random.chance(0.3) ? mutatedBytes(random, packed) : packed;
  }
  if (random.chance(0.03))
    return Buffer.from(JSON.stringify({ messages: [{ role: "user", content: "x".repeat(random.pick([70_000, 300_000, 1_100_000])) }] }));
  if (random.chance(0.05)) return Buffer.alloc(0);
  const value = random.chance(0.5) ? mutated(random, route.body) : random.chance(0.1) ? strange(random) : route.body;
  const renamed =
    random.chance(0.2) && typeof value === "object" && value !== null
      ? { ...value, model: random.pick(["模型", "quick", "gpt-4o", "a\nb", "\ud800", "", "constructor"]) }
      : value;
  const bytes = Buffer.from(jsonText(random, renamed));
  return random.chance(0.12) ? mutatedBytes(random, bytes) : bytes;
}

const CHUNKED = "Transfer-Encoding: chunked";

function framed(random: Random, head: string[], body: Buffer, isMutated: boolean): { readonly body: Buffer; readonly whole: boolean } {
  if (random.chance(0.12)) {
    head.push(CHUNKED);
    const size = random.pick([1, 5, 100, 5_000]);
    const parts: Buffer[] = [];
    for (let from = 0; from < body.length; from += Math.max(size, Math.ceil(body.length / 2_000))) {
      const part = body.subarray(from, from + Math.max(size, Math.ceil(body.length / 2_000)));
      parts.push(Buffer.from(`${part.length.toString(16)}\r\n`), part, Buffer.from("\r\n"));
    }
    parts.push(Buffer.from("0\r\n\r\n"));
    return { body: Buffer.concat(parts), whole: true };
  }
  if (!isMutated || random.chance(0.9)) {
    head.push(header("Content-Length", body.length));
    return { body, whole: true };
  }
  head.push(
    random.pick([
      header("Content-Length", body.length + 10),
      header("Content-Length", "x"),
      header("Content-Length", 5_000_000_000),
      "Transfer-Encoding: chunked",
      `Content-Length: ${body.length}\r\nTransfer-Encoding: chunked`,
      "X-No-Length: 1",
    ]),
  );
  return { body, whole: false };
}

const waits = (body: Buffer, head: readonly string[]): boolean => body.length < LONGEST_WAITING && !head.includes(CHUNKED);

function request(random: Random, index: number): OneRequest {
  const route = random.pick(ROUTES);
  const isMutated = random.chance(0.55);
  const odd = (probability: number): boolean => isMutated && random.chance(probability);
  const method = odd(0.12) ? random.pick(METHODS) : "POST";
  let target = odd(0.12) ? `${random.chance(0.7) ? route.path : ""}${random.pick(ODD_PATHS)}` : route.path;
  if (odd(0.03)) target = random.pick([`http://other.example${route.path}`, "*", "http://x:y@evil/", "//", "/templates/模型"]);
  let whole =
    !/[ \\\u0080-\uffff#]/.test(target) && target !== "" && (target.startsWith("/") || target.startsWith("http") || method === "OPTIONS");
  const head = [`${method} ${target} HTTP/1.1`, "Host: gateway.example", header("x-fuzz", index)];
  if (!odd(0.08)) head.push("Content-Type: application/json");
  while (odd(0.25)) head.push(random.pick(ODD_HEADERS));
  // an answer is owed to what the server's own parser takes; the rest may end the connection
  if (head.some((line) => /^(?:X-Very-Long|Host: other|Connection: upgrade|Connection: close)/.test(line))) whole = false;
  const body = framed(random, head, bodyOf(random, route, isMutated), isMutated);
  const text = Buffer.from(`${head.join("\r\n")}\r\n\r\n`, random.chance(0.5) ? "latin1" : "utf8");
  const bytes = Buffer.concat([text, body.body]);
  if (odd(0.04)) return { bytes: mutatedBytes(random, bytes), method, whole: false, mayWait: false };
  return { bytes, method, whole: whole && body.whole, mayWait: waits(body.body, head) };
}

/** The session whose first exchange has this index. */
export function sessionOf(random: Random, first: number): Session {
  const count = random.pick([1, 1, 2, 3, 5, 8]);
  const exchanges = Array.from({ length: count }, (_, index) => first + index);
  const requests = exchanges.map((index) => request(random, index));
  const isPipelined = random.chance(0.2);
  let steps: Step[] = [];
  requests.forEach(({ bytes }, index) => {
    steps.push(...inPieces(random, bytes, LIMITS));
    if (random.chance(0.04)) steps.push({ do: "hold", ms: random.pick(LIMITS) + random.int(-20, 60) });
    if (!isPipelined) steps.push({ do: "answered", count: index + 1 });
  });
  const asked = steps.length;
  steps = ending(random, steps, 0.12);
  if (steps.length !== asked) {
    // who leaves does so while something is under way, not after the answer
    steps = steps.map((step) => (step.do === "answered" && random.chance(0.6) ? { do: "wait", ms: random.int(0, 120) } : step));
  }
  const isServed = !isPipelined || requests.every(({ mayWait }, index) => index === 0 || mayWait);
  const isOwed = steps.length === asked && isServed && requests.every(({ whole }) => whole);
  return { exchanges, steps, owed: isOwed ? requests.map(({ method }) => method) : undefined };
}
