import { brotliCompressSync, deflateSync, gzipSync } from "node:zlib";
import { MESSAGE_END, MESSAGE_REFUSALS, messageEvents, wholeMessage } from "./messages";
import type { Random } from "./random";
import { ending, inPieces, type Step } from "./steps";
import { jsonText, mutated, mutatedBytes, strange, type Json } from "./values";

/** What a provider may be asked for. */
export type AnswerKind = "chat" | "stream" | "completion" | "bytes" | "message" | "message-stream" | "embeddings";

/** Limits of the gateway's routes, in milliseconds, around which pauses are tried. */
export const LIMITS = [60, 150, 300, 500];

const CHOICE = { index: 0, message: { role: "assistant", content: "Hello there" }, finish_reason: "stop", logprobs: null };
const USAGE = {
  prompt_tokens: 5,
  completion_tokens: 7,
  total_tokens: 12,
  prompt_tokens_details: { cached_tokens: 1, audio_tokens: 0 },
  completion_tokens_details: { reasoning_tokens: 2 },
};
const TOOL = { id: "call_1", type: "function", function: { name: "f", arguments: "{}" } };

/** As base64, as numbers, and in another order. */
const VECTORS: readonly Json[] = [
  [0, 1].map((index) => ({ object: "embedding", index, embedding: "AACAPwAAAL8=" })),
  [0, 1].map((index) => ({ object: "embedding", index, embedding: [1, -0.5] })),
  [1, 0].map((index) => ({ object: "embedding", index, embedding: "AACAPwAAAL8=" })),
];

const event = (delta: Json, finish: string | null = null, more: object = {}): Json => ({
  id: "chatcmpl-1",
  object: "chat.completion.chunk",
  created: 1,
  model: "m",
  choices: [{ index: 0, delta, finish_reason: finish }],
  ...more,
});

/** The values of a valid answer, one by one: a whole answer is one value, a stream many. */
function valid(random: Random, kind: AnswerKind): Json[] {
  if (kind === "completion")
    return [
      { id: "cmpl-1", object: "text_completion", model: "m", choices: [{ text: "Hello", index: 0, finish_reason: "stop" }], usage: USAGE },
    ];
  if (kind === "embeddings") return [{ object: "list", data: VECTORS[random.int(0, 2)], model: "m", usage: USAGE }];
  if (kind === "message") return [wholeMessage(random)];
  if (kind === "message-stream") return messageEvents(random);
  if (kind !== "stream")
    return [
      {
        id: "chatcmpl-1",
        object: "chat.completion",
        created: 1,
        model: "m",
        choices: [random.chance(0.2) ? { ...CHOICE, message: { role: "assistant", content: null, tool_calls: [TOOL] } } : CHOICE],
        usage: USAGE,
      },
    ];
  const words = Array.from({ length: random.int(0, 12) }, (_, index) => event({ content: `word ${index} ` }));
  const tool = random.chance(0.1) ? [event({ tool_calls: [{ index: 0, ...TOOL }] })] : [];
  const usage = random.chance(0.6) ? [{ id: "chatcmpl-1", object: "chat.completion.chunk", model: "m", choices: [], usage: USAGE }] : [];
  return [event({ role: "assistant", content: "" }), ...words, ...tool, event({}, "stop"), ...usage];
}

const REFUSALS: readonly Json[] = [
  {
    error: { message: "This model's maximum context length is 10 tokens", type: "invalid_request_error", code: "context_length_exceeded" },
  },
  { error: { message: "overloaded", type: "server_error", code: null } },
  { error: { message: "filtered", code: "content_filter" } },
  { error: "text" },
  { message: "Rate limit" },
];

const DONE = "data: [DONE]\n\n";

const isStreamed = (kind: AnswerKind): boolean => kind === "stream" || kind === "message-stream";

function streamText(random: Random, values: readonly Json[], end: string): string {
  const events = values.map((value) => {
    const text = typeof value === "object" && value !== null && random.chance(0.05) ? jsonText(random, value) : JSON.stringify(value);
    switch (random.int(0, 40)) {
      case 0:
        return `event: message\nid: 1\nretry: 5\ndata: ${text}\n\n`;
      case 1:
        return `event: content_block_delta\r\ndata:${text}\r\n\r\n`;
      case 2:
        return `data: ${text}\r\r`;
      case 3:
        return `: comment\n\ndata: ${text}\n\n`;
      case 4:
        return `data: ${text.slice(0, 20)}\ndata: ${text.slice(20)}\n\n`;
      case 5:
        return `data: ${text}\n`;
      case 6:
        return text;
      case 7:
        return `event: error\ndata: {"error":{"message":"overloaded"}}\n\n`;
      case 8:
        return "\n".repeat(random.int(1, 500));
      default:
        return `data: ${text}\n\n`;
    }
  });
  if (random.chance(0.06)) events.reverse();
  if (random.chance(0.06)) events.splice(random.cut(events.length), 0, ...events);
  if (random.chance(0.9)) events.push(end);
  if (random.chance(0.06))
    events.push(random.pick([end, 'data: {"error":{"message":"late"}}\n\n', "x".repeat(2_000), 'data: {"choices":[null]}\n\n']));
  return events.join("");
}

