import { CHAT, document, post, startTestGateway, until, type TestGateway } from "../../support/gateway";
import { TestTokenService } from "../../support/token-service";
import { chatAnswer, chatStream, sendJson, startStream, TestUpstream } from "../../support/upstream";

jest.setTimeout(60_000);

let service: TestTokenService;
let upstream: TestUpstream;
let running: TestGateway | undefined;
const VARIABLES = ["AZURE_AUTHORITY_HOST", "AZURE_POD_IDENTITY_AUTHORITY_HOST"];

const target = (auth: object, routeType: string, version: string) => ({
  route_type: routeType,
  auth: { azure_use_managed_identity: true, ...auth },
  model: {
    provider: "azure",
    name: "gpt-4o",
    options: {
      azure_instance: "my-instance",
      azure_deployment_id: "my-deployment",
      azure_api_version: version,
      upstream_url: routeType === "preserve" ? upstream.origin : `${upstream.origin}/at/azure`,
    },
  },
});

beforeAll(async () => {
  [service, upstream] = await Promise.all([TestTokenService.start(), TestUpstream.start()]);
  for (const name of VARIABLES) process.env[name] = service.origin;
});
beforeEach(() => {
  service.requests.length = service.given.length = upstream.calls.length = 0;
});
afterEach(async () => {
  await running?.close();
  running = undefined;
});
afterAll(async () => {
  for (const name of VARIABLES) Reflect.deleteProperty(process.env, name);
  await Promise.all([service.close(), upstream.close()]);
});

const SECRET = { azure_client_id: "client-1", azure_tenant_id: "tenant-1", azure_client_secret: "zq-secret" };

test.each<[string, object, string]>([
  ["a client secret", SECRET, "/tenant-1/oauth2/v2.0/token"],
  ["the machine's identity", {}, "/metadata/identity/oauth2/token"],
])("a target of Azure's is called by %s, and again with a new token if the first is refused", async (_what, auth, path) => {
  running = await startTestGateway(document({ targets: [target(auth, "llm/v1/chat", "2024-10-21")] }));
  await until(() => service.given.length === 1);
  upstream.answer = (response, { headers, body }) => {
    if (headers.authorization !== "Bearer token-zq-2")
      sendJson(response, 401, { error: { code: "401", message: "Access token has expired" } });
    else if (body.includes('"stream":true')) {
      startStream(response);
      response.end(chatStream(["It is", " 2."]));
    } else sendJson(response, 200, chatAnswer("It is 2."));
  };
  const answer = await post(`${running.url}/chat`, CHAT);
  expect([answer.status, await answer.json()]).toMatchObject([200, { choices: [{ message: { content: "It is 2." } }] }]);
  expect(await (await post(`${running.url}/chat`, { ...CHAT, stream: true })).text()).toContain("[DONE]");
  expect(service.requests.map((request) => request.path)).toEqual([path, path]);
  expect(upstream.calls.map(({ url, headers }) => [url, headers.authorization, headers["api-key"]])).toEqual([
    ["/at/azure?api-version=2024-10-21", "Bearer token-zq-1", undefined],
    ["/at/azure?api-version=2024-10-21", "Bearer token-zq-2", undefined],
    ["/at/azure?api-version=2024-10-21", "Bearer token-zq-2", undefined],
  ]);
});

test.each([
  ["llm/v1/completions", "2024-10-21", { prompt: "1 + 1" }],
  ["llm/v1/chat", "v1", CHAT],
  ["preserve", "v1", { anything: 1 }],
])("%s of version %s carries the token", async (routeType, version, body) => {
  running = await startTestGateway(document({ targets: [target({}, routeType, version)] }));
  upstream.answer = (response) =>
    sendJson(response, 200, { choices: [{ index: 0, text: "2", message: { content: "2" }, finish_reason: "stop" }] });
  expect((await post(`${running.url}/chat`, body)).status).toBe(200);
  expect(upstream.calls[0]?.headers.authorization).toBe("Bearer token-zq-1");
});
