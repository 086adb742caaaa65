import { createServer, type RequestListener, type ServerResponse } from "node:http";
import { connect, Socket } from "node:net";
import { createListener, type Listener } from "../../../runtime/http/listener";
import { refuseBytes } from "../../../runtime/http/refused-bytes";
import { CHAT, document, post, startTestGateway, target, until, type TestGateway } from "../../support/gateway";
import { TestUpstream } from "../../support/upstream";

let listener: Listener;
let begun: ServerResponse[];
let refused: [code: string, underWay: boolean][];
const sockets: Socket[] = [];

const answer: RequestListener = (request, response) => {
  request.resume();
  begun.push(response);
};

async function listen(http: object = {}): Promise<void> {
  listener = createListener({
    http: { maxHeaderSize: 64 * 1024, ...http },
    handle: answer,
    maxConnections: 100,
    onRefused: () => undefined,
    onRefusedBytes: (error, response) => {
      refused.push([error.code, response !== undefined]);
      response
        ?.writeHead(error.status, ["content-type", "application/json", "content-length", String(error.body().length)])
        .end(error.body());
    },
  }).listener;
  await listener.listen("127.0.0.1", 0);
}

beforeEach(async () => {
  begun = [];
  refused = [];
  await listen();
});

afterEach(async () => {
  for (const socket of sockets.splice(0)) socket.destroy();
  await listener.close();
});

type Client = Socket & { text: string; failed: boolean };

function open(bytes: string, port = listener.port): Client {
  const socket = Object.assign(connect(port, "127.0.0.1"), { text: "", failed: false });
  socket.on("error", () => (socket.failed = true)).on("data", (data: Buffer) => (socket.text += data.toString()));
  sockets.push(socket);
  socket.write(bytes, "latin1");
  return socket;
}

/** The only answer of a connection that has ended. */
function answered({ text }: Client): { readonly status: number; readonly headers: string; readonly error: { readonly code: string } } {
  const [head = "", body = ""] = text.split("\r\n\r\n");
  expect(head.match(/^content-length: (\d+)$/im)?.[1]).toBe(String(Buffer.byteLength(body)));
  expect(head).toMatch(/^content-type: application\/json/im);
  expect(head).toMatch(/^connection: close$/im);
  const { error } = JSON.parse(body) as { error: { code: string } };
  expect(error).toEqual({ message: expect.any(String) as string, type: "invalid_request_error", code: expect.any(String) as string });
  return { status: Number(/^HTTP\/1\.1 (\d{3}) [A-Z]/.exec(head)?.[1]), headers: head, error };
}

const GET = "GET / HTTP/1.1\r\nHost: x\r\n\r\n";
const POST = "POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n";

