import type { Json } from "../../../../../runtime/conversation/json";
import { said, type Body, type Golden } from "../support";

const messages = [{ role: "user" as const, content: [{ type: "text" as const, text: "Go" }] }];

/** Everything else that a request may hold. */
export const parameters: readonly Golden[] = [
  {
    title: "an old model takes all of them",
    model: "claude-3-opus-20240229",
    asked: { messages: [said("Go")], temperature: 0.5, topP: 0.9, topK: 5, stop: ["END", "\n"] },
    sent: {
      model: "claude-3-opus-20240229",
      max_tokens: 4096,
      stream: false,
      messages,
      temperature: 0.5,
      top_p: 0.9,
      top_k: 5,
      stop_sequences: ["END"],
    } satisfies Body,
    dropped: ["stop"],
  },
  {
    title: "a temperature above Anthropic's, and top_p beside it",
    model: "claude-haiku-4-5",
    asked: { messages: [said("Go")], temperature: 1.7, topP: 0.9, topK: 5, stop: [" "] },
    sent: { model: "claude-haiku-4-5", max_tokens: 64_000, stream: false, messages, temperature: 1, top_k: 5 } satisfies Body,
    dropped: ["temperature", "top_p", "stop"],
  },
  {
    title: "top_p alone",
    model: "claude-haiku-4-5",
    asked: { messages: [said("Go")], topP: 0.9 },
    sent: { model: "claude-haiku-4-5", max_tokens: 64_000, stream: false, messages, top_p: 0.9 } satisfies Body,
  },
  {
    title: "what is the rule anyway is no loss for a model that takes none",
    model: "claude-opus-5",
    asked: { messages: [said("Go")], temperature: 1, topP: 1 },
    sent: { model: "claude-opus-5", max_tokens: 128_000, stream: false, messages } satisfies Body,
  },
  {
    title: "hints",
    model: "some-model-of-another-maker",
    asked: {
      messages: [said("Go")],
      others: new Map<string, Json>([
        ["seed", 1],
        ["user", "ada"],
        ["metadata", { a: "b" }],
        ["store", null],
        ["logprobs", false],
        ["stream_options", { include_usage: true }],
        ["service_tier", "auto"],
      ]),
    },
    sent: { model: "some-model-of-another-maker", max_tokens: 4096, stream: false, messages } satisfies Body,
    dropped: ["seed", "user", "metadata", "service_tier"],
  },
  {
    title: "members that are put into the body as they are, unless the gateway writes them",
    model: "claude-opus-5",
    asked: {
      messages: [said("Go")],
      maxTokens: 5,
      extraBody: JSON.parse('{"metadata":{"user_id":"u"},"model":"x","stream":true,"max_tokens":9,"messages":[],"__proto__":{"a":1}}') as { a: Json },
    },
    sent: { model: "claude-opus-5", max_tokens: 5, stream: false, messages, metadata: { user_id: "u" } } satisfies Body,
    dropped: ["extra_body.model", "extra_body.stream", "extra_body.max_tokens", "extra_body.messages", "extra_body.__proto__"],
  },
];