const STATUSES = [200, 200, 201, 204, 206, 300, 301, 304, 400, 401, 403, 404, 413, 429, 429, 500, 502, 503, 529, 599, 600, 999];

const ODD_HEADERS = [
  "Retry-After: 0",
  "Retry-After: 1",
  "Retry-After: -5",
  "Retry-After: Wed, 21 Oct 2099 07:28:00 GMT",
  "retry-after-ms: 30",
  "retry-after-ms: 1e400",
  "Set-Cookie: a=b",
  "X-Kong-Request-Id: theirs",
  "Connection: close",
  "Connection: close, x-a",
  "Keep-Alive: timeout=1",
  "Keep-Alive: timeout=-1, max=x",
  "Trailer: x-t",
  "X-Odd: \xe4\xff",
  "X-Empty:",
  "x-many: 1\r\nx-many: 2\r\nX-Many: 3",
  "Date: never",
  `X-Long: ${"y".repeat(9_000)}`,
  `Connection: ${" ".repeat(2_000)}x`,
  "Content-Type: application/json",
  "__proto__: x",
  "Location: http://127.0.0.1:1/",
];

const pack = { gzip: gzipSync, deflate: deflateSync, br: brotliCompressSync } as const;

interface Body {
  readonly bytes: Buffer;
  readonly coding: string | undefined;
}

function packed(random: Random, bytes: Buffer): Body {
  if (!random.chance(0.15))
    return { bytes, coding: random.chance(0.03) ? random.pick(["gzip", "br", "zstd", "identity", "gzip, br", ""]) : undefined };
  const coding = random.pick(["gzip", "deflate", "br"] as const);
  const whole = pack[coding](bytes);
  const broken = random.chance(0.35) ? mutatedBytes(random, whole) : whole;
  return { bytes: broken, coding: random.chance(0.05) ? "br" : random.chance(0.1) ? coding.toUpperCase() : coding };
}

function chunked(random: Random, bytes: Buffer): Buffer {
  const parts: Buffer[] = [];
  for (let from = 0; from < bytes.length;) {
    const to = Math.min(bytes.length, from + random.pick([1, 7, 60, 500, 20_000]));
    if (parts.length > 400) break;
    parts.push(
      Buffer.from(`${(to - from).toString(16)}${random.chance(0.01) ? ";ext=1" : ""}\r\n`),
      bytes.subarray(from, to),
      Buffer.from("\r\n"),
    );
    from = to;
    if (random.chance(0.002)) parts.push(Buffer.from("zz\r\n"));
  }
  if (random.chance(0.95)) parts.push(Buffer.from(random.chance(0.05) ? "0\r\nx-trailer: 1\r\n\r\n" : "0\r\n\r\n"));
  return Buffer.concat(parts);
}

const MEDIA: Readonly<Record<AnswerKind, string>> = {
  chat: "application/json",
  completion: "application/json",
  stream: "text/event-stream",
  message: "application/json",
  "message-stream": "text/event-stream",
  bytes: "application/octet-stream",
  embeddings: "application/json",
};

/** Something that no answer is: silence, an early end, another protocol. */
function noAnswer(random: Random): Step[] {
  switch (random.int(0, 2)) {
    case 0:
      return [{ do: "wait", ms: random.pick(LIMITS) + 80 }, { do: random.pick(["close", "reset"] as const) }];
    case 1:
      return [{ do: random.pick(["close", "reset", "half-close"] as const) }];
    default:
      return inPieces(random, Buffer.from(random.pick(NO_ANSWERS)), LIMITS);
  }
}

const NO_ANSWERS = ["\0\0\0", "SSH-2.0-x\r\n", "HTTP/1.1\r\n\r\n", "HTTP/9.9 200 OK\r\n\r\n", "HTTP/1.1 200\r\n\r\n"];

const INTERIM = [
  "HTTP/1.1 100 Continue\r\n\r\n",
  "HTTP/1.1 103 Early Hints\r\nLink: <a>\r\n\r\n",
  "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: upgrade\r\n\r\n",
];

