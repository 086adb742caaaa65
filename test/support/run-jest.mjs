// Runs jest with the given arguments. A run that has told its results and does not end by itself fails: something in it was left open.
import { spawn } from "node:child_process";
import { createRequire } from "node:module";

const GRACE_MS = 15_000;

const jest = createRequire(import.meta.url).resolve("jest/bin/jest");
const child = spawn(process.execPath, [jest, ...process.argv.slice(2)], { stdio: ["inherit", "inherit", "pipe"] });
let timer;
child.stderr.on("data", (bytes) => {
  process.stderr.write(bytes);
  // the last line of jest's summary; with --watch another run may follow it
  if (!bytes.includes("Ran all test suites") || timer !== undefined || process.argv.some((argument) => argument.startsWith("--watch")))
    return;
  timer = setTimeout(() => {
    process.stderr.write(
      `\nThe tests are over, but jest did not end within ${GRACE_MS / 1000} s: a test left something open (npx jest --detectOpenHandles).\n`,
    );
    process.exitCode = 1;
    child.kill("SIGKILL");
  }, GRACE_MS);
});
child.on("exit", (code) => {
  clearTimeout(timer);
  process.exitCode ||= code ?? 1;
});
for (const signal of ["SIGINT", "SIGTERM"]) process.on(signal, () => child.kill(signal));
