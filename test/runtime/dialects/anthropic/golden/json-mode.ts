import type { ResponseFormat } from "../../../../../runtime/conversation/request";
import { said, type Body, type Golden } from "../support";

const messages = [{ role: "user" as const, content: [{ type: "text" as const, text: "Go" }] }];
const schema = { type: "object", properties: { a: { type: "string" } }, required: ["a"], additionalProperties: false } as const;
const strict: ResponseFormat = { kind: "schema", name: "thing", schema, strict: true };
const loose: ResponseFormat = { kind: "schema", name: "thing", schema, description: "A thing." };

const told = "Gives the answer to the user. It must be called once, with the whole answer.";

/** JSON mode: Anthropic's own, or a tool. */
export const jsonMode: readonly Golden[] = [
  {
    title: "a strict schema",
    model: "claude-sonnet-4-5",
    asked: { messages: [said("Go")], responseFormat: strict },
    sent: {
      model: "claude-sonnet-4-5",
      max_tokens: 64_000,
      stream: false,
      messages,
      output_config: { format: { type: "json_schema", schema } },
    } satisfies Body,
  },
  {
    title: "a strict schema and an effort",
    model: "claude-opus-5",
    asked: { messages: [said("Go")], responseFormat: strict, reasoning: { effort: "low" } },
    sent: {
      model: "claude-opus-5",
      max_tokens: 128_000,
      stream: false,
      messages,
      thinking: { type: "adaptive" },
      output_config: { effort: "low", format: { type: "json_schema", schema } },
    } satisfies Body,
  },
  {
    title: "a schema that is not strict: a tool, which costs the thinking",
    model: "claude-opus-5",
    asked: { messages: [said("Go")], responseFormat: loose },
    sent: {
      model: "claude-opus-5",
      max_tokens: 128_000,
      stream: false,
      messages,
      tools: [{ name: "json_answer", description: `${told} A thing.`, input_schema: schema as unknown as { type: "object" } }],
      tool_choice: { type: "tool", name: "json_answer", disable_parallel_tool_use: true },
      thinking: { type: "disabled" },
    } satisfies Body,
  },
  {
    title: "the same if the model is to think",
    model: "claude-opus-5",
    asked: { messages: [said("Go")], responseFormat: loose, reasoning: { effort: "high" } },
    sent: {
      model: "claude-opus-5",
      max_tokens: 128_000,
      stream: false,
      messages,
      thinking: { type: "adaptive" },
      output_config: { effort: "high", format: { type: "json_schema", schema } },
    } satisfies Body,
  },
  {
    title: "the same for a model that cannot be made to call a tool",
    model: "claude-opus-5-5",
    asked: { messages: [said("Go")], responseFormat: loose },
    sent: {
      model: "claude-opus-5-5",
      max_tokens: 128_000,
      stream: false,
      messages,
      output_config: { format: { type: "json_schema", schema } },
    } satisfies Body,
  },
  {
    title: "any object",
    model: "claude-3-haiku-20240307",
    asked: { messages: [said("Go")], responseFormat: { kind: "json" } },
    sent: {
      model: "claude-3-haiku-20240307",
      max_tokens: 4096,
      stream: false,
      messages,
      tools: [{ name: "json_answer", description: told, input_schema: { type: "object", additionalProperties: true } }],
      tool_choice: { type: "tool", name: "json_answer", disable_parallel_tool_use: true },
    } satisfies Body,
  },
  {
    title: "any object, or a call of the client's tools, one of which has the name",
    model: "claude-sonnet-4-5",
    asked: { messages: [said("Go")], responseFormat: { kind: "json" }, tools: [{ name: "json_answer" }], reasoning: { effort: "low" } },
    sent: {
      model: "claude-sonnet-4-5",
      max_tokens: 64_000,
      stream: false,
      messages,
      tools: [
        { name: "json_answer", input_schema: { type: "object", properties: {} } },
        { name: "json_answer_", description: told, input_schema: { type: "object", additionalProperties: true } },
      ],
      tool_choice: { type: "any" },
    } satisfies Body,
    dropped: ["reasoning_effort"],
  },
  {
    title: "a tool has to be called anyway",
    model: "claude-sonnet-4-5",
    asked: { messages: [said("Go")], responseFormat: strict, tools: [{ name: "see" }], toolChoice: "required" },
    sent: {
      model: "claude-sonnet-4-5",
      max_tokens: 64_000,
      stream: false,
      messages,
      tools: [{ name: "see", input_schema: { type: "object", properties: {} } }],
      tool_choice: { type: "any" },
    } satisfies Body,
  },
  {
    title: "text, which is what there is anyway",
    model: "claude-sonnet-4-5",
    asked: { messages: [said("Go")], responseFormat: { kind: "text" } },
    sent: { model: "claude-sonnet-4-5", max_tokens: 64_000, stream: false, messages } satisfies Body,
  },
];
