import type { AnswerChoice, ChatAnswer } from "../../../../runtime/conversation/answer";
import type { Part } from "../../../../runtime/conversation/parts";
import { client } from "../../../../runtime/dialects/openai/client";

const OPTIONS = { model: "asked", id: "chatcmpl-made-up", created: 1700000000 };
const USAGE = { prompt_tokens: 1, completion_tokens: 2, total_tokens: 3 };

const answer = (...choices: AnswerChoice[]): ChatAnswer => ({ id: "a1", model: "m1", choices, usage: USAGE });
const written = (...parts: Part[]): unknown =>
  (client.writeAnswer(answer({ parts, finish: "stop" }), OPTIONS) as { choices: { message: unknown }[] }).choices[0]!.message;

test("a whole answer", () => {
  const parts: Part[] = [{ type: "text", text: "Hello." }];
  expect(
    client.writeAnswer(answer({ parts, finish: "length", logprobs: { content: [] } }, { parts: [], finish: "stop" }), OPTIONS),
  ).toStrictEqual({
    id: "a1",
    object: "chat.completion",
    created: 1700000000,
    model: "m1",
    choices: [
      {
        index: 0,
        message: { role: "assistant", content: "Hello.", refusal: null },
        logprobs: { content: [] },
        finish_reason: "length",
      },
      { index: 1, message: { role: "assistant", content: "", refusal: null }, logprobs: null, finish_reason: "stop" },
    ],
    usage: USAGE,
  });
});

test("what the provider does not tell is filled in, but no usage is made up", () => {
  const written = client.writeAnswer({ id: undefined, model: undefined, choices: [], usage: undefined }, OPTIONS);
  expect(JSON.parse(JSON.stringify(written))).toStrictEqual({
    id: "chatcmpl-made-up",
    object: "chat.completion",
    created: 1700000000,
    model: "asked",
    choices: [],
  });
});

test.each<[string, Part[], object]>([
  [
    "calls alone have no content",
    [{ type: "tool_call", id: "c", name: "f", arguments: "{}" }],
    {
      role: "assistant",
      content: null,
      refusal: null,
      tool_calls: [{ id: "c", type: "function", function: { name: "f", arguments: "{}" } }],
    },
  ],
  ["a refusal alone has no content", [{ type: "refusal", text: "No." }], { role: "assistant", content: null, refusal: "No." }],
  [
    "texts are joined",
    [
      { type: "text", text: "a" },
      { type: "image", source: { kind: "id", id: "x" } },
      { type: "text", text: "b" },
    ],
    { role: "assistant", content: "ab", refusal: null },
  ],
  [
    "reasoning is told as text, and with what proves it",
    [
      { type: "reasoning", text: "h", signature: "s" },
      { type: "reasoning", text: "m" },
      { type: "reasoning", text: "", redacted: "r" },
      { type: "text", text: "a" },
    ],
    {
      role: "assistant",
      content: "a",
      refusal: null,
      reasoning_content: "hm",
      reasoning_details: [
        { type: "reasoning.text", text: "h", signature: "s" },
        { type: "reasoning.text", text: "m" },
        { type: "reasoning.encrypted", data: "r" },
      ],
    },
  ],
  [
    "redacted reasoning has no text",
    [{ type: "reasoning", text: "", redacted: "r" }],
    { role: "assistant", content: "", refusal: null, reasoning_details: [{ type: "reasoning.encrypted", data: "r" }] },
  ],
])("%s", (_name, parts, message) => {
  expect(written(...parts)).toStrictEqual(message);
});
