import { readFileSync } from "node:fs";
import { join } from "node:path";
import { GENERATED_FILES } from "../../../provider/generate/files";
import { signalboxProvider } from "../../../provider/provider";

const root = join(__dirname, "../../..");

test.each(Object.entries(GENERATED_FILES))("%s is current (else: npm run generate)", (name, text) => {
  expect(readFileSync(join(root, name), "utf8") === text()).toBe(true);
});

test("there is a page for each part of the provider, where registries look for it", () => {
  const pages = [
    "docs/provider/index.md",
    ...Object.keys(signalboxProvider.dataSources).map((type) => `docs/provider/data-sources/${type.replace("signalbox_", "")}.md`),
    ...Object.keys(signalboxProvider.functions).map((name) => `docs/provider/functions/${name}.md`),
  ];
  expect(Object.keys(GENERATED_FILES).filter((name) => name.startsWith("docs/"))).toEqual(pages);
});

test("every link of a page leads somewhere", () => {
  for (const text of Object.values(GENERATED_FILES)) {
    const page = text();
    for (const [, anchor] of page.matchAll(/\]\(#([^)]+)\)/g)) expect(page).toContain(`<a id="${anchor ?? ""}"></a>`);
  }
});
