import { once } from "node:events";
import { createServer, type AddressInfo, type Server, type Socket } from "node:net";
import { freePort } from "../support/free-port";
import { systemClock, type Clock } from "../../runtime/clock";
import type { Fault, FaultCall } from "./fault";
import { FAULTS } from "./faults";
import { refusal } from "./openai";
import { Gone, Reply } from "./reply";
import { RequestReader, type RawRequest } from "./request-reader";

/** A call as the upstream saw it. */
export interface SeenCall {
  readonly model: string;
  /** When its last byte came, in milliseconds on the test's clock. */
  readonly at: number;
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
  /** The body's JSON; empty where it is none. */
  readonly json: Readonly<Record<string, unknown>>;
  /** Number of the connection, counted from 1. */
  readonly socket: number;
  readonly reply: Reply;
}

/** The model that no fault is known for. */
const unknownModel: Fault = {
  about: "404: there is no such model",
  answer: (reply, { model }) => reply.json(404, refusal(`The model '${model}' does not exist`, "model_not_found")),
};

/** A target's model name is the fault: `cut:40` = the fault `cut` with the argument 40. */
function faultOf(model: string): { readonly fault: Fault; readonly argument: string } {
  const colon = model.indexOf(":");
  const name = colon < 0 ? model : model.slice(0, colon);
  return { fault: FAULTS[name] ?? unknownModel, argument: colon < 0 ? "" : model.slice(colon + 1) };
}

/**
 * An upstream that speaks HTTP/1.1 over plain sockets, so that it can be wrong in ways that no HTTP server allows, and misbehaves as the model's name
 * in the request says ({@link FAULTS}).
 */
export class FaultUpstream {
  /** All calls, in the order of their arrival. */
  readonly calls: SeenCall[] = [];
  /** For the fault `switched`. */
  isDown = false;
  /** Asked before the model's name is: another way to answer a model; undefined = as its name says. */
  behave: (model: string) => string | undefined = () => undefined;
  private readonly sockets = new Set<Socket>();
  private accepted = 0;

  private constructor(
    private readonly server: Server,
    private readonly clock: Clock,
  ) {
    server.on("connection", (socket) => {
      this.sockets.add(socket);
      socket.setNoDelay();
      // what the other side does to the connection is told by its close
      socket.on("error", () => undefined);
      socket.on("close", () => this.sockets.delete(socket));
      void this.serve(socket, ++this.accepted);
    });
  }

  /** @param clock the test's; all waits of faults run on it */
  static async start(clock: Clock = systemClock): Promise<FaultUpstream> {
    const server = createServer();
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    return new FaultUpstream(server, clock);
  }

  get origin(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  get url(): string {
    return `${this.origin}/v1/chat/completions`;
  }

  /** Connections that are open. */
  get connections(): number {
    return this.sockets.size;
  }

  /** Models of the calls so far, in their order. */
  get models(): string[] {
    return this.calls.map(({ model }) => model);
  }

  /** Calls of a model. */
  of(model: string): SeenCall[] {
    return this.calls.filter((call) => call.model === model);
  }

  /** The only call of a model. @throws Error where there is none, or more than one */
  only(model: string): SeenCall {
    const [call, ...others] = this.of(model);
    if (call === undefined || others.length > 0)
      throw new Error(`${model} must have been called once, but was ${others.length + (call ? 1 : 0)} times`);
    return call;
  }

  /** Ends all connections properly, as a server does with idle ones. */
  endConnections(): void {
    for (const socket of this.sockets) socket.end();
  }

  async close(): Promise<void> {
    const closed = once(this.server, "close");
    this.server.close();
    for (const socket of this.sockets) socket.destroy();
    await closed;
  }

  private async serve(socket: Socket, number: number): Promise<void> {
    const reader = new RequestReader(socket);
    let reply: Reply | undefined;
    socket.once("close", () => reply?.connectionEnded());
    for (let onSocket = 1; ; onSocket++) {
      const request = await reader.next();
      if (request === undefined) return;
      reply = new Reply(socket, this.clock);
      try {
        await this.answer(this.note(request, reply, number), onSocket);
      } catch (error) {
        if (!(error instanceof Gone)) throw error;
        return;
      }
      // an answer that is not over says no more; nothing can come after it on this connection
      if (!reply.over) return;
    }
  }

  private note(request: RawRequest, reply: Reply, socket: number): SeenCall {
    const json = readJson(request.body);
    const { model } = json;
    const call: SeenCall = { ...request, json, model: typeof model === "string" ? model : "", at: this.clock.now(), socket, reply };
    this.calls.push(call);
    return call;
  }

  private async answer({ model, json, at, reply }: SeenCall, onSocket: number): Promise<void> {
    const { fault, argument } = faultOf(this.behave(model) ?? model);
    const call: FaultCall = {
      model,
      json,
      stream: json["stream"] === true,
      asksForUsage: (json["stream_options"] as { include_usage?: boolean } | undefined)?.include_usage === true,
      number: this.calls.length,
      ofModel: this.of(model).length,
      onSocket,
      at,
      date: this.clock.date(),
      origin: this.origin,
      isDown: this.isDown,
    };
    await fault.answer(reply, call, argument);
  }
}

/** What is no JSON object asks for no model. */
function readJson(body: Buffer): Readonly<Record<string, unknown>> {
  try {
    return JSON.parse(body.toString()) as Record<string, unknown>;
  } catch {
    return {};
  }
}

/** An address where nobody listens: connections are refused at once. */
export const refusingUrl = async (): Promise<string> => `http://127.0.0.1:${await freePort()}/v1/chat/completions`;

/** A server that accepts connections and reads nothing from them. */
export class DeafServer {
  private readonly sockets = new Set<Socket>();

  private constructor(private readonly server: Server) {
    server.on("connection", (socket) => {
      this.sockets.add(socket.pause().on("error", () => undefined));
    });
  }

  static async start(): Promise<DeafServer> {
    const server = createServer();
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    return new DeafServer(server);
  }

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}/v1/chat/completions`;
  }

  async close(): Promise<void> {
    const closed = once(this.server, "close");
    this.server.close();
    for (const socket of this.sockets) socket.destroy();
    await closed;
  }
}
