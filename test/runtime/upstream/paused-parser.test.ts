import { createServer, type AddressInfo, type Socket } from "node:net";
import { createDispatcher } from "../../../runtime/upstream/dispatcher";

const BODY = "x".repeat(1000);

/** How a call ends whose answer is held back from its first bytes on, while the provider ends the connection as it likes. */
async function endOf(answer: (socket: Socket) => void): Promise<string> {
  const server = createServer((socket) => void socket.on("error", () => undefined).once("data", () => answer(socket)));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const dispatcher = createDispatcher(
    origin,
    { connections: 1, connectTimeoutMs: 1000, keepAliveTimeoutMs: 1000 },
    { proxyFor: () => undefined },
  );
  try {
    return await new Promise<string>((resolve) => {
      let bytes = 0;
      dispatcher.dispatch(
        { origin, path: "/", method: "GET" },
        {
          onRequestStart: () => undefined,
          onResponseStart: () => undefined,
          onResponseData: (controller, chunk) => {
            bytes += chunk.length;
            controller.pause();
          },
          onResponseEnd: () => resolve(`ended after ${bytes} bytes`),
          onResponseError: () => resolve("failed"),
        },
      );
    });
  } finally {
    await dispatcher.destroy();
    server.close();
  }
}

test.each([
  ["ends an answer without a length", "HTTP/1.1 200 OK\r\n\r\n", (socket: Socket) => socket.end(), `ended after ${BODY.length} bytes`],
  [
    "ends after the whole length",
    `HTTP/1.1 200 OK\r\nconnection: close\r\ncontent-length: ${BODY.length}\r\n\r\n`,
    (socket: Socket) => socket.end(),
    `ended after ${BODY.length} bytes`,
  ],
  [
    "ends before the whole length",
    "HTTP/1.1 200 OK\r\nconnection: close\r\ncontent-length: 5000\r\n\r\n",
    (socket: Socket) => socket.end(),
    "failed",
  ],
  [
    "resets the connection",
    "HTTP/1.1 200 OK\r\nconnection: close\r\ncontent-length: 5000\r\n\r\n",
    (socket: Socket) => setTimeout(() => socket.resetAndDestroy(), 20),
    "failed",
  ],
])("a call whose answer is held back ends when the provider %s", async (_name, head, end, expected) => {
  const ended = await endOf((socket) => {
    socket.write(head + BODY);
    end(socket);
  });
  expect(ended).toBe(expected);
});
