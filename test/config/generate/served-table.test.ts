import { readmeText } from "../../../config/generate/served-table";
import { ALGORITHMS, LLM_FORMATS, PROVIDERS, ROUTE_TYPES } from "../../../config/schema/vocabulary";
import { SERVED_MATRIX } from "../../../config/served-matrix";

const lines = readmeText().split("\n");

const cellsOf = (line: string): readonly string[] =>
  line
    .split("|")
    .slice(1, -1)
    .map((cell) => cell.trim());

const start = lines.findIndex((line) => line.startsWith("| provider"));
const head = cellsOf(lines[start]!);
const rows = lines.slice(start + 2, lines.indexOf("", start)).map(cellsOf);

/** The line of a list that begins with a word. */
const item = (word: string): string => lines.find((line) => line.startsWith(`- \`${word}\``)) ?? "";

test("the table holds each combination that is served, in its form, and no other", () => {
  const told = rows.flatMap(([provider, ...cells]) =>
    cells.flatMap((cell, column) => (cell === "" ? [] : [[provider, head[column + 1], cell]])),
  );
  const served = SERVED_MATRIX.map(({ provider, routeType, form, when }) => [
    `\`${provider}\``,
    `\`${routeType}\``,
    when === undefined ? form : `${form}, if …`,
  ]);
  expect(told.sort()).toEqual(served.sort());
});

test("each condition is told with the provider's route types", () => {
  for (const { provider, routeType, when } of SERVED_MATRIX) {
    if (when === undefined) continue;
    expect(item(provider)).toContain(`\`${routeType}\``);
    expect(item(provider)).toContain(`\`${"is" in when ? when.is : when.pathEnds}\``);
  }
});

test("the table fits on a screen", () => {
  expect(Math.max(...lines.slice(start, start + rows.length + 2).map((line) => line.length))).toBeLessThan(140);
});

test.each<[string, readonly string[], readonly string[]]>([
  ["model.provider", PROVIDERS, rows.map(([provider = ""]) => provider.slice(1, -1))],
  ["route_type", ROUTE_TYPES, head.slice(1).map((type) => type.slice(1, -1))],
  ["balancer.algorithm", ALGORITHMS, []],
  ["llm_format", LLM_FORMATS, []],
])("each word of %s is told once, as served or not", (name, words, shown) => {
  const told = [...item(name).matchAll(/`([^`]+)`/g)].slice(1).map(([, word = ""]) => word);
  expect([...told, ...shown].sort()).toEqual([...words].sort());
});
