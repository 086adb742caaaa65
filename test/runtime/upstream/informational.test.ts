import { createServer, type AddressInfo } from "node:net";
import { createDispatcher } from "../../../runtime/upstream/dispatcher";

const CONTINUE = "HTTP/1.1 100 Continue\r\n\r\n";
const HINTS = "HTTP/1.1 103 Early Hints\r\nlink: </a.css>; rel=preload\r\n\r\n";
const ANSWER = "HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok";

/** Status and body of so many calls, one after the other on one connection, each answered with these pieces. */
async function answersTo(calls: number, pieces: readonly string[]): Promise<readonly string[]> {
  let connections = 0;
  const server = createServer((socket) => {
    connections++;
    socket.setNoDelay(true);
    socket
      .on("error", () => undefined)
      .on("data", () => {
        void (async () => {
          for (const piece of pieces) {
            socket.write(piece);
            await new Promise((resolve) => setImmediate(resolve));
          }
        })();
      });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const settings = { connections: 1, connectTimeoutMs: 1000, keepAliveTimeoutMs: 1000 };
  const dispatcher = createDispatcher(origin, settings, { proxyFor: () => undefined });
  try {
    const answers: string[] = [];
    for (let call = 0; call < calls; call++) {
      const { statusCode, body } = await dispatcher.request({ origin, path: "/", method: "POST", body: "x" });
      answers.push(`${statusCode} ${await body.text()}`);
    }
    expect(connections).toBe(1);
    return answers;
  } finally {
    await dispatcher.destroy();
    server.close();
  }
}

describe("a head that is no answer yet is passed over", () => {
  test.each([
    ["100, unasked", [CONTINUE, ANSWER]],
    ["100 and the answer in one piece", [CONTINUE + ANSWER]],
    ["100, cut anywhere", Array.from(`${CONTINUE}${ANSWER}`)],
    ["several of them", [CONTINUE, CONTINUE, HINTS, CONTINUE + ANSWER]],
    ["100 with headers of its own", ["HTTP/1.1 100 Continue\r\nserver: x\r\ncontent-length: 0\r\n\r\n", ANSWER]],
    ["103", [HINTS, ANSWER]],
    ["none", [ANSWER]],
  ])("%s", async (_name, pieces) => {
    expect(await answersTo(3, pieces)).toEqual(["200 ok", "200 ok", "200 ok"]);
  });

  test.each([
    ["an error", "HTTP/1.1 429 Too Many Requests\r\ncontent-length: 2\r\n\r\nno", "429 no"],
    ["an answer in chunks", "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n2\r\nok\r\n0\r\n\r\n", "200 ok"],
    ["an answer without a body", "HTTP/1.1 204 No Content\r\n\r\n", "204 "],
  ])("in front of %s", async (_name, answer, told) => {
    expect(await answersTo(3, [CONTINUE + HINTS + CONTINUE, answer])).toEqual([told, told, told]);
    expect(await answersTo(2, Array.from(CONTINUE + answer))).toEqual([told, told]);
  });
});
