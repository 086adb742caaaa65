import type { RequestListener, ServerResponse } from "node:http";
import { connect, type Socket } from "node:net";
import { createProxyServer } from "../../../runtime/http/proxy-server";
import type { Listener } from "../../../runtime/http/listener";
import { until } from "../../support/gateway";

let listener: Listener;
let begun: ServerResponse[];
const sockets: Socket[] = [];

const answer: RequestListener = (request, response) => {
  request.resume();
  begun.push(response);
};

beforeEach(async () => {
  begun = [];
  listener = createProxyServer(answer, { maxConnections: 100, onRefused: () => undefined });
  await listener.listen("127.0.0.1", 0);
});

afterEach(async () => {
  for (const socket of sockets.splice(0)) socket.destroy();
  await listener.close();
});

function open(bytes: string): Socket & { text: string } {
  const socket = Object.assign(connect(listener.port, "127.0.0.1"), { text: "" });
  socket.on("error", () => undefined).on("data", (data: Buffer) => (socket.text += data.toString()));
  sockets.push(socket);
  socket.write(bytes);
  return socket;
}

const GET = "GET / HTTP/1.1\r\nHost: x\r\n\r\n";

test.each([
  ["bytes that are not HTTP", "NONSENSE\r\n\r\n", 400],
  ["a TLS greeting", "\u0016\u0003\u0001\u0002\u0000", 400],
  ["two lengths", "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n", 400],
  ["a length and chunks", "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n", 400],
  ["a head that is too large", `GET / HTTP/1.1\r\nHost: x\r\nx: ${"x".repeat(70_000)}\r\n\r\n`, 431],
  ["CONNECT", "CONNECT evil:443 HTTP/1.1\r\nHost: evil:443\r\n\r\n", 405],
])("%s ends the connection with an error of the usual form", async (_, bytes, status) => {
  const socket = open(bytes);
  await until(() => socket.destroyed);
  const [head, body = ""] = socket.text.split("\r\n\r\n");
  expect(head).toContain(`HTTP/1.1 ${status} `);
  expect(JSON.parse(body)).toMatchObject({ error: { type: "invalid_request_error" } });
  expect(begun).toEqual([]);
});

test.each(["NONSENSE\r\n\r\n", "CONNECT evil:443 HTTP/1.1\r\nHost: evil:443\r\n\r\n"])(
  "nothing comes into the middle of an answer or in its place when %j follows",
  async (bytes) => {
    const socket = open(GET);
    await until(() => begun.length === 1);
    begun[0]?.write("begun");
    await until(() => socket.text.includes("begun"));
    const { text } = socket;
    socket.write(bytes);
    await until(() => socket.destroyed);
    expect(socket.text).toBe(text);
    const other = open(GET);
    await until(() => begun.length === 2);
    other.write(bytes);
    await until(() => other.destroyed);
    expect(other.text).toBe("");
  },
);

test("a connection whose client asks for an upgrade ends with the answer, as what follows is read by nobody", async () => {
  const socket = open(`POST / HTTP/1.1\r\nHost: x\r\nUpgrade: h2c\r\nConnection: upgrade\r\nContent-Length: 2\r\n\r\n{}${GET}`);
  await until(() => begun.length === 1);
  begun[0]?.end("fine");
  await until(() => socket.destroyed);
  expect(socket.text).toMatch(/^HTTP\/1\.1 200 [^]*Connection: close[^]*fine/);
});
