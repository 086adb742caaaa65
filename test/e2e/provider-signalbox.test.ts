/** Our provider as people get it - out of the package, by `signalbox provider install` - under the real engines. Without Docker. */
import { execFileSync } from "node:child_process";
import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { dataSourceExample, fromKongExample, validateExample } from "../../provider/generate/examples";
import { runExample, runtimeFolder, stackText } from "../examples/support";
import { makeDockerMirror } from "../support/terraform/docker-mirror";
import { terraformEngines } from "../support/terraform/engines";
import { quietEnvironment, TerraformFolder } from "../support/terraform/folder";
import { HOSTS, PLATFORM, writeCliConfig } from "../support/terraform/mirror";
import { searchFolder } from "../support/terraform/search-secret";

jest.setTimeout(120_000);

const root = join(__dirname, "../..");
const command = join(root, "dist/cli/main.js");
const { version } = JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as { readonly version: string };
const base = mkdtempSync(join(tmpdir(), "provider-signalbox-"));
const cliConfig = join(base, "cli.tfrc");

const PREAMBLE = `terraform {
  required_providers {
    signalbox = { source = "signalbox/signalbox" }
  }
}
`;

beforeAll(async () => {
  if (!existsSync(command)) throw new Error(`${command} is missing: run "npm run build" first.`);
  const { folder } = await makeDockerMirror(base);
  execFileSync(process.execPath, [command, "provider", "install", "--dir", folder]);
  writeCliConfig(cliConfig, folder);
});
afterAll(() => rmSync(base, { recursive: true }));

/** A folder with a configuration, initialized. */
async function open(binary: string, hcl: string, env: Readonly<Record<string, string>> = {}): Promise<TerraformFolder> {
  const folder = mkdtempSync(join(base, "folder-"));
  const terraform = new TerraformFolder(folder, binary, { ...quietEnvironment(cliConfig, folder), ...env });
  write(terraform, hcl);
  await terraform.succeed("init", "-input=false");
  return terraform;
}

function write({ folder }: TerraformFolder, hcl: string): void {
  writeFileSync(join(folder, "main.tf"), PREAMBLE + hcl);
}

async function output(terraform: TerraformFolder, name: string): Promise<unknown> {
  return JSON.parse(await terraform.succeed("output", "-json", name)) as unknown;
}

