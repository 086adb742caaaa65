/** Asks a built gateway for one thing at a time, and measures for how long that holds its event loop. */
import { createServer, type Server, type ServerResponse } from "node:http";
import { connect, type AddressInfo } from "node:net";
import { BuiltGateway } from "../fuzz/gateway";
import { sliceRecorder, type SliceRecorder } from "./loop-slices";

/** No input may hold the event loop for longer, in milliseconds. */
export const LONGEST_MS = 50;
/** A pause of the gateway's own shows in each of so many tries, one of a busy machine does not. */
const TRIES = 3;

/** One input, of a client or of a provider. */
export interface Shape {
  readonly name: string;
  readonly path?: string;
  readonly headers?: readonly string[];
  /** Made when it is needed, as some are large. */
  readonly body?: () => string | Buffer;
  readonly stream?: boolean;
  readonly answer?: (response: ServerResponse) => void;
}

/** What is asked before anything is measured. */
export type WarmShape = Omit<Shape, "name" | "answer"> & Required<Pick<Shape, "answer">>;

export function sendEvents(response: ServerResponse, events: string | Buffer, coding?: string): void {
  response.writeHead(200, { "content-type": "text/event-stream", ...(coding !== undefined && { "content-encoding": coding }) });
  response.end(events);
}

export function sendWhole(response: ServerResponse, body: string | Buffer, coding?: string): void {
  response.writeHead(200, { "content-type": "application/json", ...(coding !== undefined && { "content-encoding": coding }) });
  response.end(body);
}

/** A gateway in a process of its own, in front of a provider that answers as the shape says. */
export class MeasuredGateway {
  private constructor(
    private readonly provider: Server,
    private readonly recorder: SliceRecorder,
    private readonly gateway: BuiltGateway,
    private readonly upstream: { answer: (response: ServerResponse) => void },
  ) {}

  /**
   * @param routesOf routes of the file, given the provider's origin
   * @param warm asked before anything is measured, as the first requests compile the code
   */
  static async start(routesOf: (origin: string) => readonly object[], warm: readonly WarmShape[]): Promise<MeasuredGateway> {
    const upstream = { answer: (response: ServerResponse): void => void response.end() };
    const provider = createServer((request, response) => {
      response.on("error", () => undefined);
      request.resume().on("end", () => upstream.answer(response));
    });
    await new Promise<void>((listening) => provider.listen(0, "127.0.0.1", listening));
    const routes = routesOf(`http://127.0.0.1:${(provider.address() as AddressInfo).port}`);
    const recorder = sliceRecorder();
    const gateway = await BuiltGateway.start(() => ({ _format_version: "3.0", services: [{ name: "ai", url: "http://x", routes }] }), {
      env: recorder.env,
    });
    const measured = new MeasuredGateway(provider, recorder, gateway, upstream);
    for (const shape of warm) {
      upstream.answer = shape.answer;
      for (let time = 0; time < 20; time++) await measured.ask({ name: "warm", ...shape });
    }
    return measured;
  }

  /** The longest turn of the event loop in milliseconds; the least of some tries. */
  async longest(shape: Shape, answer: (response: ServerResponse) => void): Promise<number> {
    this.upstream.answer = shape.answer ?? answer;
    let least = Infinity;
    for (let attempt = 0; attempt < TRIES && least > LONGEST_MS; attempt++) {
      const since = Date.now();
      const status = await this.ask(shape);
      // the loop was measured while something was done: an answer came, or the connection was cut on purpose
      expect(this.gateway.faults).toEqual([]);
      expect(status).toBeGreaterThan(0);
      await new Promise((resolve) => setTimeout(resolve, 100));
      least = Math.min(least, this.recorder.longest(since));
    }
    return least;
  }

  async close(): Promise<void> {
    await this.gateway.close();
    this.recorder.close();
    this.provider.closeAllConnections();
    await new Promise((closed) => this.provider.close(closed));
  }

  /** Sends the shape on a connection of its own and reads until it ends; resolves to the status, 0 if there was none. */
  private ask({ path = "/chat", headers = [], body, stream = false }: Shape): Promise<number> {
    const text = body?.() ?? JSON.stringify({ messages: [{ role: "user", content: "x" }], stream });
    const isOwn = headers.some((header) => header.startsWith("Connection:"));
    return new Promise((resolve) => {
      const socket = connect(this.gateway.port, "127.0.0.1");
      let status = 0;
      socket.once("data", (part: Buffer) => (status = Number(/^HTTP\/1\.1 (\d+)/.exec(part.toString("latin1"))?.[1] ?? 0)));
      socket
        .resume()
        .on("error", () => undefined)
        .on("close", () => resolve(status));
      const head = [
        `POST ${path} HTTP/1.1`,
        "Host: gateway",
        "Content-Type: application/json",
        `Content-Length: ${Buffer.byteLength(text)}`,
        ...headers,
      ];
      if (isOwn) {
        // this connection is kept: a second request ends it
        socket.write(`${head.join("\r\n")}\r\n\r\n`);
        socket.write(text);
        socket.write("POST /chat HTTP/1.1\r\nHost: gateway\r\nConnection: close\r\nContent-Length: 0\r\n\r\n");
      } else {
        socket.write(`${[...head, "Connection: close"].join("\r\n")}\r\n\r\n`);
        socket.write(text);
      }
    });
  }
}
