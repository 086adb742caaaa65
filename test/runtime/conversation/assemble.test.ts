import { anyCharacter, fc } from "../../support/properties";
import type { AnswerChoice, ChatAnswer } from "../../../runtime/conversation/answer";
import { Assembly } from "../../../runtime/conversation/assemble";
import type { ChatEvent } from "../../../runtime/conversation/events";
import type { Part } from "../../../runtime/conversation/parts";
import { replay } from "../../../runtime/conversation/replay";

const assembled = (events: Iterable<ChatEvent>): Assembly => {
  const assembly = new Assembly();
  for (const event of events) assembly.add(event);
  return assembly;
};

const PLAIN = { noNullPrototype: true } as const;
const text = fc.string({ unit: anyCharacter, maxLength: 12 });
const filled = fc.string({ unit: anyCharacter, minLength: 1, maxLength: 12 });

const reasoning: fc.Arbitrary<Part> = fc.oneof(
  filled.map((one): Part => ({ type: "reasoning", text: one })),
  fc.tuple(text, text).map(([one, signature]): Part => ({ type: "reasoning", text: one, signature })),
  text.map((redacted): Part => ({ type: "reasoning", text: "", redacted })),
);
const toolCall = fc.record({ type: fc.constant("tool_call" as const), id: text, name: text, arguments: text }, PLAIN);

/** Parts as a stream tells them: no more than one text and one refusal. */
const parts: fc.Arbitrary<readonly Part[]> = fc
  .tuple(
    fc.array(fc.oneof(reasoning, toolCall), { maxLength: 5 }),
    fc.option(text, { nil: undefined }),
    fc.option(text, { nil: undefined }),
    fc.nat(),
    fc.nat(),
  )
  .map(([some, said, refused, at, other]) => {
    const all: Part[] = [...some];
    if (said !== undefined) all.splice(at % (all.length + 1), 0, { type: "text", text: said });
    if (refused !== undefined) all.splice(other % (all.length + 1), 0, { type: "refusal", text: refused });
    return all;
  });

const choice: fc.Arbitrary<AnswerChoice> = fc
  .tuple(
    parts,
    fc.constantFrom("stop" as const, "length" as const, "tool_calls" as const, "content_filter" as const),
    fc.option(fc.constant({ content: [] }), { nil: undefined }),
  )
  .map(([given, finish, logprobs]) => (logprobs === undefined ? { parts: given, finish } : { parts: given, finish, logprobs }));

const count = fc.nat(1000);
const answer: fc.Arbitrary<ChatAnswer> = fc.record(
  {
    id: fc.option(text, { nil: undefined }),
    model: fc.option(text, { nil: undefined }),
    choices: fc.array(choice, { minLength: 1, maxLength: 3 }),
    usage: fc.option(fc.record({ prompt_tokens: count, completion_tokens: count, total_tokens: count }, PLAIN), { nil: undefined }),
  },
  PLAIN,
);

test("an answer that is replayed and put together again is the same", () => {
  fc.assert(
    fc.property(answer, (given) => {
      const assembly = assembled(replay(given));
      expect(assembly.complete).toBe(true);
      expect(assembly.result()).toStrictEqual(given);
    }),
    { numRuns: 300 },
  );
});

test("a replay begins with who answers, ends with the end mark, and tells the usage in front of it", () => {
  fc.assert(
    fc.property(answer, (given) => {
      const types = [...replay(given)].map(({ type }) => type);
      expect(types[0]).toBe("started");
      expect(types.at(-1)).toBe("ended");
      expect(types.at(-2)).toBe(given.usage === undefined ? "finished" : "usage");
    }),
  );
});

