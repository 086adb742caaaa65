import { createServer, type Server, type ServerResponse } from "node:http";
import { connect, type AddressInfo, type Socket } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { BuiltGateway } from "./fuzz/gateway";

// large inputs, and a machine that others use too
jest.setTimeout(180_000);

const MIB = 1024 * 1024;

let provider: Server;
let gateway: BuiltGateway;
let sockets: Socket[];
let answer: (response: ServerResponse) => void;

const ANSWER = (content: string): string => `{"model":"m","choices":[{"index":0,"message":{"role":"assistant","content":"${content}"}}]}`;

beforeEach(async () => {
  sockets = [];
  answer = (response) => response.end(ANSWER("x"));
  provider = createServer((request, response) => {
    response.on("error", () => undefined);
    request.resume().on("end", () => answer(response));
  });
  await new Promise<void>((listening) => provider.listen(0, "127.0.0.1", listening));
  const url = `http://127.0.0.1:${(provider.address() as AddressInfo).port}/v1/chat/completions`;
  const target = { route_type: "llm/v1/chat", model: { provider: "openai", name: "m", options: { upstream_url: url } } };
  const route = (name: string, more: object): object => ({
    name,
    paths: [`/${name}`],
    plugins: [{ name: "ai-proxy-advanced", config: { targets: [target], max_request_body_size: 4 * MIB, ...more } }],
  });
  const routes = [
    route("chat", {}),
    route("narrow", { extensions: { max_connections: 1, max_queue: 1024 } }),
    route("impatient", { balancer: { write_timeout: 1_000 } }),
  ];
  gateway = await BuiltGateway.start(() => ({ _format_version: "3.0", services: [{ name: "ai", url: "http://x", routes }] }), {
    nodeArgs: ["--max-old-space-size=512"],
  });
});

afterEach(async () => {
  for (const socket of sockets) socket.destroy();
  await gateway.close();
  provider.closeAllConnections();
  await new Promise((closed) => provider.close(closed));
});

function open(): Socket {
  const socket = connect({ port: gateway.port, host: "127.0.0.1", noDelay: true });
  socket.on("error", () => undefined);
  sockets.push(socket);
  return socket;
}

const head = (path: string, framing: string): string =>
  `POST ${path} HTTP/1.1\r\nHost: gateway\r\nContent-Type: application/json\r\n${framing}\r\n\r\n`;

const written = (socket: Socket, bytes: string | Buffer): Promise<void> => new Promise((resolve) => socket.write(bytes, () => resolve()));

const held = async (): Promise<number> => {
  const { heapUsed, external } = await gateway.measure();
  return (heapUsed + external) / MIB;
};

test("eight clients that send a million chunks of one byte each: what is held is about what was sent", async () => {
  const before = await held();
  const chunks = Buffer.from("1\r\nx\r\n".repeat(10_000));
  const clients = Array.from({ length: 8 }, async () => {
    const socket = open();
    await written(socket, head("/chat", "Transfer-Encoding: chunked"));
    for (let sent = 0; sent < 100; sent++) await written(socket, chunks);
  });
  await Promise.all(clients);
  await sleep(500);
  expect(await held()).toBeLessThan(before + 64);
  expect(gateway.faults).toEqual([]);
}, 180_000);

test("eight answers of a provider that sends chunks of one byte each: what is held is about what was sent", async () => {
  const before = await held();
  let under = 0;
  answer = (response) => {
    const { socket } = response;
    socket!.write("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n");
    const chunks = "1\r\nx\r\n".repeat(10_000);
    void (async () => {
      for (let sent = 0; sent < 100; sent++) await written(socket!, chunks);
      under++;
    })();
  };
  const body = '{"messages":[{"role":"user","content":"x"}]}';
  for (let client = 0; client < 8; client++) open().write(head("/chat", `Content-Length: ${body.length}`) + body);
  while (under < 8) await sleep(50);
  await sleep(500);
  expect(await held()).toBeLessThan(before + 64);
  expect(gateway.faults).toEqual([]);
}, 180_000);

test("300 requests of 1 MB that were given up at a full target are held no longer", async () => {
  answer = () => undefined;
  const before = await held();
  const body = `{"messages":[{"role":"user","content":"${"x".repeat(MIB)}"}]}`;
  const request = head("/narrow", `Content-Length: ${body.length}`) + body;
  open().write(request);
  for (let round = 0; round < 10; round++) {
    const clients = Array.from({ length: 30 }, open);
    await Promise.all(clients.map((socket) => written(socket, request)));
    await sleep(150);
    for (const socket of clients) socket.destroy();
  }
  await sleep(1_000);
  expect(await held()).toBeLessThan(before + 64);
  // the one that has the connection is all that is left
  expect(await gateway.metric("signalbox_requests_in_flight")).toEqual([1]);
}, 180_000);

test("clients that do not read their whole answers are dropped after write_timeout", async () => {
  const large = ANSWER("x".repeat(8 * MIB));
  answer = (response) => response.writeHead(200, { "content-type": "application/json" }).end(large);
  const before = await held();
  const body = '{"messages":[{"role":"user","content":"x"}]}';
  const clients = Array.from({ length: 30 }, open);
  for (const socket of clients) {
    socket.pause();
    socket.write(head("/impatient", `Content-Length: ${body.length}`) + body);
  }
  const end = performance.now() + 20_000;
  let inFlight = [1];
  while (performance.now() < end && (inFlight[0] !== 0 || (await held()) > before + 48)) {
    await sleep(500);
    inFlight = await gateway.metric("signalbox_requests_in_flight");
  }
  expect(inFlight).toEqual([0]);
  expect(await held()).toBeLessThan(before + 48);
}, 180_000);
