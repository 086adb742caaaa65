import { fc } from "../../../support/properties";
import { eventsOf } from "../../../../runtime/framing/sse";
import { writeAsEvents } from "../../../../runtime/dialects/openai/answer-events";
import { LargeAnswerEvents } from "../../../../runtime/dialects/openai/large-answer-events";

const parsed = (events: Buffer): readonly unknown[] =>
  [...eventsOf(events)].map((data) => (data === "[DONE]" ? data : (JSON.parse(data ?? "") as unknown)));

function written(body: Buffer, wantsUsage: boolean): Buffer | undefined {
  const events = new LargeAnswerEvents(body, wantsUsage);
  while (!events.step());
  return events.written;
}

const names = fc.constantFrom(
  ...[
    "id",
    "object",
    "index",
    "message",
    "text",
    "finish_reason",
    "usage",
    "choices",
    "content",
    "tool_calls",
    "function",
    "logprobs",
    "ü",
  ],
);
const values = fc.letrec((tie) => ({
  value: fc.oneof({ maxDepth: 5 }, fc.constantFrom<unknown>(null, "chat.completion", "stop", 'a\n"é', 0, true), tie("list"), tie("map")),
  list: fc.array(tie("value"), { maxLength: 3 }),
  map: fc.dictionary(names, tie("value"), { maxKeys: 5 }),
}));
const call = fc.oneof(values.map, fc.constant({}), fc.constant("none"));
const message = fc.record(
  { role: fc.constant("assistant"), content: values.value, tool_calls: fc.oneof(fc.array(call), values.value) },
  { requiredKeys: [] },
);
const choice = fc.record(
  {
    index: fc.nat(),
    message: fc.oneof(message, values.value),
    text: values.value,
    finish_reason: fc.constantFrom("stop", null, "length"),
    logprobs: values.value,
  },
  { requiredKeys: [] },
);
const answer = fc.record(
  {
    id: fc.string(),
    object: fc.constantFrom("chat.completion", "text_completion"),
    choices: fc.array(fc.oneof(choice, values.value)),
    usage: values.value,
  },
  { requiredKeys: ["choices"] },
);

test("a large answer is written as a small one is, whatever it says and however it is indented", () => {
  fc.assert(
    fc.property(answer, fc.boolean(), fc.constantFrom(undefined, 2, "\r\n\t"), (given, wantsUsage, indent) => {
      const body = Buffer.from(JSON.stringify(given, undefined, indent));
      const events = written(body, wantsUsage);
      expect(parsed(events!)).toEqual(parsed(writeAsEvents(body, wantsUsage)));
      expect(events!.toString().split("\n\n")).toHaveLength(parsed(events!).length + 1);
    }),
    { numRuns: 300 },
  );
});

test("of members with one name the last one counts", () => {
  const body = Buffer.from(
    '{"choices":[{"text":"a"}],"choices":[{"index":4,"index":5,"message":{"content":"a"},"message":{"content":"b"}}]}',
  );
  expect(parsed(written(body, false)!)).toEqual(parsed(writeAsEvents(body, false)));
});

test.each([
  ["no JSON", "{"],
  ["no object", "[]"],
  ["more parts than any answer", `{"choices":[${"{},".repeat(5_000)}{}]}`],
])("not written: %s", (_name, body) => {
  expect(written(Buffer.from(body), false)).toBeUndefined();
});

test("no step takes long, whatever the answer is made of", () => {
  const text = `"${"x\\n".repeat(700_000)}"`;
  const body = Buffer.from(`{"choices":[{"message":{"content":${text}${"\n".repeat(1_000_000)}},"finish_reason":"stop"}]}`);
  const events = new LargeAnswerEvents(body, false);
  let steps = 0;
  while (!events.step()) steps++;
  // each walks or copies 64 KiB at most
  expect(steps).toBeGreaterThan((2 * 700_000 * 3) / (64 * 1024));
  expect(parsed(events.written!)).toEqual(parsed(writeAsEvents(body, false)));
});
