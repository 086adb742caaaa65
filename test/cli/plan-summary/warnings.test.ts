import type { UnservedOf } from "../../../cli/plan-summary/warnings";
import { summarise } from "../../../cli/plan-summary/summarise";
import { delivery, document, gateway, planOf, serving } from "./containers";
import { kong, quickstart, route, target } from "./documents";

const nothingUnserved: UnservedOf = () => [];
const warningsOf = (before: unknown, after: unknown, unserved: UnservedOf = nothingUnserved) =>
  summarise(planOf(document(before, after, [delivery(before, after)])), { unserved }).warnings;

const mistralIsNot: UnservedOf = (_, config) =>
  JSON.stringify(config).includes('"mistral"')
    ? [
        { path: ["targets", 0, "model", "provider"], what: 'provider "mistral"', kind: "route" },
        { path: ["balancer", "slots"], what: "slots", kind: "setting" },
      ]
    : [];
const mistral = (weight: number) => kong(route("chat", [target("m", weight, {}, { mistral_format: "openai" }, { provider: "mistral" })]));

test("a route that becomes unserved, told once", () => {
  expect(warningsOf(quickstart(70), mistral(1), mistralIsNot)).toEqual([
    'Route chat: provider "mistral" is not served by this version; requests are answered with 501.',
    "Route chat: slots has no effect in this version.",
  ]);
  expect(warningsOf(mistral(1), mistral(2), mistralIsNot)).toEqual([]);
});

test("a missing price with balancing by cost", () => {
  const byCost = { balancer: { algorithm: "lowest-usage", tokens_count_strategy: "cost" } };
  const after = kong(route("chat", [target("a", 1, {}, { input_cost: 1, output_cost: 2 }), target("b", 1, {}, { input_cost: 1 })], byCost));
  expect(warningsOf(quickstart(70), after)).toEqual([
    "Route chat: targets[1].model.options.output_cost must be given with tokens_count_strategy cost: the price per 1,000,000 tokens. The gateway would refuse the file and go on with the one it has.",
  ]);
});

test("a removed route, and a weight that the gateway would refuse", () => {
  const after = kong(route("other", [target("a", 0)]));
  const [removed, refused, ...more] = warningsOf(quickstart(70), after);
  expect(removed).toBe("Route chat is removed: its clients get 404 unless another route takes their requests.");
  expect(refused).toMatch(/^Route other: targets\[0\]\.weight must be an integer between 1 and 65535.*The gateway would refuse the file/);
  expect(more).toEqual([]);
});

test("secrets in clear are told on every plan, references never", () => {
  const literal = (weight: number) =>
    kong(route("chat", [target("a", weight, { auth: { header_name: "x", header_value: "Bearer literal-value" } })]));
  const [warning, ...more] = warningsOf(literal(1), literal(1));
  expect(warning).toBe(
    "Route chat: targets[0].auth.header_value holds a secret in clear, which then stands in plan and state. Give a reference: {vault://file/…}.",
  );
  expect(more).toEqual([]);
  expect(warningsOf(quickstart(70), quickstart(60))).toEqual([]);
});

test("a secret in the container's environment, told when the container changes", () => {
  const plan = (actions: readonly string[]) =>
    planOf(
      document(quickstart(70), quickstart(70), [
        gateway(actions, serving(), serving("gateway", { env: ["A=1", "B=planted"] }), { after_sensitive: { env: [false, true] } }),
      ]),
    );
  expect(summarise(plan(["delete", "create"])).warnings).toEqual([
    "docker_container.gateway: env holds a secret, which stands in the state and in `docker inspect` in clear. A secret file keeps it out of both.",
  ]);
  expect(summarise(plan(["no-op"])).warnings).toEqual([]);
});

test("an incomplete plan", () => {
  const plan = planOf({ ...document(quickstart(1), quickstart(1), []), errored: true });
  expect(summarise(plan).warnings).toEqual([
    "The plan is incomplete: planning ended with an error or left something for later, so that more may change.",
  ]);
});
