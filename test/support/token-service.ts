import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { sendJson } from "./upstream";

/** A request for a token, as the service saw it. */
export interface TokenRequest {
  readonly method: string;
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: IncomingMessage["headers"];
  readonly form: URLSearchParams;
}

/** A service that gives tokens as Entra does, or does what the test says, and remembers what it was asked. */
export class TestTokenService {
  readonly requests: TokenRequest[] = [];
  /** Every token that it gave. */
  readonly given: string[] = [];
  lifeSeconds: unknown = 3599;
  answer: (response: ServerResponse, request: TokenRequest) => void = (response) => this.give(response);

  private constructor(private readonly server: Server) {}

  static async start(): Promise<TestTokenService> {
    const server = createServer((request, response) => {
      const parts: Buffer[] = [];
      request.on("data", (part: Buffer) => parts.push(part));
      request.on("end", () => {
        const { pathname, searchParams } = new URL(request.url ?? "/", "http://service");
        const form = new URLSearchParams(Buffer.concat(parts).toString());
        const asked = { method: request.method ?? "", path: pathname, query: searchParams, headers: request.headers, form };
        service.requests.push(asked);
        response.on("error", () => undefined);
        service.answer(response, asked);
      });
    });
    const service = new TestTokenService(server);
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    return service;
  }

  get origin(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  /** The token that it gave last. */
  get present(): string {
    return this.given.at(-1) ?? "none was given";
  }

  /** Gives a new token. */
  give(response: ServerResponse): void {
    const token = `token-zq-${this.given.length + 1}`;
    this.given.push(token);
    sendJson(response, 200, { token_type: "Bearer", expires_in: this.lifeSeconds, access_token: token });
  }

  async close(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }
}
