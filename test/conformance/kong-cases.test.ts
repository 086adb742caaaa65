import { spawnSync } from "node:child_process";
import { existsSync, realpathSync } from "node:fs";
import { join } from "node:path";

const root = join(__dirname, "..", "..");
const command = join(root, "dist", "cli", "main.js");
const runner = join(root, "..", "shared", "conformance", "kong", "run.mjs");

/** Cases of what is served: whole providers, and of Hugging Face and Llama 2 those that speak OpenAI's dialect. */
const ONLY = "provider:(openai|anthropic|azure|mistral)|^huggingface-chat|^derived-stream-huggingface|^derived-llama2-openai";

/** Kong's own cases: how a gateway that reads Kong's configuration behaves towards the provider and the client. */
const runs: readonly (readonly [name: string, variables: Readonly<Record<string, string>>, cases: number])[] = [
  ["plain", { ONLY }, 59],
  ["as ai-proxy-advanced", { ONLY, MODE: "advanced" }, 59],
  ["services, routes and plugins as flat lists", { ONLY, FLAT: "1" }, 59],
  ["with file-log", { ONLY, FILE_LOG: "1" }, 59],
  ["configurations accepted or refused at start", { CONFIG_CASES: "1" }, 8],
];

test.each(runs)(
  "Kong's cases, %s: no hard check fails",
  (_name, variables, atLeast) => {
    if (!existsSync(command)) throw new Error(`${command} is missing: run "npm run build" first.`);
    if (!existsSync(runner)) throw new Error(`${runner} is missing: the conformance data must stand beside the repository.`);
    const { status, stdout, stderr } = spawnSync(process.execPath, [realpathSync(runner)], {
      encoding: "utf8",
      env: {
        ...process.env,
        ...variables,
        HIDE_SOFT: "1",
        GATEWAY_CMD: `exec "${process.execPath}" "${command}" serve --config {CONFIG} --port {PORT}`,
      },
    });
    // a soft check is Kong's exact wording or a bug of Kong's: it counts as failed in the runner's sum, but not in its exit code
    const sum = /(\d+) passed, (\d+) failed(?: \((\d+) soft\))?\n$/.exec(stdout);
    if (sum === null) throw new Error(`the runner printed no sum:\n${stdout}${stderr}`);
    const [passed = 0, failed = 0, soft = 0] = sum.slice(1).map((number: string | undefined) => Number(number ?? 0));
    if (failed !== soft) throw new Error(`${failed - soft} hard checks failed:\n${stdout}`);
    expect(passed + soft).toBeGreaterThanOrEqual(atLeast);
    expect(status).toBe(0);
  },
  120_000,
);
