import { idOf, modelOf } from "../../../runtime/conversation/names";

test.each([undefined, null, 1, {}, []])("%j is no name", (value) => {
  expect([idOf(value), modelOf(value)]).toEqual([undefined, undefined]);
});

test("a name is kept, a long model is cut, a long id is none", () => {
  const longest = "x".repeat(256);
  expect([idOf(longest), modelOf(longest)]).toEqual([longest, longest]);
  expect([idOf(`${longest}y`), modelOf(`${longest}y`)]).toEqual([undefined, longest]);
});
