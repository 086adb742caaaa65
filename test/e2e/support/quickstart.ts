/** The project of somebody who copied examples/quickstart.ts: a folder that the cdktf command line works in. */
import { mkdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { ensureCdktf, startCdktf } from "../../support/terraform/cdktf";
import { succeed, TerraformFolder, type CommandResult } from "../../support/terraform/folder";
import { copyRuntime, REPOSITORY, writeKey } from "./runtime";

/** What the tests change in the example, as its owner would. */
export interface QuickstartChoices {
  /** Of the large model; the small one's is 30. @default 70, as in the example */
  readonly weight?: number;
  /** Options of the platform beside port and base image. @default - none */
  readonly platform?: Readonly<Record<string, unknown>>;
  /** Folder that the image is built from, made by {@link Quickstart.addRuntime}. */
  readonly runtime: string;
}

/** What the surroundings ask for. */
export interface QuickstartOptions {
  /** Name of the stack; the containers' names begin with it. */
  readonly name: string;
  readonly port: number;
  readonly baseImage: string;
  readonly key: string;
  readonly openaiBaseUrl: string;
  /** terraform or tofu. */
  readonly binary: string;
  readonly env: Readonly<Record<string, string>>;
}

function replaceOnce(text: string, from: string, to: string): string {
  if (text.split(from).length !== 2) throw new Error(`The example must hold ${JSON.stringify(from)} once. Change the test along with it.`);
  return text.replace(from, () => to);
}

/** One project on disk. */
export class Quickstart {
  private readonly env: Readonly<Record<string, string>>;
  /** What cdktf printed so far. */
  printed = "";

  constructor(
    readonly folder: string,
    private readonly options: QuickstartOptions,
  ) {
    this.env = { ...options.env, OPENAI_BASE_URL: options.openaiBaseUrl };
    for (const name of ["examples", "runtimes"]) mkdirSync(join(folder, name));
    symlinkSync(join(REPOSITORY, "node_modules"), join(folder, "node_modules"));
    symlinkSync(join(REPOSITORY, "index.ts"), join(folder, "index.ts"));
    writeKey(join(folder, "secrets/openai.key"), options.key);
  }

  /**
   * Makes a folder that an image can be built from: the packaged one under a hash of its own, whose images carry the label `test`.
   *
   * @param main JavaScript that replaces the gateway's program, which it finds beside it as gateway.js. @default the program itself
   */
  addRuntime(version: string, main?: string): string {
    return copyRuntime(join(this.folder, "runtimes", version), { label: this.options.name, version, main });
  }

  /** Writes the app and its settings. */
  write({ weight = 70, platform = {}, runtime }: QuickstartChoices): void {
    const { name, port, baseImage } = this.options;
    const settings = JSON.parse(readFileSync(join(REPOSITORY, "cdktf.json"), "utf8")) as Record<string, unknown>;
    writeFileSync(join(this.folder, "cdktf.json"), JSON.stringify({ ...settings, context: { "signalbox:runtime": runtime } }));
    const text = readFileSync(join(REPOSITORY, "examples/quickstart.ts"), "utf8");
    const named = replaceOnce(text, '"quickstart"', JSON.stringify(name));
    const placed = replaceOnce(named, "{ port: 8000 }", JSON.stringify({ port, baseImage, ...platform }));
    writeFileSync(join(this.folder, "examples/quickstart.ts"), replaceOnce(placed, "weight: 70", `weight: ${weight}`));
  }

  /** Runs a cdktf command to its end, whatever its exit code. */
  async cdktf(...args: readonly string[]): Promise<CommandResult> {
    await ensureCdktf();
    const result = await startCdktf(this.folder, this.options.binary, args, this.env).result;
    this.printed += `${result.stdout}\n${result.stderr}\n`;
    return result;
  }

  synth(): Promise<string> {
    return this.mustSucceed("synth");
  }

  deploy(): Promise<string> {
    return this.mustSucceed("deploy", "--auto-approve", "--skip-provider-lock");
  }

  destroy(): Promise<string> {
    return this.mustSucceed("destroy", "--auto-approve", "--skip-provider-lock");
  }

  private mustSucceed(...args: readonly string[]): Promise<string> {
    return succeed({ result: this.cdktf(...args), interrupt: () => undefined }, `cdktf ${args.join(" ")}`);
  }

  /** The synthesized stack, for commands of terraform itself. */
  get stack(): TerraformFolder {
    return new TerraformFolder(join(this.folder, "cdktf.out/stacks", this.options.name), this.options.binary, this.env);
  }
}
