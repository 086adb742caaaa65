import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";

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

const runtime = readdirSync(join(root, "runtime"), { withFileTypes: true });
const folders = runtime.filter((entry) => entry.isDirectory()).map(({ name }) => `runtime/${name}/`);

test("every folder of the runtime has its row, and no other", () => {
  const rows = [...page.matchAll(/^\| `(runtime\/[\w-]+\/)` +\|/gm)].map(([, folder = ""]) => folder);
  expect(rows.sort()).toEqual(folders.sort());
});

/** What a file imports of ours, as paths from the root. */
function imported(file: string): string[] {
  const text = readFileSync(join(root, file), "utf8");
  return [...text.matchAll(/ from "(\.[^"]*)"/g)].map(([, to = ""]) => `${join(dirname(file), to)}.ts`);
}

/** Question, file to begin at, name, and the file that holds it. */
const map = page
  .slice(page.indexOf("| where …"), page.indexOf("## Adding"))
  .trim()
  .split("\n")
  .slice(2)
  .map((row): readonly string[] => {
    const [question = "", start = "", answer = ""] = row.split("|").slice(1);
    return [question.trim(), ...[...`${start}${answer}`.matchAll(/`([^`]+)`/g)].map(([, word = ""]) => word)];
  });

test("each row of the map has its words", () => {
  expect(map.filter((row) => row.length !== 4)).toEqual([]);
  expect(map.length).toBeGreaterThan(30);
});

test.each(map)("where %s: %s leads to %s in %s", (_question, start = "", name = "", file = "") => {
  expect(imported(start)).toContain(file);
  const declared = new RegExp(`^(?:export (?:class|const|function|interface) |  (?:private )?)${name}\\b`, "m");
  expect(readFileSync(join(root, file), "utf8")).toMatch(declared);
});
