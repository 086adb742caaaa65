import { assertAnswer, chatAnswer, isFor, messageAnswer, workloads, type Workload } from "../../bench/workloads";

const named = (name: string): Workload => {
  const found = workloads.find((one) => one.name === name);
  if (found === undefined) throw new Error(`There must be a workload ${name}`);
  return found;
};

const text = (JSON.parse(chatAnswer) as { choices: { message: { content: string } }[] }).choices[0]?.message.content;
const translated = (content: string | undefined): string =>
  JSON.stringify({ id: "msg_bench", object: "chat.completion", created: 1, choices: [{ message: { content } }] });

it.each([
  ["relay", "chat", chatAnswer],
  ["gateway", "failover", chatAnswer],
  ["relay", "translated", messageAnswer],
  ["gateway", "translated", translated(text)],
])("takes the whole answer of the %s to %s, and neither a part of it nor a failure", (subject, name, body) => {
  const workload = named(name);
  expect(() => assertAnswer(workload, subject, 200, body)).not.toThrow();
  expect(() => assertAnswer(workload, subject, 200, body.slice(0, 20))).toThrow("must be answered 200");
  expect(() => assertAnswer(workload, subject, 500, body)).toThrow("must be answered 200");
});

it("takes no answer that the gateway has not translated, or translated wrongly", () => {
  for (const body of [messageAnswer, chatAnswer, translated("another text")]) {
    expect(() => assertAnswer(named("translated"), "gateway", 200, body)).toThrow("must be answered 200");
  }
});

it("measures each workload on those that can do it", () => {
  const subjects = ["relay", "floor", "nginx", "gateway"];
  expect(workloads.map((one) => [one.name, subjects.filter((subject) => isFor(one, subject))])).toEqual([
    ["chat", subjects],
    ["stream", subjects],
    ["failover", ["gateway"]],
    ["translated", ["relay", "gateway"]],
  ]);
});
