import type { Socket } from "node:net";

/** A request as it came over the wire. */
export interface RawRequest {
  readonly method: string;
  readonly path: string;
  /** Names in lower case; of a repeated one the last value. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
}

const END_OF_HEAD = Buffer.from("\r\n\r\n");
const END_OF_LINE = Buffer.from("\r\n");

/** What the reader waits for may never come: the connection ended. */
class Ended extends Error {}

/** Reads the requests of one connection, one after the other: as much of HTTP/1.1 as a gateway's client sends. */
export class RequestReader {
  private bytes = Buffer.alloc(0);
  private ended = false;
  private wake = (): void => undefined;

  constructor(socket: Socket) {
    socket.on("data", (piece) => {
      this.bytes = Buffer.concat([this.bytes, piece]);
      this.wake();
    });
    socket.on("close", () => {
      this.ended = true;
      this.wake();
    });
  }

  /** The next whole request; undefined where the connection ends before there is one. */
  async next(): Promise<RawRequest | undefined> {
    try {
      const [line = "", ...lines] = (await this.until(END_OF_HEAD)).toString("latin1").split("\r\n");
      const [method = "", path = ""] = line.split(" ");
      const headers = Object.fromEntries(
        lines.map((header) => {
          const colon = header.indexOf(":");
          return [header.slice(0, colon).toLowerCase(), header.slice(colon + 1).trim()];
        }),
      );
      return { method, path, headers, body: await this.body(headers) };
    } catch (error) {
      if (error instanceof Ended) return undefined;
      throw error;
    }
  }

  private async body(headers: Readonly<Record<string, string>>): Promise<Buffer> {
    if (headers["transfer-encoding"] !== "chunked") return this.take(Number(headers["content-length"] ?? 0));
    const parts: Buffer[] = [];
    for (;;) {
      const size = parseInt((await this.until(END_OF_LINE)).toString("latin1"), 16);
      parts.push(await this.take(size));
      await this.until(END_OF_LINE);
      if (size === 0) return Buffer.concat(parts);
    }
  }

  private async take(count: number): Promise<Buffer> {
    while (this.bytes.length < count) await this.more();
    const taken = this.bytes.subarray(0, count);
    this.bytes = this.bytes.subarray(count);
    return taken;
  }

  /** Everything up to a mark, which is dropped. */
  private async until(mark: Buffer): Promise<Buffer> {
    for (;;) {
      const at = this.bytes.indexOf(mark);
      if (at >= 0) {
        const taken = await this.take(at);
        await this.take(mark.length);
        return taken;
      }
      await this.more();
    }
  }

  private async more(): Promise<void> {
    if (this.ended) throw new Ended();
    await new Promise<void>((resolve) => (this.wake = resolve));
  }
}
