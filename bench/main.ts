/**
 * `npm run bench`: the gateway against a bare relay (undici by its documented streaming call), against the floor (undici at its lowest level) and against
 * nginx as proxy; then what a choice among many targets costs each algorithm, as a part of the relay's time per request.
 *
 * The measured process has one core to itself, nginx (the instant mock provider) and wrk (the load) share another one. The subjects take turns within each
 * round, so that what disturbs the machine disturbs all of them; a round counts only if the measured process used nearly all of its core.
 * Needs Linux, two cores, taskset, nginx and wrk (Debian: `apt-get install nginx-light wrk`).
 */
import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { load } from "./load";
import { cpuSeconds, stop, stopAll, twoCores } from "./processes";
import { chart, find, reached, table, type Line } from "./report";
import { counts, fullCore, summarize, type Round } from "./statistics";
import { startMock, startSubject, type Subject, type SubjectName } from "./subjects";
import { isFor, workloads, type Workload } from "./workloads";

const connections = 32;
const subjectNames: readonly SubjectName[] = ["relay", "floor", "nginx", "gateway"];
const resultsFolder = join(__dirname, "results");

const usage = `npm run bench -- [options]
  --rounds N      rounds that must count, per workload and subject (default 5; at most three times as many are run)
  --seconds S     length of a round (default 4)
  --only NAMES    comma list of workloads (chat, stream, failover, translated) and subjects (relay, floor, nginx, gateway)
  --command CMD   how the gateway is started, up to "serve" (default "node dist/cli/main.js")
  --profile       keep a CPU profile of the gateway in bench/results/ (it slows the gateway: no figures to quote)
`;

async function measure(subject: Subject, workload: Workload, loadCore: number, folder: string, seconds: number): Promise<Round> {
  const { pid } = subject.process;
  if (pid === undefined) throw new Error(`${subject.name} did not start`);
  const before = cpuSeconds(pid);
  const result = await load(loadCore, folder, subject.url, workload, { seconds, connections });
  return { ...result, core: (cpuSeconds(pid) - before) / result.seconds };
}

/** What one workload came to. */
interface Comparison {
  readonly lines: readonly Line[];
  readonly rounds: Readonly<Record<string, readonly Round[]>>;
}

interface Plan {
  readonly rounds: number;
  readonly seconds: number;
  readonly workloads: readonly Workload[];
  readonly subjects: readonly Subject[];
  readonly loadCore: number;
  readonly folder: string;
}

/** Load and mock together cannot fill nginx's core with streams: its figures stay a lower bound, and more rounds would not change that. */
const isBeyondLoad = (subject: Subject, rounds: readonly Round[], plan: Plan): boolean =>
  subject.name === "nginx" && rounds.length >= plan.rounds && !rounds.some(counts);

async function compare(plan: Plan, workload: Workload): Promise<Comparison> {
  const subjects = plan.subjects.filter(({ name }) => isFor(workload, name));
  const taken = new Map<SubjectName, Round[]>(subjects.map(({ name }) => [name, []]));
  const run = (subject: Subject, seconds: number): Promise<Round> => measure(subject, workload, plan.loadCore, plan.folder, seconds);
  for (const subject of subjects) await run(subject, 3);
  for (let turn = 0; turn < plan.rounds * 3; turn++) {
    for (const subject of subjects) {
      const rounds = taken.get(subject.name) ?? [];
      if (rounds.filter(counts).length >= plan.rounds || isBeyondLoad(subject, rounds, plan)) continue;
      const round = await run(subject, plan.seconds);
      rounds.push(round);
      const speed = Math.round(round.requests / round.seconds);
      const remark = counts(round)
        ? ""
        : round.errors > 0
          ? `  does not count: ${round.errors} errors`
          : `  does not count: not a full core`;
      console.error(`${workload.name} ${subject.name}: ${speed} req/s, ${Math.round(round.core * 100)} % of its core${remark}`);
    }
  }
  const lines = subjects.map(({ name }) => ({ workload: workload.name, subject: name, summary: summarize(taken.get(name) ?? []) }));
  return { lines, rounds: Object.fromEntries(taken) };
}

