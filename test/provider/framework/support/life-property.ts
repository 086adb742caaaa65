import { fc } from "../../../support/properties";
import { isUnknown, type CtyRecord } from "../../../../provider/framework";
import { LifeCycleError, planViolations, outcomeViolations, TestCore } from "../../../../provider/framework/testing";
import { everythingSchema } from "../fixture/everything";
import { fixtureProvider } from "../fixture/provider";
import { bodyValue, resolveWith } from "./arbitrary-config";

type Given = Readonly<Record<string, unknown>>;

function require(condition: boolean, rule: string): void {
  if (!condition) throw new LifeCycleError(rule);
}

function errors(diagnostics: readonly { readonly severity: number; readonly summary: string; readonly detail: string }[]): void {
  const found = diagnostics.filter(({ severity }) => severity === 1);
  require(found.length === 0, found.map(({ summary, detail }) => `${summary}: ${detail}`).join("\n"));
}

const started = TestCore.start(fixtureProvider());

const first = bodyValue(everythingSchema, { what: "config", unknown: 0 });
const second = bodyValue(everythingSchema, { what: "config", unknown: 1 });
const third = bodyValue(everythingSchema, { what: "config", unknown: 0 });

async function settle(core: TestCore, resource: ReturnType<TestCore["resource"]>, config: Given): Promise<void> {
  errors(await resource.read());
  const next = await resource.plan(config);
  errors(next.diagnostics);
  require(next.action === "none", `the plan after an apply must be empty, but is to ${next.action}`);
  // The same in another spelling is the same.
  const region = config.region;
  if (typeof region === "string" && core.provider.name !== "") {
    const again = await resource.plan({ ...config, region: region === region.toUpperCase() ? region.toLowerCase() : region.toUpperCase() });
    require(again.action === "none", `a region in another spelling must change nothing, but is to ${again.action}`);
  }
}

/** What of a plan a reviewer relies on beyond core's rules. */
function requireIntent(
  prior: CtyRecord | null,
  config: CtyRecord,
  planned: { readonly action: string; readonly state: CtyRecord | null },
): void {
  const state = planned.state;
  if (config.enabled === null) require(state?.enabled === true, "a default must stand in the plan");
  if (prior === null) return;
  const isRenamed = config.name !== prior.name;
  if (isRenamed) require(planned.action === "replace", `a new name must replace, but is to ${planned.action}`);
  if (planned.action === "update") require(state?.id === prior.id, "the id must stay in an update");
  if (planned.action === "update") require(isUnknown(state?.revision), "what an update changes must be unknown");
}

/** Creates a resource, plans a second configuration that is unknown in parts, applies it as it turns out, and destroys. */
export async function lifeHolds(before: Given, planned: Given, other: Given): Promise<void> {
  const core = await started;
  const resource = core.resource("fixture_everything");
  const final = resolveWith(everythingSchema, planned, other);
  for (const config of [before, planned, final]) fc.pre((await resource.validate(config)).length === 0);
  const created = await resource.plan(before);
  errors(created.diagnostics);
  requireIntent(null, resource.configOf(before), created);
  errors((await resource.apply(created)).diagnostics);
  await settle(core, resource, before);
  const prior = resource.state;
  const change = await resource.plan(planned);
  errors(change.diagnostics);
  requireIntent(prior, resource.configOf(planned), change);
  errors((await resource.apply(change, final)).diagnostics);
  if (change.action === "none") {
    const late = await resource.plan(final);
    require(late.action === "none", "what turned out to be as stored must need no change");
  }
  await settle(core, resource, final);
  errors((await resource.apply(await resource.plan(null))).diagnostics);
  require(resource.state === null, "a destroyed resource must be gone");
}

const names = [...Object.keys(everythingSchema.attributes), ...Object.keys(everythingSchema.blocks)];

/** Which attributes a second configuration has from the first: most, for otherwise nearly every change would be a replacement. */
const kept = fc.tuple(...names.map(() => fc.integer({ min: 0, max: 9 }).map((draw) => draw > 1)));

function keep(before: Given, after: Given, which: readonly boolean[]): Given {
  return Object.fromEntries(names.map((name, index) => [name, which[index] === true ? before[name] : after[name]]));
}

export const lifeProperty = fc.asyncProperty(first, second, third, kept, (before, after, other, which) =>
  lifeHolds(before, keep(before, after, which), other),
);

/** Plans any configuration for any stored object, not only for one the provider made. */
export const planProperty = fc.asyncProperty(
  bodyValue(everythingSchema, { what: "state", unknown: 0 }),
  second,
  third,
  async (stored, planned, other) => {
    const core = await started;
    const resource = core.resource("fixture_everything");
    resource.state = core.configOf(everythingSchema, stored);
    const final = resolveWith(everythingSchema, planned, other);
    for (const config of [planned, final]) fc.pre((await resource.validate(config)).length === 0);
    const change = await resource.plan(planned);
    errors(change.diagnostics);
    require(planViolations(everythingSchema, change.action === "replace" ? null : resource.state, change.config, change.state).length ===
      0, "invalid plan");
    const again = await resource.plan(final);
    errors(again.diagnostics);
    if (change.action === again.action) {
      require(outcomeViolations(everythingSchema, change.state, again.state).length ===
        0, "the second plan must keep what the first one knew");
    }
  },
);
