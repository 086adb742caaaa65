import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { CHAT, post, startTestGateway, target, until, type TestGateway } from "../../support/gateway";
import { sendJson, TestUpstream } from "../../support/upstream";

let upstream: TestUpstream;
const open: TestGateway[] = [];

beforeAll(async () => {
  upstream = await TestUpstream.start();
});
afterEach(() => Promise.all(open.splice(0).map((one) => one.close())));
afterAll(() => upstream.close());

const auth = { header_name: "Authorization", header_value: "Bearer {vault://env/LEDGER_TEST_KEY}" };

async function gateway(logging: object, fileLog?: string): Promise<TestGateway> {
  process.env["LEDGER_TEST_KEY"] = "sk-very-secret";
  const plugins = [
    {
      name: "ai-proxy-advanced",
      id: "6e7c40f6-ce96-48e4-a366-d109c169e444",
      config: { targets: [target(upstream.url, { auth, logging, options: { input_cost: 10, output_cost: 20 } })] },
    },
    ...(fileLog === undefined ? [] : [{ name: "file-log", config: { path: fileLog } }]),
  ];
  const one = await startTestGateway({
    _format_version: "3.0",
    services: [{ name: "s", url: "http://x", routes: [{ name: "chat", paths: ["/chat"], plugins }] }],
  });
  open.push(one);
  return one;
}

const theirs = { headers: { "content-type": "application/json", authorization: "Bearer client-secret", cookie: "session=1" } };

test("statistics in Kong's shape, with cost", async () => {
  const { url, log } = await gateway({ log_statistics: true });
  await (await post(`${url}/chat`, CHAT)).text();
  const [line] = await log("exchange");
  expect(line).toMatchObject({
    level: "info",
    method: "POST",
    path: "/chat",
    status: 200,
    route: "chat",
    ai: {
      proxy: {
        meta: {
          plugin_id: "6e7c40f6-ce96-48e4-a366-d109c169e444",
          provider_name: "openai",
          request_model: "gpt-4o",
          response_model: "gpt-4o",
          llm_latency: expect.any(Number) as number,
          request_mode: "oneshot",
        },
        usage: { prompt_tokens: 5, completion_tokens: 7, total_tokens: 12, cost: 0.00019, time_per_token: expect.any(Number) as number },
        tried_targets: [{ provider: "openai", model: "gpt-4o", route_type: "llm/v1/chat", upstream_scheme: "http", host: "127.0.0.1" }],
      },
    },
  });
});

test("without log_statistics and log_payloads there is no ai entry", async () => {
  const { url, log } = await gateway({});
  await (await post(`${url}/chat`, CHAT)).text();
  const [line] = await log("exchange");
  expect(line).not.toHaveProperty("ai");
});

test("payloads only where they are asked for", async () => {
  const { url, log } = await gateway({ log_payloads: true });
  await (await post(`${url}/chat`, CHAT)).text();
  const [line] = await log("exchange");
  const { payload } = (line as unknown as { ai: { proxy: { payload: { request: string; response: string } } } }).ai.proxy;
  expect(JSON.parse(payload.request)).toMatchObject({ model: "gpt-4o", ...CHAT });
  expect(JSON.parse(payload.response)).toMatchObject({ choices: [{ message: { content: "answer of gpt-4o" } }] });
});

test("file-log gets a line per exchange, also for errors, and no credential is in any log", async () => {
  const folder = (await gateway({})).folder;
  const file = join(folder, "file-log.json");
  const { url, log } = await gateway({ log_statistics: true }, file);
  await (await post(`${url}/chat`, CHAT, theirs)).text();
  await (await post(`${url}/chat`, "{", theirs)).text();
  let lines: string[] = [];
  await until(async () => {
    lines = (await readFile(file, "utf8").catch(() => "")).trim().split("\n");
    return lines.length === 2;
  });
  expect(JSON.parse(lines[0] ?? "")).toMatchObject({
    request: { method: "POST", uri: "/chat" },
    response: { status: 200 },
    route: { name: "chat" },
    ai: { proxy: { usage: { total_tokens: 12 } } },
  });
  expect(JSON.parse(lines[1] ?? "")).toMatchObject({ response: { status: 400 } });
  const everything = lines.join("\n") + JSON.stringify(await log());
  for (const secret of ["sk-very-secret", "client-secret", "session=1"]) expect(everything).not.toContain(secret);
});

test("a client's header in UTF-8 is readable in the log, another one is as it was", async () => {
  const file = join((await gateway({})).folder, "file-log.json");
  const { url } = await gateway({}, file);
  const utf8 = (text: string): string => Buffer.from(text).toString("latin1");
  for (const agent of [utf8("Zoë/1 模型"), "Zo\u00eb/1"])
    await post(`${url}/chat`, CHAT, { headers: { ...theirs.headers, "user-agent": agent } });
  let lines: string[] = [];
  await until(async () => {
    lines = (await readFile(file, "utf8").catch(() => "")).trim().split("\n");
    return lines.length === 2;
  });
  const agents = lines.map((line) => (JSON.parse(line) as { request: { headers: Record<string, string> } }).request.headers["user-agent"]);
  expect(agents).toEqual(["Zoë/1 模型", "Zoë/1"]);
});

test("a file that cannot be written is told and stops nothing", async () => {
  const { url, log } = await gateway({}, "/nowhere/at/all.json");
  expect((await post(`${url}/chat`, CHAT)).status).toBe(200);
  await until(async () => (await log("file-log cannot be written")).length > 0);
  expect((await post(`${url}/chat`, CHAT)).status).toBe(200);
});

test("an upstream's total is kept as it is", async () => {
  const before = upstream.answer;
  upstream.answer = (response) =>
    sendJson(response, 200, {
      choices: [],
      usage: { prompt_tokens: 1, completion_tokens: 2, total_tokens: 9, prompt_tokens_details: { cached_tokens: 1 } },
    });
  const { url, log } = await gateway({ log_statistics: true });
  await (await post(`${url}/chat`, CHAT)).text();
  upstream.answer = before;
  const [line] = await log("exchange");
  expect(line).toMatchObject({ ai: { proxy: { usage: { total_tokens: 9, prompt_tokens_details: { cached_tokens: 1 } } } } });
});
