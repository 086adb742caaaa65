import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { TargetTable } from "../../../runtime/balancers/target-table";
import type { TargetState } from "../../../runtime/targets/state";
import { even, reloaded, setOf, targetOf } from "./support";

const first = { zero: 0, one: 1 };

function set(table: TargetTable<keyof typeof first>, column: keyof typeof first, state: TargetState, value: number): void {
  const row = table.row(state);
  table.columns[column][row] = value;
}

test("rows begin with the given numbers and keep theirs while the table grows", () => {
  const table = new TargetTable(first);
  const states = setOf(even(1000)).targets.map(({ state }) => state);
  states.forEach((state, index) => set(table, "zero", state, index));
  expect(states.map((state) => table.columns.zero[table.row(state)])).toEqual(states.map((_, index) => index));
  expect(table.columns.one.subarray(0, 1000).every((value) => value === 1)).toBe(true);
});

test("a set is entered once; one that a reload made has the same rows and its own weights", () => {
  const entered: number[] = [];
  const table = new TargetTable(first, ({ rows }) => entered.push(rows.length));
  const candidates = setOf([3, 2]);
  const group = table.group(candidates);
  expect(table.group(candidates)).toBe(group);
  const again = table.group(reloaded(candidates, [5, 4]));
  expect([...again.rows]).toEqual([...group.rows]);
  expect([...again.weights]).toEqual([5, 4]);
  expect(entered).toEqual([2, 2]);
});

test("the rows of targets that are gone are used again", async () => {
  setFlagsFromString("--expose-gc");
  const collect = runInNewContext("gc") as () => void;
  const table = new TargetTable(first);
  const kept = targetOf(0, 1);
  set(table, "one", kept.state, 7);
  for (let round = 0; round < 3; round++) {
    for (let target = 0; target < 10; target++) set(table, "one", targetOf(target, 1).state, 99);
    // what a WeakRef was made for stays alive until the running job has ended
    await new Promise(setImmediate);
    collect();
  }
  expect(table.columns.one).toHaveLength(16);
  expect(table.columns.one[table.row(kept.state)]).toBe(7);
  expect(table.columns.one[table.row(targetOf(1, 1).state)]).toBe(1);
  // a full collection of a process that has run many tests takes its time
}, 60_000);
