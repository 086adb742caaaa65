/** Core's rules over random stored objects and configurations of the four resources, by their schemas alone. */
import type Docker from "dockerode";
import { fc } from "../properties";
import { equalValues, isUnknown, normalizeValue, type CtyRecord, type CtyType } from "../../../provider/framework";
import { bodyType } from "../../../provider/framework/schema/block";
import { outcomeViolations, planViolations, TestCore } from "../../../provider/framework/testing";
import { IN_PLACE } from "../docker-engine/change";
import type { ResourceType } from "../docker-engine/template";
import { bodyValue, mixed, resolvedBody } from "./arbitrary";
import { dockerProvider } from "./provider";

/** Pairs for each resource. 2,500 are 10,000 together, in two minutes. */
const RUNS = Number(process.env["DOCKER_PLAN_RUNS"] ?? "60");

const core = TestCore.start(dockerProvider(() => ({ ping: () => Promise.resolve("OK") }) as unknown as Docker));
const { resources } = dockerProvider();

/** An object without the values that the provider is yet to find: planned ones that nobody configured. */
function configured(type: CtyType, value: unknown, plan: unknown, config: unknown): unknown {
  if (isUnknown(plan) && config === null) return null;
  if (type.kind === "list" && Array.isArray(value) && Array.isArray(plan) && Array.isArray(config)) {
    return value.map((one, index) => configured(type.element, one, plan[index] ?? null, config[index] ?? null));
  }
  if (type.kind !== "object" || ![value, plan, config].every((one) => typeof one === "object" && one !== null)) return value;
  const [values, plans, configs] = [value, plan, config] as [CtyRecord, CtyRecord, CtyRecord];
  const entries = Object.entries(type.attributes).map(([name, one]) => [name, configured(one, values[name], plans[name], configs[name])]);
  return Object.fromEntries(entries) as unknown;
}

/** Names of what a plan changes, for another reason than that the provider is yet to find it. */
function changed(type: CtyType, prior: CtyRecord, config: CtyRecord, plan: CtyRecord): readonly string[] {
  const attributes = type.kind === "object" ? type.attributes : {};
  return Object.entries(attributes).flatMap(([name, one]) => {
    const [before, after] = [prior, plan].map((from) => normalizeValue(one, configured(one, from[name], plan[name], config[name])));
    return equalValues(one, before!, after!) ? [] : [name];
  });
}

test.each(Object.keys(resources) as ResourceType[])(
  "%s",
  async (typeName) => {
    const { schema } = resources[typeName]!;
    const stored = bodyValue(schema, false);
    const config = bodyValue(schema, true);
    const pairs = fc.oneof(fc.tuple(stored, config), mixed(stored, config));
    const withoutComputed = (given: Readonly<Record<string, unknown>>) =>
      Object.fromEntries(Object.entries(given).map(([name, value]) => [name, schema.attributes[name]?.mode === "computed" ? null : value]));
    const started = await core;
    await fc.assert(
      fc.asyncProperty(pairs, fc.integer({ min: 0, max: 5 }), async ([before, after], draw) => {
        const resource = started.resource(typeName);
        resource.state = draw === 0 ? null : started.configOf(schema, before);
        const given = withoutComputed(after);
        const final = resolvedBody(schema, given);
        const first = await resource.plan(given);
        const again = await resource.plan(final);
        for (const { diagnostics } of [first, again]) expect(diagnostics.filter(({ severity }) => severity === 1)).toEqual([]);
        const prior = first.action === "replace" ? null : resource.state;
        expect(planViolations(schema, prior, first.config, first.state)).toEqual([]);
        if (first.action === again.action) expect(outcomeViolations(schema, first.state, again.state)).toEqual([]);
        if (resource.state === null) return;
        const names = changed(bodyType(schema), resource.state, again.config!, again.state!);
        const isInPlace = names.every((name) => IN_PLACE[typeName].has(name));
        if (!isInPlace) expect([names, again.action]).toEqual([names, "replace"]);
        if (isInPlace && names.length > 0) expect([names, again.action]).toEqual([names, "update"]);
        if (names.length === 0) expect(again.action).toBe("none");
      }),
      { numRuns: RUNS, seed: 11, endOnFailure: true },
    );
  },
  600_000,
);
