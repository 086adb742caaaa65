import { createProviderServer, numberFromText, Path, UNKNOWN, type DiagnosticMessage } from "../../../../provider/framework";
import { TestCore } from "../../../../provider/framework/testing";
import { Backend } from "../fixture/backend";
import { fixtureProvider } from "../fixture/provider";

const texts = (diagnostics: readonly DiagnosticMessage[]): string =>
  diagnostics.map(({ summary, detail }) => `${summary}: ${detail}`).join("\n");

async function start(typeName: string, options: Parameters<typeof TestCore.start>[1] = {}) {
  const backend = new Backend();
  const core = await TestCore.start(fixtureProvider(backend), options);
  return { backend, core, resource: core.resource(typeName) };
}

describe("apply", () => {
  it("records nothing when a create fails before anything exists", async () => {
    const { backend, resource } = await start("fixture_fragile");
    backend.failures.set("a", "before");
    const applied = await resource.apply(await resource.plan({ name: "a" }));
    expect(applied).toMatchObject({ state: null, isTainted: false });
    expect(texts(applied.diagnostics)).toBe("Failed while creating fixture_fragile: the backend failed for a before the change");
  });

  it("taints what a create leaves behind when it throws later, and replaces it next time", async () => {
    const { backend, resource } = await start("fixture_fragile");
    backend.failures.set("a", "after");
    const applied = await resource.apply(await resource.plan({ name: "a" }));
    expect(applied).toMatchObject({ state: { id: "id-1", name: "a" }, isTainted: true });
    const next = await resource.plan({ name: "a" });
    expect(next.action).toBe("replace");
    expect(await resource.apply(next)).toMatchObject({ state: { id: "id-2" }, isTainted: false, diagnostics: [] });
    expect([...backend.objects.keys()]).toEqual(["id-2"]);
  });

  it("keeps the stored object when an update throws, with what was saved of it", async () => {
    const { backend, resource } = await start("fixture_fragile");
    await resource.apply(await resource.plan({ name: "a" }));
    backend.failures.set("b", "before");
    expect(await resource.apply(await resource.plan({ name: "b" }))).toMatchObject({ state: { id: "id-1", name: "a" }, isTainted: false });
    backend.failures.set("c", "after");
    expect(await resource.apply(await resource.plan({ name: "c" }))).toMatchObject({ state: { id: "id-1", name: "c" } });
  });

  it("keeps the stored object when a delete throws", async () => {
    const { backend, resource } = await start("fixture_fragile");
    await resource.apply(await resource.plan({ name: "a" }));
    backend.failures.set("delete", "before");
    expect(await resource.apply(await resource.plan(null))).toMatchObject({ state: { id: "id-1" } });
    expect(await resource.apply(await resource.plan(null))).toMatchObject({ state: null, diagnostics: [] });
  });

  it("never repeats a sensitive value that a handler threw, in any encoding, nor a stack", async () => {
    const { resource } = await start("fixture_fragile");
    const applied = await resource.apply(await resource.plan({ name: "leaky", secret: "hunter2-hunter2" }));
    expect(texts(applied.diagnostics)).toBe(
      "Failed while creating fixture_fragile: login with (sensitive value) failed, base64 (sensitive value)",
    );
    expect(applied.state).toMatchObject({ id: "id-1", secret: "hunter2-hunter2" });
  });

  it("ends a create at its time limit, with what it has saved", async () => {
    const { resource } = await start("fixture_planner");
    const applied = await resource.apply(await resource.plan({ name: "slow" }));
    expect(applied).toMatchObject({ state: { id: "slow-1", name: "slow" }, isTainted: true });
    expect(texts(applied.diagnostics)).toMatch(/took longer than 20 ms[^]*Time limit exceeded/);
  });

  it("leaves a handler behind that does not heed its signal", async () => {
    const { resource } = await start("fixture_planner", { graceMs: 10 });
    const applied = await resource.apply(await resource.plan({ name: "deaf" }));
    expect(applied.state).toMatchObject({ id: "slow-1" });
    expect(texts(applied.diagnostics)).toContain("Gave up creating fixture_planner");
  });

  it("ends when the provider is stopped, and counts what is under way", async () => {
    const { core, resource } = await start("fixture_planner");
    const planned = await resource.plan({ name: "slow" });
    const applying = resource.apply(planned);
    await new Promise((resolve) => setImmediate(resolve));
    while (core.server.appliesUnderWay === 0) await new Promise((resolve) => setImmediate(resolve));
    expect(await core.server.stopProvider()).toEqual({ Error: "" });
    expect(texts((await applying).diagnostics)).toContain("the provider was asked to stop");
    expect(core.server.appliesUnderWay).toBe(0);
  });

  it("runs any number at once", async () => {
    const { core, backend } = await start("fixture_fragile");
    const all = Array.from({ length: 20 }, (_, index) => core.resource("fixture_fragile").plan({ name: `n${index}` }));
    const resources = await Promise.all(all.map(async (planned) => core.resource("fixture_fragile").apply(await planned)));
    expect(new Set(resources.map(({ state }) => state?.id)).size).toBe(20);
    expect(backend.objects.size).toBe(20);
  });
});