test("texts that are told in pieces are joined, those of each choice and part by themselves", () => {
  const pieces: readonly ChatEvent[] = [
    { type: "started", id: "1", model: "m" },
    { type: "text", choice: 1, text: "x" },
    { type: "text", choice: 0, text: "a" },
    { type: "tool_start", choice: 0, index: 0, id: "t0", name: "one" },
    { type: "tool_start", choice: 0, index: 1, id: "t1", name: "two" },
    { type: "tool_arguments", choice: 0, index: 1, text: "[" },
    { type: "tool_arguments", choice: 0, index: 0, text: "{" },
    { type: "tool_arguments", choice: 0, index: 1, text: "]" },
    { type: "tool_arguments", choice: 0, index: 0, text: "}" },
    { type: "text", choice: 0, text: "b" },
    { type: "reasoning", choice: 1, block: 4, text: "h" },
    { type: "reasoning", choice: 1, block: 4, text: "m" },
    { type: "finished", choice: 1, finish: "length" },
    { type: "finished", choice: 0, finish: "tool_calls" },
  ];
  expect(assembled(pieces).result()).toEqual({
    id: "1",
    model: "m",
    choices: [
      {
        parts: [
          { type: "text", text: "ab" },
          { type: "tool_call", id: "t0", name: "one", arguments: "{}" },
          { type: "tool_call", id: "t1", name: "two", arguments: "[]" },
        ],
        finish: "tool_calls",
      },
      {
        parts: [
          { type: "text", text: "x" },
          { type: "reasoning", text: "hm" },
        ],
        finish: "length",
      },
    ],
    usage: undefined,
  });
});

test("who answers is told once, and the last usage counts", () => {
  const usage = (total: number): ChatEvent => ({
    type: "usage",
    usage: { prompt_tokens: 0, completion_tokens: total, total_tokens: total },
  });
  const events: readonly ChatEvent[] = [
    { type: "started", id: undefined, model: "m" },
    { type: "started", id: "1", model: "n" },
    usage(1),
    { type: "ping" },
    usage(2),
  ];
  expect(assembled(events).result()).toMatchObject({ id: "1", model: "m", usage: { total_tokens: 2 } });
});

test("calls of tools are counted, those of each choice by themselves", () => {
  const call = (id: string): Part => ({ type: "tool_call", id, name: "n", arguments: "{}" });
  const choices: readonly AnswerChoice[] = [
    { parts: [call("a"), { type: "text", text: "t" }, call("b")], finish: "tool_calls" },
    { parts: [call("c")], finish: "tool_calls" },
  ];
  const events = [...replay({ id: "1", model: "m", choices, usage: undefined })];
  const places = events.flatMap((event) => ("index" in event ? [`${event.choice} ${event.type} ${event.index}`] : []));
  expect(places).toEqual([
    "0 tool_start 0",
    "0 tool_arguments 0",
    "0 tool_start 1",
    "0 tool_arguments 1",
    "1 tool_start 0",
    "1 tool_arguments 0",
  ]);
});

const finished = (index: number): ChatEvent => ({ type: "finished", choice: index, finish: "stop" });
const spoken = (index: number): ChatEvent => ({ type: "text", choice: index, text: "a" });

test.each<[string, readonly ChatEvent[], boolean]>([
  ["nothing", [], false],
  ["an end mark alone", [{ type: "ended" }], false],
  ["a text without its end", [spoken(0)], false],
  ["a text and its end", [spoken(0), finished(0)], true],
  ["one choice of two", [spoken(0), spoken(1), finished(0)], false],
  ["both choices", [spoken(0), spoken(1), finished(1), finished(0)], true],
])("%s is complete: %j gives %s", (_what, events, complete) => {
  expect(assembled(events).complete).toBe(complete);
});

test("choices beyond the 128th are left out, and so are arguments of a call that has not begun", () => {
  const many = Array.from({ length: 200 }, (_, index) => [spoken(index), finished(index)]).flat();
  expect(assembled(many).result().choices).toHaveLength(128);
  const lost: ChatEvent = { type: "tool_arguments", choice: 0, index: 3, text: "{}" };
  expect(assembled([lost, finished(0)]).result().choices).toEqual([{ parts: [], finish: "stop" }]);
});
