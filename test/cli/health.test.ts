import { once } from "node:events";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { CannotRun } from "../../cli/errors";
import { health } from "../../cli/health";
import { freePort } from "../support/free-port";
import { memoryIo } from "./support";

let server: Server;
let status = 200;
beforeAll(async () => {
  server = createServer((request, response) => response.writeHead(request.url === "/readyz" ? status : 404).end('{"status":"x"}\n'));
  await once(server.listen(0, "127.0.0.1"), "listening");
});
afterAll(() => void server.close());

const ask = async (json: boolean, adminHost = "127.0.0.1") => {
  const io = memoryIo();
  const code = await health({ adminHost, adminPort: (server.address() as AddressInfo).port, json }, io);
  return [code, io.out()];
};

test.each([
  [200, false, [0, "ready\n"]],
  [503, false, [1, "not ready (503)\n"]],
  [200, true, [0, '{"status":"x"}\n']],
  [503, true, [1, '{"status":"x"}\n']],
])("status %s, json %s", async (given, json, expected) => {
  status = given;
  expect(await ask(json)).toEqual(expected);
});

test("a gateway that listens on all addresses is asked on loopback", async () => {
  status = 200;
  expect(await ask(false, "0.0.0.0")).toEqual([0, "ready\n"]);
});

test("nothing there", async () => {
  const port = await freePort();
  const io = memoryIo();
  expect(await health({ adminHost: "127.0.0.1", adminPort: port, json: false }, io)).toBe(1);
  expect(io.err()).toContain("nothing listens there");
});

test("no port to ask", async () => {
  await expect(health({ adminHost: "127.0.0.1", adminPort: undefined, json: false }, memoryIo())).rejects.toBeInstanceOf(CannotRun);
});
