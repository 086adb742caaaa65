import { fork, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { withPatience } from "../../support/child-process";
import type { Measurement } from "./gateway-child";

/** A gateway in a process of its own, with files of its own. */
export class GatewayProcess {
  private constructor(
    private readonly child: ChildProcess,
    private readonly folder: string,
    readonly url: string,
  ) {}

  /** @param env variables besides those of this process */
  static async start(document: object, env: NodeJS.ProcessEnv = {}): Promise<GatewayProcess> {
    const folder = mkdtempSync(join(tmpdir(), "signalbox-gateway-"));
    const config = configIn(folder);
    writeFileSync(config, JSON.stringify(document));
    const child = fork(join(__dirname, "gateway-child.ts"), [config, join(folder, "gateway.log")], {
      execArgv: ["--expose-gc", "--import", "tsx"],
      env: { ...process.env, ...env },
    });
    const [{ port }] = (await answer(child, "message")) as [{ port: number }];
    return new GatewayProcess(child, folder, `http://127.0.0.1:${port}`);
  }

  /** Replaces the configuration; it is served soon after. */
  configure(document: object): void {
    writeFileSync(configIn(this.folder), JSON.stringify(document));
  }

  async measure(): Promise<Measurement> {
    this.child.send("measure");
    const [measured] = (await answer(this.child, "message")) as [Measurement];
    return measured;
  }

  async close(): Promise<void> {
    this.child.send("close");
    await answer(this.child, "exit");
    rmSync(this.folder, { recursive: true });
  }
}

/** Waits for an event of the process, but not without an end, and not for one that has ended. */
function answer(child: ChildProcess, event: "message" | "exit"): Promise<unknown[]> {
  const seen = (): string => `no ${event} came; exit code ${child.exitCode ?? "none"}, signal ${child.signalCode ?? "none"}`;
  if (child.exitCode !== null || child.signalCode !== null)
    return event === "exit" ? Promise.resolve([]) : Promise.reject(new Error(seen()));
  return withPatience(60_000, once(child, event), seen);
}

const configIn = (folder: string): string => join(folder, "kong.json");
