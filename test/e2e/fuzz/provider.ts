import { createServer, type AddressInfo, type Server, type Socket } from "node:net";
import { answerOf, type AnswerKind } from "./answers";
import { perform } from "./perform";
import { Random } from "./random";
import type { Step } from "./steps";

const HEAD_END = Buffer.from("\r\n\r\n");

/** A connection is given up after this time without a request, so that none outlives its test. */
const IDLE_MS = 20_000;

/** A provider on raw sockets, whose answers a seed and the exchange's index decide. */
export class FuzzedProvider {
  /** While true every request gets a valid answer. */
  sane = false;
  private readonly sockets = new Set<Socket>();
  private readonly attempts = new Map<number, number>();
  private server: Server | undefined;

  constructor(private readonly seed: number) {}

  get origin(): string {
    return `http://127.0.0.1:${(this.server?.address() as AddressInfo).port}`;
  }

  async start(): Promise<void> {
    this.server = createServer({ allowHalfOpen: true, noDelay: true }, (socket) => this.serve(socket));
    await new Promise<void>((listening) => this.server?.listen(0, "127.0.0.1", listening));
  }

  /** Ends all connections; new ones are taken. */
  disconnect(): void {
    for (const socket of this.sockets) socket.unref().destroy();
  }

  async close(): Promise<void> {
    this.disconnect();
    await new Promise((closed) => this.server?.close(closed));
  }

  private serve(socket: Socket): void {
    this.sockets.add(socket);
    socket.on("error", () => undefined).on("close", () => this.sockets.delete(socket));
    socket.on("end", () => socket.end());
    socket.setTimeout(IDLE_MS, () => socket.destroy());
    let arrived: Buffer = Buffer.alloc(0);
    let busy = false;
    const next = (): void => {
      if (busy) return;
      const request = firstRequest(arrived);
      if (request === undefined) return;
      arrived = Buffer.from(arrived.subarray(request.length));
      busy = true;
      void perform(socket, this.answer(request.head, request.body)).then(() => {
        busy = false;
        next();
      });
    };
    socket.on("data", (bytes) => {
      arrived = arrived.length === 0 ? bytes : Buffer.concat([arrived, bytes]);
      next();
    });
  }

  private answer(head: string, body: string): Step[] {
    const kind = kindOf(head, body);
    const index = Number(/^x-fuzz: (\d+)/im.exec(head)?.[1] ?? -1);
    if (this.sane || index < 0) return [{ do: "write", bytes: saneAnswer(kind) }];
    const attempt = this.attempts.get(index) ?? 0;
    this.attempts.set(index, attempt + 1);
    // attempts of exchanges that are long over
    if (this.attempts.size > 2_000) this.attempts.delete(this.attempts.keys().next().value ?? 0);
    return answerOf(new Random(this.seed, 2, index, attempt), kind);
  }
}

interface ReadRequest {
  readonly head: string;
  readonly body: string;
  readonly length: number;
}

/** The first complete request in what arrived; the gateway sends bodies with their length. */
function firstRequest(arrived: Buffer): ReadRequest | undefined {
  const end = arrived.indexOf(HEAD_END);
  if (end < 0) return undefined;
  const head = arrived.toString("latin1", 0, end);
  const length = end + HEAD_END.length + Number(/^content-length: (\d+)/im.exec(head)?.[1] ?? 0);
  return arrived.length < length ? undefined : { head, body: arrived.toString("utf8", end + HEAD_END.length, length), length };
}

function kindOf(head: string, body: string): AnswerKind {
  const path = head.slice(0, head.indexOf("\r\n"));
  if (path.includes("/preserve")) return "bytes";
  if (path.includes("/embeddings-target")) return "embeddings";
  const isMessage = path.includes("/messages");
  if (/"stream"\s*:\s*true/.test(body)) return isMessage ? "message-stream" : "stream";
  if (isMessage) return "message";
  return path.includes("/completion-target") ? "completion" : "chat";
}

const CHAT =
  '{"id":"1","object":"chat.completion","model":"m","choices":[{"index":0,"message":{"role":"assistant","content":"Hi"},"finish_reason":"stop"}]}';
const COMPLETION = '{"id":"1","object":"text_completion","model":"m","choices":[{"index":0,"text":"Hi","finish_reason":"stop"}]}';
const STREAM =
  'data: {"id":"1","object":"chat.completion.chunk","model":"m","choices":[{"index":0,"delta":{"content":"Hi"},"finish_reason":"stop"}]}\n\ndata: [DONE]\n\n';

const MESSAGE =
  '{"id":"1","type":"message","role":"assistant","model":"m","content":[{"type":"text","text":"Hi"}],"stop_reason":"end_turn","usage":{"input_tokens":1,"output_tokens":1}}';
const EMBEDDINGS = '{"object":"list","data":[{"index":0,"embedding":[1]},{"index":1,"embedding":[1]}],"model":"m"}';
const MESSAGE_STREAM =
  'data: {"type":"message_start","message":{"id":"1","model":"m"}}\n\ndata: {"type":"content_block_start","index":0,"content_block":{"type":"text","text":"Hi"}}\n\n' +
  'data: {"type":"message_delta","delta":{"stop_reason":"end_turn"}}\n\ndata: {"type":"message_stop"}\n\n';

const SANE: Readonly<Record<AnswerKind, string>> = {
  chat: CHAT,
  bytes: CHAT,
  completion: COMPLETION,
  stream: STREAM,
  message: MESSAGE,
  "message-stream": MESSAGE_STREAM,
  embeddings: EMBEDDINGS,
};

/** A valid answer in the shortest form. */
export function saneAnswer(kind: AnswerKind): Buffer {
  const body = SANE[kind];
  const type = kind === "stream" || kind === "message-stream" ? "text/event-stream" : "application/json";
  return Buffer.from(`HTTP/1.1 200 OK\r\nContent-Type: ${type}\r\nContent-Length: ${body.length}\r\n\r\n${body}`);
}
