import { execFileSync } from "node:child_process";
import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { NAMES, runExample, runtimeFolder, stackText } from "./support";

const SYNTH = join(__dirname, "../fixtures/cdktn/synth.cjs");

/** The stack without the version of the library that wrote it. */
function neutral(text: string): string {
  const stack = JSON.parse(text) as { "//": { metadata: { version: string } } };
  expect(stack["//"].metadata.version).toMatch(/^\d+\.\d+\.\d+$/);
  stack["//"].metadata.version = "";
  return JSON.stringify(stack, null, 1);
}

describe("on cdktn, the successor of cdktf", () => {
  const runtime = runtimeFolder();
  const folder = mkdtempSync(join(tmpdir(), "signalbox-cdktn-"));

  beforeAll(() => {
    const env = { ...process.env, CDKTF_CONTEXT_JSON: JSON.stringify({ "signalbox:runtime": runtime }) };
    execFileSync(process.execPath, [SYNTH, folder, ...NAMES], { env, stdio: "pipe" });
  }, 60_000);

  it.each(NAMES)("%s synthesizes to the same stack", (name) => {
    const onCdktn = stackText(join(folder, name), name);
    const onCdktf = stackText(runExample(name, runtime), name);
    expect(onCdktn).toContain('"version": "0.24');
    expect(neutral(onCdktn)).toBe(neutral(onCdktf));
  });
});
