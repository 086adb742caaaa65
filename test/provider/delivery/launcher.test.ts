import { spawnSync } from "node:child_process";
import { chmodSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { launcherText, mainText } from "../../../build/launcher";

const folder = mkdtempSync(join(tmpdir(), "launcher-"));
const launcher = join(folder, "terraform-provider-signalbox_v1.0.0");
const tools = join(folder, "tools");
mkdirSync(tools);
for (const tool of ["dirname", "sh"]) symlinkSync(`/usr/bin/${tool}`, join(tools, tool));
const withNode = join(folder, "with-node");
mkdirSync(withNode);
symlinkSync(process.execPath, join(withNode, "node"));

function write(minimum: string, provider = ""): void {
  writeFileSync(launcher, launcherText(minimum));
  chmodSync(launcher, 0o755);
  writeFileSync(join(folder, "main.cjs"), mainText(minimum));
  writeFileSync(join(folder, "provider.cjs"), provider);
}

const run = (path: string, env: Readonly<Record<string, string>> = {}) =>
  spawnSync(launcher, ["--debug"], { encoding: "utf8", env: { PATH: path, ...env } });

afterAll(() => rmSync(folder, { recursive: true }));

test("without Node one friendly sentence stands on stdout", () => {
  write("20.18.1");
  const { status, stdout } = run(tools);
  expect(status).toBe(1);
  expect(stdout).toBe(
    "The signalbox provider needs Node.js 20.18.1 or newer, but there is no node on the PATH. Install it, or use the stand-alone build of the provider.\n",
  );
});

test.each(["999.0.0", `${process.versions.node.split(".")[0] ?? ""}.999.0`])("so it does with a Node older than %s", (minimum) => {
  write(minimum, "console.log('started')");
  const { status, stdout } = run(`${tools}:${withNode}`);
  expect(status).toBe(1);
  expect(stdout).toBe(
    `The signalbox provider needs Node.js ${minimum} or newer, but node on the PATH is ${process.version}. Install it, or use the stand-alone build of the provider.\n`,
  );
});

test.each([process.versions.node, "20.0.0"])(
  "with Node %s or newer the bundle runs, and only the handshake's descriptor leads to stdout",
  (minimum) => {
    write(
      minimum,
      `console.log("noise");
    require("node:fs").writeSync(Number(process.env.PROVIDER_HANDSHAKE_FD), JSON.stringify([process.argv.slice(2), process.env.NODE_OPTIONS ?? null]) + "\\n");`,
    );
    const { status, stdout, stderr } = run(`${tools}:${withNode}`, { NODE_OPTIONS: "--no-such-option" });
    expect([status, stdout, stderr]).toEqual([0, '[["--debug"],null]\n', "noise\n"]);
  },
);

test("the version check is written for a Node of any age", () => {
  expect(mainText("20.18.1")).not.toMatch(/=>|\b(?:const|let|class|async)\b|`|\?\?|\?\./);
});
