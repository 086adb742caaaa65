import type { ChatRequest } from "../../../../../runtime/conversation/request";
import { said, type Body, type Golden } from "../support";

const messages = [{ role: "user" as const, content: [{ type: "text" as const, text: "Go" }] }];

const toolTurn = (signature: string | undefined): ChatRequest["messages"] => [
  said("Go"),
  {
    role: "assistant",
    parts: [
      signature === undefined ? { type: "reasoning", text: "Hm" } : { type: "reasoning", text: "Hm", signature },
      { type: "tool_call", id: "a", name: "see", arguments: "{}" },
    ],
  },
  { role: "tool", parts: [{ type: "tool_result", id: "a", content: [{ type: "text", text: "1" }] }] },
];

const see = { name: "see", input_schema: { type: "object" as const, properties: {} } };

/** How models are made to think. */
export const reasoning: readonly Golden[] = [
  {
    title: "an effort, for a model that thinks within a budget: a share of the cap; no other parameters go with it",
    model: "claude-sonnet-4-5",
    asked: { messages: [said("Go")], reasoning: { effort: "medium" }, maxTokens: 10_000, temperature: 0.2, topP: 0.9, topK: 4 },
    sent: {
      model: "claude-sonnet-4-5",
      max_tokens: 10_000,
      stream: false,
      messages,
      thinking: { type: "enabled", budget_tokens: 5000 },
    } satisfies Body,
    dropped: ["temperature", "top_p", "top_k"],
  },
  {
    title: "a budget that does not fit under the cap",
    model: "claude-opus-4-1",
    asked: { messages: [said("Go")], reasoning: { budget: 50_000 }, maxTokens: 2000, temperature: 1, topP: 0.97 },
    sent: {
      model: "claude-opus-4-1",
      max_tokens: 2000,
      stream: false,
      messages,
      thinking: { type: "enabled", budget_tokens: 1999 },
      top_p: 0.97,
    } satisfies Body,
  },
  {
    title: "no room to think",
    model: "claude-sonnet-4-5",
    asked: { messages: [said("Go")], reasoning: { effort: "high" }, maxTokens: 1024 },
    sent: { model: "claude-sonnet-4-5", max_tokens: 1024, stream: false, messages } satisfies Body,
    dropped: ["reasoning_effort"],
  },
  {
    title: "an effort, for a model that thinks by effort",
    model: "claude-opus-4-8",
    asked: { messages: [said("Go")], reasoning: { effort: "xhigh" }, temperature: 0, topP: 0.5, topK: 4 },
    sent: {
      model: "claude-opus-4-8",
      max_tokens: 128_000,
      stream: false,
      messages,
      thinking: { type: "adaptive" },
      output_config: { effort: "xhigh" },
    } satisfies Body,
    dropped: ["temperature", "top_p", "top_k"],
  },
  {
    title: "an effort that the model does not know",
    model: "claude-opus-4-6",
    asked: { messages: [said("Go")], reasoning: { effort: "xhigh" } },
    sent: {
      model: "claude-opus-4-6",
      max_tokens: 128_000,
      stream: false,
      messages,
      thinking: { type: "adaptive" },
      output_config: { effort: "high" },
    } satisfies Body,
  },
  {
    title: "a budget and an effort, for a model that takes either",
    model: "claude-opus-4-6",
    asked: { messages: [said("Go")], reasoning: { effort: "low", budget: 3000 } },
    sent: { model: "claude-opus-4-6", max_tokens: 128_000, stream: false, messages, thinking: { type: "enabled", budget_tokens: 3000 } } satisfies Body,
  },
  {
    title: "a budget, for a model that takes none",
    model: "claude-opus-5-5",
    asked: { messages: [said("Go")], reasoning: { budget: 3000 } },
    sent: { model: "claude-opus-5-5", max_tokens: 128_000, stream: false, messages, thinking: { type: "adaptive" } } satisfies Body,
    dropped: ["reasoning.max_tokens"],
  },
  {
    title: "no thinking, for a model that thinks by itself",
    model: "claude-sonnet-5",
    asked: { messages: [said("Go")], reasoning: { effort: "none" } },
    sent: { model: "claude-sonnet-5", max_tokens: 128_000, stream: false, messages, thinking: { type: "disabled" } } satisfies Body,
  },
  {
    title: "no thinking, for a model whose least thinking has a name of its own",
    model: "claude-sonnet-5-5",
    asked: { messages: [said("Go")], reasoning: { budget: 0 } },
    sent: { model: "claude-sonnet-5-5", max_tokens: 128_000, stream: false, messages, thinking: { type: "between_tools" } } satisfies Body,
  },
  {
    title: "no thinking, for a model that always thinks",
    model: "claude-opus-5-5",
    asked: { messages: [said("Go")], reasoning: { effort: "none" } },
    sent: { model: "claude-opus-5-5", max_tokens: 128_000, stream: false, messages, output_config: { effort: "low" } } satisfies Body,
    dropped: ["reasoning_effort"],
  },
  {
    title: "an effort, for a model that does not think",
    model: "claude-3-5-haiku-20241022",
    asked: { messages: [said("Go")], reasoning: { effort: "low" } },
    sent: { model: "claude-3-5-haiku-20241022", max_tokens: 8192, stream: false, messages } satisfies Body,
    dropped: ["reasoning_effort"],
  },
  {
    title: "a turn with tools that goes on, with its signed reasoning",
    model: "claude-sonnet-4-5",
    asked: { messages: toolTurn("c2ln"), tools: [{ name: "see" }], reasoning: { budget: 2000 } },
    sent: {
      model: "claude-sonnet-4-5",
      max_tokens: 64_000,
      stream: false,
      messages: [
        ...messages,
        {
          role: "assistant",
          content: [
            { type: "thinking", thinking: "Hm", signature: "c2ln" },
            { type: "tool_use", id: "a", name: "see", input: {} },
          ],
        },
        { role: "user", content: [{ type: "tool_result", tool_use_id: "a", content: [{ type: "text", text: "1" }] }] },
      ],
      tools: [see],
      thinking: { type: "enabled", budget_tokens: 2000 },
    } satisfies Body,
  },
  {
    title: "a turn with tools that goes on, whose signature is lost: no thinking within a budget",
    model: "claude-sonnet-4-5",
    asked: { messages: toolTurn(undefined), tools: [{ name: "see" }], reasoning: { effort: "low" } },
    sent: {
      model: "claude-sonnet-4-5",
      max_tokens: 64_000,
      stream: false,
      messages: [
        ...messages,
        { role: "assistant", content: [{ type: "tool_use", id: "a", name: "see", input: {} }] },
        { role: "user", content: [{ type: "tool_result", tool_use_id: "a", content: [{ type: "text", text: "1" }] }] },
      ],
      tools: [see],
    } satisfies Body,
    dropped: ["messages.reasoning", "reasoning_effort"],
  },
  {
    title: "redacted reasoning goes back",
    model: "claude-opus-5",
    asked: {
      messages: [
        said("Go"),
        {
          role: "assistant",
          parts: [
            { type: "reasoning", text: "", redacted: "eA==" },
            { type: "text", text: "Done" },
          ],
        },
        said("More"),
      ],
      reasoning: { effort: "minimal" },
    },
    sent: {
      model: "claude-opus-5",
      max_tokens: 128_000,
      stream: false,
      messages: [
        ...messages,
        {
          role: "assistant",
          content: [
            { type: "redacted_thinking", data: "eA==" },
            { type: "text", text: "Done" },
          ],
        },
        { role: "user", content: [{ type: "text", text: "More" }] },
      ],
      thinking: { type: "adaptive" },
      output_config: { effort: "low" },
    } satisfies Body,
  },
];
