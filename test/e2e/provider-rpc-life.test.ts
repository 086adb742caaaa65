/** The fixture provider, run by the real terraform: attached to in this process, and installed from a mirror as a program. */
import { readFileSync } from "node:fs";
import { digest } from "../support/provider/fixture/secret";
import { fixtureForms } from "../support/provider/fixture/workspaces";

jest.setTimeout(120_000);

const forms = fixtureForms();
afterEach(() => forms.closeAll());
afterAll(() => forms.remove());

const LIFE = `
resource "fixture_item" "first" {
  name = "first"
}

resource "fixture_item" "second" {
  name = "after-\${fixture_item.first.id}"
  kind = fixture_item.first.id
}

data "fixture_item" "first" {
  id = fixture_item.first.id
}

output "loud" {
  value = provider::fixture::shout(data.fixture_item.first.name)
}
`;

describe.each([forms.attached, forms.installed])("$name", (form) => {
  test("init, plan, apply, an empty plan, drift, change, replacement, destroy", async () => {
    const { workspace, store } = await form.open(LIFE);
    await expect(workspace.succeed("plan", "-input=false")).resolves.toContain("Plan: 2 to add, 0 to change, 0 to destroy.");
    await expect(workspace.apply()).resolves.toContain("Apply complete! Resources: 2 added");
    await expect(workspace.output("loud")).resolves.toBe("FIRST");
    expect(store.ids()).toHaveLength(2);
    await expect(workspace.planIsEmpty()).resolves.toBe(true);

    const [first] = workspace.instances("fixture_item.first");
    const [second] = workspace.instances("fixture_item.second");
    expect(first?.attributes).toMatchObject({ name: "first", kind: null, size: 1, revision: 1 });
    expect(second?.attributes).toMatchObject({ name: `after-${String(first?.attributes["id"])}`, kind: first?.attributes["id"] });

    store.remove(String(second?.attributes["id"]));
    await expect(workspace.apply()).resolves.toContain("1 added, 0 changed, 0 destroyed");
    workspace.configure(LIFE.replace('name = "first"', 'name = "renamed"'));
    await expect(workspace.apply()).resolves.toContain("0 added, 1 changed, 0 destroyed");
    expect(workspace.instances("fixture_item.first")[0]?.attributes).toMatchObject({
      name: "renamed",
      revision: 2,
      id: first?.attributes["id"],
    });
    workspace.configure(LIFE.replace('name = "first"', 'name = "renamed"\n  kind = "other"'));
    await expect(workspace.apply()).resolves.toContain("2 added, 0 changed, 2 destroyed");
    await expect(workspace.planIsEmpty()).resolves.toBe(true);
    await expect(workspace.succeed("destroy", "-auto-approve")).resolves.toContain("2 destroyed");
    expect(store.ids()).toEqual([]);
  });

  test("an ephemeral secret feeds a write-only attribute and is in no file", async () => {
    const { workspace, store } = await form.open(`
ephemeral "fixture_session" "admin" {
  user = "admin"
}

resource "fixture_secret" "one" {
  token               = "stored-token"
  password_wo         = ephemeral.fixture_session.admin.token
  password_wo_version = 1
}
`);
    const printed = [
      await workspace.succeed("plan", "-input=false", "-out=plan"),
      await workspace.succeed("apply", "-input=false", "plan"),
    ];
    const shown = await workspace.succeed("show", "-json", "plan");
    const state = readFileSync(workspace.statePath, "utf8");
    expect(store.read(store.ids()[0]!)).toEqual({ token: digest("stored-token"), password: digest("ephemeral-token-of-admin") });
    for (const text of [...printed, shown, state]) expect(text).not.toContain("ephemeral-token-of-admin");
    for (const text of printed) expect(text).not.toContain("stored-token");
    expect(state).toContain("stored-token");
    await expect(workspace.planIsEmpty()).resolves.toBe(true);
    const events = store.events();
    expect(events.filter((one) => one === "open admin").length).toBe(events.filter((one) => one === "close admin").length);
    expect(events.length).toBeGreaterThanOrEqual(4);
    await workspace.succeed("destroy", "-auto-approve");
  });

  test("Ctrl-C while an object is being made: the provider is told, ends in order, and nothing is lost", async () => {
    const { workspace, store } = await form.open(`resource "fixture_slow" "one" {\n  milliseconds = 60000\n}\n`);
    const apply = workspace.start(["apply", "-auto-approve", "-input=false"]);
    while (!store.events().includes("slow begins")) await new Promise((resolve) => setTimeout(resolve, 50));
    apply.interrupt();
    const { code, stderr } = await apply.result;
    expect(code).toBe(1);
    expect(stderr).toContain("the creation was stopped before the object was ready");
    expect(store.events()).toEqual(["slow begins", "slow is stopped"]);
    expect(workspace.instances("fixture_slow.one")).toMatchObject([{ status: "tainted", attributes: { id: store.ids()[0] } }]);
    workspace.configure(`resource "fixture_slow" "one" {\n  milliseconds = 1\n}\n`);
    await expect(workspace.apply()).resolves.toContain("1 added, 0 changed, 1 destroyed");
    expect(store.ids()).toHaveLength(1);
  });
});
