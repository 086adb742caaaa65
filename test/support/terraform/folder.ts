/** A folder in which the real terraform or tofu runs. */
import { type ChildProcess, spawn } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";

/** What a command did. */
export interface CommandResult {
  readonly code: number | null;
  /** Standard output. */
  readonly stdout: string;
  /** Standard error without boxes and line breaks inside sentences, so that a test can look for a sentence. */
  readonly stderr: string;
}

/** A command that runs, in a process group of its own. */
export interface RunningCommand {
  readonly result: Promise<CommandResult>;
  /** Sends a signal to the process group, as a terminal does on Ctrl-C. */
  interrupt(signal?: NodeJS.Signals): void;
}

/** One resource of a state. */
export interface StateResource {
  readonly address: string;
  readonly isTainted: boolean;
  readonly attributes: Readonly<Record<string, unknown>>;
}

/** Surroundings of every command: quiet, offline, without a terminal. */
export function quietEnvironment(cliConfig: string, home: string): Readonly<Record<string, string>> {
  return {
    PATH: process.env["PATH"] ?? "",
    HOME: home,
    ...(process.env["DOCKER_HOST"] === undefined ? {} : { DOCKER_HOST: process.env["DOCKER_HOST"] }),
    TF_CLI_CONFIG_FILE: cliConfig,
    CHECKPOINT_DISABLE: "1",
    TF_IN_AUTOMATION: "1",
    TF_INPUT: "0",
    CI: "1",
    FORCE_COLOR: "0",
  };
}

function plain(text: string): string {
  return text
    .replace(/^[╷│╵]\s?/gm, "")
    .replace(/\s+/g, " ")
    .trim();
}

/** Starts a program in a process group of its own. */
export function startCommand(
  program: string,
  args: readonly string[],
  options: { readonly cwd: string; readonly env: Readonly<Record<string, string>> },
): RunningCommand {
  const child: ChildProcess = spawn(program, args, { ...options, detached: true, stdio: ["ignore", "pipe", "pipe"] });
  const output = { stdout: "", stderr: "" };
  for (const name of ["stdout", "stderr"] as const) child[name]!.setEncoding("utf8").on("data", (text: string) => (output[name] += text));
  const result = new Promise<CommandResult>((resolve, reject) => {
    child.on("error", reject);
    child.on("close", (code) => resolve({ code, stdout: output.stdout, stderr: plain(output.stderr) }));
  });
  return { result, interrupt: (signal = "SIGINT") => void process.kill(-child.pid!, signal) };
}

/** Runs the program to its end. @returns what it printed @throws Error with all of its output where its exit code is not 0 */
export async function succeed(command: RunningCommand, what: string): Promise<string> {
  const { code, stdout, stderr } = await command.result;
  if (code !== 0) throw new Error(`${what} ended with ${String(code)}:\n${stdout}\n${stderr}`);
  return stdout;
}

/** A folder with a configuration, and the commands in it. */
export class TerraformFolder {
  /**
   * @param binary terraform or tofu
   * @param env everything that the commands see, from {@link quietEnvironment}
   */
  constructor(
    readonly folder: string,
    private readonly binary: string,
    private readonly env: Readonly<Record<string, string>>,
  ) {}

  /** Starts a command. */
  start(args: readonly string[], env: Readonly<Record<string, string>> = {}): RunningCommand {
    return startCommand(this.binary, [...args.slice(0, 1), "-no-color", ...args.slice(1)], {
      cwd: this.folder,
      env: { ...this.env, ...env },
    });
  }

  /** Runs a command to its end, whatever its exit code. */
  run(...args: readonly string[]): Promise<CommandResult> {
    return this.start(args).result;
  }

  /** Runs a command that must succeed. */
  succeed(...args: readonly string[]): Promise<string> {
    return succeed(this.start(args), `${this.binary} ${args.join(" ")}`);
  }

  apply(...args: readonly string[]): Promise<string> {
    return this.succeed("apply", "-auto-approve", "-input=false", ...args);
  }

  /** What a plan changes, by address: `create`, `update`, `replace` or `delete`. Resources that stay as they are stay out. */
  async plannedActions(): Promise<Readonly<Record<string, string>>> {
    const lines = (await this.succeed("plan", "-json", "-input=false")).trim().split("\n");
    const changes = lines.map((line) => JSON.parse(line) as PlanLine).filter(({ type }) => type === "planned_change");
    return Object.fromEntries(changes.map(({ change }) => [change!.resource.addr, change!.action]));
  }

  /** Whether a plan changes nothing, outputs included. */
  async isPlanEmpty(): Promise<boolean> {
    const { code, stdout, stderr } = await this.run("plan", "-detailed-exitcode", "-input=false");
    if (code !== 0 && code !== 2) throw new Error(`the plan failed:\n${stdout}\n${stderr}`);
    return code === 0;
  }

  /** Path of the local state. */
  get statePath(): string {
    return join(this.folder, "terraform.tfstate");
  }

  /** The resources in the local state. */
  resources(): readonly StateResource[] {
    if (!existsSync(this.statePath)) return [];
    const { resources } = JSON.parse(readFileSync(this.statePath, "utf8")) as StateFile;
    return resources
      .filter(({ mode }) => mode === "managed")
      .flatMap(({ type, name, instances }) =>
        instances.map(({ status, attributes }) => ({ address: `${type}.${name}`, isTainted: status === "tainted", attributes })),
      );
  }

  /** One resource of the state. @throws Error where it is not there */
  resource(address: string): StateResource {
    const all = this.resources();
    const found = all.find((one) => one.address === address);
    if (found === undefined)
      throw new Error(`${address} is not in the state, but ${all.map((one) => one.address).join(", ") || "nothing"} is.`);
    return found;
  }
}

interface PlanLine {
  readonly type: string;
  readonly change?: { readonly action: string; readonly resource: { readonly addr: string } };
}

interface StateFile {
  readonly resources: readonly {
    readonly mode: string;
    readonly type: string;
    readonly name: string;
    readonly instances: readonly { readonly status?: string; readonly attributes: Readonly<Record<string, unknown>> }[];
  }[];
}
