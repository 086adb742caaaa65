import type { ChatAnswer } from "../../conversation/answer";
import { AnswerProblem, reportedError } from "../../conversation/dialect";
import type { Json, JsonObject } from "../../conversation/json";
import { idOf, modelOf } from "../../conversation/names";
import type { Part } from "../../conversation/parts";
import { readError } from "./error";
import { finishOf } from "./finish";
import { isObject, member, textOf } from "./json";
import type { RequestFacts } from "./request";
import { UsageCounts } from "./usage";

/**
 * A tool call's input as JSON text.
 * @returns undefined if it is nested too deep to be printed
 */
export function inputText(input: Json | undefined): string | undefined {
  if (!isObject(input)) return "{}";
  try {
    return JSON.stringify(input);
  } catch {
    return undefined;
  }
}

function toolCall(block: JsonObject, { ids, jsonTool }: RequestFacts): Part {
  const id = textOf(block["id"]);
  const name = textOf(block["name"]);
  const text = inputText(block["input"]);
  if (id === undefined || name === undefined) throw new AnswerProblem("holds a tool call without 'id' or 'name'");
  if (text === undefined) throw new AnswerProblem("holds a tool call that is nested too deep");
  if (name === jsonTool) return { type: "text", text };
  return { type: "tool_call", id: ids.read(id), name, arguments: text };
}

/** One block; undefined for those that a client of another dialect has no use for, such as the calls of tools that run at the provider. */
function part(block: Json, facts: RequestFacts): Part | undefined {
  if (!isObject(block)) return undefined;
  switch (block["type"]) {
    case "text":
      return { type: "text", text: textOf(block["text"]) ?? "" };
    case "tool_use":
      return toolCall(block, facts);
    case "thinking": {
      const text = textOf(block["thinking"]) ?? "";
      const signature = textOf(block["signature"]);
      return signature === undefined ? { type: "reasoning", text } : { type: "reasoning", text, signature };
    }
    case "redacted_thinking":
      return { type: "reasoning", text: "", redacted: textOf(block["data"]) ?? "" };
    default:
      return undefined;
  }
}

/** What the provider says of a refusal; undefined for another end, or if it says nothing. */
export const refusalText = (reason: Json | undefined, details: Json | undefined): string | undefined =>
  reason === "refusal" ? textOf(member(details, "explanation")) : undefined;

/**
 * Reads a `Message`.
 * @throws AnswerProblem if it is none
 */
export function readAnswer(answer: Json, facts: RequestFacts): ChatAnswer {
  if (!isObject(answer)) throw new AnswerProblem("is no JSON object");
  const content = answer["content"];
  if (!Array.isArray(content)) {
    const error = readError(answer);
    throw error === undefined ? new AnswerProblem("holds no 'content'") : reportedError(error.message);
  }
  const parts: Part[] = [];
  let called = false;
  for (const block of content as readonly Json[]) {
    const one = part(block, facts);
    if (one === undefined) continue;
    called ||= one.type === "tool_call";
    parts.push(one);
  }
  const reason = answer["stop_reason"];
  const refusal = refusalText(reason, answer["stop_details"]);
  if (refusal !== undefined) parts.push({ type: "refusal", text: refusal });
  const counts = new UsageCounts();
  counts.read(answer["usage"]);
  return {
    id: idOf(answer["id"]),
    model: modelOf(answer["model"]),
    choices: [{ parts, finish: finishOf(reason, called) }],
    usage: counts.usage,
  };
}
