/** Prints what a choice costs each algorithm, as a part of what a request costs; `npm run bench` does so with the figure of its own relay. */
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import type { Algorithm } from "../../config/types.generated";
import { algorithms } from "../../runtime/balancers";
import { aligned } from "../aligned";
import { measurePick, measureRing, PARTS, SIZES, type PickCost } from "./picks";

const usage = `npm run bench:balancers -- [options]
  --relay-us N   what a request costs the bare relay, in microseconds (default 60; npm run bench measures it)
  --only NAMES   comma list of algorithms
`;

/** A choice among 1,000 targets that are all well takes at most this part of the relay's time per request. */
const goal = 0.1;

const columns = ["algorithm", "targets", "left out", "ns per choice", "ns per start + end", "of a relayed request"];

function table(costs: readonly PickCost[], relayUs: number): string {
  const rows = costs.map((cost) => [
    cost.algorithm,
    `${cost.targets}`,
    `${cost.leftOut * 100} %`,
    `${cost.chooseNs}`,
    `${cost.learnNs}`,
    `${((cost.chooseNs / 1000 / relayUs) * 100).toFixed(2)} %`,
  ]);
  return aligned([columns, ...rows]);
}

function main(): number {
  const { values } = parseArgs({
    options: {
      "relay-us": { type: "string", default: "60" },
      only: { type: "string", default: "" },
      help: { type: "boolean", default: false },
    },
  });
  const relayUs = Number(values["relay-us"]);
  const only = values.only.split(",").filter(Boolean);
  const unknown = only.filter((name) => !algorithms.has(name as Algorithm));
  if (values.help || unknown.length > 0 || !(relayUs > 0)) {
    console.error(usage);
    return values.help ? 0 : 2;
  }
  const chosen = [...algorithms.keys()].filter((name) => only.length === 0 || only.includes(name));
  const costs = chosen.flatMap((algorithm) => SIZES.flatMap((count) => PARTS.map((part) => measurePick(algorithm, count, part))));
  console.log(`${table(costs, relayUs)}\n`);
  const missed = costs.some(({ chooseNs, leftOut }) => leftOut === 0 && chooseNs / 1000 > goal * relayUs);
  console.log(
    `picks: a choice takes at most ${goal * 100} % of the relay's ${relayUs.toFixed(1)} µs per request while no target is left out: ${missed ? "missed" : "met"}`,
  );
  const ringMs = measureRing(1000);
  console.log(`a ring of 1,000 targets of the default weight is built in ${ringMs.toFixed(1)} ms`);
  const folder = join(__dirname, "../results");
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, "balancers.json"), `${JSON.stringify({ node: process.version, relayUs, ringMs, costs }, null, 2)}\n`);
  return missed ? 1 : 0;
}

process.exitCode = main();
