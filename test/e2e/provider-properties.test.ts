import { fc } from "../support/properties";
import { lifeProperty, planProperty } from "../provider/framework/support/life-property";

/** Together 10,000 pairs of a stored object and a configuration. */
const LIVES = 3_000;
const PLANS = 7_000;

describe("core's plan and apply rules over 10,000 random pairs", () => {
  it(`hold in ${LIVES} whole lives of a resource`, async () => {
    await fc.assert(lifeProperty, { numRuns: LIVES, seed: 7, endOnFailure: true });
  }, 1_200_000);

  it(`hold in ${PLANS} plans over stored objects of any making`, async () => {
    await fc.assert(planProperty, { numRuns: PLANS, seed: 8, endOnFailure: true });
  }, 1_200_000);
});