/** Prints, per workload, whether the goal is met; true where it is met by enough rounds, or where there is nothing to compare. */
function judge(lines: readonly Line[], measured: readonly Workload[], rounds: number): boolean {
  const verdicts = measured.map((workload) => {
    const { name, goal } = workload;
    const speed = reached(lines, workload);
    if (speed === undefined) return true;
    const summaries = [find(lines, name, "gateway"), find(lines, goal.workload, goal.subject)];
    const enough = summaries.every((one) => one !== undefined && one.counted >= rounds);
    const verdict = enough ? (speed >= goal.least ? "met" : "missed") : `not decided: fewer than ${rounds} rounds count`;
    console.log(`${name}: ${speed.toFixed(2)} x ${goal.workload} of the ${goal.subject}, goal ${goal.least}: ${verdict}`);
    return enough && speed >= goal.least;
  });
  return !verdicts.includes(false);
}

/** Measures the choices of all algorithms on `core`; true where their goal is met, or where the relay they are compared with was not measured. */
function comparePicks(lines: readonly Line[], core: number): boolean {
  const relay = find(lines, "chat", "relay");
  if (relay === undefined) return true;
  const relayUs = 1e6 / relay.requestsPerSecond;
  const command = [process.execPath, "--import", "tsx", join(__dirname, "balancers/main.ts"), "--relay-us", String(relayUs)];
  return spawnSync("taskset", ["-c", String(core), ...command], { stdio: "inherit" }).status === 0;
}

async function main(): Promise<number> {
  const { values } = parseArgs({
    options: {
      rounds: { type: "string", default: "5" },
      seconds: { type: "string", default: "4" },
      only: { type: "string", default: "" },
      command: { type: "string", default: `${process.execPath} ${join(__dirname, "../dist/cli/main.js")}` },
      profile: { type: "boolean", default: false },
      help: { type: "boolean", default: false },
    },
  });
  if (values.help) {
    console.log(usage);
    return 0;
  }
  const only = values.only.split(",").filter(Boolean);
  const known = [...workloads.map(({ name }) => name), ...subjectNames];
  const unknown = only.filter((name) => !known.some((one) => one === name));
  const [rounds, seconds] = [Number(values.rounds), Number(values.seconds)];
  if (unknown.length > 0 || !Number.isInteger(rounds) || rounds < 1 || !Number.isInteger(seconds) || seconds < 1) {
    console.error(
      `--only takes ${known.join(", ")}, --rounds and --seconds whole numbers from 1, but the command line says otherwise.\n\n${usage}`,
    );
    return 2;
  }
  const chosen = <T>(all: readonly T[], name: (one: T) => string): readonly T[] => {
    const some = all.filter((one) => only.includes(name(one)));
    return some.length > 0 ? some : all;
  };

  const [measuredCore, loadCore] = twoCores();
  const folder = mkdtempSync(join(tmpdir(), "signalbox-bench-"));
  mkdirSync(resultsFolder, { recursive: true });
  try {
    const mockPort = await startMock(loadCore, folder);
    const options = { folder, core: measuredCore, mockPort, gatewayCommand: values.command.split(" ") };
    const subjects: Subject[] = [];
    for (const name of chosen(subjectNames, (one) => one)) {
      subjects.push(await startSubject(name, values.profile ? { ...options, profileFolder: resultsFolder } : options));
    }
    const plan: Plan = { rounds, seconds, workloads: chosen(workloads, ({ name }) => name), subjects, loadCore, folder };
    const results: Comparison[] = [];
    for (const workload of plan.workloads) results.push(await compare(plan, workload));
    const lines = results.flatMap((result) => result.lines);
    console.log(`\n${table(lines)}\n`);
    console.log(
      `core: part of its core that the measured process used; a round counts from ${fullCore * 100} % on. ~: no round counts, a lower bound.\n`,
    );
    const met = judge(lines, plan.workloads, rounds);
    const details = plan.workloads.map(({ name }, index) => ({ workload: name, rounds: results[index]?.rounds }));
    writeFileSync(
      join(resultsFolder, "latest.json"),
      `${JSON.stringify({ node: process.version, connections, seconds, lines, details }, null, 2)}\n`,
    );
    writeFileSync(join(resultsFolder, "latest.svg"), chart(lines));
    console.log(`Written: ${join(resultsFolder, "latest.json")} and latest.svg`);
    for (const subject of subjects) await stop(subject.process);
    const picksMet = comparePicks(lines, measuredCore);
    return met && picksMet ? 0 : 1;
  } finally {
    await stopAll();
    rmSync(folder, { recursive: true, force: true });
  }
}

process.once("SIGINT", () => void stopAll().then(() => process.exit(130)));
main().then(
  (code) => (process.exitCode = code),
  (error: unknown) => {
    console.error(error instanceof Error ? error.message : error);
    process.exitCode = 2;
  },
);
