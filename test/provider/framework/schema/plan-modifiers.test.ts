import {
  Diagnostics,
  Path,
  requiresReplace,
  requiresReplaceIf,
  requiresReplaceIfConfigured,
  UNKNOWN,
  useStateForUnknown,
  type ModifyRequest,
} from "../../../../provider/framework";

const request = (given: Partial<ModifyRequest>): ModifyRequest => ({
  path: Path.root("a"),
  config: "new",
  prior: "old",
  plan: "new",
  isCreate: false,
  isChanged: true,
  resource: { config: {}, prior: {} },
  diagnostics: new Diagnostics(),
  ...given,
});

describe("plan modifiers", () => {
  it.each([
    ["a change replaces", requiresReplace(), {}, { requiresReplace: true }],
    ["a value that is not known yet replaces", requiresReplace(), { plan: UNKNOWN, config: UNKNOWN }, { requiresReplace: true }],
    ["a create does not replace", requiresReplace(), { isCreate: true, prior: null }, undefined],
    ["no change does not replace", requiresReplace(), { isChanged: false }, undefined],
    ["what the provider is yet to find does not replace", requiresReplace(), { plan: UNKNOWN, config: null }, undefined],
    ["a condition that does not hold does not replace", requiresReplaceIf((prior) => prior === "x", "-"), {}, undefined],
    [
      "a value that is taken away does not replace where only configured ones do",
      requiresReplaceIfConfigured(),
      { config: null, plan: null },
      undefined,
    ],
    ["a configured value replaces", requiresReplaceIfConfigured(), {}, { requiresReplace: true }],
    ["a computed value stays", useStateForUnknown(), { plan: UNKNOWN, config: null }, { plan: "old" }],
    ["a value that was never there does not stay", useStateForUnknown(), { plan: UNKNOWN, config: null, prior: null }, undefined],
    ["a planned value does not stay", useStateForUnknown(), { config: null }, undefined],
    ["a value whose configuration is not known does not stay", useStateForUnknown(), { plan: UNKNOWN, config: UNKNOWN }, undefined],
  ])("%s", (_name, modifier, given, expected) => {
    expect(modifier.modify(request(given))).toEqual(expected);
    expect(modifier.description).not.toBe("");
  });
});
