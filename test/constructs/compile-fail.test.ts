import { readFileSync } from "node:fs";
import { join } from "node:path";
import * as ts from "typescript";

const ROOT = join(__dirname, "../..");
const FILE = join(__dirname, "misuse.compile-fail.ts");
const MARKER = /\/\/ @ts-expect-error: (.*)$/;

interface Expected {
  /** Counted from 1. */
  readonly line: number;
  readonly pattern: RegExp;
  readonly code: string;
}

const lines = readFileSync(FILE, "utf8").split("\n");
const expected: readonly Expected[] = lines.flatMap((line, index) => {
  const marker = MARKER.exec(line);
  return marker === null ? [] : [{ line: index + 2, pattern: new RegExp(marker[1]!), code: lines[index + 1]!.trim() }];
});

/** Messages by line, with the markers taken out, so that the errors show. */
function errors(): ReadonlyMap<number, string> {
  const { config } = ts.readConfigFile(join(ROOT, "tsconfig.json"), (path) => ts.sys.readFile(path)) as { config: unknown };
  const { options } = ts.parseJsonConfigFileContent(config, ts.sys, ROOT);
  const host = ts.createCompilerHost(options);
  const readFile = host.getSourceFile.bind(host);
  host.getSourceFile = (name, version, ...rest) =>
    name === FILE
      ? ts.createSourceFile(name, lines.join("\n").replaceAll("@ts-expect-error", "expected"), version, true)
      : readFile(name, version, ...rest);
  const program = ts.createProgram([FILE], { ...options, types: ["node"] }, host);
  const source = program.getSourceFile(FILE)!;
  const found = new Map<number, string>();
  for (const { start = 0, messageText } of [...program.getSyntacticDiagnostics(source), ...program.getSemanticDiagnostics(source)]) {
    const line = source.getLineAndCharacterOfPosition(start).line + 1;
    found.set(line, `${found.get(line) ?? ""}${ts.flattenDiagnosticMessageText(messageText, "\n")}\n`);
  }
  return found;
}

describe("what must not compile", () => {
  const found = errors();

  it.each(expected.map((one) => [one.code, one] as const))("%s", (_, { line, pattern }) => {
    expect(found.get(line) ?? "it compiles").toMatch(pattern);
  });

  it("everything else compiles", () => {
    const places = new Set(expected.map(({ line }) => line));
    expect([...found].filter(([line]) => !places.has(line))).toEqual([]);
  });
});
