import type * as fastCheck from "fast-check";
import type * as matchSet from "../../../../provider/framework/plan/match-set";
import type * as object from "../../../../provider/framework/plan/object";
import type * as planChange from "../../../../provider/framework/plan/plan-change";
import type * as proposed from "../../../../provider/framework/plan/proposed";
import type * as steps from "../../../../provider/framework/plan/steps";
import type * as modifiers from "../../../../provider/framework/schema/plan-modifiers";
import type { CtyRecord } from "../../../../provider/framework";
import type * as lives from "../support/life-property";

/**
 * Does the suite of properties find faults at all? Each fault is put into the framework by replacing one function; the properties must
 * then fail. That they hold without one is told by properties.test.ts.
 */
interface Mutation {
  readonly fault: string;
  /** What the suite says of it. */
  readonly found: RegExp;
  readonly module: string;
  readonly mutate: (actual: never) => object;
}

const folder = "../../../../provider/framework";

function mutation<T extends object>(fault: string, found: RegExp, module: string, mutate: (actual: T) => Partial<T>): Mutation {
  return { fault, found, module: `${folder}/${module}`, mutate: mutate };
}

/** Modules are loaded anew for each fault, so classes are other ones each time. */
const isMarkedUnknown = (value: unknown): boolean => typeof value === "object" && value?.constructor.name === "Unknown";

const MUTATIONS: readonly Mutation[] = [
  mutation<typeof steps>("a dropped unknown: computed values stay as stored in an update", /was planned/, "plan/steps", () => ({
    markUnknown: (_body, _config, _prior, plan) => plan,
  })),
  mutation<typeof steps>("a forgotten default", /a default must stand in the plan/, "plan/steps", () => ({
    applyDefaults: (_body, _config, _prior, plan) => plan,
  })),
  mutation<typeof object>(
    "a late default: filled in at apply, where the plan says something else",
    /comment was planned as null/,
    "plan/object",
    (actual) => ({
      completeObject: (body, given, base, doing, diagnostics) => {
        const result = actual.completeObject(body, given, base, doing, diagnostics);
        return { ...result, comment: result.comment ?? "late" };
      },
    }),
  ),
  mutation<typeof steps>("a default that wins over the configuration", /enabled is configured/, "plan/steps", (actual) => ({
    applyDefaults: (body, config, prior, plan) => ({ ...actual.applyDefaults(body, config, prior, plan), enabled: true }),
  })),
  mutation<typeof object>("an echoed write-only value", /is write-only and must be null/, "plan/object", () => ({
    withoutWriteOnly: (_body, value) => value,
  })),
  mutation<typeof steps>("equal meanings taken for a change in plans", /another spelling must change nothing/, "plan/steps", () => ({
    keepEquivalent: (_body, _config, _prior, plan) => plan,
  })),
  mutation<typeof object>("equal meanings taken for drift in reads", /plan after an apply must be empty/, "plan/object", () => ({
    keepStored: (_body, _stored, next) => next,
  })),
  mutation<typeof modifiers>(
    "a stored value kept while its configuration is unknown",
    /plan at apply differs from the plan before/,
    "schema/plan-modifiers",
    () => ({
      useStateForUnknown: () => ({
        description: "",
        modify: ({ plan, prior }) => (isMarkedUnknown(plan) && prior !== null ? { plan: prior } : undefined),
      }),
    }),
  ),
  mutation<typeof planChange>(
    "computed values marked unknown although nothing changes",
    /plan after an apply must be empty/,
    "plan/plan-change",
    (actual) => ({
      planChange: (schema, config, prior, diagnostics) => {
        const planned = actual.planChange(schema, config, prior, diagnostics);
        const unknown = actual.planChange(schema, config, null, diagnostics);
        return prior === null ? planned : { ...planned, plan: { ...planned.plan, revision: unknown.plan.revision ?? null } };
      },
    }),
  ),
  mutation<typeof proposed>("a plan that forgets what is stored", /plan after an apply must be empty/, "plan/proposed", (actual) => ({
    proposedNew: (body, config) => actual.proposedNew(body, config, null),
  })),
  mutation<typeof steps>("plan modifiers that do not run", /a new name must replace|the id must stay/, "plan/steps", () => ({
    runModifiers: (_body, _config, _prior, plan) => plan,
  })),
  mutation<typeof matchSet>("elements of sets that are never found again", /plan after an apply must be empty/, "plan/match-set", () => ({
    matchSet: (_body, config) => config.map((): CtyRecord | null => null),
  })),
];

/** Loaded once: no fault is put into it, and it takes longer to load than the framework. */
const fc = jest.requireActual<typeof fastCheck>("fast-check");

async function firstFailure(numRuns: number): Promise<string | undefined> {
  const { lifeProperty, planProperty } = jest.requireActual<typeof lives>("../support/life-property");
  for (const property of [lifeProperty, planProperty]) {
    const details = await fc.check(property as fastCheck.IAsyncProperty<unknown>, { numRuns, seed: 11, endOnFailure: true });
    if (details.failed) return String(details.errorInstance);
  }
  return undefined;
}

describe("the properties", () => {
  beforeEach(() => {
    jest.resetModules();
    jest.doMock("fast-check", () => fc);
  });

  it.each(MUTATIONS)(
    "find $fault",
    async ({ module, mutate, found }) => {
      const actual: object = jest.requireActual(module);
      jest.doMock(module, () => ({ ...actual, ...mutate(actual as never) }));
      try {
        expect(await firstFailure(400)).toMatch(found);
      } finally {
        jest.dontMock(module);
      }
    },
    60_000,
  );
});
