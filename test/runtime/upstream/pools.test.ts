import type { Server } from "node:http";
import { createServer as createTlsServer } from "node:https";
import type { AddressInfo } from "node:net";
import { createCertificate } from "../../../provider/rpc/certificate";
import { CHAT, document, post, startTestGateway, target } from "../../support/gateway";

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
  const { url, close } = await startTestGateway(
    document({ balancer: { retries: 0 }, targets: [target(`https://localhost:${port}/v1/chat/completions`)] }),
  );
  const response = await post(`${url}/chat`, CHAT);
  expect(response.status).toBe(502);
  expect(await response.json()).toMatchObject({ error: { code: "upstream_connect" } });
  expect(requests).toBe(0);
  await close();
  server.close();
});
