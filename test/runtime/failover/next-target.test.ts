import { LONGEST_REST_MS } from "../../../runtime/failover/decide";
import { leftOutAtFirst } from "../../../runtime/failover/availability";
import { ExchangeHistory, type History } from "../../../runtime/failover/history";
import { nextTarget } from "../../../runtime/failover/next-target";
import type { TargetPlan } from "../../../runtime/targets/target-plan";
import { fc } from "../../support/properties";
import { choiceOf, targetOf, type Standing } from "./support";

const NOW = 10_000;
const LONG = LONGEST_REST_MS + 1;

/** Targets A, B, C; of a history, their letters in turn. */
interface Situation {
  readonly tried?: string;
  readonly spent?: string;
  readonly roundStart?: number;
  readonly A?: Standing;
  readonly B?: Standing;
  readonly C?: Standing;
}

interface Expected {
  readonly target: string | undefined;
  readonly untried?: boolean;
  readonly restMs?: number;
  readonly roundStart?: number;
}

const OUT = { out: true };
const resting = (restMs: number): Standing => ({ restMs });

const TABLE: readonly [string, Situation, Expected][] = [
  ["the first that was not tried", { tried: "A" }, { target: "B", untried: true }],
  ["… in the algorithm's order", { tried: "B" }, { target: "A", untried: true }],
  ["… but not with an open circuit", { tried: "A", B: OUT }, { target: "C", untried: true }],
  ["… one that does not rest before one that does", { tried: "A", B: resting(1) }, { target: "C", untried: true }],
  ["… one that rests shortly before a repetition", { tried: "AC", B: resting(2000) }, { target: "B", untried: true, restMs: 2000 }],
  ["… a repetition before one that rests long", { tried: "AC", B: resting(LONG) }, { target: "A", roundStart: 2 }],
  [
    "… one that rests long if nothing else is left",
    { tried: "A", A: OUT, B: resting(LONG), C: OUT },
    { target: "B", untried: true, restMs: LONG, roundStart: 1 },
  ],
  ["all were tried: a new round", { tried: "ABC" }, { target: "A", roundStart: 3 }],
  ["… in a round none is asked twice", { tried: "ABCA", roundStart: 3 }, { target: "B", roundStart: 3 }],
  ["… and another round", { tried: "ABCABC", roundStart: 3 }, { target: "A", roundStart: 6 }],
  ["… a spent one is left out", { tried: "ABC", spent: "A" }, { target: "B", roundStart: 3 }],
  ["… and one that rests", { tried: "ABC", A: resting(1), B: resting(9000) }, { target: "C", roundStart: 3 }],
  ["… and one with an open circuit", { tried: "ABC", A: OUT, B: OUT }, { target: "C", roundStart: 3 }],
  [
    "all rest: the first of them, after its rest",
    { tried: "ABC", A: resting(700), B: resting(1), C: resting(1) },
    { target: "A", restMs: 700, roundStart: 3 },
  ],
  ["all but a resting one are spent", { tried: "ABC", spent: "AC", B: resting(9000) }, { target: "B", restMs: 9000, roundStart: 3 }],
  ["all are spent", { tried: "ABC", spent: "CAB" }, { target: undefined, roundStart: 3 }],
  ["all circuits are open", { tried: "A", A: OUT, B: OUT, C: OUT }, { target: undefined, roundStart: 1 }],
];

/** A history that nothing can change. */
const historyOf = (tried: readonly TargetPlan[], spent: readonly TargetPlan[], roundStart: number): History =>
  Object.freeze(Object.assign(new ExchangeHistory(), { tried: Object.freeze(tried), spent: Object.freeze(spent), roundStart }));

function situated({ tried = "", spent = "", roundStart = 0, ...standings }: Situation): [readonly TargetPlan[], History] {
  const targets = (["A", "B", "C"] as const).map((letter, index) => targetOf(index, standings[letter] ?? {}, NOW));
  const named = (letters: string): readonly TargetPlan[] => Array.from(letters, (letter) => targets["ABC".indexOf(letter)]!);
  return [targets, historyOf(named(tried), named(spent), roundStart)];
}

