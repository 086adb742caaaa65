import type { Client } from "./client";
import { until } from "./until";
import { streamChunks, type Upstream } from "./upstream";

/** The bytes that a stream must have: those that the provider sent as the model that answered. */
export function expectedStream(text: string, chunks: number): string {
  return streamChunks(/"model":"([^"]+)"/.exec(text)?.[1] ?? "none", chunks).join("");
}

/** One stream to its end, ten chunks a second. @throws Error where a byte is missing */
export async function whole(client: Client, chunks: number): Promise<void> {
  const text = await client.stream({ chunks, delayMs: 100 });
  if (text !== expectedStream(text, chunks)) throw new Error(`a stream was cut; it ends with ${text.slice(-200)}`);
}

/** Percentage of the next 300 requests, streams among them, that went to `gpt-4o`. */
export async function shareUnderLoad(upstream: Upstream): Promise<number> {
  upstream.reset();
  const total = (): number => [...upstream.byModel.values()].reduce((sum, count) => sum + count, 0);
  await until("300 requests", 10_000, () => total() >= 300);
  return (100 * (upstream.byModel.get("gpt-4o") ?? 0)) / total();
}
