import { fc } from "../../support/properties";
import { ConsistentHashing } from "../../../runtime/balancers/consistent-hashing";
import { hashText } from "../../../runtime/balancers/hash";
import { pointsOf } from "../../../runtime/balancers/ring";
import type { Balancer, CandidateSet, LeftOut } from "../../../runtime/balancers/balancer";
import { chooseFrom, even, request, setOf, shares, targetOf, world } from "./support";

const keys = Array.from({ length: 10_000 }, (_, index) => `user-${index}@example.com`);
const header = "X-User";
const hashing = (slots = 10_000): Balancer => world("consistent-hashing", 1, { hash_on_header: header, slots }).balancer;
const ownerOf = (balancer: Balancer, set: CandidateSet, key: string, leftOut?: LeftOut): string =>
  chooseFrom(balancer, set, leftOut, request("r", { "x-user": key }))!.target.state.id;
const owners = (balancer: Balancer, set: CandidateSet, some = keys): string[] => some.map((key) => ownerOf(balancer, set, key));
const without = ({ key, targets }: CandidateSet, gone: number): CandidateSet => ({
  key: `${key} without ${gone}`,
  targets: targets.filter(({ index }) => index !== gone),
});

test.each([
  [100, 10_000, 100],
  [1, 10_000, 8],
  [8, 10_000, 8],
  [9, 10_000, 9],
  [65_535, 10_000, 10_000],
  [65_535, 65_536, 65_536],
  [1, 10, 8],
  [10_000, 10, 10],
  [12_345, 100, 100],
  [150, 1000, 15],
])("weight %i and %i slots make %i points", (weight, slots, points) => {
  expect(pointsOf(weight, slots)).toBe(points);
  expect(hashing(slots).figures(targetOf(0, weight))).toEqual({ points });
});

test.each([5, 10, 50])("one of %i targets goes: at most 1.3/n of the keys move, all of them its own; it returns: they come back", (n) => {
  const balancer = hashing();
  const set = setOf(even(n, 1000));
  const before = owners(balancer, set);
  for (let gone = 0; gone < n; gone += Math.ceil(n / 5)) {
    const after = owners(balancer, without(set, gone));
    const moved = keys.filter((_, at) => before[at] !== after[at]);
    expect(moved.length).toBeLessThanOrEqual((1.3 / n) * keys.length);
    expect(moved.length).toBeGreaterThanOrEqual((0.7 / n) * keys.length);
    expect(moved).toEqual(keys.filter((_, at) => before[at] === `id-${gone}`));
  }
  expect(owners(balancer, { ...set })).toEqual(before);
});

test("at the default weight and slots the mean share that moves is 1/n", () => {
  const balancer = hashing();
  const set = setOf(even(50));
  const counts = new Map<string, number>();
  for (const owner of owners(balancer, set)) counts.set(owner, (counts.get(owner) ?? 0) + 1);
  expect(counts.size).toBe(50);
  for (const each of counts.values()) {
    expect(each).toBeGreaterThan((0.6 / 50) * keys.length);
    expect(each).toBeLessThan((1.4 / 50) * keys.length);
  }
});

test("shares follow the weights", () => {
  const weights = [1000, 2000, 3000, 4000];
  const balancer = hashing();
  const counts = [0, 0, 0, 0];
  for (const owner of owners(balancer, setOf(weights))) counts[Number(owner.slice(3))]!++;
  shares(counts).forEach((share, index) => expect(Math.abs(share / (weights[index]! / 10_000) - 1)).toBeLessThan(0.15));
});

test("the order of the targets does not matter", () => {
  const set = setOf([100, 70, 25, 5, 300]);
  const turned = { key: "turned", targets: [...set.targets].reverse() };
  expect(owners(hashing(), turned)).toEqual(owners(hashing(), set));
});

