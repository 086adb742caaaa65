/** Members of a stream's events that some providers fill with something empty, or with something that OpenAI does not send: the same in small and large events. */
import { streamReader } from "../../../support/openai-dialect";
import { PREFILL, resumptionOf } from "../../../support/resumption";
import type { StreamReader } from "../../../../runtime/codecs/stream-reader";

const PADDING = "x".repeat(300 * 1024);

/** The state after one event, which is read at once, or in steps. */
function after(chunk: object, large: boolean, name = ""): StreamReader {
  const reader = streamReader({ withholdUsage: false, keepText: true, resume: undefined, maxEventBytes: 1024 * 1024 });
  reader.push(Buffer.from(`${name}data: ${JSON.stringify(large ? { ...chunk, padding: PADDING } : chunk)}\n\n`));
  while (reader.busy) reader.step();
  return reader;
}
const choice = (delta: object, more: object = {}): object => ({ choices: [{ index: 0, delta, ...more }] });

describe.each([
  ["small", false],
  ["large", true],
])("%s event", (_size, large) => {
  test.each([
    ["a reason", choice({}, { finish_reason: "stop" }), true],
    ["an empty reason", choice({}, { finish_reason: "" }), false],
    ["a null reason", choice({}, { finish_reason: null }), false],
    ["a number", choice({}, { finish_reason: 1 }), false],
  ])("a choice is finished by a reason that says something: %s", (_name, chunk, finished) => {
    expect(after(chunk, large)).toMatchObject({ complete: finished, content: finished });
  });

  test.each([
    ["a tool call", choice({ tool_calls: [{ index: 0 }] }), true],
    ["no tool calls", choice({ tool_calls: [] }), false],
    ["null tool calls", choice({ tool_calls: null }), false],
    ["a function call", choice({ function_call: { name: "f" } }), true],
    ["no function call", choice({ function_call: null }), false],
    ["a refusal", choice({ refusal: "no" }), true],
    ["an empty refusal", choice({ refusal: "" }), false],
  ])("content is what says something: %s", (_name, chunk, content) => {
    expect(after(chunk, large).content).toBe(content);
  });

  test.each([
    ["an object", { error: { message: "m" } }, true],
    ["a text", { error: "m" }, true],
    ["true", { error: true }, true],
    ["false beside choices", { error: false, ...choice({ content: "a" }) }, false],
    ["an empty text beside choices", { error: "", ...choice({ content: "a" }) }, false],
    ["an empty object beside choices", { error: {}, ...choice({ content: "a" }) }, false],
    ["null beside choices", { error: null, ...choice({ content: "a" }) }, false],
    ["an object called error", { object: "error", message: "m" }, true],
    ["a type called error", { type: "error", message: "m" }, true],
    ["a type called error beside choices", { type: "error", ...choice({ content: "a" }) }, false],
  ])("an error is what says something: %s", (_name, chunk, failed) => {
    expect(after(chunk, large).failure !== undefined).toBe(failed);
  });
});

test.each([
  ["an object", '{"message":"overloaded","code":500}', ": overloaded"],
  ["no JSON", "overloaded", ": overloaded"],
  ["a text", '"overloaded"', ": overloaded"],
])("an event named error is one, if its data is %s", (_name, data, told) => {
  const reader = streamReader({ withholdUsage: false, keepText: true, resume: undefined, maxEventBytes: 1024 * 1024 });
  reader.push(Buffer.from(`event: error\ndata: ${data}\n\ndata: [DONE]\n\n`));
  expect(reader.failure).toBe(`reported an error inside the stream${told}`);
  expect(reader.ended).toBe(false);
});

describe("a stream that goes on with another", () => {
  const resumed = (chunk: object): StreamReader => {
    const resume = resumptionOf("ab", PREFILL);
    const reader = streamReader({ withholdUsage: false, keepText: true, resume, maxEventBytes: 1024 * 1024 });
    reader.push(Buffer.from(`data: ${JSON.stringify(chunk)}\n\n`));
    return reader;
  };

  test.each([
    ["a refusal", choice({ refusal: "no" })],
    ["parts of a list", choice({ content: [{ type: "text", text: "c" }] })],
    ["a function call", choice({ function_call: { name: "f" } })],
  ])("hands on %s and is not resumed again", (_name, chunk) => {
    const reader = resumed(chunk);
    expect(reader).toMatchObject({ content: true, failure: undefined });
    expect(reader.resumePoint()).toBeUndefined();
  });

  test.each([
    ["an empty list of tool calls", choice({ content: "c", tool_calls: [] })],
    ["an error that is false", { error: false, ...choice({ content: "c" }) }],
    ["an empty reason", choice({ content: "c" }, { finish_reason: "" })],
  ])("goes on after %s", (_name, chunk) => {
    const reader = resumed(chunk);
    expect(reader.resumePoint()?.text).toBe("abc");
    expect(reader.complete).toBe(false);
  });
});
