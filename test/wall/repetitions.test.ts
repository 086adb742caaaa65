import { ask, closeWalls, HEAVY, wall } from "./support";
import { contentOf } from "./client";

afterEach(closeWalls);

test("repetitions go around: a target that failed once gets another chance before another one gets a third", async () => {
  const one = await wall({ targets: ["status:503", "once:503", "status:500"] });
  const got = await ask(one);
  expect(one.upstream.models).toEqual(["status:503", "once:503", "status:500", "status:503", "once:503"]);
  expect(got.status).toBe(200);
});

test("repetitions go around, also where the algorithm would nearly always choose the same one", async () => {
  const one = await wall({ targets: [{ fault: "status:503", weight: HEAVY }, "once:503"] });
  expect((await ask(one)).status).toBe(200);
  expect(one.upstream.models).toEqual(["status:503", "once:503", "status:503", "once:503"]);
});

test("a target that rests long does not end the exchange where a tried one may be asked again", async () => {
  const one = await wall({ targets: ["fine:a", "status:429,30"] });
  await ask(one);
  await ask(one);
  one.upstream.behave = (model) => (model === "fine:a" && one.upstream.of("fine:a").length === 3 ? "status:500" : undefined);
  const got = await ask(one);
  expect(got.status).toBe(200);
});

test("events that nobody asked for: the client wants one JSON answer", async () => {
  const one = await wall({ targets: ["end:all", "fine:b"] });
  const got = await ask(one);
  expect(contentOf(got)).toBe("answer of fine:b");
  expect(await one.attempts()).toEqual(["0 invalid_answer 200 next_target", "1 ok 200"]);
});
