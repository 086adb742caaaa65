import { spawnSync } from "node:child_process";
import { existsSync, realpathSync } from "node:fs";
import { join } from "node:path";

const root = join(__dirname, "..", "..");
const command = join(root, "dist", "cli", "main.js");
const runner = join(root, "..", "shared", "conformance", "kong-docs", "run.mjs");

/** Kong's published examples, each in one scope per run; the runner starts the command once per example. */
test.each(["global", "service", "route", "consumer", "consumer_group"])(
  "Kong's published examples, scope %s",
  (scope) => {
    if (!existsSync(command)) throw new Error(`${command} is missing: run "npm run build" first.`);
    if (!existsSync(runner)) throw new Error(`${runner} is missing: the conformance data must stand beside the repository.`);
    const { status, stdout, stderr } = spawnSync(process.execPath, [realpathSync(runner)], {
      encoding: "utf8",
      env: { ...process.env, SCOPES: scope, CHECK_CMD: `"${process.execPath}" "${command}" check {CONFIG}` },
    });
    expect(`${stdout}${stderr}`).toMatch(/[1-9]\d* passed, 0 failed\n$/);
    expect(status).toBe(0);
  },
  300_000,
);
