import { LifeCycleError, runLifeCycle, TestCore } from "../../../../provider/framework/testing";
import { UNKNOWN } from "../../../../provider/framework";
import { fixtureProvider } from "../fixture/provider";

const config = {
  name: "a",
  tags: { b: "2", a: "1" },
  single: { label: "s", inner: [{ label: "i" }], key_wo: "very-secret" },
  items: [{ label: "x" }, { label: "y", weight: 3 }],
  by_name: { k: { label: "k" } },
  members: [{ label: "m" }, { label: "n", weight: 2 }],
  rule: [{ label: "r", port: [{ label: "p" }] }],
  place: { label: "here" },
  mount: [{ label: "m1" }],
  token_wo: "very-secret",
  secret: "also-secret",
};

describe("runLifeCycle", () => {
  it("creates, updates in place, replaces, keeps what means the same, and destroys", async () => {
    const actions = await runLifeCycle(fixtureProvider(), "fixture_everything", [
      config,
      { ...config, comment: "changed" },
      { ...config, comment: "changed", region: "EU" },
      { ...config, name: "b" },
      { ...config, name: "b", mount: [] },
      { ...config, name: "b", mount: [], members: [{ label: "n", weight: 2 }] },
      { name: "b" },
    ]);
    expect(actions).toEqual(["create", "update", "none", "replace", "replace", "update", "update"]);
  });

  it("replaces a resource without update on any change", async () => {
    await expect(
      runLifeCycle(fixtureProvider(), "fixture_fixed", [{ name: "a" }, { name: "a", note: "n" }, { name: "b", note: "n" }]),
    ).resolves.toEqual(["create", "replace", "replace"]);
  });

  it("goes on from a plan with unknown values to an apply with known ones", async () => {
    const core = await TestCore.start(fixtureProvider());
    const resource = core.resource("fixture_everything");
    const planned = await resource.plan({ name: UNKNOWN, region: UNKNOWN, items: [{ label: UNKNOWN, weight: UNKNOWN }], tags: UNKNOWN });
    expect(planned.state?.region).toBe(UNKNOWN);
    const applied = await resource.apply(planned, { name: "n", items: [{ label: "l" }] });
    expect(applied.diagnostics).toEqual([]);
    expect(applied.state?.region).toBe("eu");
  });

  it("says what failed", async () => {
    await expect(runLifeCycle(fixtureProvider(), "fixture_everything", [{ name: "" }])).rejects.toThrow(LifeCycleError);
  });
});
