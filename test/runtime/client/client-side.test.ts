import { createServer, get, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { ClientSide } from "../../../runtime/client/client-side";

/** Less than what a writer has to wait for. */
const PIECE = Buffer.alloc(12 * 1024);

/** An answer to a client that reads nothing; a little of it could not be sent. */
async function unread(use: (client: ClientSide) => void): Promise<void> {
  const server = createServer((request, response) => {
    const client = new ClientSide(request, response);
    client.writeMs = 20;
    client.open(200, []);
    fill(response, () => use(client));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const asked = get({ port: (server.address() as AddressInfo).port, agent: false });
  asked.on("response", (response) => response.on("error", () => undefined).pause()).on("error", () => undefined);
  const connection = new Promise<void>((resolve) => server.once("connection", (socket) => socket.once("close", () => resolve())));
  await connection;
  asked.destroy();
  await new Promise((resolve) => server.close(resolve));
}

/** Writes until the system takes no more. */
function fill(response: ServerResponse, full: () => void): void {
  response.write(PIECE);
  setTimeout(() => {
    if (response.writableLength === 0) fill(response, full);
    else if (response.writableNeedDrain) throw new Error("Only a little must be left");
    else full();
  }, 0);
}

test.each([
  ["an answer that ends", (client: ClientSide) => client.finish(Buffer.from("end"))],
  ["a stream that breaks off with an error", (client: ClientSide) => client.breakOff(Buffer.from("error"))],
])("a client that takes nothing is dropped: %s", async (_name, use) => {
  await unread(use);
});
