import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:https";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { CHAT, document, post, target } from "../support/gateway";
import { chatAnswer, sendJson } from "../support/upstream";
import { GatewayProcess } from "./support/gateway-process";
import { AUTHORITY, EXPIRED, GOOD, KEY, WRONG_HOST } from "../wall/tls-fixture";

const folder = mkdtempSync(join(tmpdir(), "signalbox-tls-"));
const servers: Server[] = [];
const calls: string[] = [];
let running: GatewayProcess | undefined;

afterEach(async () => {
  await running?.close();
  running = undefined;
  for (const server of servers.splice(0)) server.close().closeAllConnections();
});
afterAll(() => rmSync(folder, { recursive: true }));

/** An upstream that shows this certificate; `name` is what its calls are noted by. */
async function upstream(name: string, cert: string): Promise<string> {
  const server = createServer({ cert, key: KEY }, (request, response) => {
    calls.push(name);
    request.resume();
    sendJson(response, 200, chatAnswer(`answer of ${name}`));
  });
  servers.push(server);
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return `https://127.0.0.1:${(server.address() as AddressInfo).port}/v1/chat/completions`;
}

/** A gateway in a process of its own, as Node reads further authorities only when it starts; it knows the fixture's. */
async function gateway(urls: readonly string[]): Promise<GatewayProcess> {
  const authority = join(folder, "ca.pem");
  writeFileSync(authority, AUTHORITY);
  const targets = urls.map((url, index) => target(url, { name: `model-${index}` }));
  return (running = await GatewayProcess.start(document({ targets }), { NODE_EXTRA_CA_CERTS: authority }));
}

test.each([
  ["has expired", EXPIRED, "CERT_HAS_EXPIRED"],
  ["is for another host", WRONG_HOST, "ERR_TLS_CERT_ALTNAME_INVALID"],
])(
  "15. a certificate that %s: nothing is sent, the next target answers, and an error names the reason",
  async (_name, certificate, code) => {
    calls.length = 0;
    const [bad, good] = [await upstream("bad", certificate), await upstream("good", GOOD)];
    const both = await gateway([bad, good]);
    const chat = `${both.url}/chat`;
    const response = await post(chat, CHAT);
    expect(response.status).toBe(200);
    expect(await response.json()).toMatchObject({ choices: [{ message: { content: "answer of good" } }] });
    expect(response.headers.get("x-kong-upstream-attempts")).toBe("2");
    both.configure(document({ balancer: { retries: 0 }, targets: [target(bad)] }));
    const alone = async (): Promise<Response> => {
      const refused = await post(chat, CHAT);
      return refused.status === 200 ? alone() : refused;
    };
    const refused = await alone();
    expect(refused.status).toBe(502);
    expect(await refused.json()).toMatchObject({
      error: { code: "upstream_connect", message: expect.stringContaining(code) as string },
    });
    expect(calls).not.toContain("bad");
  },
  60_000,
);
