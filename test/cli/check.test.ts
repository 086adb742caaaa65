import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { check } from "../../cli/check";
import { CannotRun } from "../../cli/errors";
import { memoryIo } from "./support";

const folder = mkdtempSync(join(tmpdir(), "check-"));
afterAll(() => rmSync(folder, { recursive: true }));

function write(text: string): string {
  const file = join(folder, "kong.yaml");
  writeFileSync(file, text);
  return file;
}

const good = '_format_version: "3.0"\nroutes: [{name: r, paths: [/]}]\n';
const warned = `${good}_transform: true\n`;
const bad = `${good}plugins:\n  - name: ai-proxy-advanced\n    config:\n      targets:\n        - model: {provider: openai, name: x, options: {temperatur: 1}}\n          route_type: llm/v1/chat\n          auth: {header_name: a, header_value: "{vault://file/key}"}\n`;

const run = (text: string, more: Partial<Parameters<typeof check>[0]> = {}, colours = false) => {
  const io = memoryIo({}, colours);
  const file = write(text);
  return { code: check({ file, json: false, ignorePlugins: [], ...more }, io), out: io.out().replaceAll(file, "kong.yaml"), err: io.err() };
};

test("a file without problems", () => {
  expect(run(good)).toEqual({ code: 0, out: "kong.yaml: ok (0 services, 1 route, 0 plugins)\n", err: "" });
});

test("warnings alone", () => {
  const { code, out } = run(warned);
  expect(code).toBe(0);
  expect(out).toBe(
    "kong.yaml:3:1: warning: _transform: means nothing here and is passed over.\nkong.yaml: 1 warning (0 services, 1 route, 0 plugins)\n",
  );
});

test("a target of embeddings", () => {
  const target = "{model: {provider: openai, name: e, options: {embeddings_dimensions: 256}}, route_type: llm/v1/embeddings}";
  const { code, out } = run(
    `${good}plugins: [{name: ai-proxy-advanced, config: {genai_category: text/embeddings, targets: [${target}]}}]\n`,
  );
  expect([code, out]).toEqual([0, "kong.yaml: ok (0 services, 1 route, 1 plugin)\n"]);
});

test("every error with its place, then their number", () => {
  const { code, out } = run(bad);
  expect(code).toBe(1);
  const lines = out.trimEnd().split("\n");
  expect(lines).toHaveLength(3);
  expect(lines[0]).toMatch(/^kong\.yaml:7:\d+: error: plugins\[0\]\.config\.targets\[0\]\.model\.options\.temperatur: .*"temperature"/);
  expect(lines[1]).toMatch(/^kong\.yaml:9:\d+: error: plugins\[0\]\.config\.targets\[0\]\.auth\.header_value: .*--secrets DIR/);
  expect(lines[2]).toBe("kong.yaml: 2 errors");
});

test("--secrets and --ignore-plugins reach the loader", () => {
  writeFileSync(join(folder, "key"), "sk-hidden\n");
  const text = `${bad.replace("temperatur:", "temperature:")}  - name: key-auth\n`;
  const { code, out } = run(text, { secretsDir: folder, ignorePlugins: ["key-auth"] });
  expect(code).toBe(0);
  expect(out).toContain("1 warning");
  expect(out).not.toContain("sk-hidden");
});

test("--json", () => {
  const { code, out } = run(bad, { json: true });
  expect(code).toBe(1);
  expect(JSON.parse(out)).toMatchObject({
    file: "kong.yaml",
    ok: false,
    errors: 2,
    warnings: 0,
    problems: [{ severity: "error", path: "plugins[0].config.targets[0].model.options.temperatur", line: 7 }, { line: 9 }],
  });
});

test("colours where they are wanted, and nowhere else", () => {
  expect(run(warned, {}, true).out).toContain(": \u001b[33mwarning\u001b[0m: ");
  expect(run(warned).out).not.toContain("\u001b");
});

test("a file that cannot be read", () => {
  expect(() => check({ file: join(folder, "none.yaml"), json: false, ignorePlugins: [] }, memoryIo())).toThrow(CannotRun);
  expect(() => check({ file: folder, json: false, ignorePlugins: [] }, memoryIo())).toThrow("it is a folder, not a file");
});
