import { readFileSync } from "node:fs";
import { join } from "node:path";
import { algorithmFacts, ALGORITHMS, isServedAlgorithm } from "../../../config/algorithms";
import { algorithms } from "../../../runtime/balancers";
import { algorithmsText } from "../../../runtime/balancers/algorithms-text";
import { DEFAULTS } from "./support";

const root = join(__dirname, "..", "..", "..");

test("what the model knows of the algorithms is current", () => {
  expect(readFileSync(join(root, "config/algorithms.generated.ts"), "utf8")).toBe(algorithmsText());
});

test.each(ALGORITHMS)("%s is served if and only if it is in the table, and its facts are those of its file", (name) => {
  const algorithm = algorithms.get(name);
  expect(isServedAlgorithm(name)).toBe(algorithm !== undefined);
  if (algorithm !== undefined) expect(algorithm).toMatchObject(algorithmFacts(name)!);
});

test("the table holds no name twice, and algorithms go by settings that there are", () => {
  const lines = readFileSync(join(root, "runtime/balancers/algorithms.ts"), "utf8").match(/^export \{/gm);
  expect(lines).toHaveLength(algorithms.size);
  for (const { settings } of algorithms.values()) for (const setting of settings) expect(DEFAULTS).toHaveProperty(setting);
});

test("what is served does not stand among what is not", () => {
  const text = readFileSync(join(root, "config/algorithms.ts"), "utf8");
  const notServed = /const NOT_SERVED = \{[^]*?\n\}/.exec(text)![0];
  for (const name of algorithms.keys()) expect(notServed).not.toMatch(new RegExp(`^  "?${name}"?:`, "m"));
});