test("a target whose weight grows takes keys and gives none", () => {
  const balancer = hashing();
  const set = setOf(even(5, 500));
  const heavier = { key: "heavier", targets: set.targets.map((target) => (target.index === 2 ? targetOf(2, 1000, target.state) : target)) };
  const [before, after] = [owners(balancer, set), owners(balancer, heavier)];
  const moved = after.filter((owner, at) => owner !== before[at]);
  expect(new Set(moved)).toEqual(new Set(["id-2"]));
  expect(moved.length / keys.length).toBeCloseTo(1 / 3 - 1 / 5, 1);
});

test("property: a target that is left out is walked past as if it were not there, at the first choice and at failover", () => {
  const balancer = hashing();
  const weights = [100, 100, 50, 10, 200, 100];
  const set = setOf(weights);
  fc.assert(
    fc.property(fc.string(), fc.uniqueArray(fc.nat(5), { maxLength: 6 }), (key, out) => {
      const leftOut: LeftOut = ({ index }) => out.includes(index);
      const rest = { key: out.join(), targets: set.targets.filter((target) => !leftOut(target)) };
      const asked = request("r", { "x-user": key });
      const expected = rest.targets.length === 0 ? undefined : chooseFrom(balancer, rest, undefined, asked)!.target;
      expect(chooseFrom(balancer, set, leftOut, asked)?.target).toBe(expected);
      expect(chooseFrom(balancer, set, undefined, asked)!.next(leftOut)).toBe(expected);
    }),
  );
});

test.each([
  ["without the header", {}],
  ["with an empty one", { "x-user": "" }],
])("requests %s are spread by their ids", (_, headers) => {
  const balancer = hashing();
  const set = setOf(even(4, 1000));
  const counts = [0, 0, 0, 0];
  for (const key of keys) counts[chooseFrom(balancer, set, undefined, request(key, headers))!.target.index]!++;
  for (const share of shares(counts)) expect(Math.abs(share - 0.25)).toBeLessThan(0.04);
});

test("a key stays where it is, whatever the request's id", () => {
  const balancer = hashing();
  const set = setOf(even(9));
  const ids = keys.slice(0, 200).map((id) => chooseFrom(balancer, set, undefined, request(id, { "x-user": "one" }))!.target.index);
  expect(new Set(ids).size).toBe(1);
});

test("rings are dropped above the bound and built again, the same", () => {
  const { options } = world("consistent-hashing", 1, { hash_on_header: header });
  const balancer = new ConsistentHashing(options, 1000);
  const sets = Array.from({ length: 10 }, (_, at) => setOf(even(3), `set ${at}`));
  const some = keys.slice(0, 100);
  const before = sets.map((set) => owners(balancer, set, some));
  expect(balancer.keptPoints).toBe(900);
  expect(sets.map((set) => owners(balancer, set, some))).toEqual(before);
  owners(balancer, setOf(even(50), "alone above the bound"), some);
  expect(balancer.keptPoints).toBe(5000);
});

test("nothing can be chosen from an empty set", () => {
  expect(chooseFrom(hashing(), setOf([]))).toBeUndefined();
});

test("similar texts hash to places that have nothing to do with each other", () => {
  const buckets = new Array<number>(64).fill(0);
  for (const key of keys) buckets[hashText(key) >>> 26]!++;
  const expected = keys.length / buckets.length;
  const chiSquare = buckets.reduce((sum, each) => sum + (each - expected) ** 2 / expected, 0);
  // p < 1e-6 at 63 degrees of freedom
  expect(chiSquare).toBeLessThan(128);
  let changed = 0;
  for (const key of keys) {
    for (let bits = hashText(key) ^ hashText(`${key.slice(0, -1)}n`); bits !== 0; bits &= bits - 1) changed++;
  }
  expect(Math.abs(changed / keys.length - 16)).toBeLessThan(0.2);
});

test.each([
  ["", "\0"],
  ["a", "a\0"],
  ["ab", "ba"],
  ["é", "e"],
])("%j and %j hash differently", (one, other) => {
  expect(hashText(one)).not.toBe(hashText(other));
});
