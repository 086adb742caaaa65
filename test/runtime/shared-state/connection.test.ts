import { redis as redisSchema } from "../../../config/schema/redis";
import type { RedisConfig } from "../../../config/types.generated";
import { addressOf, answerTimeoutMs, connect } from "../../../runtime/shared-state/connection";
import { SharedStateProblem } from "../../../runtime/shared-state/problem";
import { keysOf } from "../../../runtime/shared-state/shared-plugin";

const configOf = (fields: Record<string, unknown>): RedisConfig => redisSchema.parse(fields) as RedisConfig;
const nodes = { sentinel_nodes: [{ host: "s1", port: 26379 }] };

const PROBLEMS: readonly (readonly [field: string, fields: Record<string, unknown>, text: RegExp])[] = [
  ["cloud_authentication", { cloud_authentication: { auth_provider: "aws" } }, /not served yet and comes with a later version/],
  ["sentinel_nodes", nodes, /together with sentinel_master/],
  ["sentinel_nodes", { sentinel_master: "main" }, /together with sentinel_master/],
  ["sentinel_role", { ...nodes, sentinel_master: "main", sentinel_role: "slave" }, /must be master or any/],
  ["cluster_nodes", { ...nodes, sentinel_master: "main", cluster_nodes: [{ ip: "c1" }] }, /not be given together/],
  ["database", { cluster_nodes: [{ ip: "c1" }], database: 2 }, /must be 0 in a cluster/],
];

test.each(PROBLEMS)("%s is refused where it cannot be used: %j", (field, fields, text) => {
  let problem: unknown;
  try {
    connect(configOf(fields), { password: () => undefined });
  } catch (error) {
    problem = error;
  }
  expect(problem).toBeInstanceOf(SharedStateProblem);
  expect((problem as SharedStateProblem).field).toBe(field);
  expect((problem as SharedStateProblem).message).toMatch(`redis.${field}: `);
  expect((problem as SharedStateProblem).message).toMatch(text);
});

test.each([
  [{}, "127.0.0.1:6379"],
  [{ host: "redis.example", port: 6380, password: "secret", username: "me" }, "redis.example:6380"],
  [{ ...nodes, sentinel_master: "main" }, "main of s1:26379"],
  [
    {
      cluster_nodes: [
        { ip: "c1", port: 7000 },
        { ip: "c2", port: 7001 },
      ],
    },
    "cluster of c1:7000, c2:7001",
  ],
])("the log calls %j %s", (fields, address) => {
  expect(addressOf(configOf(fields))).toBe(address);
});

test.each([
  [2000, 2000],
  [0, 2000],
  [100, 100],
  [600_000, 5000],
])("read_timeout %i waits for an answer for %i ms", (readTimeout, expected) => {
  expect(answerTimeoutMs(configOf({ read_timeout: readTimeout }))).toBe(expected);
});

test("keys of a plugin share a hash tag, tell nothing of its id, and differ from another plugin's", () => {
  const [records, usage] = keysOf("my plugin");
  expect(/\{(.+)\}/.exec(records)?.[1]).toBe(/\{(.+)\}/.exec(usage)?.[1]);
  expect(records).not.toContain("my plugin");
  expect(keysOf("another")[0]).not.toBe(records);
});
