/** The three that are measured; all run side by side on the measured core, and only one has work at a time. */
import type { ChildProcess } from "node:child_process";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { nginxEnvironment, writeMock, writeProxy } from "./nginx";
import { freePort } from "../test/support/free-port";
import { startPinned } from "./processes";
import { ANTHROPIC_MODEL, assertAnswer, DOWN_PATH, isFor, workloads, type Workload } from "./workloads";

export type SubjectName = "relay" | "floor" | "nginx" | "gateway";

/** A running process under test. */
export interface Subject {
  readonly name: SubjectName;
  readonly url: string;
  readonly process: ChildProcess;
}

/** How to start them. */
export interface SubjectOptions {
  readonly folder: string;
  readonly core: number;
  readonly mockPort: number;
  /** The gateway's command up to `serve`, e.g. `["node", "dist/cli/main.js"]`. */
  readonly gatewayCommand: readonly string[];
  /** Folder that takes the gateway's CPU profile when it ends; none is taken if absent. */
  readonly profileFolder?: string;
}

const target = (mockPort: number, path: string, name: string, weight: number): object => ({
  route_type: "llm/v1/chat",
  model: { provider: "openai", name, options: { upstream_url: `http://127.0.0.1:${mockPort}${path}`, input_cost: 2.5, output_cost: 10 } },
  auth: { header_name: "Authorization", header_value: "Bearer {vault://env/BENCH_KEY}" },
  logging: { log_statistics: true },
  weight,
});

const chatConfig = (mockPort: number, path: string): object => ({
  balancer: { algorithm: "round-robin" },
  targets: [target(mockPort, path, "gpt-4o", 70), target(mockPort, path, "gpt-4o", 30)],
});

/** Half of the targets fail always, and no circuit breaker spares anybody: every second request takes two attempts. */
const failoverConfig = (mockPort: number, path: string): object => ({
  balancer: { algorithm: "round-robin", failover_criteria: ["error", "timeout", "http_503", "non_idempotent"] },
  targets: [target(mockPort, path, "gpt-4o", 50), target(mockPort, DOWN_PATH, "gpt-4o", 50)],
});

/** Clients that speak OpenAI's dialect, and targets that speak Anthropic's. */
const translatedConfig = (mockPort: number, path: string): object => ({
  balancer: { algorithm: "round-robin" },
  targets: [70, 30].map((weight) => ({
    route_type: "llm/v1/chat",
    model: {
      provider: "anthropic",
      name: ANTHROPIC_MODEL,
      options: {
        upstream_url: `http://127.0.0.1:${mockPort}${path}`,
        anthropic_version: "2023-06-01",
        max_tokens: 1024,
        input_cost: 3,
        output_cost: 15,
      },
    },
    auth: { header_name: "x-api-key", header_value: "{vault://env/BENCH_KEY}" },
    logging: { log_statistics: true },
    weight,
  })),
});

/** What the workloads that need more than {@link chatConfig} run with. */
const configs: Partial<Record<Workload["name"], (mockPort: number, path: string) => object>> = {
  failover: failoverConfig,
  translated: translatedConfig,
};

/** A route per workload, each with two targets by weight and statistics logging; JSON is YAML too. */
const gatewayConfiguration = (mockPort: number): string =>
  JSON.stringify({
    _format_version: "3.0",
    services: [
      {
        name: "bench",
        url: "http://127.0.0.1:1",
        routes: workloads.map(({ name, path }) => ({
          name,
          paths: [path],
          plugins: [
            {
              name: "ai-proxy-advanced",
              config: (configs[name] ?? chatConfig)(mockPort, path),
            },
          ],
        })),
      },
    ],
  });

async function commandOf(name: SubjectName, port: number, options: SubjectOptions): Promise<readonly string[]> {
  if (name === "relay" || name === "floor")
    return ["node", join(__dirname, `${name}.mjs`), `http://127.0.0.1:${options.mockPort}`, String(port)];
  if (name === "nginx") return ["nginx", "-c", writeProxy(options.folder, port, options.mockPort)];
  const config = join(options.folder, "gateway", "kong.json");
  const state = join(options.folder, "state");
  mkdirSync(join(options.folder, "gateway"), { recursive: true });
  mkdirSync(state, { recursive: true });
  writeFileSync(config, gatewayConfiguration(options.mockPort));
  const [program, ...rest] = options.gatewayCommand;
  if (program === undefined) throw new Error("--command must name a program, but it is empty.");
  const profile = options.profileFolder === undefined ? [] : ["--cpu-prof", `--cpu-prof-dir=${options.profileFolder}`];
  const adminPort = String(await freePort());
  return [program, ...profile, ...rest, "serve", "--config", config, "--state", state, "--port", String(port), "--admin-port", adminPort];
}

/** Waits until every workload is answered completely; throws with the last answer after ten seconds, or at once when the process ends. */
async function ready({ name, url, process }: Subject, log: string): Promise<void> {
  const deadline = Date.now() + 10_000;
  for (;;) {
    try {
      for (const workload of workloads.filter((one) => isFor(one, name))) {
        const response = await fetch(url + workload.path, {
          method: "POST",
          headers: { "content-type": "application/json" },
          body: workload.body,
        });
        assertAnswer(workload, name, response.status, await response.text());
      }
      return;
    } catch (error) {
      if (process.exitCode !== null)
        throw new Error(`${name} must keep running, but ended with ${process.exitCode}:\n${readFileSync(log, "utf8").slice(-2000)}`);
      if (Date.now() > deadline) throw error;
      await sleep(50);
    }
  }
}

/** Starts one subject and checks its answers. */
export async function startSubject(name: SubjectName, options: SubjectOptions): Promise<Subject> {
  const port = await freePort();
  const log = join(options.folder, `${name}.log`);
  const process = startPinned(options.core, await commandOf(name, port, options), log, { BENCH_KEY: "no-key", ...nginxEnvironment });
  const subject = { name, url: `http://127.0.0.1:${port}`, process };
  await ready(subject, log);
  return subject;
}

/** Starts the mock provider on `core`; returns its port. */
export async function startMock(core: number, folder: string): Promise<number> {
  const port = await freePort();
  startPinned(core, ["nginx", "-c", writeMock(folder, port)], join(folder, "mock.log"), nginxEnvironment);
  return port;
}
