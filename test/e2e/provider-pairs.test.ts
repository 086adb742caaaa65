/** Core's own judgement of the framework's plans and applies: 2,000 random pairs of a stored object and a configuration through the real terraform. */
import { fc } from "../support/properties";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { createProviderServer, Decimal, Dynamic, numberToText } from "../../provider/framework";
import { TestCore } from "../../provider/framework/testing";
import { serveForReattach, type ReattachableProvider } from "../../provider/rpc/reattach";
import { everythingSchema } from "../provider/framework/fixture/everything";
import { fixtureProvider } from "../provider/framework/fixture/provider";
import { bodyValue } from "../provider/framework/support/arbitrary-config";
import { Workspace } from "../support/provider/terraform";

const RESOURCES = 100;
const CHANGES = 20;
const ADDRESS = "registry.terraform.io/acme/fixture";

type Given = Readonly<Record<string, unknown>>;

/** What is written into a configuration in JSON syntax. */
function written(value: unknown): unknown {
  if (value instanceof Decimal) return numberToText(value);
  if (value instanceof Dynamic) return written(value.value);
  if (Array.isArray(value)) return value.map(written);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, written(member)]));
}

/** Configurations that the provider itself accepts. */
async function configurations(core: TestCore, count: number, seed: number): Promise<Given[]> {
  const resource = core.resource("fixture_everything");
  const found: Given[] = [];
  for (const given of fc.sample(bodyValue(everythingSchema, { what: "config", unknown: 0 }), { numRuns: count * 6, seed })) {
    if (found.length < count && (await resource.validate(given)).length === 0) found.push(given);
  }
  if (found.length < count) throw new Error(`only ${found.length} of ${count} configurations are valid`);
  return found;
}

/** Most of the earlier configuration with some of another, as nearly every wholly new one would be a replacement. */
const changed = (before: Given, other: Given, step: number): Given =>
  Object.fromEntries(Object.entries(before).map(([name, value], index) => [name, (index + step) % 4 === 0 ? other[name] : value]));

describe("terraform", () => {
  let provider: ReattachableProvider;
  let workspace: Workspace;
  let core: TestCore;

  beforeAll(async () => {
    core = await TestCore.start(fixtureProvider());
    const shared = fixtureProvider();
    provider = await serveForReattach({ createServer: () => createProviderServer(shared), address: ADDRESS });
    workspace = new Workspace({ env: provider.env });
  });
  afterAll(() => {
    provider.close();
    workspace.remove();
  });

  test(`finds no rule broken in ${RESOURCES * CHANGES} changes, and every plan after an apply is empty`, async () => {
    const resource = core.resource("fixture_everything");
    let current = await configurations(core, RESOURCES, 11);
    for (let step = 0; step <= CHANGES; step++) {
      if (step > 0) {
        const others = await configurations(core, RESOURCES, 11 + step);
        const next = current.map((before, index) => changed(before, others[index] ?? {}, step));
        const valid = await Promise.all(next.map(async (given) => (await resource.validate(given)).length === 0));
        current = next.map((given, index) => (valid[index] === true ? given : (others[index] ?? {})));
      }
      const resources = Object.fromEntries(current.map((given, index) => [`r${index}`, written(given)]));
      const document = {
        terraform: { required_providers: { fixture: { source: "acme/fixture" } } },
        resource: { fixture_everything: resources },
      };
      writeFileSync(join(workspace.folder, "main.tf.json"), JSON.stringify(document));
      await workspace.succeed("apply", "-auto-approve", "-input=false", "-parallelism=20");
      expect(await workspace.planIsEmpty()).toBe(true);
    }
  }, 900_000);
});
