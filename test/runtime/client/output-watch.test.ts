import { createServer, type ServerResponse } from "node:http";
import { connect, type AddressInfo, type Socket } from "node:net";
import { ClientSide } from "../../../runtime/client/client-side";
import { inTurns } from "../../../runtime/http/turns";
import { until } from "../../support/gateway";

const WRITE_MS = 200;
/** More than the system takes for a client that reads nothing. */
const MUCH = Buffer.alloc(24 * 1024 * 1024);

let handle: (client: ClientSide, response: ServerResponse) => void;
let closed: number;
const server = createServer(
  inTurns((request, response) => {
    request.resume();
    response.on("close", () => closed++);
    const client = new ClientSide(request, response);
    client.writeMs = WRITE_MS;
    handle(client, response);
  }),
);
const sockets: Socket[] = [];

beforeAll(() => new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve)));
beforeEach(() => {
  closed = 0;
});
afterEach(() => {
  for (const socket of sockets.splice(0)) socket.destroy();
});
afterAll(() => server.close());

const GET = "GET / HTTP/1.1\r\nHost: x\r\n\r\n";

function open(bytes: string): Socket {
  const socket = connect((server.address() as AddressInfo).port, "127.0.0.1");
  socket.on("error", () => undefined).pause();
  sockets.push(socket);
  socket.write(bytes);
  return socket;
}

const answerMuch = (client: ClientSide): void => {
  client.open(200, ["content-length", String(MUCH.length)]);
  client.finish(MUCH);
};

test.each<[string, (client: ClientSide, response: ServerResponse) => void]>([
  ["a whole answer", answerMuch],
  [
    "a stream",
    (client, response) => {
      client.open(200, []);
      response.write(MUCH);
      client.limitWait();
    },
  ],
  [
    "a stream that is broken off",
    (client) => {
      client.open(200, []);
      client.breakOff(MUCH);
    },
  ],
])("a client that takes nothing of %s is dropped, also if it goes on sending", async (_what, given) => {
  handle = given;
  const silent = open(GET);
  const sending = open(GET);
  const feed = setInterval(() => sending.write("\r\n"), 10);
  await until(() => closed === 2);
  clearInterval(feed);
  expect(silent.bytesRead + sending.bytesRead).toBeLessThan(MUCH.length);
});

test("a client that takes a single large piece bit by bit is not dropped", async () => {
  handle = answerMuch;
  const socket = open(GET).resume();
  let bytes = 0;
  // as much at a time as makes the client's system tell the gateway's that there is room again
  const bit = MUCH.length / 8;
  let next = bit;
  socket.on("data", (piece) => {
    bytes += piece.length;
    if (bytes < next) return;
    next += bit;
    socket.pause();
    setTimeout(() => socket.resume(), WRITE_MS / 2);
  });
  await until(() => bytes > MUCH.length);
});

test("the limit ends with its answer: the next one of the connection may take its time", async () => {
  let asked = 0;
  handle = (client) => {
    if (asked++ === 0) answerMuch(client);
    else setTimeout(() => client.finish(Buffer.from("late")), 3 * WRITE_MS);
  };
  const socket = open(GET + GET);
  let end = "";
  socket.on("data", (piece) => (end = piece.toString("latin1").slice(-20))).pause();
  await new Promise((resolve) => setTimeout(resolve, WRITE_MS / 4));
  socket.resume();
  await until(() => end.includes("late"));
});
