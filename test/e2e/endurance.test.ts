/**
 * What needs time: a minute each, whole with SOAK=1 (10 minutes of a flapping upstream, half an hour of streams).
 */
import { request, type Agent } from "undici";
import { chatAnswer, chatEvent } from "../support/upstream";
import { document, target } from "../support/gateway";
import { atRate, clientAgent, lengthOf, LoopbackUpstream } from "./support/endurance";
import type { Measurement } from "./support/gateway-child";
import { GatewayProcess } from "./support/gateway-process";
import { until } from "./support/until";

const MIB = 1024 * 1024;
const mib = (bytes: number): string => (bytes / MIB).toFixed(2);
const CRITERIA = ["error", "timeout", "invalid_header", "http_429", "http_500", "http_502", "http_503", "http_504", "non_idempotent"];
const HEADERS = { "content-type": "application/json" };
const BODY = JSON.stringify({ messages: [{ role: "user", content: "ping" }] });
const ANSWER = JSON.stringify(chatAnswer("pong"));

/** Fast timers and what is of no interest: the file system's and the log's own. */
const sockets = ({ resources }: Measurement): readonly string[] =>
  resources.filter((name) => !/FSReq|FSEvent|Timeout|Immediate/.test(name));
const timers = ({ resources }: Measurement): number => resources.filter((name) => name === "Timeout").length;

let gateway: GatewayProcess;
let agent: Agent;
const upstreams: LoopbackUpstream[] = [];

async function start(config: object, answers: readonly Parameters<typeof LoopbackUpstream.start>[0][], connections: number): Promise<void> {
  for (const answer of answers) upstreams.push(await LoopbackUpstream.start(answer));
  const targets = upstreams.map(({ url }, index) => target(url, { name: `model-${index}` }));
  gateway = await GatewayProcess.start(document({ ...config, targets }));
  agent = clientAgent(connections);
}

afterEach(async () => {
  if (!agent.destroyed) await agent.close();
  await gateway.close();
  for (const upstream of upstreams.splice(0)) await upstream.close();
});

/** All connections end; then the process holds what it held before. */
async function expectAsBefore(before: Measurement): Promise<void> {
  await agent.close();
  for (const upstream of upstreams) upstream.disconnect();
  await until("the resources of the start", 30_000, async () => {
    const now = await gateway.measure();
    return JSON.stringify(sockets(now)) === JSON.stringify(sockets(before)) && timers(now) <= timers(before);
  });
}

test(
  "6. an upstream that flaps, at 200 requests a second: nobody notices, few attempts are lost on it, memory and resources stay",
  async () => {
    const seconds = lengthOf(60, 600);
    let up = true;
    const lost: number[] = [0];
    let cameUp = 0;
    let recoveredAfter = 0;
    await start(
      { balancer: { algorithm: "round-robin", failover_criteria: CRITERIA, max_fails: 5, fail_timeout: 3000 } },
      [
        (response) => {
          if (up) {
            if (cameUp > 0) recoveredAfter = Math.max(recoveredAfter, performance.now() - cameUp);
            cameUp = 0;
            response.writeHead(200, HEADERS).end(ANSWER);
            return;
          }
          lost[lost.length - 1] = (lost.at(-1) ?? 0) + 1;
          response.socket?.destroy();
        },
        (response) => response.writeHead(200, HEADERS).end(ANSWER),
      ],
      64,
    );
    const before = await gateway.measure();
    const flap = setInterval(() => {
      up = !up;
      if (up) cameUp = performance.now();
      else lost.push(0);
    }, 10_000);
    const statuses = new Map<number, number>();
    const marks: Measurement[] = [];
    const mark = (after: number): NodeJS.Timeout => setTimeout(() => void gateway.measure().then((one) => marks.push(one)), after * 1000);
    const measured = [mark(seconds / 5), mark(seconds - 1)];
    await atRate(200, seconds, async () => {
      const { statusCode, body } = await request(`${gateway.url}/chat`, {
        method: "POST",
        headers: HEADERS,
        body: BODY,
        dispatcher: agent,
      });
      await body.dump();
      statuses.set(statusCode, (statuses.get(statusCode) ?? 0) + 1);
    });
    clearInterval(flap);
    measured.forEach((timer) => clearTimeout(timer));
    const [early, late] = marks as [Measurement, Measurement];
    console.log(
      `flapping for ${seconds} s: ${[...statuses].join(" ")}; lost on the target per outage ${lost.slice(1).join(", ")}; ` +
        `recovered within ${Math.round(recoveredAfter)} ms; heap ${mib(early.heapUsed)} -> ${mib(late.heapUsed)} MiB`,
    );
    expect([...statuses.keys()]).toEqual([200]);
    // max_fails to open, then one probe each 3 s of the 10; what was under way when the circuit opened comes on top
    for (const attempts of lost.slice(1)) expect(attempts).toBeLessThanOrEqual(5 + 4 + 10);
    expect(recoveredAfter).toBeLessThan(30_000);
    expect(late.heapUsed - early.heapUsed).toBeLessThan(2 * MIB);
    await expectAsBefore(before);
  },
  lengthOf(120, 700) * 1000,
);

