import type { Tool } from "../../../../../runtime/conversation/parts";
import { said, type Body, type Golden } from "../support";

const model = "claude-sonnet-4-5";

const weather: Tool = {
  name: "weather",
  description: "Tells the weather.",
  parameters: { type: "object", properties: { city: { type: "string" } }, required: ["city"], additionalProperties: false },
  strict: true,
  cacheControl: { type: "ephemeral" },
};
const sentWeather = {
  name: "weather",
  input_schema: { type: "object" as const, properties: { city: { type: "string" } }, required: ["city"], additionalProperties: false },
  description: "Tells the weather.",
  strict: true,
  cache_control: { type: "ephemeral" as const },
};

/** Tools, their calls and results. */
export const tools: readonly Golden[] = [
  {
    title: "parallel calls and their results, in one turn each",
    model,
    asked: {
      messages: [
        said("Weather in Rome and Oslo?"),
        {
          role: "assistant",
          parts: [
            { type: "text", text: "I look." },
            { type: "tool_call", id: "call_1", name: "weather", arguments: '{"city":"Rome"}' },
            { type: "tool_call", id: "call_2", name: "weather", arguments: '{"city":"Oslo"}', cacheControl: { type: "ephemeral" } },
          ],
        },
        { role: "tool", parts: [{ type: "tool_result", id: "call_1", content: [{ type: "text", text: "Sun" }] }] },
        {
          role: "tool",
          parts: [{ type: "tool_result", id: "call_2", isError: true, content: [{ type: "text", text: "No such city" }] }],
        },
        said("And?"),
      ],
      tools: [weather],
      toolChoice: "auto",
    },
    sent: {
      model,
      max_tokens: 64_000,
      stream: false,
      messages: [
        { role: "user", content: [{ type: "text", text: "Weather in Rome and Oslo?" }] },
        {
          role: "assistant",
          content: [
            { type: "text", text: "I look." },
            { type: "tool_use", id: "call_1", name: "weather", input: { city: "Rome" } },
            { type: "tool_use", id: "call_2", name: "weather", input: { city: "Oslo" }, cache_control: { type: "ephemeral" } },
          ],
        },
        {
          role: "user",
          content: [
            { type: "tool_result", tool_use_id: "call_1", content: [{ type: "text", text: "Sun" }] },
            { type: "tool_result", tool_use_id: "call_2", content: [{ type: "text", text: "No such city" }], is_error: true },
            { type: "text", text: "And?" },
          ],
        },
      ],
      tools: [sentWeather],
      tool_choice: { type: "auto" },
    } satisfies Body,
  },
  {
    title: "a result behind the user's words, empty, with a picture; arguments that are no JSON; an id that Anthropic refuses",
    model,
    asked: {
      messages: [
        said("Go"),
        {
          role: "assistant",
          parts: [
            { type: "tool_call", id: "call|1", name: "see", arguments: "{oh" },
            { type: "tool_call", id: "call_2", name: "see", arguments: "" },
            { type: "tool_call", id: "call_3", name: "see", arguments: "[1]" },
          ],
        },
        said("Hurry"),
        {
          role: "tool",
          parts: [{ type: "tool_result", id: "call|1", content: [{ type: "image", source: { kind: "data", mediaType: "image/png", data: "AAAA" } }] }],
        },
        { role: "tool", parts: [{ type: "tool_result", id: "call_2", content: [{ type: "text", text: "" }] }] },
        { role: "tool", parts: [{ type: "tool_result", id: "call_3", content: [], cacheControl: { type: "ephemeral" } }] },
      ],
      tools: [{ name: "see" }],
    },
    sent: {
      model,
      max_tokens: 64_000,
      stream: false,
      messages: [
        { role: "user", content: [{ type: "text", text: "Go" }] },
        {
          role: "assistant",
          content: [
            { type: "tool_use", id: "call_wm6Xedc6I8elcpybecYBYDrz", name: "see", input: { arguments: "{oh" } },
            { type: "tool_use", id: "call_2", name: "see", input: {} },
            { type: "tool_use", id: "call_3", name: "see", input: { arguments: "[1]" } },
          ],
        },
        {
          role: "user",
          content: [
            {
              type: "tool_result",
              tool_use_id: "call_wm6Xedc6I8elcpybecYBYDrz",
              content: [{ type: "image", source: { type: "base64", media_type: "image/png", data: "AAAA" } }],
            },
            { type: "tool_result", tool_use_id: "call_2" },
            { type: "tool_result", tool_use_id: "call_3", cache_control: { type: "ephemeral" } },
            { type: "text", text: "Hurry" },
          ],
        },
      ],
      tools: [{ name: "see", input_schema: { type: "object", properties: {} } }],
    } satisfies Body,
  },
  {
    title: "a named tool, one call at a time, for a model without strict tools",
    model: "claude-3-7-sonnet-20250219",
    asked: {
      messages: [said("Go")],
      tools: [weather, { name: "loose", parameters: { properties: {} } }],
      toolChoice: { name: "weather" },
      parallelToolCalls: false,
    },
    sent: {
      model: "claude-3-7-sonnet-20250219",
      max_tokens: 64_000,
      stream: false,
      messages: [{ role: "user", content: [{ type: "text", text: "Go" }] }],
      tools: [
        {
          name: "weather",
          input_schema: { type: "object", properties: { city: { type: "string" } }, required: ["city"], additionalProperties: false },
          description: "Tells the weather.",
          cache_control: { type: "ephemeral" },
        },
        { name: "loose", input_schema: { type: "object", properties: {} } },
      ],
      tool_choice: { type: "tool", name: "weather", disable_parallel_tool_use: true },
    } satisfies Body,
    dropped: ["tools.function.strict"],
  },
  {
    title: "any tool, for a model that thinks unless it is told not to",
    model: "claude-opus-5",
    asked: { messages: [said("Go")], tools: [{ name: "see" }], toolChoice: "required" },
    sent: {
      model: "claude-opus-5",
      max_tokens: 128_000,
      stream: false,
      messages: [{ role: "user", content: [{ type: "text", text: "Go" }] }],
      tools: [{ name: "see", input_schema: { type: "object", properties: {} } }],
      tool_choice: { type: "any" },
      thinking: { type: "disabled" },
    } satisfies Body,
  },
  {
    title: "one call at a time, without a choice",
    model,
    asked: { messages: [said("Go")], tools: [{ name: "see" }], parallelToolCalls: false },
    sent: {
      model,
      max_tokens: 64_000,
      stream: false,
      messages: [{ role: "user", content: [{ type: "text", text: "Go" }] }],
      tools: [{ name: "see", input_schema: { type: "object", properties: {} } }],
      tool_choice: { type: "auto", disable_parallel_tool_use: true },
    } satisfies Body,
  },
  {
    title: "no tool may be called",
    model,
    asked: { messages: [said("Go")], tools: [{ name: "see" }], toolChoice: "none", parallelToolCalls: false },
    sent: {
      model,
      max_tokens: 64_000,
      stream: false,
      messages: [{ role: "user", content: [{ type: "text", text: "Go" }] }],
      tools: [{ name: "see", input_schema: { type: "object", properties: {} } }],
      tool_choice: { type: "none" },
    } satisfies Body,
  },
  {
    title: "a choice without tools",
    model,
    asked: { messages: [said("Go")], toolChoice: "required", parallelToolCalls: false },
    sent: { model, max_tokens: 64_000, stream: false, messages: [{ role: "user", content: [{ type: "text", text: "Go" }] }] } satisfies Body,
  },
];
