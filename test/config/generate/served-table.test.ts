import { PROVIDERS, ROUTE_TYPES } from "../../../config/schema/vocabulary";
import { readmeText } from "../../../config/generate/served-table";

const row = (name: string): readonly string[] =>
  readmeText()
    .split("\n")
    .find((line) => line.startsWith(`| \`${name}\``))!
    .split("|")
    .map((cell) => cell.trim());

test("the table tells served words from the others, and leaves none out", () => {
  const [, , served, others] = row("model.provider");
  expect(served).toContain("`openai`");
  expect(others).not.toContain("`openai`");
  for (const provider of PROVIDERS) expect(`${served}, ${others}`.split(", ")).toContain(`\`${provider}\``);
});

test("a word stands in one of the columns alone", () => {
  const [, , served = "", others = ""] = row("route_type");
  const words = [...served.split(", "), ...others.split(", ")];
  expect(new Set(words).size).toBe(words.length);
  expect(words).toHaveLength(ROUTE_TYPES.length);
});
