import type { TargetConfig } from "../../../config/types.generated";
import { targetIds } from "../../../runtime/targets/identity";

const target = (model: object = {}, more: object = {}): TargetConfig =>
  ({
    route_type: "llm/v1/chat",
    weight: 100,
    model: { provider: "openai", name: "gpt-4o", ...model },
    auth: { header_name: "Authorization", header_value: "Bearer {vault://env/KEY}" },
    ...more,
  }) as unknown as TargetConfig;

const id = (one: TargetConfig): string => targetIds([one])[0] ?? "";

test.each([
  ["weight", target({}, { weight: 1 })],
  ["description", target({}, { description: "maths" })],
  ["alias", target({ model_alias: "fast" })],
  ["prices", target({ options: { input_cost: 1, output_cost: 2 } })],
  ["parameters", target({ options: { temperature: 1, max_tokens: 5 } })],
  ["logging", target({}, { logging: { log_statistics: true } })],
  ["order of keys", target({ name: "gpt-4o", provider: "openai" })],
])("%s does not count", (_name, other) => {
  expect(id(other)).toBe(id(target()));
});

test.each([
  ["model", target({ name: "gpt-4o-mini" })],
  ["provider", target({ provider: "mistral" })],
  ["route type", target({}, { route_type: "llm/v1/completions" })],
  ["address", target({ options: { upstream_url: "http://a.example" } })],
  ["auth reference", target({}, { auth: { header_name: "Authorization", header_value: "Bearer {vault://env/OTHER}" } })],
])("%s counts", (_name, other) => {
  expect(id(other)).not.toBe(id(target()));
});

test("equal targets are told apart by their order among equals", () => {
  const [first, second, third] = targetIds([target(), target({ name: "b" }), target()]);
  expect(new Set([first, second, third]).size).toBe(3);
  expect(targetIds([target({ name: "b" }), target(), target()])).toEqual([second, first, third]);
});
