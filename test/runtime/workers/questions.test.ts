import { QuestionBook } from "../../../runtime/workers/questions";

function book(patienceMs = 10_000) {
  const sent: [string, number][] = [];
  const made = new QuestionBook<string>(patienceMs);
  const ask = (...members: string[]) => made.ask(members, (member, id) => sent.push([member, id]));
  return { made, sent, ask };
}

test("answers come together when all are there, whatever their order", async () => {
  const { made, sent, ask } = book();
  const answers = ask("a", "b");
  expect(sent).toEqual([
    ["a", 1],
    ["b", 1],
  ]);
  made.answered("b", 1, 2);
  made.answered("a", 1, 1);
  expect([...(await answers)]).toEqual([
    ["b", 2],
    ["a", 1],
  ]);
});

test("who is late is left out, and a late answer changes nothing", async () => {
  const { made, ask } = book(20);
  const answers = ask("a", "b");
  made.answered("a", 1, 1);
  expect([...(await answers)]).toEqual([["a", 1]]);
  made.answered("b", 1, 2);
  expect([...(await answers)]).toEqual([["a", 1]]);
});

test("who is gone, and who has no answer, is not waited for", async () => {
  const { made, ask } = book();
  const answers = ask("a", "b", "c");
  made.gone("a");
  made.answered("b", 1, undefined);
  made.answered("c", 1, false);
  expect([...(await answers)]).toEqual([["c", false]]);
});

test("questions do not mix, and nobody answers twice or for another question", async () => {
  const { made, ask } = book(20);
  const [first, second] = [ask("a", "b"), ask("a")];
  made.answered("a", 2, "second");
  made.answered("a", 1, "first");
  made.answered("a", 1, "again");
  made.answered("x", 1, "stranger");
  made.answered("a", 9, "none");
  expect([...(await second)]).toEqual([["a", "second"]]);
  expect([...(await first)]).toEqual([["a", "first"]]);
});

test("nobody to ask", async () => {
  expect([...(await book().ask())]).toEqual([]);
});
