/** A user's empty project, made from the README's own words, with the packed tarball installed. */
import { execFile } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";

const root = join(__dirname, "../../..");

/** What `npm pack --json` says of the tarball. */
export interface Packed {
  readonly filename: string;
  readonly size: number;
  readonly unpackedSize: number;
  readonly files: readonly { readonly path: string; readonly size: number }[];
}

/** How a command ended. */
export interface Result {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

interface Manifest {
  readonly devDependencies: Readonly<Record<string, string>>;
}

/** This repository's package.json. */
export const manifest = JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as Manifest;

/** Without what the `npm run` around this test left, which belongs to another project. */
export const environment = (): NodeJS.ProcessEnv =>
  Object.fromEntries(
    Object.entries(process.env).filter(([name]) => !/^(npm_(package|lifecycle|config_local_prefix)|INIT_CWD|NODE_PATH)/.test(name)),
  );

/** The README's code block that follows `<!-- example: name -->`. */
export function readmeExample(name: string): string {
  const readme = readFileSync(join(root, "README.md"), "utf8");
  const text = readme.split(`<!-- example: ${name} -->`)[1]?.split("```")[1];
  if (text === undefined) throw new Error(`README.md must hold an example marked "${name}", but does not.`);
  return text.slice(text.indexOf("\n") + 1);
}

/** Packs the built repository into `folder`; throws where it was not built. */
export async function pack(folder: string): Promise<Packed> {
  if (!existsSync(join(root, "dist/index.js")))
    throw new Error("The package is made of dist/, which is missing. Run `npm run build` first.");
  const command = ["pack", "--json", "--ignore-scripts", "--pack-destination", folder];
  const { stdout } = await promisify(execFile)("npm", command, { cwd: root, env: environment(), maxBuffer: 1 << 24 });
  const [packed] = JSON.parse(stdout) as readonly [Packed];
  return packed;
}

/** Contents of a packed file, which is the file in the repository. */
export const packedText = (path: string): string => readFileSync(join(root, path), "utf8");

/** A folder with a package.json of its own. */
export class Project {
  readonly folder = mkdtempSync(join(tmpdir(), "signalbox-package-"));

  write(file: string, content: string): void {
    writeFileSync(join(this.folder, file), content);
  }

  read(file: string): string {
    return readFileSync(join(this.folder, file), "utf8");
  }

  /** Runs a program in the project; never throws for an exit code. */
  async run(program: string, ...command: readonly string[]): Promise<Result> {
    try {
      const { stdout, stderr } = await promisify(execFile)(program, command, { cwd: this.folder, env: environment(), maxBuffer: 1 << 24 });
      return { code: 0, stdout, stderr };
    } catch (error) {
      const { code, stdout, stderr } = error as { code: number | string; stdout: string; stderr: string };
      if (typeof code !== "number") throw error;
      return { code, stdout, stderr };
    }
  }

  /** Runs a program that must succeed; returns its standard output. */
  async succeed(program: string, ...command: readonly string[]): Promise<string> {
    const { code, stdout, stderr } = await this.run(program, ...command);
    if (code !== 0) throw new Error(`${[program, ...command].join(" ")} must end with 0, but ended with ${code}:\n${stdout}\n${stderr}`);
    return stdout;
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}
