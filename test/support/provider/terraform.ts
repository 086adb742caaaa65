/** A working folder in which the real terraform (or tofu) runs. */
import { type ChildProcess, spawn } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** What a command did. */
export interface CommandResult {
  readonly code: number | null;
  readonly stdout: string;
  /** Without line breaks inside sentences, box characters and colours, so that a test can look for a sentence. */
  readonly stderr: string;
}

/** A command that runs. */
export interface RunningCommand {
  readonly process: ChildProcess;
  readonly result: Promise<CommandResult>;
  /** Sends a signal to the whole process group, as a terminal does on Ctrl-C. */
  interrupt(signal?: NodeJS.Signals): void;
}

/** One resource instance in the state. */
export interface StateInstance {
  readonly status?: string;
  readonly schema_version: number;
  readonly attributes: Readonly<Record<string, unknown>>;
  readonly private?: string;
}

/** How to run. */
export interface WorkspaceOptions {
  /** The program. @default "terraform" */
  readonly engine?: string;
  readonly env: Readonly<Record<string, string>>;
}

function plain(text: string): string {
  return text
    .replace(/^[╷│╵]\s?/gm, "")
    .replace(/\s+/g, " ")
    .trim();
}

/** Its folder is removed by `remove`. */
export class Workspace {
  readonly folder = mkdtempSync(join(tmpdir(), "workspace-"));
  /** For the provider's objects. */
  readonly store = join(this.folder, "store");
  private readonly engine: string;
  private readonly env: Readonly<Record<string, string>>;

  constructor({ engine = "terraform", env }: WorkspaceOptions) {
    this.engine = engine;
    this.env = env;
    mkdirSync(this.store);
  }

  /** Writes main.tf, in front of it what names the fixture provider. */
  configure(hcl: string): void {
    const preamble = [
      "terraform {",
      '  required_providers {\n    fixture = {\n      source = "acme/fixture"\n    }\n  }',
      "}",
      `provider "fixture" {\n  store = ${JSON.stringify(this.store)}\n}`,
    ];
    writeFileSync(join(this.folder, "main.tf"), [...preamble, hcl, ""].join("\n"));
  }

  /** Starts a command, in a process group of its own. */
  start(args: readonly string[], env: Readonly<Record<string, string>> = {}): RunningCommand {
    const child = spawn(this.engine, args, {
      cwd: this.folder,
      detached: true,
      stdio: ["ignore", "pipe", "pipe"],
      env: {
        PATH: process.env["PATH"],
        HOME: this.folder,
        CHECKPOINT_DISABLE: "1",
        TF_IN_AUTOMATION: "1",
        TF_CLI_ARGS: "-no-color",
        ...this.env,
        ...env,
      },
    });
    const output = { stdout: "", stderr: "" };
    for (const name of ["stdout", "stderr"] as const) child[name].setEncoding("utf8").on("data", (text: string) => (output[name] += text));
    const result = new Promise<CommandResult>((resolve, reject) => {
      child.on("error", reject);
      child.on("close", (code) => resolve({ code, stdout: output.stdout, stderr: plain(output.stderr) }));
    });
    return { process: child, result, interrupt: (signal = "SIGINT") => void process.kill(-child.pid!, signal) };
  }

  /** Runs a command to its end, whatever its code. */
  run(...args: readonly string[]): Promise<CommandResult> {
    return this.start(args).result;
  }

  /** Runs a command that must succeed. */
  async succeed(...args: readonly string[]): Promise<string> {
    const { code, stdout, stderr } = await this.run(...args);
    if (code !== 0) throw new Error(`${this.engine} ${args.join(" ")} ended with ${String(code)}:\n${stdout}\n${stderr}`);
    return stdout;
  }

  apply(): Promise<string> {
    return this.succeed("apply", "-auto-approve", "-input=false");
  }

  /** Whether a plan changes something, outputs included. */
  async planIsEmpty(): Promise<boolean> {
    const { code, stdout, stderr } = await this.run("plan", "-detailed-exitcode", "-input=false");
    if (code !== 0 && code !== 2) throw new Error(`the plan failed:\n${stdout}\n${stderr}`);
    return code === 0;
  }

  /** The output's value. */
  async output(name: string): Promise<unknown> {
    return JSON.parse(await this.succeed("output", "-json", name)) as unknown;
  }

  get statePath(): string {
    return join(this.folder, "terraform.tfstate");
  }

  /** The instances of one resource in the state. */
  instances(address: string): readonly StateInstance[] {
    if (!existsSync(this.statePath)) return [];
    const state = JSON.parse(readFileSync(this.statePath, "utf8")) as {
      resources: { mode: string; type: string; name: string; instances: StateInstance[] }[];
    };
    return state.resources.find(({ mode, type, name }) => mode === "managed" && `${type}.${name}` === address)?.instances ?? [];
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}
