import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { Redis } from "ioredis";
import { withPatience } from "../../support/child-process";
import { freePort } from "../../support/free-port";

/** A `redis-server` of the test's own, on loopback and without files that outlive it. */
export class RedisServer {
  private child: ChildProcess | undefined;
  private readonly folder = mkdtempSync(join(tmpdir(), "signalbox-redis-"));

  private constructor(
    readonly port: number,
    private readonly args: readonly string[],
  ) {}

  static async start(args: readonly string[] = [], port?: number): Promise<RedisServer> {
    const server = new RedisServer(port ?? (await freePort()), args);
    await server.restart();
    return server;
  }

  /** Starts it on the same port after `kill`; it knows nothing of before. */
  async restart(): Promise<void> {
    const fixed = ["--bind", "127.0.0.1", "--save", "", "--appendonly", "no", "--dir", this.folder];
    const port = this.args.includes("--tls-port") ? ["--port", "0"] : ["--port", String(this.port)];
    const child = (this.child = spawn("redis-server", [...this.args, ...port, ...fixed], { stdio: ["ignore", "pipe", "pipe"] }));
    let output = "";
    for (const stream of [child.stdout, child.stderr]) stream.on("data", (chunk: Buffer) => (output += chunk.toString()));
    for (let tries = 0; !/Ready to accept connections|Sentinel ID is/.test(output); tries++) {
      if (tries > 500 || child.exitCode !== null || child.signalCode !== null) throw new Error(`redis-server did not start: ${output}`);
      await sleep(10);
    }
  }

  /** Ends it at once, as a crash does. */
  async kill(): Promise<void> {
    const { child } = this;
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return;
    const ended = once(child, "exit");
    child.kill("SIGKILL");
    await withPatience(10_000, ended, () => "redis-server has not ended at SIGKILL");
  }

  /** The process stands still: connections stay open, nothing answers. */
  pause(): void {
    this.child?.kill("SIGSTOP");
  }

  resume(): void {
    this.child?.kill("SIGCONT");
  }

  /** Runs commands as an administrator. */
  async admin<T>(use: (redis: Redis) => Promise<T>): Promise<T> {
    const redis = new Redis({ host: "127.0.0.1", port: this.port, protocol: 2 });
    try {
      return await use(redis);
    } finally {
      redis.disconnect();
    }
  }

  /** Ends it and removes its folder. */
  async stop(): Promise<void> {
    await this.kill();
    rmSync(this.folder, { recursive: true, force: true });
  }
}
