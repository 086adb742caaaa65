import { AnswerProblem } from "../../../../runtime/conversation/dialect";
import type { Json, JsonObject } from "../../../../runtime/conversation/json";
import {
  CompletionStreamReader,
  lacksOfCompletion,
  readCompletion,
  writeCompletion,
} from "../../../../runtime/dialects/anthropic/complete";
import { called, frame } from "./support";

test.each<[string, JsonObject, object, readonly string[]]>([
  [
    "a prompt",
    { model: "x", prompt: "Why?" },
    { model: "claude-2.1", prompt: "Human: Why?\n\nAssistant:", max_tokens_to_sample: 4096, stream: false },
    [],
  ],
  [
    "a dialogue, in a list",
    { prompt: ["\n\nHuman: Why?\n\nAssistant:"], max_tokens: 5 },
    { model: "claude-2.1", prompt: "\n\nHuman: Why?\n\nAssistant:", max_tokens_to_sample: 5, stream: false },
    [],
  ],
  [
    "all parameters",
    { prompt: "a", temperature: 2, top_p: 0.5, top_k: 3, stop: ["b", " "], seed: 1, user: null, n: 1, stream: true, presence_penalty: 1 },
    {
      model: "claude-2.1",
      prompt: "Human: a\n\nAssistant:",
      max_tokens_to_sample: 4096,
      stream: false,
      temperature: 1,
      top_p: 0.5,
      top_k: 3,
      stop_sequences: ["b"],
    },
    ["temperature", "stop", "seed", "presence_penalty"],
  ],
  [
    "one stop",
    { prompt: "a", stop: "b" },
    { model: "claude-2.1", prompt: "Human: a\n\nAssistant:", max_tokens_to_sample: 4096, stream: false, stop_sequences: ["b"] },
    [],
  ],
])("%s", (_title, request, body, dropped) => {
  expect(writeCompletion(request, called("claude-2.1"))).toEqual({ headers: ["anthropic-version", "2023-06-01"], body, dropped });
});

test("the configured cap", () => {
  const call = called("claude-2.1", { stream: true, options: { azure_api_version: "", max_tokens: 7 } });

  expect(writeCompletion({ prompt: "a" }, call).body).toMatchObject({ max_tokens_to_sample: 7, stream: true });
});

test.each<[JsonObject, readonly string[]]>([
  [{ prompt: "a", n: 1, best_of: 1, logprobs: 0, echo: false, suffix: "", logit_bias: {} }, []],
  [{ prompt: "a", n: 2, best_of: 2, logprobs: 1 }, ["n", "best_of", "logprobs"]],
  [{ prompt: "a", echo: true, suffix: "b", logit_bias: { "1": 1 } }, ["echo", "suffix", "logit_bias"]],
  [{ prompt: ["a", "b"] }, ["prompt"]],
  [{ prompt: [1, 2] }, ["prompt"]],
  [{}, ["prompt"]],
])("lacks of %j", (request, fields) => {
  expect(lacksOfCompletion(request).map((lack) => lack.field)).toEqual(fields);
});

test("an answer", () => {
  expect(
    readCompletion({ type: "completion", id: "compl_1", completion: " Because.", stop_reason: "max_tokens", model: "claude-2.1" }),
  ).toEqual({ id: "compl_1", model: "claude-2.1", text: " Because.", finish: "length" });
  expect(readCompletion({ completion: "" })).toEqual({ id: undefined, model: undefined, text: "", finish: "stop" });
});

test.each<[string, Json]>([
  ["is no JSON object", null],
  ["holds no 'completion'", { completion: 1 }],
])("the answer %s", (text, answer) => {
  expect(() => readCompletion(answer)).toThrow(new AnswerProblem(text));
});

test("a stream", () => {
  const reader = new CompletionStreamReader();
  const piece = (completion: string, stop_reason: string | null): object => ({
    type: "completion",
    id: "compl_1",
    completion,
    stop_reason,
    model: "claude-2.1",
  });

  expect(
    [piece(" Be", null), { type: "ping" }, piece("cause.", null), piece("", "stop_sequence")].flatMap(
      (data) => reader.read(frame(data)) ?? [],
    ),
  ).toEqual([
    { type: "started", id: "compl_1", model: "claude-2.1" },
    { choice: 0, type: "text", text: " Be" },
    { type: "ping" },
    { choice: 0, type: "text", text: "cause." },
    { choice: 0, type: "finished", finish: "stop" },
    { type: "ended" },
  ]);
});

test("what cannot be read, what says nothing, and an error", () => {
  const reader = new CompletionStreamReader();

  expect(reader.read(frame("oh"))).toBeUndefined();
  expect(reader.read(frame([]))).toBeUndefined();
  expect(reader.read(frame({ type: "new" }))).toEqual([]);
  expect(reader.read(frame({ error: { type: "overloaded_error", message: "Overloaded" } }, "error"))).toMatchObject([
    { type: "failed", error: { message: "Overloaded" } },
  ]);
});
