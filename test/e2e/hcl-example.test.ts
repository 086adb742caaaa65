/** examples/hcl plans the same deployment as examples/quickstart.ts. It needs a Docker daemon, which providers ask at plan, and makes nothing on it. */
import { execFileSync } from "node:child_process";
import { cpSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { runExample } from "../examples/support";
import { makeDockerMirror } from "../support/terraform/docker-mirror";
import { quietEnvironment, TerraformFolder } from "../support/terraform/folder";

jest.setTimeout(120_000);

const root = join(__dirname, "../..");
const runtime = join(root, "dist/container");
const base = mkdtempSync(join(tmpdir(), "hcl-example-"));
afterAll(() => rmSync(base, { recursive: true }));

type Values = Readonly<Record<string, unknown>>;

/** What is planned, by type and name; names of images end with a hash. */
async function planned(folder: TerraformFolder, ...args: readonly string[]): Promise<Readonly<Record<string, Values>>> {
  await folder.succeed("init", "-input=false");
  await folder.succeed("plan", "-input=false", "-out=plan.tfplan", ...args);
  const { planned_values } = JSON.parse(await folder.succeed("show", "-json", "plan.tfplan")) as {
    readonly planned_values: {
      readonly root_module: { readonly resources: readonly { readonly mode: string; readonly type: string; readonly values: Values }[] };
    };
  };
  const managed = planned_values.root_module.resources.filter(({ mode }) => mode === "managed");
  return Object.fromEntries(managed.map(({ type, values }) => [`${type}.${String(values["name"]).split(":")[0] ?? ""}`, values]));
}

/** What has to differ: places of folders, hashes of the build's folder, the label that says who made it. */
function comparable(values: Values): string {
  return JSON.stringify(values, (key, value: unknown) => {
    if (["context", "triggers", "labels"].includes(key)) return "differs";
    if (typeof value !== "string") return value;
    return value.replace(/^.*\/secrets$/, "secrets").replace(/^(signalbox-gateway):.*/, "$1");
  });
}

test("the HCL and the TypeScript quickstart plan the same resources with the same values", async () => {
  const { folder: mirror, cliConfig } = await makeDockerMirror(base);
  execFileSync(process.execPath, [join(root, "dist/cli/main.js"), "provider", "install", "--dir", mirror]);
  const env = quietEnvironment(cliConfig, base);
  const hcl = join(base, "hcl");
  cpSync(join(root, "examples/hcl"), hcl, { recursive: true, filter: (path) => !path.includes(".terraform") });
  const out = runExample("quickstart", runtime);
  const fromHcl = await planned(new TerraformFolder(hcl, "terraform", env), `-var=runtime=${runtime}`);
  const fromTypeScript = await planned(new TerraformFolder(join(out, "stacks/quickstart"), "terraform", env));
  rmSync(out, { recursive: true });
  expect(Object.keys(fromHcl).sort()).toEqual(Object.keys(fromTypeScript).sort());
  for (const [address, values] of Object.entries(fromTypeScript)) {
    expect(`${address} ${comparable(fromHcl[address] ?? {})}`).toBe(`${address} ${comparable(values)}`);
  }
});
