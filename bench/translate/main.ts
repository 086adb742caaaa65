/**
 * `npm run bench:translate`: what translating costs, in times of `JSON.parse` and `JSON.stringify` of the same texts. The bases leave out everything that
 * no translation can do without, such as making text of bytes and cutting a stream into events.
 */
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { aligned } from "../aligned";
import { exchangeComparison } from "./exchanges";
import { plainChat, toolChat } from "./payloads";
import { eventComparison } from "./streams";
import { compare, type Cost } from "./turns";

const usage = `npm run bench:translate -- [options]
  --rounds N     rounds that count, for each comparison (default 30)
  --only TEXT    comparisons whose name holds the text
`;

/** A chat and back, in times of parsing and printing it. */
const exchangeGoal = 10;
/** One event of a stream, in times of parsing it and printing the client's chunk. */
const eventGoal = 5;

const comparisons = [
  exchangeComparison(plainChat, exchangeGoal),
  exchangeComparison(toolChat, exchangeGoal),
  eventComparison(100, eventGoal),
  eventComparison(1, eventGoal),
];

const columns = ["work", "unit", "µs", "base µs", "ratio", "goal", ""];

const row = ({ name, unit, goal, work, base, ratio }: Cost): readonly string[] => [
  name,
  unit,
  work.toFixed(2),
  base.toFixed(2),
  ratio.toFixed(2),
  String(goal),
  ratio <= goal ? "met" : "missed",
];

function main(): number {
  const { values } = parseArgs({
    options: {
      rounds: { type: "string", default: "30" },
      only: { type: "string", default: "" },
      help: { type: "boolean", default: false },
    },
  });
  const rounds = Number(values.rounds);
  const chosen = comparisons.filter(({ name }) => name.includes(values.only));
  if (values.help || chosen.length === 0 || !Number.isInteger(rounds) || rounds < 1) {
    console.error(usage);
    return values.help ? 0 : 2;
  }
  const costs = chosen.map((comparison) => compare(comparison, rounds));
  console.log(aligned([columns, ...costs.map(row)]));
  const folder = join(__dirname, "../results");
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, "translate.json"), `${JSON.stringify({ node: process.version, costs }, null, 2)}\n`);
  return costs.every(({ ratio, goal }) => ratio <= goal) ? 0 : 1;
}

process.exitCode = main();
