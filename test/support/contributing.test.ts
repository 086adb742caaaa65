import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";

const root = join(__dirname, "../..");
const page = readFileSync(join(root, "CONTRIBUTING.md"), "utf8");
const { scripts } = JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as { readonly scripts: Readonly<Record<string, string>> };

/** What `npm` itself knows. */
const OWN_COMMANDS = new Set(["ci", "cit", "start", "test"]);

const unique = (texts: Iterable<string>): string[] => [...new Set(texts)];

const commands = unique([...page.matchAll(/npm run ([\w:-]+)|^ {4}npm (?!run)(\w+)/gm)].map(([, script, own]) => script ?? own ?? ""));
const paths = unique([...page.matchAll(/`([\w.-]+\/[\w./*<>-]*)`/g)].map(([, path = ""]) => path)).filter((path) => !/[<*]/.test(path));

test("the page names commands and paths", () => {
  expect(commands.length).toBeGreaterThan(10);
  expect(paths.length).toBeGreaterThan(10);
});

test.each(commands)("npm %s exists", (name) => {
  expect(name in scripts || OWN_COMMANDS.has(name)).toBe(true);
});

test.each(paths)("%s exists", (path) => {
  expect(existsSync(join(root, path))).toBe(true);
});
