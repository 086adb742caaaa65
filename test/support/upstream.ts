import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

/** A call as the upstream saw it. */
export interface UpstreamCall {
  readonly method: string;
  readonly url: string;
  readonly headers: IncomingMessage["headers"];
  readonly body: string;
  /** Resolves when the connection of the call has ended before its answer did. */
  readonly aborted: Promise<void>;
}

export type Answer = (response: ServerResponse, call: UpstreamCall) => void | Promise<void>;

/** An upstream that does what the test says, fault or not, and remembers what it saw. */
export class TestUpstream {
  readonly calls: UpstreamCall[] = [];
  answer: Answer = (response, call) => {
    const asked = JSON.parse(call.body) as { model?: string };
    sendJson(response, 200, chatAnswer(`answer of ${asked.model ?? "nobody"}`, asked.model));
  };

  private constructor(readonly server: Server) {}

  static async start(): Promise<TestUpstream> {
    const server = createServer((request, response) => {
      void upstream.take(request, response);
    });
    server.keepAliveTimeout = 60_000;
    const upstream = new TestUpstream(server);
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    return upstream;
  }

  get origin(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  get url(): string {
    return `${this.origin}/v1/chat/completions`;
  }

  async close(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }

  private async take(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const parts: Buffer[] = [];
    try {
      for await (const part of request) parts.push(part as Buffer);
    } catch {
      return;
    }
    const call: UpstreamCall = {
      method: request.method ?? "",
      url: request.url ?? "",
      headers: request.headers,
      body: Buffer.concat(parts).toString(),
      aborted: new Promise((resolve) => {
        response.on("close", () => {
          if (!response.writableFinished) resolve();
        });
      }),
    };
    this.calls.push(call);
    response.on("error", () => undefined);
    await this.answer(response, call);
  }
}

export function sendJson(response: ServerResponse, status: number, body: unknown, headers: Record<string, string> = {}): void {
  const text = JSON.stringify(body);
  response.writeHead(status, { "content-type": "application/json", "content-length": Buffer.byteLength(text), ...headers });
  response.end(text);
}

/** A complete answer in OpenAI's format. */
export function chatAnswer(content: string, model = "gpt-4o"): object {
  return {
    id: "chatcmpl-1",
    object: "chat.completion",
    created: 1,
    model,
    choices: [{ index: 0, message: { role: "assistant", content }, finish_reason: "stop" }],
    usage: { prompt_tokens: 5, completion_tokens: 7, total_tokens: 12 },
  };
}

/** One event of a stream in OpenAI's format. */
export function chatEvent(delta: object, more: object = {}, finish: string | null = null): string {
  const chunk = {
    id: "chatcmpl-1",
    object: "chat.completion.chunk",
    created: 1,
    model: "gpt-4o",
    choices: [{ index: 0, delta, finish_reason: finish }],
    ...more,
  };
  return `data: ${JSON.stringify(chunk)}\n\n`;
}

/** A whole stream: role, texts, finish, end mark. */
export function chatStream(texts: readonly string[]): string {
  return [
    chatEvent({ role: "assistant", content: "" }),
    ...texts.map((content) => chatEvent({ content })),
    chatEvent({}, {}, "stop"),
    "data: [DONE]\n\n",
  ].join("");
}

export function startStream(response: ServerResponse): void {
  response.writeHead(200, { "content-type": "text/event-stream" });
  response.flushHeaders();
}
