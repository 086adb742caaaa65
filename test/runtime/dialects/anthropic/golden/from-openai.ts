import type OpenAI from "openai";
import type { Body } from "../support";

/** What OpenAI's types do not name, though their clients send it. */
interface Extensions {
  readonly reasoning_details?: readonly object[];
}
type OpenAiBody = Omit<OpenAI.ChatCompletionCreateParams, "messages"> & {
  readonly messages: readonly (OpenAI.ChatCompletionMessageParam & Extensions)[];
};

export interface Pair {
  readonly title: string;
  readonly openai: OpenAiBody;
  readonly anthropic: Body;
  readonly dropped: readonly string[];
}

const parameters = { type: "object", properties: { city: { type: "string" } }, required: ["city"] } as const;

/** Bodies of OpenAI's chat completions, and what Anthropic is sent for them; the target's model is Anthropic's. */
export const pairs: readonly Pair[] = [
  {
    title: "an agent's second turn, with a picture and parallel calls",
    openai: {
      model: "gpt-5",
      messages: [
        { role: "system", content: "You help travellers." },
        {
          role: "user",
          content: [
            { type: "text", text: "Is it warm here?" },
            { type: "image_url", image_url: { url: "data:image/png;base64,AAAA" } },
          ],
        },
        {
          role: "assistant",
          content: "I look at two places.",
          tool_calls: [
            { id: "call_1", type: "function", function: { name: "weather", arguments: '{"city":"Rome"}' } },
            { id: "call_2", type: "function", function: { name: "weather", arguments: '{"city":"Oslo"}' } },
          ],
        },
        { role: "tool", tool_call_id: "call_1", content: "30 °C" },
        { role: "tool", tool_call_id: "call_2", content: [{ type: "text", text: "3 °C" }] },
      ],
      tools: [{ type: "function", function: { name: "weather", description: "Tells the weather.", parameters } }],
      tool_choice: "auto",
      parallel_tool_calls: true,
      max_completion_tokens: 500,
      temperature: 0.3,
      stop: "END",
      safety_identifier: "ada",
      verbosity: "low",
    },
    anthropic: {
      model: "claude-sonnet-4-5",
      max_tokens: 500,
      stream: false,
      system: [{ type: "text", text: "You help travellers." }],
      messages: [
        {
          role: "user",
          content: [
            { type: "text", text: "Is it warm here?" },
            { type: "image", source: { type: "base64", media_type: "image/png", data: "AAAA" } },
          ],
        },
        {
          role: "assistant",
          content: [
            { type: "text", text: "I look at two places." },
            { type: "tool_use", id: "call_1", name: "weather", input: { city: "Rome" } },
            { type: "tool_use", id: "call_2", name: "weather", input: { city: "Oslo" } },
          ],
        },
        {
          role: "user",
          content: [
            { type: "tool_result", tool_use_id: "call_1", content: [{ type: "text", text: "30 °C" }] },
            { type: "tool_result", tool_use_id: "call_2", content: [{ type: "text", text: "3 °C" }] },
          ],
        },
      ],
      tools: [
        {
          name: "weather",
          description: "Tells the weather.",
          input_schema: { type: "object", properties: { city: { type: "string" } }, required: ["city"] },
        },
      ],
      tool_choice: { type: "auto" },
      temperature: 0.3,
      stop_sequences: ["END"],
    },
    dropped: ["safety_identifier", "verbosity"],
  },
  {
    title: "reasoning that goes back, an effort, and a schema",
    openai: {
      model: "gpt-5",
      messages: [
        { role: "developer", content: "Think." },
        { role: "user", content: "Sum of 2 and 2?" },
        {
          role: "assistant",
          content: "4",
          reasoning_details: [
            { type: "reasoning.text", text: "2 + 2", signature: "c2ln" },
            { type: "reasoning.encrypted", data: "eA==" },
          ],
        },
        { role: "user", content: "As JSON" },
      ],
      reasoning_effort: "low",
      response_format: {
        type: "json_schema",
        json_schema: { name: "sum", strict: true, schema: { type: "object", properties: { sum: { type: "number" } } } },
      },
      presence_penalty: 0.5,
    },
    anthropic: {
      model: "claude-sonnet-4-5",
      max_tokens: 64_000,
      stream: false,
      system: [{ type: "text", text: "Think." }],
      messages: [
        { role: "user", content: [{ type: "text", text: "Sum of 2 and 2?" }] },
        {
          role: "assistant",
          content: [
            { type: "thinking", thinking: "2 + 2", signature: "c2ln" },
            { type: "redacted_thinking", data: "eA==" },
            { type: "text", text: "4" },
          ],
        },
        { role: "user", content: [{ type: "text", text: "As JSON" }] },
      ],
      thinking: { type: "enabled", budget_tokens: 12_800 },
      output_config: { format: { type: "json_schema", schema: { type: "object", properties: { sum: { type: "number" } }, additionalProperties: false } } },
    },
    dropped: ["presence_penalty"],
  },
];
