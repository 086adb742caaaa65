import { writeFile } from "node:fs/promises";
import { ConfigurationRefused } from "../../runtime/configuration-refused";
import { startGateway } from "../../runtime/gateway";
import { CHAT, document, post, startTestGateway, target, until, type TestGateway } from "../support/gateway";
import { chatEvent, startStream, TestUpstream } from "../support/upstream";

let upstream: TestUpstream;
const open: TestGateway[] = [];

beforeAll(async () => {
  upstream = await TestUpstream.start();
});
afterEach(() => Promise.all(open.splice(0).map((one) => one.close())));
afterAll(() => upstream.close());

async function gateway(config: object, options = {}): Promise<TestGateway> {
  const one = await startTestGateway(document(config), options);
  open.push(one);
  return one;
}

const modelOf = async (url: string): Promise<string> => ((await (await post(`${url}/chat`, CHAT)).json()) as { model: string }).model;

async function readyz(one: TestGateway): Promise<{ status: number; body: Record<string, unknown> }> {
  const response = await fetch(`http://127.0.0.1:${one.gateway.adminPort ?? 0}/readyz`);
  return { status: response.status, body: (await response.json()) as Record<string, unknown> };
}

test("a new configuration is served without a restart", async () => {
  const one = await gateway({ targets: [target(upstream.url, { name: "before" })] });
  expect(await modelOf(one.url)).toBe("before");
  await one.reconfigure(document({ targets: [target(upstream.url, { name: "after" })] }));
  expect(await modelOf(one.url)).toBe("after");
  expect(await readyz(one)).toMatchObject({ status: 200, body: { status: "ready", configuration: "served" } });
});

test.each([
  ["half-written", '{"_format_version": "3.0", "services": ['],
  ["empty", ""],
  ["with an unknown field", JSON.stringify(document({ targets: [], tragets: 1 }))],
  ["with an address that is none", JSON.stringify(document({ targets: [target("nowhere")] }))],
])("a file that is %s changes nothing and shows in /readyz", async (_name, text) => {
  const one = await gateway({ targets: [target(upstream.url, { name: "good" })] });
  const { digest } = (await readyz(one)).body;
  await one.reconfigure(text);
  expect(await modelOf(one.url)).toBe("good");
  const { status, body } = await readyz(one);
  expect(status).toBe(200);
  expect(body).toMatchObject({ status: "ready", configuration: "refused", reason: expect.any(String) as string, digest });
  await one.reconfigure(document({ targets: [target(upstream.url, { name: "mended" })] }));
  expect(await modelOf(one.url)).toBe("mended");
});

test("the last good file survives a restart with a refused one", async () => {
  const first = await gateway({ targets: [target(upstream.url, { name: "good" })] });
  const state = `${first.folder}/state`;
  const second = await gateway({ targets: [target(upstream.url, { name: "kept" })] }, { stateDir: state });
  await until(async () => (await readyz(second)).status === 200);
  await second.reconfigure("{");
  await second.gateway.close();
  const restarted = await startGateway({
    config: second.configFile,
    port: 0,
    adminPort: 0,
    stateDir: state,
    logDestination: `${first.folder}/second.log`,
  });
  expect(await modelOf(`http://127.0.0.1:${restarted.port}`)).toBe("kept");
  expect(restarted.status()).toMatchObject({ ready: true, configuration: { state: "refused" } });
  await restarted.close();
});

test("without a usable configuration and without an earlier one it does not start, and says why", async () => {
  const one = await gateway({ targets: [target(upstream.url)] });
  const file = `${one.folder}/bad.yaml`;
  await writeFile(file, JSON.stringify(document({ targets: [target(upstream.url, { weight: 0 })] })));
  const starting = startGateway({ config: file, port: 0, logDestination: `${one.folder}/bad.log` });
  await expect(starting).rejects.toBeInstanceOf(ConfigurationRefused);
  await expect(starting).rejects.toMatchObject({
    problems: [{ severity: "error", path: expect.arrayContaining(["targets", 0, "weight"]) as unknown[] }],
  });
});

test("an exchange finishes on the snapshot that it began with", async () => {
  const fine = upstream.answer;
  let release = (): void => undefined;
  const released = new Promise<void>((resolve) => (release = resolve));
  upstream.answer = async (response) => {
    startStream(response);
    response.write(chatEvent({ content: "begun" }));
    await released;
    response.end(`${chatEvent({}, {}, "stop")}data: [DONE]\n\n`);
  };
  const one = await gateway({ targets: [target(upstream.url)] });
  const response = await post(`${one.url}/chat`, { ...CHAT, stream: true });
  upstream.answer = fine;
  await one.reconfigure({ _format_version: "3.0" });
  expect((await post(`${one.url}/chat`, CHAT)).status).toBe(404);
  release();
  expect(await response.text()).toContain("[DONE]");
});

test("reloads under load drop no request", async () => {
  const one = await gateway({ targets: [target(upstream.url, { name: "m0" })] });
  let running = true;
  const statuses = new Map<number, number>();
  const load = Array.from({ length: 10 }, async () => {
    while (running) {
      const response = await post(`${one.url}/chat`, CHAT);
      await response.text();
      statuses.set(response.status, (statuses.get(response.status) ?? 0) + 1);
    }
  });
  for (let change = 1; change <= 5; change++) await one.reconfigure(document({ targets: [target(upstream.url, { name: `m${change}` })] }));
  expect(await modelOf(one.url)).toBe("m5");
  running = false;
  await Promise.all(load);
  expect([...statuses.keys()]).toEqual([200]);
});

test("/healthz answers, and anything else on the admin port is not found", async () => {
  const one = await gateway({ targets: [target(upstream.url)] });
  const admin = `http://127.0.0.1:${one.gateway.adminPort ?? 0}`;
  expect((await fetch(`${admin}/healthz`)).status).toBe(200);
  expect((await fetch(`${admin}/elsewhere`)).status).toBe(404);
  expect((await fetch(`${one.url}/healthz`)).status).toBe(404);
});
