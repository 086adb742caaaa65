import { fc } from "../../support/properties";
import { match, type Pair } from "../../../cli/plan-summary/match";

interface Item {
  readonly id: string;
  readonly kind?: string;
}

const whole = ({ id, kind }: Item) => `${id} ${kind ?? ""}`;
const byId = ({ id }: Item) => id;
const byKind = ({ kind }: Item) => kind;
const print = (pairs: readonly Pair<Item>[]) =>
  pairs.map(({ beforeIndex, afterIndex }) => `${beforeIndex ?? "-"}>${afterIndex ?? "-"}`).join(" ");

test.each<[string, readonly Item[], readonly Item[], string]>([
  ["equal lists", [{ id: "a" }, { id: "b" }], [{ id: "a" }, { id: "b" }], "0>0 1>1"],
  ["another order", [{ id: "a" }, { id: "b" }], [{ id: "b" }, { id: "a" }], "1>0 0>1"],
  ["removed and added", [{ id: "a" }, { id: "b" }], [{ id: "b" }, { id: "c" }], "1>0 ->1 0>-"],
  ["equal ones go by their order", [{ id: "a" }, { id: "a" }, { id: "a" }], [{ id: "a" }, { id: "a" }], "0>0 1>1 2>-"],
  [
    "the whole item counts more than its id",
    [
      { id: "a", kind: "x" },
      { id: "a", kind: "y" },
    ],
    [{ id: "a", kind: "y" }],
    "1>0 0>-",
  ],
  [
    "a looser identity takes what is left",
    [
      { id: "a", kind: "x" },
      { id: "b", kind: "x" },
    ],
    [
      { id: "b", kind: "z" },
      { id: "c", kind: "x" },
    ],
    "1>0 0>1",
  ],
  ["nothing is paired by an identity that says nothing", [{ id: "a" }], [{ id: "b" }], "->0 0>-"],
])("%s", (_, before, after, expected) => {
  expect(print(match(before, after, [whole, byId, byKind]))).toBe(expected);
});

test("every item is in exactly one pair", () => {
  const items = fc.array(fc.record({ id: fc.constantFrom("a", "b", "c"), kind: fc.constantFrom("x", "y") }), { maxLength: 12 });
  fc.assert(
    fc.property(items, items, (before, after) => {
      const pairs = match(before, after, [whole, byId, byKind]);
      const indices = (side: "beforeIndex" | "afterIndex") => pairs.flatMap((pair) => pair[side] ?? []).sort((left, right) => left - right);
      expect(indices("beforeIndex")).toEqual([...before.keys()]);
      expect(indices("afterIndex")).toEqual([...after.keys()]);
    }),
  );
});