test.each(TABLE)("%s", (_name, situation, { target, untried = false, restMs = 0, roundStart = situation.roundStart ?? 0 }) => {
  const [targets, history] = situated(situation);
  const next = nextTarget(history, choiceOf(targets), NOW);
  expect({ ...next, target: next.target?.label }).toEqual({ target, untried, restMs, roundStart });
});

test("without a first choice there is no next one", () => {
  const [, history] = situated({});
  expect(nextTarget(history, undefined, NOW).target).toBeUndefined();
});

const TARGETS = 4;
const index = fc.nat(TARGETS - 1);
const standing = fc.record({ out: fc.boolean(), restMs: fc.constantFrom(0, 0, 1, LONGEST_REST_MS, LONG, 60_000) });
const anything = fc.record({
  standings: fc.array(standing, { minLength: TARGETS, maxLength: TARGETS }),
  tried: fc.array(index, { maxLength: 9 }),
  spent: fc.uniqueArray(index),
  round: fc.double({ min: 0, max: 1, noNaN: true }),
});

/** How good a target is as the next one; 1 is best, undefined never comes. */
function rank(target: TargetPlan, standing: Required<Pick<Standing, "out" | "restMs">>, history: History): number | undefined {
  if (standing.out) return undefined;
  const isSpent = history.spent.includes(target);
  if (!history.tried.includes(target)) return standing.restMs === 0 ? 1 : standing.restMs <= LONGEST_REST_MS ? 2 : 5;
  if (isSpent) return undefined;
  if (standing.restMs > 0) return 6;
  return history.tried.slice(history.roundStart).includes(target) ? 4 : 3;
}

test("whatever happened: none that is better is passed over, and asking changes nothing", () => {
  fc.assert(
    fc.property(anything, ({ standings, tried, spent, round }) => {
      const targets = standings.map((one, at) => targetOf(at, one, NOW));
      const history = historyOf(
        tried.map((at) => targets[at]!),
        spent.map((at) => targets[at]!),
        Math.floor(round * tried.length),
      );
      const ranks = targets.map((target, at) => rank(target, standings[at]!, history));
      const best = Math.min(...ranks.map((one) => one ?? Infinity));
      const next = nextTarget(history, choiceOf(targets), NOW);
      expect(next.target).toBe(targets[ranks.indexOf(best)]);
      expect(next.untried).toBe([1, 2, 5].includes(best));
      expect(next.restMs).toBe(next.target === undefined ? 0 : standings[next.target.index]!.restMs);
      expect(next.roundStart).toBe(best <= 3 ? history.roundStart : tried.length);
      expect(nextTarget(history, choiceOf(targets), NOW)).toEqual(next);
    }),
    { numRuns: 3_000 },
  );
});

test("repetitions go around: at any time each target was asked as often as the others, or once more", () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 8 }), fc.integer({ min: 1, max: 40 }), fc.nat(7), (count, attempts, first) => {
      const targets = Array.from({ length: count }, (_, at) => targetOf(at, {}, NOW));
      const history = new ExchangeHistory();
      history.asked(targets[first % count]!);
      for (let attempt = 1; attempt < attempts; attempt++) {
        const next = nextTarget(history, choiceOf(targets), NOW);
        history.roundStart = next.roundStart;
        history.asked(next.target!);
        const counts = targets.map((target) => history.tried.filter((one) => one === target).length);
        expect(Math.max(...counts) - Math.min(...counts)).toBeLessThanOrEqual(1);
      }
    }),
  );
});

test.each<[string, readonly Standing[], string]>([
  ["nothing", [{}, {}], ""],
  ["open circuits", [OUT, {}], "A"],
  ["those that rest", [resting(1), {}], "A"],
  ["… unless all do", [resting(1), resting(5)], ""],
  ["… or are out", [resting(1), OUT], "B"],
  ["all if all circuits are open", [OUT, OUT], "AB"],
])("a first choice leaves out %s", (_name, standings, expected) => {
  const targets = standings.map((one, at) => targetOf(at, one, NOW));
  const leftOut = leftOutAtFirst(targets, NOW);
  expect(
    targets
      .filter(leftOut)
      .map(({ label }) => label)
      .join(""),
  ).toBe(expected);
});
