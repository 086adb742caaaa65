import { createServer as createHttpServer, type Server } from "node:http";
import { createServer as createTlsServer } from "node:https";
import { connect, type AddressInfo } from "node:net";
import { createCertificate } from "../../../provider/rpc/certificate";
import { CHAT, document, post, startTestGateway, target } from "../../support/gateway";
import { TestUpstream } from "../../support/upstream";

const listen = (server: Server): Promise<number> =>
  new Promise((resolve) => server.listen(0, "127.0.0.1", () => resolve((server.address() as AddressInfo).port)));

test("an upstream whose certificate nobody vouches for is not spoken to", async () => {
  const { privateKeyPem: key, certificatePem: cert } = createCertificate();
  let requests = 0;
  const server = createTlsServer({ key, cert }, (_request, response) => {
    requests++;
    response.end("{}");
  });
  const port = await listen(server);
  const { url, close } = await startTestGateway(document({ targets: [target(`https://localhost:${port}/v1/chat/completions`)] }));
  const response = await post(`${url}/chat`, CHAT);
  expect(response.status).toBe(502);
  expect(await response.json()).toMatchObject({ error: { code: "upstream_connect" } });
  expect(requests).toBe(0);
  await close();
  server.close();
});

describe("a proxy for the way out", () => {
  let upstream: TestUpstream;
  let proxy: Server;
  const tunnels: string[] = [];

  beforeAll(async () => {
    upstream = await TestUpstream.start();
    proxy = createHttpServer();
    proxy.on("connect", (request, socket) => {
      tunnels.push(request.url ?? "");
      const [host = "", port = ""] = (request.url ?? "").split(":");
      const way = connect(Number(port), host, () => socket.write("HTTP/1.1 200 Connection Established\r\n\r\n"));
      way.pipe(socket).pipe(way);
      way.on("error", () => socket.destroy());
      socket.on("error", () => way.destroy());
    });
    process.env["HTTP_PROXY"] = `http://127.0.0.1:${await listen(proxy)}`;
  });
  afterEach(() => {
    tunnels.length = 0;
    delete process.env["NO_PROXY"];
  });
  afterAll(async () => {
    delete process.env["HTTP_PROXY"];
    proxy.closeAllConnections();
    proxy.close();
    await upstream.close();
  });

  async function ask(): Promise<number> {
    const { url, close } = await startTestGateway(document({ targets: [target(upstream.url)] }));
    const { status } = await post(`${url}/chat`, CHAT);
    await close();
    return status;
  }

  test("HTTP_PROXY is obeyed", async () => {
    expect(await ask()).toBe(200);
    expect(tunnels).toEqual([new URL(upstream.origin).host]);
  });

  test("NO_PROXY is obeyed", async () => {
    process.env["NO_PROXY"] = "127.0.0.1";
    expect(await ask()).toBe(200);
    expect(tunnels).toEqual([]);
  });
});
