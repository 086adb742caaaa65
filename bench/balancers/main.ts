/**
 * What a choice costs: every algorithm, among 10, 100 and 1,000 targets, with none, a tenth and nine tenths of them left out. One process, one core, no
 * network. Each choice is followed by a start and an end of an attempt, which are measured apart, so that the state is one under traffic. The quickest tenth of
 * many short batches counts: whatever else the machine does only ever adds.
 */
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import type { Algorithm } from "../../config/types.generated";
import { balancers } from "../../runtime/balancers";
import { Ring } from "../../runtime/balancers/ring";
import type { LeftOut, Outcome, TargetPlan } from "../../runtime/interfaces";
import { chooseFrom, DEFAULTS, outcome, request, setOf, tokens, world } from "../../test/runtime/balancers/support";

const usage = `npx tsx bench/balancers/main.ts [options]
  --relay-us N   what a whole request costs the gateway, in microseconds (default 88)
  --only NAMES   comma list of algorithms
`;

const sizes = [10, 100, 1000];
const goal = 0.1;
const batches = 100;
const batchMs = 5;

/** One line of the table. */
interface Line {
  readonly algorithm: Algorithm;
  readonly targets: number;
  /** Part of the targets that are left out. */
  readonly leftOut: number;
  readonly chooseNs: number;
  /** `started` and `finished` together. */
  readonly learnNs: number;
}

/** Every tenth target, or all but those; a look at one flag per target, as a closed circuit breaker takes. */
function leftOutBy(part: number, count: number): LeftOut | undefined {
  if (part === 0) return undefined;
  const flags = Uint8Array.from({ length: count }, (_, index) => Number((index % 10 === 3) === part < 0.5));
  return ({ index }) => flags[index] === 1;
}

const quick = (numbers: readonly number[]): number => [...numbers].sort((one, other) => one - other)[Math.floor(numbers.length / 10)]!;

function measure(algorithm: Algorithm, count: number, part: number): Line {
  const { balancer, clock, random } = world(algorithm);
  const weights = Array.from({ length: count }, () => 1 + Math.floor(random() * 200));
  const set = setOf(algorithm === "priority" ? weights.map(() => 100) : weights);
  const leftOut = leftOutBy(part, count);
  const requests = Array.from({ length: 512 }, (_, index) =>
    request(`request-${index}`, { "x-kong-llm-request-id": `user-${index * 31}` }),
  );
  const outcomes: readonly Outcome[] = Array.from({ length: 512 }, () => {
    const total = 20 + Math.floor(random() * 400);
    return outcome({ milliseconds: 200 + random() * 800, usage: tokens(total), kind: random() < 0.01 ? "failed" : "ok" });
  });
  // 64 attempts are under way at any time
  const underWay: TargetPlan[] = [];
  let turn = 0;
  const learn = (target: TargetPlan): void => {
    clock.time += 0.1;
    balancer.started(target);
    underWay.push(target);
    if (underWay.length > 64) balancer.finished(underWay.shift()!, outcomes[turn++ & 511]!);
  };
  const chosen: TargetPlan[] = [];
  const samples: { choose: number; learn: number }[] = [];
  const rounds = 64;
  for (let batch = -20; batch < batches; batch++) {
    let [choosing, learning, choices] = [0, 0, 0];
    for (const end = performance.now() + batchMs; performance.now() < end;) {
      chosen.length = 0;
      const before = performance.now();
      for (let index = 0; index < rounds; index++)
        chosen.push(chooseFrom(balancer, set, leftOut, requests[(turn + index * 7) & 511])!.target);
      const between = performance.now();
      for (const target of chosen) learn(target);
      learning += performance.now() - between;
      choosing += between - before;
      choices += rounds;
    }
    if (batch >= 0) samples.push({ choose: (choosing / choices) * 1e6, learn: (learning / choices) * 1e6 });
  }
  return {
    algorithm,
    targets: count,
    leftOut: part,
    chooseNs: Math.round(quick(samples.map(({ choose }) => choose))),
    learnNs: Math.round(quick(samples.map(({ learn }) => learn))),
  };
}

function ringOf(count: number): number {
  const targets = setOf(Array.from({ length: count }, () => 100)).targets;
  const times = Array.from({ length: 20 }, () => {
    const before = performance.now();
    new Ring(targets, DEFAULTS.slots);
    return performance.now() - before;
  });
  return quick(times);
}

const columns = ["algorithm", "targets", "left out", "ns per choice", "ns per start + end", "of a request"];

function table(lines: readonly Line[], relayUs: number): string {
  const rows = lines.map((line) => [
    line.algorithm,
    `${line.targets}`,
    `${line.leftOut * 100} %`,
    `${line.chooseNs}`,
    `${line.learnNs}`,
    `${((line.chooseNs / 1000 / relayUs) * 100).toFixed(2)} %`,
  ]);
  const widths = columns.map((title, column) => Math.max(title.length, ...rows.map((row) => row[column]!.length)));
  return [columns, ...rows].map((row) => row.map((cell, column) => cell.padStart(widths[column]!)).join("  ")).join("\n");
}

function main(): number {
  const { values } = parseArgs({
    options: {
      "relay-us": { type: "string", default: "88" },
      only: { type: "string", default: "" },
      help: { type: "boolean", default: false },
    },
  });
  const relayUs = Number(values["relay-us"]);
  const only = values.only.split(",").filter(Boolean);
  const unknown = only.filter((name) => !balancers.has(name as Algorithm));
  if (values.help || unknown.length > 0 || !(relayUs > 0)) {
    console.error(usage);
    return values.help ? 0 : 2;
  }
  const chosen = [...balancers.keys()].filter((name) => only.length === 0 || only.includes(name));
  const lines = chosen.flatMap((algorithm) => sizes.flatMap((count) => [0, 0.1, 0.9].map((part) => measure(algorithm, count, part))));
  console.log(`${table(lines, relayUs)}\n`);
  const slow = lines.filter(({ chooseNs, leftOut }) => leftOut < 0.5 && chooseNs / 1000 > goal * relayUs);
  console.log(
    `goal: a choice takes at most ${goal * 100} % of a request's ${relayUs} µs unless most targets are left out: ${slow.length === 0 ? "met" : "missed"}`,
  );
  const ringMs = ringOf(1000);
  console.log(`a ring of 1,000 targets of the default weight is built in ${ringMs.toFixed(1)} ms`);
  const folder = join(__dirname, "../results");
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, "balancers.json"), `${JSON.stringify({ node: process.version, relayUs, ringMs, lines }, null, 2)}\n`);
  return slow.length === 0 ? 0 : 1;
}

process.exitCode = main();
