import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { request } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";

/** What the gateway's process holds. */
export interface Holdings {
  readonly heapUsed: number;
  readonly external: number;
  readonly rss: number;
  /** Open file descriptors. */
  readonly descriptors: number;
  /** Active handles, requests and timers, by kind. */
  readonly resources: readonly string[];
}

export interface BuiltGatewayOptions {
  /** Files that Node loads first, besides the one that observes. */
  readonly preload?: readonly string[];
  /** Arguments for Node. */
  readonly nodeArgs?: readonly string[];
  readonly env?: NodeJS.ProcessEnv;
}

const MAIN = join(__dirname, "../../../dist/cli/main.js");
const OBSERVE = join(__dirname, "preload/observe.cjs");
const START_MS = 30_000;

/** The built command as users run it, in a process of its own, observed from within. */
export class BuiltGateway {
  /** Faults of the process so far: exceptions that nobody caught, mistakes of the gateway's own in its log, an early end. */
  readonly faults: string[] = [];
  port = 0;
  adminPort = 0;
  private errors = "";
  private ending = false;

  private constructor(
    private readonly child: ChildProcess,
    private readonly folder: string,
  ) {}

  /** @param document the configuration, for the folder that the gateway may write to */
  static async start(
    document: (folder: string) => object,
    { preload = [], nodeArgs = [], env = {} }: BuiltGatewayOptions = {},
  ): Promise<BuiltGateway> {
    const folder = mkdtempSync(join(tmpdir(), "signalbox-built-"));
    const config = join(folder, "kong.json");
    writeFileSync(config, JSON.stringify(document(folder)));
    const requires = [OBSERVE, ...preload].flatMap((file) => ["--require", file]);
    const args = [
      "--expose-gc",
      ...nodeArgs,
      ...requires,
      MAIN,
      "serve",
      "--config",
      config,
      "--port",
      "0",
      "--admin-port",
      "0",
      "--drain-timeout",
      "5",
    ];
    const child = spawn(process.execPath, args, { stdio: ["ignore", "pipe", "pipe", "ipc"], env: { ...process.env, ...env } });
    const gateway = new BuiltGateway(child, folder);
    await gateway.listening();
    return gateway;
  }

  get pid(): number {
    return this.child.pid ?? 0;
  }

  get running(): boolean {
    return this.child.exitCode === null && this.child.signalCode === null;
  }

  /** @throws Error if the process does not answer */
  async measure(): Promise<Holdings> {
    if (!this.child.connected) throw new Error(`the gateway's process has ended: ${this.errors.slice(-2_000)}`);
    const answer = new Promise<Holdings>((resolve, reject) => {
      const timer = setTimeout(() => reject(new Error("the gateway's process did not say what it holds within 20 s")), 20_000);
      const take = (message: { measured?: Holdings }): void => {
        if (message.measured === undefined) return;
        clearTimeout(timer);
        this.child.off("message", take);
        resolve(message.measured);
      };
      this.child.on("message", take);
    });
    this.child.send("measure");
    return answer;
  }

  /** Values of a metric, one for each set of labels. */
  async metric(name: string): Promise<number[]> {
    const text = await get(this.adminPort, "/metrics");
    return text
      .split("\n")
      .flatMap((line) =>
        line.startsWith(`${name}{`) || line.startsWith(`${name} `) ? [Number(line.slice(line.lastIndexOf(" ") + 1))] : [],
      );
  }

  /** Sends SIGTERM; resolves to the exit code, or to "killed" if the process is still there after 20 s. */
  async terminate(): Promise<number | string> {
    this.ending = true;
    if (this.running) {
      const exit = once(this.child, "exit");
      this.child.kill("SIGTERM");
      const timer = setTimeout(() => this.child.kill("SIGKILL"), 20_000);
      await exit;
      clearTimeout(timer);
    }
    return this.child.exitCode ?? String(this.child.signalCode);
  }

  /** Ends the process if it still runs, and removes its files. */
  async close(): Promise<void> {
    this.ending = true;
    if (this.running) {
      const exit = once(this.child, "exit");
      this.child.kill("SIGKILL");
      await exit;
    }
    rmSync(this.folder, { recursive: true, force: true });
  }

  private async listening(): Promise<void> {
    this.child.on("message", (message: { uncaught?: string }) => {
      if (message.uncaught !== undefined) this.faults.push(message.uncaught);
    });
    this.child.on("exit", (code, signal) => {
      if (!this.ending) this.faults.push(`the process ended with ${code ?? signal}: ${this.errors.slice(-2_000)}`);
    });
    createInterface(this.child.stdout!).on("line", (line) => this.logged(line));
    await new Promise<void>((resolve, reject) => {
      const timer = setTimeout(() => reject(new Error(`the gateway did not listen within ${START_MS} ms: ${this.errors}`)), START_MS);
      const settle = (settled: () => void): void => {
        clearTimeout(timer);
        settled();
      };
      this.child.once("exit", () => settle(() => reject(new Error(`the gateway did not start: ${this.errors}`))));
      this.child.stderr!.on("data", (bytes: Buffer) => {
        this.errors = (this.errors + bytes.toString()).slice(-20_000);
        const ports = /on http:\/\/127\.0\.0\.1:(\d+) \(admin port http:\/\/127\.0\.0\.1:(\d+)/.exec(this.errors);
        if (ports === null || this.port !== 0) return;
        this.port = Number(ports[1]);
        this.adminPort = Number(ports[2]);
        settle(resolve);
      });
    });
  }

  /** A line of the log; only a mistake of the gateway's own is a fault. */
  private logged(line: string): void {
    if (!line.includes('"internal"') && !line.startsWith('{"level":"error"') && !line.startsWith('{"level":"fatal"')) return;
    const entry = JSON.parse(line) as {
      level: string;
      msg: string;
      request_id?: string;
      err?: { stack?: string };
      error?: { code: string };
      attempts?: readonly { outcome: string }[];
    };
    const isInternal = entry.error?.code === "internal" || entry.attempts?.some(({ outcome }) => outcome === "internal") === true;
    if (isInternal || entry.err !== undefined || entry.level === "fatal")
      this.faults.push(`logged: ${entry.msg}: ${entry.err?.stack ?? line.slice(0, 500)}`);
  }
}

function get(port: number, path: string): Promise<string> {
  return new Promise((resolve, reject) => {
    request({ host: "127.0.0.1", port, path, agent: false, timeout: 20_000 }, (response) => {
      const parts: Buffer[] = [];
      response.on("data", (part: Buffer) => parts.push(part)).on("end", () => resolve(Buffer.concat(parts).toString()));
    })
      .on("error", reject)
      .end();
  });
}
