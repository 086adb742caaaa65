import { readFileSync } from "node:fs";
import { join } from "node:path";
import { GENERATED_FILES } from "../../../config/generate/files";

const root = join(__dirname, "..", "..", "..");

test.each(Object.entries(GENERATED_FILES))("%s is current (else: npm run generate)", (name, text) => {
  expect(readFileSync(join(root, name), "utf8") === text()).toBe(true);
});

test("there are types, props, a schema, a page and a part of the README", () => {
  expect(Object.keys(GENERATED_FILES)).toEqual([
    "config/types.generated.ts",
    "constructs/props.generated.ts",
    "docs/signalbox.schema.json",
    "docs/configuration.md",
    "README.md",
  ]);
});