test(
  "29. 512 streams at once: no chunk is lost, and memory does not grow",
  async () => {
    const seconds = lengthOf(60, 1800);
    const until_ = Date.now() + seconds * 1000;
    await start(
      { balancer: { failover_criteria: CRITERIA } },
      [
        (response) => {
          response.writeHead(200, { "content-type": "text/event-stream" });
          let index = 0;
          const timer = setInterval(() => {
            if (Date.now() < until_) response.write(chatEvent({ content: ` ${index++}` }));
            else {
              clearInterval(timer);
              response.end(`${chatEvent({}, {}, "stop")}data: [DONE]\n\n`);
            }
          }, 500);
          response.on("close", () => clearInterval(timer));
        },
      ],
      1024,
    );
    const before = await gateway.measure();
    let chunks = 0;
    const stream = async (): Promise<string> => {
      const answered = await request(`${gateway.url}/chat`, {
        method: "POST",
        headers: HEADERS,
        body: BODY.replace("{", '{"stream":true,'),
        dispatcher: agent,
      });
      if (answered.statusCode !== 200) return `${answered.statusCode} ${await answered.body.text()}`;
      let next = 0;
      let rest = "";
      for await (const part of answered.body) {
        const events = (rest + String(part)).split("\n\n");
        rest = events.pop() ?? "";
        for (const event of events) {
          const text = /"content":" (\d+)"/.exec(event)?.[1];
          if (text === undefined) continue;
          if (Number(text) !== next) return `chunk ${text} came instead of ${next}`;
          next++;
          chunks++;
        }
        if (events.at(-1) === "data: [DONE]") return "whole";
      }
      return `ended after ${next} chunks`;
    };
    const streams = Array.from({ length: 512 }, stream);
    await new Promise((resolve) => setTimeout(resolve, (seconds * 1000) / 3));
    const early = await gateway.measure();
    await new Promise((resolve) => setTimeout(resolve, (seconds * 1000) / 2));
    const late = await gateway.measure();
    const ends = await Promise.all(streams);
    console.log(
      `512 streams for ${seconds} s: ${chunks} chunks; MiB: heap in use ${mib(early.heapUsed)} -> ${mib(late.heapUsed)}, outside the heap ${mib(early.outsideHeap)} -> ${mib(late.outsideHeap)}, RSS ${mib(early.rss)} -> ${mib(late.rss)}`,
    );
    expect(new Set(ends)).toEqual(new Set(["whole"]));
    expect(chunks).toBeGreaterThan(512 * seconds);
    expect(late.heapUsed - early.heapUsed).toBeLessThan(2 * MIB);
    expect(late.outsideHeap - early.outsideHeap).toBeLessThan(4 * MIB);
    await expectAsBefore(before);
  },
  lengthOf(150, 1900) * 1000,
);
