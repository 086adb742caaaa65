import { CannotRun } from "../../../cli/errors";
import { readPlan } from "../../../cli/plan-summary/read-plan";
import { SENSITIVE, UNKNOWN } from "../../../cli/plan-summary/values";

const read = (text: string) => readPlan(new TextEncoder().encode(text));

test.each([
  ["", "The plan is empty"],
  ["  \n", "The plan is empty"],
  ["{", "The plan is no JSON"],
  ["Terraform will perform the following actions:", "The plan is no JSON"],
  ['{"@level":"info"}\n{"@level":"info"}', "log of `terraform plan -json`"],
  ["PK\u0003\u0004", "the plan file itself"],
  ["[]", "an array was given"],
  ["null", "object was given"],
  ['"x"', "string was given"],
  ["{}", "no Terraform plan"],
  ['{"name":"x","planned_values":1}', "no Terraform plan"],
  ['{"format_version":"1.0","terraform_version":"1.11.4","values":{"outputs":{}}}', "a state, not a plan"],
  ['{"format_version":"1.0"}', "a state, not a plan"],
  ['{"version":4,"serial":3,"lineage":"x","resources":[]}', "a state, not a plan"],
  ['{"format_version":"2.0","resource_changes":[]}', "format_version must be 1.x"],
])("%j is refused, with what to do", (text, part) => {
  expect(() => read(text)).toThrow(CannotRun);
  expect(() => read(text)).toThrow(part);
});

test("UTF-16, as PowerShell writes it, and a byte order mark", () => {
  const text = '{"format_version":"1.2","resource_changes":[]}';
  expect(readPlan(Buffer.from(`\ufeff${text}`, "utf16le")).resources).toEqual([]);
  expect(read(`\ufeff${text}`).resources).toEqual([]);
});

test("what is not known or sensitive becomes a symbol, data sources and deposed objects are passed over", () => {
  const change = {
    actions: ["delete", "create"],
    before: { a: "1", env: ["x"] },
    after: { a: "2", list: [1, null] },
    after_unknown: { id: true, list: [false, true], nested: [{ x: true }], empty: { y: {} } },
    before_sensitive: { env: true },
    after_sensitive: { a: true },
    replace_paths: [["image"], ["upload", 0], ["image"]],
  };
  const resource = { address: "m.docker_container.x", type: "docker_container", name: "x", module_address: "module.m", change };
  const { resources, incomplete } = read(
    JSON.stringify({
      ...{ format_version: "1.2", errored: true, resource_drift: [{ address: "m.docker_container.x" }] },
      resource_changes: [resource, { ...resource, mode: "data" }, { ...resource, deposed: "1234" }, 7, null, { change }],
    }),
  );
  expect(incomplete).toBe(true);
  expect(resources).toEqual([
    {
      ...{ address: "m.docker_container.x", module: "module.m", type: "docker_container", name: "x", action: "replace", drifted: true },
      before: { a: "1", env: SENSITIVE },
      after: { a: SENSITIVE, list: [1, UNKNOWN], id: UNKNOWN, nested: [{ x: UNKNOWN }] },
      replaceBecause: ["image", "upload"],
    },
  ]);
});

test("outputs without an entry among the changes come from planned and prior values", () => {
  const { outputs } = read(
    JSON.stringify({
      planned_values: { outputs: { a: { value: 2 }, secret: { value: "x", sensitive: true } } },
      prior_state: { values: { outputs: { a: { value: 1 } } } },
    }),
  );
  expect(outputs).toEqual([
    { name: "a", before: 1, after: 2, unchecked: [1, 2] },
    { name: "secret", before: undefined, after: SENSITIVE, unchecked: [undefined, "x"] },
  ]);
});
