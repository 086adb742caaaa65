import type { AnswerChoice, ChatAnswer } from "../../conversation/answer";
import type { WriteOptions } from "../../conversation/dialect";
import type { Reasoning, ToolCall } from "../../conversation/parts";
import { writeDetail } from "./reasoning";

/** OpenAI's form of a tool call. */
export const writeToolCall = ({ id, name, arguments: text }: ToolCall): object => ({
  id,
  type: "function",
  function: { name, arguments: text },
});

/** Writes a `chat.completion`. Texts are joined, as OpenAI's answers have only one; pictures, sound and files have no place in them. */
export function writeAnswer({ id, model, choices, usage }: ChatAnswer, options: WriteOptions): object {
  return {
    id: id ?? options.id,
    object: "chat.completion",
    created: options.created,
    model: model ?? options.model ?? null,
    choices: choices.map(writeChoice),
    // not printed if it is undefined
    usage,
  };
}

const writeChoice = ({ parts, finish, logprobs }: AnswerChoice, index: number): object => ({
  index,
  message: writeMessage(parts),
  logprobs: logprobs ?? null,
  finish_reason: finish,
});

function writeMessage(parts: AnswerChoice["parts"]): object {
  let content = "";
  let refusal = "";
  const calls: ToolCall[] = [];
  const reasoning: Reasoning[] = [];
  for (const part of parts) {
    if (part.type === "text") content += part.text;
    else if (part.type === "refusal") refusal += part.text;
    else if (part.type === "tool_call") calls.push(part);
    else if (part.type === "reasoning") reasoning.push(part);
  }
  const message: Record<string, unknown> = {
    role: "assistant",
    content: content === "" && (calls.length > 0 || refusal !== "") ? null : content,
    refusal: refusal === "" ? null : refusal,
  };
  if (reasoning.length > 0) {
    const text = reasoning.map((part) => part.text).join("");
    if (text !== "") message["reasoning_content"] = text;
    message["reasoning_details"] = reasoning.map(writeDetail);
  }
  if (calls.length > 0) message["tool_calls"] = calls.map(writeToolCall);
  return message;
}
