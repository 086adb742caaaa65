import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { request } from "undici";
import { document, target } from "../support/gateway";
import { chatEvent } from "../support/upstream";
import { withPatience } from "../support/child-process";
import { freePort } from "../support/free-port";
import { clientAgent, LoopbackUpstream } from "./support/endurance";
import { REPOSITORY } from "./support/runtime";
import { until } from "./support/until";

const STREAMS = 100;

const folder = mkdtempSync(join(tmpdir(), "signalbox-drain-"));
const agent = clientAgent(256);
let upstream: LoopbackUpstream;
let release: () => void;
let started = 0;

beforeEach(async () => {
  started = 0;
  const released = new Promise<void>((resolve) => (release = resolve));
  upstream = await LoopbackUpstream.start((response) => {
    const isStuck = started++ === 0;
    response.writeHead(200, { "content-type": "text/event-stream" });
    response.write(chatEvent({ content: "begun" }));
    if (isStuck) return;
    void released.then(() => response.end(`${chatEvent({ content: " and done" })}${chatEvent({}, {}, "stop")}data: [DONE]\n\n`));
  });
});
afterEach(() => upstream.close());
afterAll(async () => {
  await agent.destroy();
  rmSync(folder, { recursive: true });
});

/** The packaged command with this much time to drain, and all streams begun. */
async function serve(drainSeconds: number): Promise<{ child: ChildProcess; adminUrl: string; ends: Promise<string[]> }> {
  const config = join(folder, "kong.json");
  writeFileSync(config, JSON.stringify(document({ targets: [target(upstream.url)] })));
  const [port, adminPort] = [await freePort(), await freePort()];
  const args = [
    "serve",
    "--config",
    config,
    "--port",
    String(port),
    "--admin-port",
    String(adminPort),
    "--drain-timeout",
    String(drainSeconds),
  ];
  const child = spawn(process.execPath, [join(REPOSITORY, "dist/cli/main.js"), ...args], { stdio: "ignore" });
  const adminUrl = `http://127.0.0.1:${adminPort}`;
  await until("the gateway is ready", 15_000, async () => (await fetch(`${adminUrl}/readyz`)).status === 200);
  const stream = async (): Promise<string> => {
    const body = JSON.stringify({ stream: true, messages: [{ role: "user", content: "ping" }] });
    const answered = await request(`http://127.0.0.1:${port}/chat`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body,
      dispatcher: agent,
    });
    let text = "";
    try {
      for await (const part of answered.body) text += String(part);
    } catch {
      return text.includes('"code":"draining"') ? "told" : "broken";
    }
    return text.endsWith("data: [DONE]\n\n") ? "whole" : "cut without a word";
  };
  const ends = Promise.all(Array.from({ length: STREAMS }, stream));
  await until("all streams have begun", 15_000, () => started === STREAMS);
  return { child, adminUrl, ends };
}

test("46. SIGTERM with a hundred streams: not ready at once, all that can finish do, the rest is told inside its stream", async () => {
  const { child, adminUrl, ends } = await serve(4);
  child.kill("SIGTERM");
  await until("it is not ready", 1_000, async () => (await fetch(`${adminUrl}/readyz`)).status === 503);
  release();
  const exited = once(child, "exit");
  const outcomes = await ends;
  expect(outcomes.filter((outcome) => outcome === "whole")).toHaveLength(STREAMS - 1);
  expect(outcomes.filter((outcome) => outcome === "told")).toHaveLength(1);
  expect(await withPatience(15_000, exited, () => "the gateway has not ended after its drain")).toEqual([0, null]);
}, 60_000);

test("46. a second SIGTERM ends at once", async () => {
  const { child, adminUrl, ends } = await serve(60);
  child.kill("SIGTERM");
  await until("it is not ready", 1_000, async () => (await fetch(`${adminUrl}/readyz`)).status === 503);
  const began = Date.now();
  const exited = once(child, "exit");
  child.kill("SIGTERM");
  await withPatience(15_000, exited, () => "the gateway has not ended at the second signal");
  expect(Date.now() - began).toBeLessThan(3_000);
  expect(await ends).not.toContain("whole");
}, 60_000);
