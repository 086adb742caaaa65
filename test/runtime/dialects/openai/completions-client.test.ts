import { completionsClient } from "../../../../runtime/dialects/openai/completions-client";
import { GatewayError } from "../../../../runtime/errors";
import type { Json } from "../../../../runtime/conversation/json";

const problemOf = (request: Json): string | undefined => {
  try {
    completionsClient.read(request);
    return undefined;
  } catch (error) {
    if (error instanceof GatewayError) return error.message;
    throw error;
  }
};

test.each<[string, Json]>([
  ["max_tokens", "5"],
  ["max_tokens", -5],
  ["n", "2"],
  ["best_of", 1.5],
  ["temperature", "hot"],
  ["temperature", Infinity],
  ["top_p", []],
  ["top_k", {}],
  ["logprobs", true],
  ["echo", 1],
  ["stop", [1]],
  ["stop", {}],
])("%s: %j is of a wrong type, and is not lost in silence", (name, value) => {
  expect(problemOf({ prompt: "x", [name]: value })).toContain(`'${name}`);
});

test.each<[Json]>([
  [{ prompt: "x" }],
  [{ prompt: "x", max_tokens: null, temperature: null, stop: null, n: null, echo: null, logprobs: null }],
  [{ prompt: "x", max_tokens: 5, temperature: 0.5, top_p: 1, top_k: 3, stop: ["a"], n: 1, echo: false, logprobs: 0 }],
])("%j is read", (request) => {
  expect(problemOf(request)).toBeUndefined();
});

test.each<[Json]>([[null], [[]], ["x"]])("%j is no request", (request) => {
  expect(problemOf(request)).toContain("JSON object");
});
