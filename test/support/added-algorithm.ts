/** A copy of the repository with one more balancing algorithm: one file, and one line in the table. */
import { appendFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { TestProcess } from "./child-process";
import { scratchCopy } from "./scratch-copy";

const RANDOM = `import type { Algorithm } from "./algorithm";
import type { Balancer, CandidateSet, Choice, ChoiceRequest, LeftOut } from "./balancer";

/** \`random\`: any target that is available, whatever its weight. */
class Random implements Balancer {
  constructor(private readonly random: () => number) {}

  choose({ targets }: CandidateSet, _request: ChoiceRequest, leftOut: LeftOut | undefined): Choice | undefined {
    const next = (out: LeftOut | undefined) => {
      const left = targets.filter((target) => out?.(target) !== true);
      return left[Math.floor(this.random() * left.length)];
    };
    const target = next(leftOut);
    return target && { target, next };
  }

  started(): void {}

  finished(): void {}

  figures(): Readonly<Record<string, number>> {
    return {};
  }
}

export const random: Algorithm = {
  name: "random",
  settings: ["slots"],
  nature: "any target",
  division: { kind: "other", by: "by chance" },
  create: (options) => new Random(options.random),
};
`;

/** Makes the copy and generates what is generated; the folder is to be removed by the caller. */
export async function addAlgorithm(): Promise<string> {
  const folder = scratchCopy("algorithm", ["docs", "README.md"]);
  writeFileSync(join(folder, "runtime/balancers/random.ts"), RANDOM);
  appendFileSync(join(folder, "runtime/balancers/algorithms.ts"), 'export { random } from "./random";\n');
  const generate = new TestProcess("npm", ["run", "--silent", "generate"], { cwd: folder });
  if ((await generate.end()) !== 0) throw new Error(`npm run generate failed: ${generate.err}`);
  return folder;
}
