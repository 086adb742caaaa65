import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import type { FuzzOptions, FuzzReport } from "./fuzz/fuzz";
import type { FuzzOrder } from "./fuzz/main";

const MIB = 1024 * 1024;

const MAIN = join(__dirname, "fuzz/main.ts");

/** The longest run of the fuzzer, in milliseconds. */
const LONGEST_MS = 800_000;

async function run(order: FuzzOrder): Promise<unknown> {
  const { stdout } = await promisify(execFile)(process.execPath, ["--import", "tsx", MAIN, JSON.stringify(order)], {
    timeout: LONGEST_MS,
    maxBuffer: 64 * MIB,
  });
  return JSON.parse(stdout) as unknown;
}

const fuzz = async (options: FuzzOptions): Promise<FuzzReport> => (await run({ options })) as FuzzReport;

/** FUZZ_SEED and FUZZ_EXCHANGES repeat a run, FUZZ_ONLY some of its connections, named by their first exchanges. */
const number = (name: string, otherwise: number): number => Number(process.env[name] ?? otherwise);

const SEED = number("FUZZ_SEED", Math.floor(Math.random() * 2 ** 31));
const EXCHANGES = number("FUZZ_EXCHANGES", 20_000);
const ONLY = process.env["FUZZ_ONLY"]?.split(",").map(Number);

/** What a fault was, and how to see it again. */
async function described(options: FuzzOptions, { faults, suspects }: FuzzReport): Promise<string> {
  const guilty = (await run({ options, suspects })) as number[];
  return `${faults.join("\n")}\nAgain: FUZZ_SEED=${options.seed} FUZZ_ONLY=${guilty.join(",")} npm run test:e2e -- --testPathPatterns fuzz`;
}

test(`${EXCHANGES} exchanges of mutated bytes, seed ${SEED}: nothing ends, hangs, leaks or throws`, async () => {
  const options = { seed: SEED, exchanges: EXCHANGES, ...(ONLY && { only: ONLY }), nodeArgs: ["--max-old-space-size=512"] };
  const began = performance.now();
  const report = await fuzz(options);
  const statuses = Object.entries(report.statuses).map(([status, count]) => `${status}: ${count}`);
  console.log(
    `seed ${SEED}: ${EXCHANGES} exchanges in ${Math.round((performance.now() - began) / 1000)} s; answers ${statuses.join(", ")}; RSS at most ${Math.round(report.peakRss / MIB)} MiB`,
  );
  if (report.faults.length > 0) throw new Error(await described(options, report));
  expect(report.peakRss).toBeLessThan(640 * MIB);
  // a fuzzer whose exchanges are all refused at the door would find nothing
  if (ONLY === undefined) expect(report.statuses["200"] ?? 0).toBeGreaterThan(EXCHANGES / 10);
}, 900_000);

describe("an injected mistake is found", () => {
  test.each([
    ["write", /an injected mistake/],
    ["unzip", /an injected mistake/],
    ["rejection", /an injected mistake/],
    ["hang", /answers within|in flight/],
    ["timer", /Timeout 0 -> 1/],
  ])(
    "%s",
    async (place, fault) => {
      const preload = [join(__dirname, "fuzz/preload/throw.cjs")];
      const { faults } = await fuzz({ seed: 1, exchanges: 2_000, preload, env: { THROW: place } });
      expect(faults.join("\n")).toMatch(fault);
    },
    180_000,
  );
});
