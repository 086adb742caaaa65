import { RecentAnswers } from "../../../runtime/accuracy/recent-answers";
import { TargetState } from "../../../runtime/targets/state";

const target = new TargetState("a", {} as never);

test("a score finds its answer, once", () => {
  const answers = new RecentAnswers();
  const scores: unknown[] = [];
  answers.note("r1", target, (score, of) => scores.push([score, of]));
  expect(answers.score("r2", 50)).toBe(false);
  expect(answers.score("r1", 80)).toBe(true);
  expect(answers.score("r1", 80)).toBe(false);
  expect(scores).toEqual([[80, target]]);
});

test("the later answer of a request counts", () => {
  const answers = new RecentAnswers();
  const scores: string[] = [];
  answers.note("r1", target, () => scores.push("first"));
  answers.note("r1", target, () => scores.push("second"));
  answers.score("r1", 1);
  expect(scores).toEqual(["second"]);
});

test("only the last 10,000 are kept; one that is noted anew counts as new", () => {
  const answers = new RecentAnswers();
  const sink = (): void => undefined;
  for (let index = 0; index < 10_000; index++) answers.note(`r${index}`, target, sink);
  answers.note("r0", target, sink);
  for (let index = 10_000; index < 10_002; index++) answers.note(`r${index}`, target, sink);
  expect(["r0", "r1", "r2", "r3", "r10001"].map((id) => answers.score(id, 1))).toEqual([true, false, false, true, true]);
});

test("a limit of its own", () => {
  const answers = new RecentAnswers(1);
  answers.note("a", target, () => undefined);
  answers.note("b", target, () => undefined);
  expect([answers.score("a", 1), answers.score("b", 1)]).toEqual([false, true]);
});