describe.each(terraformEngines())("$name", ({ binary }) => {
  test("the documentation's example: the plan shows the changed weight and little else, and the next one is empty", async () => {
    const same = `output "is_canonical" {
  value = data.signalbox_configuration.main.json == jsonencode(jsondecode(data.signalbox_configuration.main.json))
}
output "sha256" {
  value = data.signalbox_configuration.main.sha256 == sha256(data.signalbox_configuration.main.json)
}
output "yaml" {
  value = yamldecode(data.signalbox_configuration.main.yaml) == jsondecode(data.signalbox_configuration.main.json)
}
`;
    const hcl = `${dataSourceExample}\n${same}`;
    const terraform = await open(binary, hcl);
    await terraform.apply();
    expect(await output(terraform, "gateway_configuration")).toMatchObject({
      services: [
        {
          name: "signalbox",
          routes: [{ name: "chat", plugins: [{ name: "ai-proxy-advanced", config: { targets: [{ weight: 70 }, { weight: 30 }] } }] }],
        },
      ],
    });
    for (const name of ["is_canonical", "sha256", "yaml"]) expect(await output(terraform, name)).toBe(true);
    expect(await terraform.isPlanEmpty()).toBe(true);
    write(terraform, hcl.replace("70", "60"));
    const plan = await terraform.succeed("plan", "-input=false");
    expect(plan).toMatch(/~ weight +=? ?70 -> 60/);
    expect(plan.split("\n").filter((line) => /^\s+[+-] /.test(line))).toEqual([]);
  });

  test("every problem at once", async () => {
    const terraform = await open(binary, dataSourceExample.replace("= 70", "= 0").replace('paths = ["/chat"]', 'paths = ["chat"]'));
    const { code, stderr } = await terraform.run("plan", "-input=false");
    expect(code).toBe(1);
    expect(stderr).toContain('ai_proxy_advanced[0].route.paths[0]: must begin with "/"');
    expect(stderr).toContain("ai_proxy_advanced[0].targets[0].weight: must be an integer between 1 and 65535, but 0 was given.");
  });

  test("an unknown name alone is a warning of the check", async () => {
    const terraform = await open(binary, dataSourceExample.replace("weight     = weight", "wieght     = weight"));
    const { code, stdout, stderr } = await terraform.run("plan", "-input=false");
    expect(code).toBe(0);
    expect(`${stdout}${stderr}`).toContain("Check block assertion failed");
    expect(`${stdout}${stderr}`).toContain("wieght: is no known field");
  });

  test("a secret's value is refused, and stands nowhere", async () => {
    const secret = "planted-0123456789abcdef";
    const hcl = `variable "key" { type = string }\n${dataSourceExample.replace('"Bearer {vault://file/openai.key}"', '"Bearer ${var.key}"')}`;
    const terraform = await open(binary, hcl, { TF_VAR_key: secret });
    const { code, stdout, stderr } = await terraform.run("plan", "-input=false", "-out=plan.tfplan");
    expect(code).toBe(1);
    expect(stderr).toContain("ai_proxy_advanced[0].targets[0].auth.header_value: must be a reference such as {vault://file/openai.key}");
    expect(stdout + stderr).not.toContain(secret);
    expect(searchFolder(terraform.folder, secret, ["plan.tfplan", ".terraform"])).toEqual([]);
  });

  test("values that are not known at plan: the document is known after apply", async () => {
    const hcl = `resource "terraform_data" "model" {
  input = "gpt-4o"
}
${dataSourceExample.replace('provider = "openai", name = model', 'provider = "openai", name = terraform_data.model.output')}`;
    const terraform = await open(binary, hcl);
    const plan = await terraform.succeed("plan", "-input=false");
    expect(plan).toMatch(/gateway_configuration += \(known after apply\)/);
    await terraform.apply();
    expect(JSON.stringify(await output(terraform, "gateway_configuration"))).toContain('"gpt-4o"');
    expect(await terraform.isPlanEmpty()).toBe(true);
    const wrong = hcl.replace("= 70", "= 0");
    await terraform.succeed("destroy", "-auto-approve");
    write(terraform, wrong);
    expect((await terraform.run("plan", "-input=false")).stderr).toContain("targets[0].weight: must be an integer");
  });

  test("from_kong reads a file and a plugin; errors name line and column", async () => {
    const terraform = await open(
      binary,
      `${fromKongExample}\noutput "json" { value = [data.signalbox_configuration.main.json, data.signalbox_configuration.plugin.json] }\n`,
    );
    const plugin =
      "name: ai-proxy-advanced\nconfig:\n  targets:\n  - {route_type: llm/v1/chat, model: {provider: openai, name: a}, weight: 2}\n  - {route_type: llm/v1/chat, model: {provider: openai, options: {temperature: 0.1}}, metadata: {a: [null]}}\n";
    const kong = `_format_version: "3.0"\nservices:\n- {name: s, url: "http://localhost:32000", routes: [{name: chat, paths: [/chat]}], plugins: [{name: ai-proxy, config: {route_type: llm/v1/chat, model: {provider: openai}}}]}\n`;
    writeFileSync(join(terraform.folder, "plugin.yaml"), plugin);
    writeFileSync(join(terraform.folder, "kong.yaml"), kong);
    await terraform.apply();
    const [main, single] = ((await output(terraform, "json")) as readonly string[]).map((text) => JSON.parse(text) as unknown);
    expect(main).toMatchObject({
      services: [{ routes: [{ name: "chat", plugins: [{ name: "ai-proxy", config: { model: { provider: "openai" } } }] }] }],
    });
    expect(single).toMatchObject({
      services: [
        {
          routes: [
            { plugins: [{ config: { targets: [{ weight: 2 }, { model: { options: { temperature: 0.1 } }, metadata: { a: [null] } }] } }] },
          ],
        },
      ],
    });
    writeFileSync(join(terraform.folder, "plugin.yaml"), plugin.replace("weight: 2", "wieght: 2"));
    const { code, stderr } = await terraform.run("plan", "-input=false");
    expect(code).toBe(1);
    expect(stderr).toContain("4:67: error: config.targets[0].wieght: is no known field here");
  });

  test("the documentation's example of validate", async () => {
    const terraform = await open(binary, validateExample);
    const { code, stdout, stderr } = await terraform.run("plan", "-input=false");
    expect([code, `${stdout}${stderr}`.includes("Warning")]).toEqual([0, false]);
  });

  test("examples/hcl is the quickstart", async () => {
    const folder = mkdtempSync(join(base, "hcl-"));
    cpSync(join(root, "examples/hcl"), folder, { recursive: true, filter: (path) => !path.includes(".terraform") });
    const whole = new TerraformFolder(folder, binary, quietEnvironment(cliConfig, folder));
    await whole.succeed("init", "-input=false", "-backend=false");
    await whole.succeed("validate");
    const text = readFileSync(join(folder, "main.tf"), "utf8");
    const configuration = text.slice(text.indexOf("locals {"));
    const terraform = await open(binary, configuration);
    cpSync(join(folder, "variables.tf"), join(terraform.folder, "variables.tf"));
    await terraform.apply();
    const runtime = runtimeFolder();
    const synthesized = runExample("quickstart", runtime);
    const { locals } = JSON.parse(stackText(synthesized, "quickstart")) as { readonly locals: { readonly gateway_configuration: unknown } };
    expect(await output(terraform, "gateway_configuration")).toEqual(locals.gateway_configuration);
    for (const path of [runtime, synthesized]) rmSync(path, { recursive: true });
  });

  test("a release's zip installs from a packed mirror", async () => {
    const packed = mkdtempSync(join(base, "packed-"));
    const name = `terraform-provider-signalbox_${version}_${PLATFORM}.zip`;
    for (const host of HOSTS) {
      mkdirSync(join(packed, host, "signalbox/signalbox"), { recursive: true });
      cpSync(join(root, "dist/release", name), join(packed, host, "signalbox/signalbox", name));
    }
    writeCliConfig(join(packed, "cli.tfrc"), packed);
    const terraform = await open(binary, dataSourceExample, { TF_CLI_CONFIG_FILE: join(packed, "cli.tfrc") });
    await terraform.apply();
    expect(readdirSync(terraform.folder)).toContain(".terraform.lock.hcl");
  });

  test("without Node the engine shows one friendly sentence", async () => {
    const terraform = await open(binary, dataSourceExample);
    const tools = mkdtempSync(join(base, "tools-"));
    for (const tool of ["sh", "dirname"]) symlinkSync(`/bin/${tool}`, join(tools, tool));
    const program = execFileSync("/bin/sh", ["-c", `command -v ${binary}`], { encoding: "utf8" }).trim();
    const env = { ...quietEnvironment(cliConfig, terraform.folder), PATH: tools };
    const { code, stderr } = await new TerraformFolder(terraform.folder, program, env).run("plan", "-input=false");
    expect(code).toBe(1);
    expect(stderr).toContain("The signalbox provider needs Node.js 20.18.1 or newer, but there is no node on the PATH.");
  });
});
