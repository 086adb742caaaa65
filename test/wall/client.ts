import { request as httpRequest, type IncomingHttpHeaders, type IncomingMessage } from "node:http";
import type { Clock } from "../../runtime/clock";

/** What a client got. */
export interface Got {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  /** The body, as far as it came. */
  readonly bytes: Buffer;
  readonly text: string;
  /** Whether the answer ended properly. */
  readonly complete: boolean;
  /** From the request to the answer's end, in milliseconds on the test's clock. */
  readonly ms: number;
}

/** What is sent. */
export interface Sent {
  /** Path and query. */
  readonly path?: string;
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body: string | Buffer;
}

/** One request of a client that shows how far it got. */
export class Asking {
  status = 0;
  headers: IncomingHttpHeaders = {};
  complete = false;
  /** The answer has ended, properly or not. */
  done = false;
  readonly ended: Promise<Got>;
  private readonly parts: Buffer[] = [];
  private readonly request;
  private response: IncomingMessage | undefined;
  private isHeld = false;
  private readonly startedAt: number;
  private finish: (got: Got) => void = () => undefined;

  constructor(
    url: string,
    sent: Sent,
    private readonly clock: Clock,
  ) {
    this.startedAt = clock.now();
    this.ended = new Promise((resolve) => (this.finish = resolve));
    const { path = "/chat", method = "POST", headers = { "content-type": "application/json" }, body } = sent;
    const length = Buffer.byteLength(body);
    this.request = httpRequest(new URL(path, url), { method, headers: { ...headers, "content-length": length }, agent: false });
    this.request.on("response", (response) => this.answered(response));
    this.request.on("error", () => this.end());
    this.request.on("close", () => this.end());
    this.request.end(body);
  }

  /** What has come so far. */
  get text(): string {
    return Buffer.concat(this.parts).toString();
  }

  /** Bytes that have come so far. */
  get length(): number {
    return this.parts.reduce((sum, part) => sum + part.length, 0);
  }

  /** Reads nothing from now on, also of an answer that has not begun. */
  hold(): void {
    this.isHeld = true;
    this.response?.pause();
  }

  release(): void {
    this.isHeld = false;
    this.response?.resume();
  }

  hangUp(): void {
    this.request.destroy();
  }

  private answered(response: IncomingMessage): void {
    this.response = response;
    this.status = response.statusCode ?? 0;
    this.headers = response.headers;
    response.on("data", (part: Buffer) => this.parts.push(part));
    response.on("end", () => {
      this.complete = response.complete;
      this.end();
    });
    // a cut answer is an error of the stream; what counts is that it did not end properly
    response.on("error", () => this.end());
    if (this.isHeld) response.pause();
  }

  private end(): void {
    if (this.done) return;
    this.done = true;
    const { status, headers, complete } = this;
    const bytes = Buffer.concat(this.parts);
    this.finish({ status, headers, complete, bytes, text: bytes.toString(), ms: this.clock.now() - this.startedAt });
  }
}

/** The `data` of a stream's events that are JSON. */
export function chunksOf(text: string): Record<string, unknown>[] {
  return text
    .split("\n\n")
    .filter((one) => one.startsWith("data: ") && one !== "data: [DONE]")
    .map((one) => JSON.parse(one.slice("data: ".length)) as Record<string, unknown>);
}

interface Choice {
  readonly delta?: { readonly content?: string | null };
  readonly message?: { readonly content?: string };
}

/** The text of an answer, be it a stream or not. */
export function contentOf({ headers, text }: Pick<Got, "headers" | "text">): string {
  const isStream = headers["content-type"]?.startsWith("text/event-stream") === true;
  const values = isStream ? chunksOf(text) : [JSON.parse(text) as Record<string, unknown>];
  return values
    .flatMap(({ choices }) => (choices ?? []) as readonly Choice[])
    .map(({ delta, message }) => delta?.content ?? message?.content ?? "")
    .join("");
}

/** The error of an answer, be it whole or inside of a stream; undefined where there is none. */
export function errorOf({
  headers,
  text,
}: Pick<Got, "headers" | "text">): { message: string; type: string; code: string | null } | undefined {
  const isStream = headers["content-type"]?.startsWith("text/event-stream") === true;
  const values = isStream ? chunksOf(text) : [JSON.parse(text) as Record<string, unknown>];
  return values.at(-1)?.["error"] as { message: string; type: string; code: string | null } | undefined;
}
