import { fc } from "../../../support/properties";
import { lifeProperty, planProperty } from "../support/life-property";

/** A sample on every run of the unit tests; test/e2e/provider-properties.test.ts runs 10,000. */
const LIVES = 30;
const PLANS = 50;

describe("core's rules over random pairs of stored object and configuration", () => {
  it(`hold in ${LIVES} lives: create, plan with unknown values, apply, read, plan again, destroy`, async () => {
    await fc.assert(lifeProperty, { numRuns: LIVES, seed: 42, endOnFailure: true });
  }, 120_000);

  it(`hold in ${PLANS} plans over stored objects of any making`, async () => {
    await fc.assert(planProperty, { numRuns: PLANS, seed: 43, endOnFailure: true });
  }, 120_000);
});
