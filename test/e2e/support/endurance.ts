import { createServer, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { Agent } from "undici";

/** Length of endurance tests in seconds: `SOAK=1` runs them whole. */
export const lengthOf = (short: number, whole: number): number => (process.env["SOAK"] === "1" ? whole : short);

/** An upstream whose answers are a function. */
export class LoopbackUpstream {
  /** Requests so far. */
  calls = 0;

  private constructor(private readonly server: Server) {}

  static async start(answer: (response: ServerResponse) => void): Promise<LoopbackUpstream> {
    const server = createServer((request, response) => {
      upstream.calls++;
      request.resume();
      request.on("end", () => answer(response));
      response.on("error", () => undefined);
    });
    server.keepAliveTimeout = 300_000;
    const upstream = new LoopbackUpstream(server);
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    return upstream;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}/v1/chat/completions`;
  }

  /** Ends all connections; the upstream lives on. */
  disconnect(): void {
    this.server.closeAllConnections();
  }

  async close(): Promise<void> {
    this.disconnect();
    await new Promise((resolve) => this.server.close(resolve));
  }
}

/** Connections to the gateway that a test ends by itself, so that the gateway's resources can be compared afterwards. */
export const clientAgent = (connections: number): Agent =>
  new Agent({ connections, pipelining: 1, headersTimeout: 60_000, bodyTimeout: 60_000 });

/** Calls `request` so many times a second for so many seconds, and waits for all of them. */
export async function atRate(perSecond: number, seconds: number, request: () => Promise<void>): Promise<void> {
  const began = performance.now();
  const open: Promise<void>[] = [];
  for (let sent = 0; sent < perSecond * seconds;) {
    const due = Math.min(perSecond * seconds, Math.floor(((performance.now() - began) * perSecond) / 1000));
    for (; sent < due; sent++) open.push(request());
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  await Promise.all(open);
}
