import { execFileSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";

const root = join(__dirname, "../..");

/** All sources, or what is left of them where git does not know the folder. */
const sources = execFileSync("git", ["ls-files", "--", "*.ts", "*.mjs", "*.cjs", "*.sh"], { cwd: root, encoding: "utf8" }).split("\n");

/** Documents that comments name by their path, with the section in quotation marks after it if there is one. */
const CITED = /^\s*(?:\/?\*|\/\/|#).*?\b((?:[\w.-]+\/)*[\w-]+\.md)\b(?: "([^"]+)")?/gm;

const citations = sources
  .filter((file) => file !== "" && !file.startsWith("test/conformance/") && existsSync(join(root, file)))
  .flatMap((file) =>
    [...readFileSync(join(root, file), "utf8").matchAll(CITED)].map(([, page = "", section]) => ({ file, page, section })),
  );

test("comments cite documents", () => {
  expect(citations.length).toBeGreaterThan(20);
});

test("each document that a comment cites is in the repository, and has the section", () => {
  const missing = citations.filter(({ page, section }) => {
    const path = [page, `docs/${page}`].map((one) => join(root, one)).find((one) => existsSync(one));
    return path === undefined || (section !== undefined && !readFileSync(path, "utf8").includes(`## ${section}`));
  });
  expect(missing).toEqual([]);
});
