import { eventsOf } from "../../../../runtime/framing/sse";
import { isChunk, writeAsEvents } from "../../../../runtime/dialects/openai/answer-events";

const read = (answer: object, wantsUsage = false): readonly unknown[] =>
  [...eventsOf(writeAsEvents(Buffer.from(JSON.stringify(answer)), wantsUsage))].map((data) =>
    data === "[DONE]" ? data : (JSON.parse(data ?? "") as unknown),
  );

const call = { id: "c", type: "function", function: { name: "f", arguments: "{}" } };

test("a chat's answer becomes chunks, and nothing of it is lost", () => {
  const head = { id: "i", created: 1, model: "m", system_fingerprint: "x" };
  const message = { role: "assistant", content: null, reasoning: "hm", tool_calls: [call, { ...call, id: "d" }] };
  const usage = { prompt_tokens: 1, completion_tokens: 2, total_tokens: 3 };
  const answer = {
    ...head,
    object: "chat.completion",
    choices: [
      { index: 0, message, logprobs: { content: [] }, finish_reason: "tool_calls" },
      { index: 1, message: { role: "assistant", content: "b" }, finish_reason: "stop" },
    ],
    usage,
  };
  const chunk = { ...head, object: "chat.completion.chunk" };
  const said = {
    ...chunk,
    choices: [
      {
        index: 0,
        delta: {
          ...message,
          tool_calls: [
            { index: 0, ...call },
            { index: 1, ...call, id: "d" },
          ],
        },
        logprobs: { content: [] },
        finish_reason: null,
      },
      { index: 1, delta: { role: "assistant", content: "b" }, finish_reason: null },
    ],
  };
  const finished = {
    ...chunk,
    choices: [
      { index: 0, delta: {}, finish_reason: "tool_calls" },
      { index: 1, delta: {}, finish_reason: "stop" },
    ],
  };
  expect(read(answer)).toEqual([said, finished, "[DONE]"]);
  expect(read(answer, true)).toEqual([said, finished, { ...chunk, choices: [], usage }, "[DONE]"]);
});

test("a completion's answer keeps its object's name", () => {
  const head = { id: "i", object: "text_completion" };
  expect(read({ ...head, choices: [{ index: 0, text: "a", finish_reason: "length" }] })).toEqual([
    { ...head, choices: [{ index: 0, text: "a", finish_reason: null }] },
    { ...head, choices: [{ index: 0, text: "", finish_reason: "length" }] },
    "[DONE]",
  ]);
});

test.each([
  ["odd choices", { choices: [null, 5, "x", []] }],
  ["no choices", {}],
  ["a list", []],
])("%s become events all the same", (_name, answer) => {
  expect(read(answer).at(-1)).toBe("[DONE]");
});

test("an answer that nests deeper than it can be written is refused", () => {
  const deep = `{"choices":[],"x":${'{"a":'.repeat(100_000)}1${"}".repeat(100_000)}}`;
  expect(() => writeAsEvents(Buffer.from(deep), false)).toThrow("is nested too deep");
});

test.each([
  ["a chunk", { object: "chat.completion.chunk", choices: [{ index: 0, delta: {} }] }, true],
  ["a chunk without choices", { object: "chat.completion.chunk", choices: [] }, true],
  ["a whole chat", { object: "chat.completion", choices: [{ index: 0, message: { content: "a" }, finish_reason: "stop" }] }, false],
  ["a piece of a completion", { object: "text_completion", choices: [{ index: 0, text: "a", finish_reason: null }] }, true],
  ["a whole completion", { object: "text_completion", choices: [{ index: 0, text: "a", finish_reason: "stop" }] }, false],
  ["an error", { error: { message: "m" } }, false],
  ["nothing", null, false],
  ["odd choices", { choices: [null] }, false],
])("a JSON object is a chunk or a whole answer: %s", (_name, object, chunk) => {
  expect(isChunk(object)).toBe(chunk);
});

test.each([
  ["no message", {}],
  ["null for a message", { message: null }],
  ["neither index nor finish", { message: {} }],
])("a choice that says nothing is a chunk like any other, so that clients can read it: %s", (_name, choice) => {
  expect(read({ choices: [choice] })).toEqual([
    { choices: [{ index: 0, delta: {}, finish_reason: null }] },
    { choices: [{ index: 0, delta: {}, finish_reason: "stop" }] },
    "[DONE]",
  ]);
});
