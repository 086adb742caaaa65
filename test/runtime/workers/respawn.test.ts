import { mayRespawn, recentCrashes } from "../../../runtime/workers/respawn";

const limit = { crashes: 2, withinMs: 1000 };

test.each([
  [[5000], 5000, true],
  [[4500, 5000], 5000, true],
  [[4200, 4500, 5000], 5000, false],
  [[4000, 4500, 5000], 5000, true],
])("crashes at %j, now %i: replaced %s", (crashes, now, expected) => expect(mayRespawn(crashes, now, limit)).toBe(expected));

test("old crashes are forgotten", () => expect(recentCrashes([1, 4000, 4001], 5000, limit)).toEqual([4001]));