const ODD_TYPES = ["text/html", "TEXT/EVENT-STREAM", "application/json; charset=utf-16", "", "text/event-stream;x"];

const ODD_LENGTHS = [
  "Content-Length: x",
  "Content-Length: -1",
  "Content-Length: 99999999999999999999",
  "Content-Length: 3\r\nContent-Length: 4",
  "Transfer-Encoding: gzip",
];

/** True for a mutated answer with this probability, never for a valid one. */
type Odd = (probability: number) => boolean;

function plainBody(random: Random, kind: AnswerKind, status: number, odd: Odd): Buffer {
  const isMessage = kind === "message" || kind === "message-stream";
  const refusals = isMessage ? MESSAGE_REFUSALS : REFUSALS;
  let values = status >= 400 && random.chance(0.8) ? [random.pick(refusals)] : valid(random, kind);
  if (odd(0.4)) values = values.map((value) => (random.chance(values.length === 1 ? 1 : 0.3) ? mutated(random, value) : value));
  if (odd(0.05)) values = [strange(random)];
  if (kind === "bytes") return Buffer.from("b".repeat(random.int(0, 30_000)));
  const text =
    isStreamed(kind) && status < 400
      ? streamText(random, values, isMessage ? MESSAGE_END : DONE)
      : odd(1)
        ? jsonText(random, values[0])
        : JSON.stringify(values[0]);
  return odd(0.15) ? mutatedBytes(random, Buffer.from(text)) : Buffer.from(text);
}

interface Framed {
  readonly headers: readonly string[];
  readonly body: Buffer;
  /** The end of the connection is the end of the body. */
  readonly untilClose: boolean;
}

/** The body's length, told in one of the ways that HTTP has, or in a wrong one. */
function framed(random: Random, bytes: Buffer, isStream: boolean, odd: Odd): Framed {
  const length = (more: number): string => `Content-Length: ${Math.max(0, bytes.length + more)}`;
  const sized = (header: string): Framed => ({ headers: [header], body: bytes, untilClose: false });
  const inChunks = (...more: string[]): Framed => ({
    headers: ["Transfer-Encoding: chunked", ...more],
    body: chunked(random, bytes),
    untilClose: false,
  });
  if (!odd(0.2)) return isStream ? inChunks() : sized(length(0));
  switch (random.int(0, 4)) {
    case 0:
      return sized(length(random.int(1, 50)));
    case 1:
      return sized(length(-random.int(1, 50)));
    case 2:
      return { headers: ["Connection: close"], body: bytes, untilClose: true };
    case 3:
      return sized(random.pick(ODD_LENGTHS));
    default:
      return inChunks(length(0));
  }
}

/** What a provider does after it was asked: about half of the answers are valid, the others are wrong in one or a few ways. */
export function answerOf(random: Random, kind: AnswerKind): Step[] {
  if (random.chance(0.05)) return noAnswer(random);
  const isMutated = random.chance(0.5);
  const odd: Odd = (probability) => isMutated && random.chance(probability);
  const status = odd(0.3) ? random.pick(STATUSES) : 200;
  const isStream = isStreamed(kind) && status < 400;
  const plain = plainBody(random, kind, status, odd);
  const { bytes, coding } = isMutated ? packed(random, plain) : { bytes: plain, coding: undefined };
  const type = odd(0.06) ? random.pick(ODD_TYPES) : MEDIA[isStreamed(kind) && !isStream ? "chat" : kind];
  const head = [`HTTP/1.${odd(0.04) ? 0 : 1} ${status} ${odd(0.05) ? "\xe4" : "OK"}`, `Content-Type: ${type}`];
  if (coding !== undefined) head.push(`Content-Encoding: ${coding}`);
  while (odd(0.25)) head.push(random.pick(ODD_HEADERS));
  const { headers, body, untilClose } = framed(random, bytes, isStream, odd);
  const before = odd(0.04) ? random.pick(INTERIM) : "";
  let whole: Buffer = Buffer.concat([Buffer.from(`${before}${[...head, ...headers].join("\r\n")}\r\n\r\n`, "latin1"), body]);
  if (odd(0.03)) whole = mutatedBytes(random, whole);
  if (odd(0.02)) whole = Buffer.concat([whole, whole]);
  const steps = inPieces(random, whole, LIMITS);
  if (untilClose) return [...steps, { do: random.pick(["close", "half-close"] as const) }];
  return ending(random, steps, isMutated ? 0.2 : 0.01);
}
