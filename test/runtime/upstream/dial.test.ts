import { createServer, type Socket } from "node:net";
import type { AddressInfo } from "node:net";
import { CHAT, document, startTestGateway, target, until } from "../../support/gateway";

test("a call that is given up while its connection is being opened leaves at once, with its connection", async () => {
  const sockets: Socket[] = [];
  // it accepts connections and never says a word of TLS
  const server = createServer((socket) => void sockets.push(socket.on("error", () => undefined).resume()));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const url = `https://127.0.0.1:${(server.address() as AddressInfo).port}/v1/chat/completions`;
  const { gateway, url: base, close } = await startTestGateway(document({ targets: [target(url)], extensions: { max_connections: 1 } }));
  for (let round = 1; round <= 3; round++) {
    const control = new AbortController();
    const asked = fetch(`${base}/chat`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify(CHAT),
      signal: control.signal,
    });
    // with one connection at most, a further one shows that the one before was given back
    await until(() => sockets.length === round);
    control.abort();
    await expect(asked).rejects.toThrow();
    await until(() => sockets[round - 1]?.destroyed === true);
  }
  await until(() => gateway.fullStatus().plugins[0]?.targets[0]?.in_flight === 0);
  await close();
  server.close();
});
