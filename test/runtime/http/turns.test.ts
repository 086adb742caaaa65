import { createServer, type RequestListener, type ServerResponse } from "node:http";
import { connect, type AddressInfo, type Socket } from "node:net";
import { createProxyServer } from "../../../runtime/http/proxy-server";
import type { Listener } from "../../../runtime/http/listener";
import { inTurns } from "../../../runtime/http/turns";
import { until } from "../../support/gateway";

let listener: Listener;
let begun: { readonly url: string; readonly response: ServerResponse }[];
let closed: string[];
const sockets: Socket[] = [];

beforeEach(async () => {
  begun = [];
  closed = [];
  listener = createProxyServer(answer, { maxConnections: 100, onRefused: () => undefined });
  await listener.listen("127.0.0.1", 0);
});

const answer: RequestListener = (request, response) => {
  const url = request.url ?? "";
  if (url === "/throw") throw new TypeError("a mistake");
  begun.push({ url, response });
  response.on("close", () => closed.push(url));
};

afterEach(async () => {
  for (const socket of sockets.splice(0)) socket.destroy();
  await listener.close();
});

function open(port = listener.port): Socket & { text: string } {
  const socket = Object.assign(connect(port, "127.0.0.1"), { text: "" });
  socket.on("error", () => undefined).on("data", (data: Buffer) => (socket.text += data.toString()));
  sockets.push(socket);
  return socket;
}

const get = (path: string): string => `GET ${path} HTTP/1.1\r\nHost: x\r\n\r\n`;
const urls = (): string[] => begun.map(({ url }) => url);

test("pipelined requests begin one after another and are answered in their order", async () => {
  const socket = open();
  socket.write(get("/1") + get("/2") + get("/3"));
  for (const number of [1, 2, 3]) {
    await until(() => begun.length === number);
    expect(urls()).toEqual(["/1", "/2", "/3"].slice(0, number));
    begun[number - 1]?.response.end(`answer ${number}`);
  }
  await until(() => socket.text.includes("answer 3"));
  expect(socket.text.match(/answer \d/g)).toEqual(["answer 1", "answer 2", "answer 3"]);
});

test("the end of a connection ends the request under way, and those that wait never begin", async () => {
  const socket = open();
  socket.write(get("/1") + get("/2") + get("/3"));
  await until(() => begun.length === 1);
  socket.destroy();
  await until(() => closed.length === 1);
  await new Promise((resolve) => setImmediate(resolve));
  expect(urls()).toEqual(["/1"]);
  expect(closed).toEqual(["/1"]);
});

test("none begins behind an answer that is the last of its connection", async () => {
  const socket = open();
  socket.write(get("/1") + get("/2"));
  await until(() => begun.length === 1);
  // what the client has not read yet keeps the connection from ending at once
  socket.pause();
  begun[0]?.response.writeHead(200, { connection: "close" }).end(Buffer.alloc(16 * 1024 * 1024));
  await new Promise((resolve) => setTimeout(resolve, 20));
  socket.resume();
  await until(() => socket.destroyed);
  await until(() => closed.length === 1);
  expect(urls()).toEqual(["/1"]);
});

test("a connection may have a hundred requests waiting; one that sends more is closed", async () => {
  const patient = open();
  patient.write(get("/patient").repeat(101));
  await until(() => begun.length === 1);
  const greedy = open();
  greedy.write(get("/greedy").repeat(102));
  await until(() => greedy.destroyed);
  await until(() => closed.length === 1);
  expect(patient.destroyed).toBe(false);
  expect(closed).toEqual(["/greedy"]);
});

test("what a request throws at its begin ends its connection alone", async () => {
  const other = open();
  other.write(get("/other"));
  await until(() => begun.length === 1);
  const socket = open();
  socket.write(get("/throw"));
  await until(() => socket.destroyed);
  begun[0]?.response.end("fine");
  await until(() => other.text.endsWith("fine"));
});

test("none begins whose response has no connection to go to, as one before it was answered behind the gateway's back", async () => {
  // the server itself answers a request without a host, and tells nobody
  const server = createServer({ requireHostHeader: true }, inTurns(answer));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const socket = open((server.address() as AddressInfo).port);
  socket.write(`GET /1 HTTP/1.1\r\n\r\n${get("/2")}`);
  await until(() => socket.closed);
  expect(urls()).toEqual([]);
  server.close();
});

const long = Buffer.alloc(300_000, "x").toString();

describe.each([
  ["a long body", `POST /long HTTP/1.1\r\nHost: x\r\nContent-Length: ${long.length}\r\n\r\n${long}`],
  [
    "a body of unknown length",
    `POST /long HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n${long.length.toString(16)}\r\n${long}\r\n0\r\n\r\n`,
  ],
])("a request that is sent ahead with %s", (_what, bytes) => {
  test("does not keep the end of the connection from being heard", async () => {
    for (const end of ["destroy", "resetAndDestroy", "end"] as const) {
      const socket = open();
      socket.write(get(`/${end}`) + bytes);
      await until(() => urls().includes(`/${end}`));
      await new Promise((resolve) => setTimeout(resolve, 20));
      socket[end]();
      await until(() => closed.includes(`/${end}`));
    }
    expect(urls()).not.toContain("/long");
  });

  test("ends the connection behind those before it, which are answered", async () => {
    const socket = open();
    socket.write(get("/1") + get("/2") + bytes + get("/3"));
    for (const number of [1, 2]) {
      await until(() => begun.length === number);
      await new Promise((resolve) => setTimeout(resolve, 20));
      begun[number - 1]?.response.end(`answer ${number}`);
    }
    await until(() => socket.closed);
    expect(socket.text.match(/answer \d/g)).toEqual(["answer 1", "answer 2"]);
    expect(urls()).toEqual(["/1", "/2"]);
  });
});

test("a request behind an answer that is whole, but not taken yet, is served whatever the length of its body", async () => {
  const socket = open();
  socket.write(get("/1"));
  await until(() => begun.length === 1);
  socket.pause();
  begun[0]?.response.end(Buffer.alloc(16 * 1024 * 1024));
  socket.write(`POST /2 HTTP/1.1\r\nHost: x\r\nContent-Length: ${long.length}\r\n\r\n${long}`);
  await new Promise((resolve) => setTimeout(resolve, 20));
  socket.resume();
  await until(() => begun.length === 2);
  begun[1]?.response.end("answer 2");
  await until(() => socket.text.endsWith("answer 2"));
});
