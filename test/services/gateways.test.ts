import { CHAT, document, post, startTestGateway, target, until, type TestGateway } from "../support/gateway";
import { TestUpstream } from "../support/upstream";
import { RedisServer } from "./support/redis";

let redis: RedisServer;
let dead: TestUpstream;
let good: TestUpstream;
const gateways: TestGateway[] = [];

beforeAll(async () => {
  redis = await RedisServer.start();
  dead = await TestUpstream.start();
  good = await TestUpstream.start();
  dead.answer = (response) => void response.socket?.destroy();
});
afterAll(async () => {
  await Promise.all(gateways.map((one) => one.close()));
  await dead.close();
  await good.close();
  await redis.stop();
});

async function gateway(): Promise<TestGateway> {
  const one = await startTestGateway(
    document({
      balancer: { max_fails: 4, fail_timeout: 60_000, failover_criteria: ["error", "timeout", "non_idempotent"] },
      extensions: { shared_state: "redis", redis: { host: "127.0.0.1", port: redis.port } },
      targets: [target(dead.url, { name: "dead" }), target(good.url, { name: "good" })],
    }),
  );
  gateways.push(one);
  return one;
}

const metric = async (one: TestGateway, name: string): Promise<string | undefined> => {
  const text = await (await fetch(`http://127.0.0.1:${one.gateway.adminPort ?? 0}/metrics`)).text();
  return text.split("\n").find((line) => line.startsWith(name));
};

test("failures that two gateways saw add up, and both leave the target alone within a second", async () => {
  const [first, second] = [await gateway(), await gateway()];
  await until(async () => (await metric(first, "signalbox_shared_state_up")) === "signalbox_shared_state_up 1");
  for (let index = 0; index < 4; index++) {
    expect((await post(`${first.url}/chat`, CHAT)).status).toBe(200);
    expect((await post(`${second.url}/chat`, CHAT)).status).toBe(200);
  }
  const began = Date.now();
  await until(async () => (await first.log("circuit breaker")).length > 0 && (await second.log("circuit breaker")).length > 0);
  expect(Date.now() - began).toBeLessThan(2_000);
  const calls = dead.calls.length;
  expect(calls).toBeLessThan(8);
  for (let index = 0; index < 4; index++) {
    await post(`${first.url}/chat`, CHAT);
    await post(`${second.url}/chat`, CHAT);
  }
  expect(dead.calls).toHaveLength(calls);
});