describe("write-only values", () => {
  const config = { password_wo: "very-secret-password", password_wo_version: 1 };

  it("reach the backend, and neither plan nor state nor private data", async () => {
    const { backend, resource } = await start("fixture_write_only");
    const planned = await resource.plan(config);
    expect(planned.state).toMatchObject({ password_wo: null, password_wo_version: 1 });
    const applied = await resource.apply(planned);
    expect(backend.objects.get("id-1")).toEqual({ password: "very-secret-password" });
    expect(JSON.stringify(applied.state)).not.toContain("secret");
    expect(Buffer.from(resource.private ?? []).toString()).toBe('{"writes":1}');
    await resource.read();
    expect(Buffer.from(resource.private ?? []).toString()).toBe('{"writes":1}');
    expect((await resource.plan({ ...config, password_wo: "changed" })).action).toBe("none");
    await resource.apply(await resource.plan({ ...config, password_wo: "changed", password_wo_version: 2 }));
    expect(backend.objects.get("id-1")).toEqual({ password: "changed" });
    expect(Buffer.from(resource.private ?? []).toString()).toBe('{"writes":2}');
  });

  it("are refused where core would store them", async () => {
    const { resource } = await start("fixture_write_only", { clientCapabilities: {} });
    expect(texts(await resource.validate(config))).toMatch(/password_wo is write-only, which needs Terraform 1\.11 or OpenTofu 1\.11/);
  });
});

describe("plan", () => {
  it("shows what modifyPlan finds out, and replaces where it asks for it", async () => {
    const { resource } = await start("fixture_planner");
    const first = await resource.plan({ name: "a" });
    expect(first.state).toMatchObject({ digest: "digest-of-a" });
    expect((await resource.plan({ name: UNKNOWN })).state).toMatchObject({ digest: UNKNOWN });
    await resource.apply(first);
    expect((await resource.plan({ name: "b" })).action).toBe("update");
    expect(await resource.plan({ name: "replace-me" })).toMatchObject({
      action: "replace",
      requiresReplace: [Path.root("name").toMessage()],
    });
  });

  it("lets a resource refuse its destruction", async () => {
    const { resource } = await start("fixture_planner");
    await resource.apply(await resource.plan({ name: "a", guard: true }));
    expect(texts((await resource.plan(null)).diagnostics)).toBe("Guarded: Set guard to false first.");
  });

  it("replaces what cannot be updated by a change, but not by values the provider is yet to find", async () => {
    const { resource } = await start("fixture_fixed");
    await resource.apply(await resource.plan({ name: "a" }));
    expect(await resource.plan({ name: "a", note: "n" })).toMatchObject({
      action: "replace",
      requiresReplace: [Path.root("note").toMessage()],
    });
  });

  it("reports a number that JavaScript cannot hold, instead of rounding it", async () => {
    const { resource } = await start("fixture_everything");
    const found = await resource.validate({
      name: "a",
      size: numberFromText("9007199254740993"),
      exact: numberFromText("9007199254740993"),
    });
    expect(texts(found)).toBe("Number too precise: size must be a number that fits 64 bit floating point exactly.");
  });

  it("answers a request that does not fit the schema with a diagnostic", async () => {
    const server = createProviderServer(fixtureProvider());
    const broken = { msgpack: Buffer.from("81a161c0", "hex") };
    const response = await server.planResourceChange({
      typeName: "fixture_fixed",
      priorState: broken,
      proposedNewState: broken,
      config: broken,
    });
    expect(texts(response.diagnostics)).toContain("an object with 4 attributes is required, got 1");
    expect(texts((await server.planResourceChange({ typeName: "fixture_none" })).diagnostics)).toContain(
      "must be one of fixture_everything, ",
    );
    expect(texts((await server.validateResourceConfig({ typeName: "constructor" })).diagnostics)).toContain("Unknown type");
  });
});

describe("validate", () => {
  it("reports everything at once, sorted by place, with deep places in the text", async () => {
    const { resource } = await start("fixture_everything");
    const found = await resource.validate({
      name: "",
      members: [{ label: "m" }, { label: "m", weight: 1 }],
      timeouts: { create: "soon" },
    });
    expect(found.map(({ attribute }) => JSON.stringify(attribute?.steps))).toEqual([
      '[{"attributeName":"members"}]',
      '[{"attributeName":"name"}]',
      '[{"attributeName":"timeouts"},{"attributeName":"create"}]',
    ]);
    expect(texts(found)).toMatch(/equal once their defaults[^]*between 1 and 64[^]*timeouts\.create must be a duration/);
  });

  it("does not judge what is not known", async () => {
    const { resource } = await start("fixture_everything");
    expect(await resource.validate({ name: UNKNOWN, members: UNKNOWN, timeouts: { create: UNKNOWN } })).toEqual([]);
  });
});

describe("read", () => {
  it("says that a resource is gone, and keeps it when the read fails", async () => {
    const { backend, resource } = await start("fixture_fragile");
    await resource.apply(await resource.plan({ name: "a" }));
    backend.failures.set("read", "before");
    expect(texts(await resource.read())).toContain("the backend failed for read");
    expect(resource.state).toMatchObject({ id: "id-1" });
    backend.objects.delete("id-1");
    await resource.read();
    expect(resource.state).toBeNull();
    expect((await resource.plan({ name: "a" })).action).toBe("create");
  });
});

describe("import", () => {
  it("finds a resource whose next plan is empty", async () => {
    const { backend, resource } = await start("fixture_fragile");
    backend.objects.set("id-7", { name: "seven" });
    await resource.import("id-7");
    expect(resource.state).toMatchObject({ id: "id-7", name: "seven", secret: null });
    expect((await resource.plan({ name: "seven" })).action).toBe("none");
  });

  it("leaves blocks empty, not null, and every attribute there", async () => {
    const { backend, resource } = await start("fixture_everything");
    backend.objects.set("id-7", { name: "seven" });
    await resource.import("id-7");
    expect(resource.state).toMatchObject({ id: "id-7", rule: [], mount: [], place: null, token_wo: null, items: null });
  });

  it("is refused where a resource cannot", async () => {
    const { resource } = await start("fixture_fixed");
    await expect(resource.import("x")).rejects.toThrow("fixture_fixed cannot be imported");
  });
});