test.each([
  ["bytes that are not HTTP", "NONSENSE\r\n\r\n", 400, "bad_request"],
  ["a TLS greeting", "\u0016\u0003\u0001\u0002\u0000", 400, "bad_request"],
  ["two lengths", "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n", 400, "bad_request"],
  ["a length and chunks", "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n", 400, "bad_request"],
  ["a header without a name", "GET / HTTP/1.1\r\nHost: x\r\n: y\r\n\r\n", 400, "bad_request"],
  ["a head that is too large", `GET / HTTP/1.1\r\nHost: x\r\nx: ${"x".repeat(70_000)}\r\n\r\n`, 431, "head_too_large"],
  ["a path that is too large", `GET /${"x".repeat(3_000_000)} HTTP/1.1\r\nHost: x\r\n\r\n`, 431, "head_too_large"],
  ["another version", "GET / HTTP/3.0\r\nHost: x\r\n\r\n", 505, "http_version"],
  ["the greeting of HTTP/2", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", 505, "http_version"],
  ["CONNECT", "CONNECT evil:443 HTTP/1.1\r\nHost: evil:443\r\n\r\n", 405, "method_not_allowed"],
])("%s: the connection ends with an error of the usual form, which is counted", async (_, bytes, status, code) => {
  const socket = open(bytes);
  await until(() => socket.closed);
  expect(socket.failed).toBe(false);
  const { error, ...got } = answered(socket);
  expect([got.status, error.code]).toEqual([status, code]);
  if (status === 405) expect(got.headers).toMatch(/^allow: GET, /im);
  expect(begun).toHaveLength(0);
  expect(refused).toEqual([[code, false]]);
});

test.each([
  ["a head that does not come", "GET / HTTP/1.1\r\nHost:", false],
  ["a body that does not come", `${POST}1\r\n`, true],
])("%s is answered 408", async (_, bytes, underWay) => {
  await listener.close();
  await listen({ headersTimeout: 30, requestTimeout: 60, connectionsCheckingInterval: 20 });
  const socket = open(bytes);
  await until(() => socket.closed);
  const { status, error } = answered(socket);
  expect([status, error.code]).toEqual([408, "request_timeout"]);
  expect(refused).toEqual([["request_timeout", underWay]]);
});

test.each([
  ["no chunk", "nonsense\r\n", 400],
  ["a chunk with too much beside it", `1;${"x".repeat(20_000)}\r\nx\r\n`, 413],
])("a request whose body breaks off as %s is answered, as no answer is under way", async (_, bytes, expected) => {
  const socket = open(POST);
  await until(() => begun.length === 1);
  socket.write(bytes);
  await until(() => socket.closed);
  expect(answered(socket).status).toBe(expected);
  expect(refused).toHaveLength(1);
});

test("a transfer coding that says nothing of the body's end is answered 400", async () => {
  const socket = open("POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: gzip\r\n\r\n");
  await until(() => socket.closed);
  expect(answered(socket).status).toBe(400);
});

test("a client that closes its side in the middle of a body gets none", async () => {
  const socket = open(`${POST}1\r\n`);
  await until(() => begun.length === 1);
  socket.end();
  await until(() => socket.closed);
  expect([socket.text, refused]).toEqual(["", []]);
});

test("what is left of a request that has its answer gets no second one, however it breaks off", async () => {
  await listener.close();
  await listen({ headersTimeout: 30, requestTimeout: 200, connectionsCheckingInterval: 20 });
  for (const [begin, breakOff] of [
    ["POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\n{", (socket: Client) => void socket.end()],
    ["POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\n{", () => undefined],
    [POST, (socket: Client) => void socket.write("nonsense\r\n")],
  ] as const) {
    begun = [];
    const socket = open(begin);
    socket.allowHalfOpen = true;
    await until(() => begun.length === 1);
    begun[0]?.end("fine");
    await until(() => socket.text.includes("fine"));
    breakOff(socket);
    await until(() => socket.readableEnded);
    socket.destroy();
    expect(socket.text.match(/HTTP\/1\.1 \d+/g)).toEqual(["HTTP/1.1 200"]);
  }
  expect(refused).toEqual([]);
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
    expect(refused).toEqual([]);
  },
);

test("a client that goes on sending reads its answer all the same, and is not listened to for ever", async () => {
  const socket = open(`GET / HTTP/1.1\r\nHost: x\r\nx: ${"x".repeat(70_000)}`);
  socket.allowHalfOpen = true;
  const feeding = setInterval(() => socket.write("x".repeat(10_000)), 5);
  await until(() => socket.readableEnded);
  expect(answered(socket).status).toBe(431);
  await until(() => socket.closed);
  clearInterval(feeding);
  expect(refused).toHaveLength(1);
});

test("a connection whose client asks for an upgrade ends with the answer, as what follows is read by nobody", async () => {
  const socket = open(`POST / HTTP/1.1\r\nHost: x\r\nUpgrade: h2c\r\nConnection: upgrade\r\nContent-Length: 2\r\n\r\n{}${GET}`);
  await until(() => begun.length === 1);
  begun[0]?.end("fine");
  await until(() => socket.destroyed);
  expect(socket.text).toMatch(/^HTTP\/1\.1 200 [^]*Connection: close[^]*fine/);
});

test("a connection that the system ends is no mistake of its client's", () => {
  const server = createServer();
  const counted: unknown[] = [];
  refuseBytes(server, (error) => counted.push(error));
  for (const code of ["EPIPE", "ETIMEDOUT", "ECONNRESET"]) {
    const socket = new Socket();
    socket.destroy();
    server.emit("clientError", Object.assign(new Error(code), { code }), socket);
  }
  expect(counted).toEqual([]);
});

test("an expectation that means nothing here changes nothing", async () => {
  const socket = open("POST / HTTP/1.1\r\nHost: x\r\nExpect: tea\r\nContent-Length: 0\r\n\r\n");
  await until(() => begun.length === 1);
  begun[0]?.end("fine");
  await until(() => socket.text.includes("fine"));
});

describe("a gateway", () => {
  let upstream: TestUpstream;
  let gateway: TestGateway;

  beforeAll(async () => {
    upstream = await TestUpstream.start();
    gateway = await startTestGateway(document({ targets: [target(upstream.url)] }));
  });
  afterAll(async () => {
    await gateway.close();
    await upstream.close();
  });

  test("counts and logs what it refuses, each request once, and serves on", async () => {
    const { port } = gateway.gateway;
    const body = "POST /chat HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n";
    for (const [bytes, status] of [
      ["NONSENSE\r\n\r\n", 400],
      ["GET /chat HTTP/1.1\r\nConnection: close\r\n\r\n", 400],
      [`GET / HTTP/1.1\r\nHost: x\r\nx: ${"x".repeat(70_000)}\r\n\r\n`, 431],
      [`${body}5\r\n{"mes\r\nnonsense`, 400],
    ] as const) {
      const socket = open(bytes, port);
      await until(() => socket.closed);
      expect(answered(socket).status).toBe(status);
    }
    expect((await post(`${gateway.url}/chat`, CHAT)).status).toBe(200);
    const errors = (await gateway.log("exchange")).flatMap(({ status, error }) =>
      error === undefined ? [] : [[status, (error as { code: string }).code]],
    );
    expect(errors).toEqual([
      [400, "bad_host"],
      [400, "bad_request"],
    ]);
    const requests = (await gateway.gateway.metrics()).find(({ name }) => name === "signalbox_requests_total")?.values;
    const counts = Object.fromEntries((requests ?? []).map(({ labels, value }) => [`${labels["route"]} ${labels["status"]}`, value]));
    expect(counts).toEqual({ " 400": 2, " 431": 1, "chat 400": 1, "chat 200": 1 });
    expect(upstream.calls).toHaveLength(1);
  });
});
