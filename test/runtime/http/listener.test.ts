import { once } from "node:events";
import type { IncomingMessage, ServerResponse } from "node:http";
import { connect, createServer, type AddressInfo, type Socket } from "node:net";
import { createListener, type Listener } from "../../../runtime/http/listener";
import { until } from "../../support/gateway";

const clients: Socket[] = [];
const listeners: Listener[] = [];
const refusals: number[] = [];
/** Requests whose answer is held back. */
const held: ServerResponse[] = [];
afterEach(async () => {
  for (const client of clients.splice(0)) client.destroy();
  await Promise.all(listeners.splice(0).map((one) => one.close()));
  refusals.length = held.length = 0;
});

function listener(maxConnections: number): Listener {
  const handle = (request: IncomingMessage, response: ServerResponse): void => {
    if (request.url === "/hold") held.push(response);
    else response.end("done");
  };
  const made = createListener({ http: {}, handle, maxConnections, onRefused: (count) => refusals.push(count) }).listener;
  listeners.push(made);
  return made;
}

async function listening(maxConnections: number): Promise<Listener> {
  const made = listener(maxConnections);
  await made.listen("127.0.0.1", 0);
  return made;
}

class Client {
  text = "";
  readonly socket: Socket;
  constructor(port: number, host = "127.0.0.1") {
    this.socket = connect(port, host);
    this.socket.on("error", () => undefined);
    this.socket.setEncoding("latin1").on("data", (chunk: string) => (this.text += chunk));
    clients.push(this.socket);
  }
  async connected(): Promise<this> {
    await once(this.socket, "connect");
    return this;
  }
  async ask(path = "/"): Promise<this> {
    const answers = this.text.split("done").length;
    this.socket.write(`GET ${path} HTTP/1.1\r\nHost: a\r\n\r\n`);
    if (path !== "/hold") await until(() => this.text.split("done").length > answers);
    return this;
  }
  get closed(): boolean {
    return this.socket.closed;
  }
}

const connected = async (count: number, port: number): Promise<Client[]> => {
  const made: Client[] = [];
  for (let index = 0; index < count; index++) made.push(await new Client(port).connected());
  return made;
};

describe("connections without a request never keep out those with one", () => {
  test("the ones that have been idle for longest make room, whether they ever asked or not", async () => {
    const { port } = await listening(32);
    const idle = await connected(20, port);
    await idle[0]!.ask();
    await connected(20, port);
    for (const client of await connected(5, port)) await client.ask();
    await until(() => idle[1]!.closed);
    expect(idle[0]!.closed).toBe(false);
    expect(refusals).toEqual([]);
  });

  test("if all are busy, a new one is closed at once, told once, and served again when there is room", async () => {
    const { port } = await listening(4);
    for (const client of await connected(4, port)) await client.ask("/hold");
    await until(() => held.length === 4);
    const late = await connected(3, port);
    await until(() => late.every(({ closed }) => closed));
    expect(refusals).toEqual([1]);
    for (const response of held) response.end("done");
    await until(() => clients[0]!.bytesRead > 0);
    await (await new Client(port).connected()).ask();
  });

  test("if none is idle, those whose requests have not come whole make room, the longest under way first", async () => {
    const { port } = await listening(4);
    const [whole, ...slow] = await connected(4, port);
    await whole!.ask("/hold");
    for (const client of slow) {
      client.socket.write("POST /hold HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\n\r\n{");
      const count = held.length;
      await until(() => held.length > count);
    }
    const [idle] = await connected(1, port);
    await until(() => slow[0]!.closed);
    // an idle one goes before those that are sending
    await (await new Client(port).connected()).ask();
    await until(() => idle!.closed);
    expect([whole, ...slow.slice(1)].map((client) => client!.closed)).toEqual([false, false, false]);
    expect(refusals).toEqual([]);
  });

  test("one whose second request waited is not idle when the first ends", async () => {
    const { port } = await listening(4);
    const [busy] = await connected(1, port);
    busy!.socket.write("GET /hold HTTP/1.1\r\nHost: a\r\n\r\nGET /hold HTTP/1.1\r\nHost: a\r\n\r\n");
    await until(() => held.length === 1);
    held[0]!.end("done");
    await until(() => busy!.text.includes("done") && held.length === 2);
    const idle = await connected(8, port);
    await until(() => idle.filter(({ closed }) => closed).length === 5);
    expect(busy!.closed).toBe(false);
  });
});

test("all servers of localhost share the limit and the port", async () => {
  const made = listener(2);
  await made.listen("localhost", 0);
  const hosts = ["127.0.0.1", "::1"].map((host) => new Client(made.port, host));
  await until(() => hosts.every(({ socket }) => !socket.connecting));
  const served = hosts.filter(({ socket }) => !socket.destroyed);
  expect(served.length).toBeGreaterThan(0);
  for (const client of served) await client.ask("/hold");
  await until(() => held.length === served.length);
  const late = [new Client(made.port, "127.0.0.1"), new Client(made.port, "127.0.0.1")];
  await until(() => late.some(({ closed }) => closed));
});

describe("connections that another process accepted", () => {
  test("are served, counted and limited like its own", async () => {
    const made = listener(2);
    const acceptor = createServer((socket) => made.accept(socket));
    await once(acceptor.listen(0, "127.0.0.1"), "listening");
    const { port } = acceptor.address() as AddressInfo;
    for (const client of await connected(2, port)) await client.ask("/hold");
    await until(() => held.length === 2);
    const [late] = await connected(1, port);
    await until(() => late!.closed);
    expect(refusals).toEqual([1]);
    for (const response of held) response.end("done");
    await until(() => clients.slice(0, 2).every(({ bytesRead }) => bytesRead > 0));
    made.stopAccepting();
    await made.close();
    await until(() => clients.every(({ closed }) => closed));
    acceptor.close();
  });
});
