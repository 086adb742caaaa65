import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";

/** What a request asks of the {@link Upstream}: it stands as JSON in the last message's content. */
export interface Script {
  /** Milliseconds before the answer, or between the chunks of a stream. */
  readonly delayMs?: number;
  /** Chunks of a stream. */
  readonly chunks?: number;
}

/** An OpenAI-shaped provider on one address of this machine, which answers by {@link Script} and remembers what it saw. */
export interface Upstream {
  /** Address of its chat completions. */
  readonly url: string;
  /** Requests by model since the last {@link Upstream.reset}. */
  readonly byModel: ReadonlyMap<string, number>;
  /** Distinct Authorization headers. */
  readonly credentials: ReadonlySet<string>;
  /** Streams whose connection ended before their last chunk was written. */
  readonly aborted: number;
  reset(): void;
  close(): Promise<void>;
}

const ID = { id: "chatcmpl-1", created: 1700000000 };

/** The bytes of a scripted stream, chunk by chunk, `[DONE]` last. */
export function streamChunks(model: string, chunks: number): string[] {
  const event = (delta: object, finish: string | null) =>
    `data: ${JSON.stringify({ ...ID, object: "chat.completion.chunk", model, choices: [{ index: 0, delta, finish_reason: finish }] })}\n\n`;
  const words = Array.from({ length: chunks }, (_, index) => event({ content: `word ${index} ` }, null));
  return [...words, event({}, "stop"), "data: [DONE]\n\n"];
}

/** Starts the provider on a free port of an address. */
export async function startUpstream(address: string): Promise<Upstream> {
  const byModel = new Map<string, number>();
  const credentials = new Set<string>();
  let aborted = 0;

  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const body = await readJson(request);
    const script = JSON.parse(body.messages.at(-1)!.content) as Script;
    byModel.set(body.model, (byModel.get(body.model) ?? 0) + 1);
    credentials.add(request.headers.authorization ?? "none");
    if (body.stream !== true) {
      await sleep(script.delayMs ?? 0);
      response.setHeader("content-type", "application/json").end(completion(body.model));
      return;
    }
    response.on("close", () => {
      if (!response.writableFinished) aborted++;
    });
    response.writeHead(200, { "content-type": "text/event-stream" });
    for (const chunk of streamChunks(body.model, script.chunks ?? 3)) {
      if (response.destroyed) return;
      response.write(chunk);
      await sleep(script.delayMs ?? 0);
    }
    response.end();
  };

  const server = createServer((request, response) => {
    answer(request, response).catch((error: unknown) => response.writeHead(400).end(String(error)));
  });
  await new Promise<void>((listening) => server.listen(0, address, listening));
  return {
    url: `http://${address}:${(server.address() as AddressInfo).port}/v1/chat/completions`,
    byModel,
    credentials,
    get aborted() {
      return aborted;
    },
    reset: () => {
      byModel.clear();
      credentials.clear();
      aborted = 0;
    },
    close: () =>
      new Promise((closed) => {
        server.close(() => closed());
        server.closeAllConnections();
      }),
  };
}

interface ChatRequest {
  readonly model: string;
  readonly stream?: boolean;
  readonly messages: readonly { readonly content: string }[];
}

function completion(model: string): string {
  const choice = { index: 0, message: { role: "assistant", content: `I am ${model}` }, finish_reason: "stop" };
  return JSON.stringify({
    ...ID,
    object: "chat.completion",
    model,
    choices: [choice],
    usage: { prompt_tokens: 5, completion_tokens: 3, total_tokens: 8 },
  });
}

async function readJson(request: IncomingMessage): Promise<ChatRequest> {
  const parts: Buffer[] = [];
  for await (const part of request) parts.push(part as Buffer);
  return JSON.parse(Buffer.concat(parts).toString("utf8")) as ChatRequest;
}
