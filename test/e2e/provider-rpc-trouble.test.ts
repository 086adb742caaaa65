/** One resource for each kind of trouble, run by the real terraform. */
import { rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fixtureForms, type Opened } from "../support/provider/fixture/workspaces";

jest.setTimeout(120_000);

const forms = fixtureForms();
const { attached, installed } = forms;
afterEach(() => forms.closeAll());
afterAll(() => forms.remove());

function resource(type: string, attributes: Readonly<Record<string, unknown>>): string {
  const lines = Object.entries(attributes).map(([name, value]) => `  ${name} = ${JSON.stringify(value)}`);
  return [`resource "fixture_${type}" "one" {`, ...lines, "}", ""].join("\n");
}

/** Makes what the fixture looks for when it is to fail. */
function plant({ store }: Opened, failure: string): () => void {
  writeFileSync(join(store.folder, failure), "");
  return () => rmSync(join(store.folder, failure));
}

async function failing({ workspace }: Opened, command: string, ...args: string[]): Promise<string> {
  const { code, stderr } = await workspace.run(command, "-input=false", ...args);
  expect(code).toBe(1);
  return stderr;
}

const idOf = ({ workspace }: Opened, address: string): unknown => workspace.instances(address)[0]?.attributes["id"];

test("a value that is unknown in the plan, in a provider's configuration, too", async () => {
  const opened = await attached.open("");
  const { workspace, store } = opened;
  workspace.configure(`
resource "fixture_item" "source" {
  name = "source"
}

provider "fixture" {
  alias = "later"
  store = "${workspace.store}/\${fixture_item.source.id}"
}

resource "fixture_item" "dependent" {
  provider = fixture.later
  name     = "inside \${fixture_item.source.id}"
}
`);
  await expect(workspace.succeed("plan", "-input=false")).resolves.toMatch(/name\s+= "?\(known after apply\)/);
  const served = workspace.run("apply", "-auto-approve", "-input=false");
  await expect(served).resolves.toMatchObject({ code: 0 });
  expect(store.ids()).toHaveLength(1);
});

test("import, by command and by block, then an empty plan", async () => {
  const opened = await attached.open(resource("item", { name: "found", size: 7 }));
  const { workspace, store } = opened;
  const id = store.create({ name: "found", kind: null, size: 7, revision: 3 });
  await workspace.succeed("import", "-input=false", "fixture_item.one", id);
  expect(workspace.instances("fixture_item.one")[0]?.attributes).toEqual({ id, name: "found", kind: null, size: 7, revision: 3 });
  await expect(workspace.planIsEmpty()).resolves.toBe(true);
  await workspace.succeed("state", "rm", "fixture_item.one");
  workspace.configure(`${resource("item", { name: "found", size: 7 })}\nimport {\n  to = fixture_item.one\n  id = "${id}"\n}\n`);
  await expect(workspace.apply()).resolves.toContain("1 imported, 0 added, 0 changed, 0 destroyed");
  await expect(workspace.planIsEmpty()).resolves.toBe(true);
});

test("an import of what does not exist is an error", async () => {
  const opened = await attached.open(resource("item", { name: "found" }));
  expect(await failing(opened, "import", "fixture_item.one", "none")).toContain("Cannot import non-existent remote object");
});

test.each([
  ["two versions back", 0, { label: "box#4" }],
  ["one version back", 1, { label: "box", amount: 4 }],
  ["of the present version", 2, { title: "box", amount: 4 }],
])("a state %s is upgraded, and the plan is empty", async (_name, version, attributes) => {
  const opened = await attached.open(resource("versioned", { title: "box", amount: 4 }));
  const { workspace, store } = opened;
  const id = store.create({ title: "box", amount: 4 });
  const provider = `provider["registry.${process.env["PROVIDER_E2E_ENGINE"]?.endsWith("tofu") === true ? "opentofu.org" : "terraform.io"}/acme/fixture"]`;
  const instances = [{ schema_version: version, attributes: { id, ...attributes } }];
  const resources = [{ mode: "managed", type: "fixture_versioned", name: "one", provider, instances }];
  writeFileSync(
    workspace.statePath,
    JSON.stringify({ version: 4, terraform_version: "1.11.0", serial: 1, lineage: "l", outputs: {}, resources }),
  );
  await expect(workspace.planIsEmpty()).resolves.toBe(true);
  await workspace.succeed("apply", "-refresh-only", "-auto-approve");
  expect(workspace.instances("fixture_versioned.one")).toMatchObject([{ schema_version: 2, attributes: { id, title: "box", amount: 4 } }]);
});

test("a state of a later version is refused with a sentence", async () => {
  const opened = await attached.open(resource("versioned", { title: "box", amount: 4 }));
  const { workspace } = opened;
  await workspace.apply();
  const state = JSON.parse(await workspace.succeed("state", "pull")) as {
    serial: number;
    resources: { instances: { schema_version: number }[] }[];
  };
  state.resources[0]!.instances[0]!.schema_version = 3;
  state.serial += 1;
  writeFileSync(workspace.statePath, JSON.stringify(state));
  expect(await failing(opened, "plan")).toMatch(/newer|later|version 3/i);
});

test("a move to another type keeps the object", async () => {
  const opened = await attached.open(resource("item", { name: "moves", size: 9 }));
  const { workspace, store } = opened;
  await workspace.apply();
  const id = idOf(opened, "fixture_item.one");
  workspace.configure(
    `${resource("parcel", { name: "moves", weight: 9 })}\nmoved {\n  from = fixture_item.one\n  to   = fixture_parcel.one\n}\n`,
  );
  await expect(workspace.apply()).resolves.toContain("0 added, 0 changed, 0 destroyed");
  expect(workspace.instances("fixture_parcel.one")[0]?.attributes).toEqual({ id, name: "moves", weight: 9 });
  expect(store.ids()).toEqual([id]);
});

test("a creation that fails halfway leaves a tainted object, which the next apply replaces", async () => {
  const opened = await attached.open(resource("flaky", { name: "half" }));
  const { workspace, store } = opened;
  const heal = plant(opened, "flaky");
  expect(await failing(opened, "apply", "-auto-approve")).toContain("the second half of the creation failed");
  const id = idOf(opened, "fixture_flaky.one");
  expect(workspace.instances("fixture_flaky.one")).toMatchObject([{ status: "tainted" }]);
  heal();
  await expect(workspace.apply()).resolves.toContain("1 added, 0 changed, 1 destroyed");
  expect(store.ids()).toEqual([idOf(opened, "fixture_flaky.one")]);
  expect(store.ids()).not.toContain(id);
  await expect(workspace.planIsEmpty()).resolves.toBe(true);
});

describe("a throw in a handler is a diagnostic and loses no state", () => {
  test("create: nothing is recorded, as nothing was made", async () => {
    const opened = await attached.open(resource("throwing", { name: "a" }));
    plant(opened, "throw-create");
    const stderr = await failing(opened, "apply", "-auto-approve");
    expect(stderr).toContain("thrown in create");
    expect(stderr).toContain("with fixture_throwing.one");
    expect(stderr).not.toContain("Plugin");
    expect(opened.workspace.instances("fixture_throwing.one")).toEqual([]);
  });

  test.each<[string, [string, ...string[]], { name: string }]>([
    ["plan", ["plan"], { name: "b" }],
    ["read", ["plan"], { name: "b" }],
    ["update", ["apply", "-auto-approve"], { name: "b" }],
    ["delete", ["destroy", "-auto-approve"], { name: "a" }],
  ])("%s", async (handler, command, changed) => {
    const opened = await attached.open(resource("throwing", { name: "a" }));
    const { workspace } = opened;
    await workspace.apply();
    const before = workspace.instances("fixture_throwing.one");
    workspace.configure(resource("throwing", changed));
    const heal = plant(opened, `throw-${handler}`);
    const stderr = await failing(opened, ...command);
    expect(stderr).toContain(`thrown in ${handler}`);
    expect(stderr).toContain("fixture_throwing");
    expect(stderr).not.toContain("Plugin");
    expect(workspace.instances("fixture_throwing.one")).toEqual(before);
    heal();
    await expect(workspace.succeed("destroy", "-auto-approve")).resolves.toContain("1 destroyed");
  });
});

describe("an exception that no call can be blamed for", () => {
  test("while something is being made, it must not cost the object", async () => {
    const opened = await installed.open(resource("throwing", { name: "a" }));
    plant(opened, "stray-create");
    await expect(opened.workspace.apply()).resolves.toContain("1 added");
    expect(opened.store.ids()).toEqual([idOf(opened, "fixture_throwing.one")]);
  });

  test("otherwise it ends the provider; terraform, not OpenTofu, then shows where it came from", async () => {
    const opened = await installed.open(resource("throwing", { name: "a" }));
    await opened.workspace.apply();
    plant(opened, "stray-read");
    const stderr = await failing(opened, "plan");
    expect(stderr).toContain("Plugin did not respond");
    if (forms.engine === "terraform") expect(stderr).toMatch(/panic: TypeError: stray in read at .*plugin crashed!/);
    expect(opened.workspace.instances("fixture_throwing.one")).toHaveLength(1);
  });
});

test("500 resources", async () => {
  const hcl = (size: number): string =>
    `resource "fixture_item" "many" {\n  count = 500\n  name  = "item-\${count.index}"\n  size  = ${size}\n}\n`;
  const { workspace, store } = await installed.open(hcl(1));
  await expect(workspace.apply()).resolves.toContain("500 added");
  expect(store.ids()).toHaveLength(500);
  await expect(workspace.planIsEmpty()).resolves.toBe(true);
  workspace.configure(hcl(2));
  await expect(workspace.apply()).resolves.toContain("0 added, 500 changed, 0 destroyed");
  await expect(workspace.succeed("destroy", "-auto-approve")).resolves.toContain("500 destroyed");
  expect(store.ids()).toEqual([]);
});

test("core reads the provider's log lines with their level and module, and none is written unasked", async () => {
  const { workspace } = await installed.open(resource("item", { name: "a" }));
  const logged = await workspace.start(["plan", "-input=false"], { TF_LOG_PROVIDER: "TRACE" }).result;
  expect(logged.code).toBe(0);
  expect(logged.stderr).toMatch(/\[TRACE\] provider\.\S+: call: (@module=provider\.fixture |type=fixture_item )*rpc=PlanResourceChange/);
  const quiet = await workspace.start(["plan", "-input=false"], { TF_LOG_PROVIDER: "WARN" }).result;
  expect(quiet.stderr).not.toContain("provider.fixture");
});

test("where the user turned TLS between core and provider off, they still understand each other", async () => {
  const { workspace } = await installed.open(resource("item", { name: "a" }));
  const { code, stderr } = await workspace.start(["plan", "-input=false"], { TF_DISABLE_PLUGIN_TLS: "1", TF_LOG_PROVIDER: "debug" }).result;
  expect(code).toBe(0);
  expect(stderr).toMatch(/listening: \S* ?\S* ?tls=false/);
});
