import { join } from "node:path";
import { TestProcess } from "../support/child-process";

/** Prints which rules of the repository's own configuration find something in a code, for a list of file names and codes on the command line. */
const SCRIPT = `
import { Linter } from "eslint";
import configuration from "./eslint.config.mjs";
const name = "no-restricted-syntax";
const own = configuration
  .filter(({ rules }) => rules?.[name])
  .map(({ files, rules }) => ({ files, rules: { [name]: rules[name] } }));
const found = JSON.parse(process.argv[1]).map(([filename, code]) => [
  ...new Set(new Linter().verify(code, [{ files: ["**/*.ts"] }, ...own], { filename }).map(({ ruleId, message }) => ruleId ?? message)),
]);
process.stdout.write(JSON.stringify(found));
`;

const CASES: readonly (readonly [file: string, code: string, forbidden: boolean])[] = [
  ["runtime/exchange/a.ts", 'switch (name) { case "anthropic": f(); }', true],
  ["runtime/exchange/a.ts", 'if (name === "azure") f();', true],
  ["runtime/exchange/a.ts", 'const is = "bedrock" !== provider.name;', true],
  ["runtime/exchange/a.ts", 'const is = name == "openai";', true],
  ["runtime/exchange/a.ts", 'const is = ["vllm", "xai"].includes(name);', true],
  ["cli/a.ts", 'if (algorithm === "lowest-usage") f();', true],
  ["constructs/a.ts", 'switch (format) { case "gemini": f(); }', true],
  ["runtime/dialects/openai/a.ts", 'if (algorithm === "semantic") f();', true],
  ["runtime/balancers/a.ts", 'if (name === "cohere") f();', true],
  ["runtime/exchange/a.ts", 'switch (state) { case "open": f(); }', false],
  ["runtime/exchange/a.ts", 'if (kind === "status") f("openai");', false],
  ["runtime/exchange/a.ts", 'const table = { openai: 1 }; const is = table["openai"];', false],
  ["runtime/providers/a.ts", 'if (name === "azure") f();', false],
  ["runtime/dialects/openai/a.ts", 'if (format === "openai") f();', false],
  ["runtime/balancers/a.ts", 'if (algorithm === "priority") f();', false],
  ["config/rules/a.ts", 'if (name === "azure") f();', false],
];

test("providers, dialects and algorithms are told apart by name in their own folders alone", async () => {
  const lint = new TestProcess(process.execPath, ["--input-type=module", "-e", SCRIPT, JSON.stringify(CASES)], {
    cwd: join(__dirname, "..", ".."),
  });
  await lint.end();
  expect(lint.err).toBe("");
  const found = JSON.parse(lint.out) as string[][];
  expect(CASES.map(([file, code], index) => [file, code, found[index]])).toEqual(
    CASES.map(([file, code, forbidden]) => [file, code, forbidden ? ["no-restricted-syntax"] : []]),
  );
}, 30_000);
