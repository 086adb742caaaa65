import type { AnswerChoice, ChatAnswer } from "../../conversation/answer";
import { AnswerProblem, reportedError } from "../../conversation/dialect";
import type { Json } from "../../conversation/json";
import { nestsDeeper } from "../../conversation/nesting";
import type { Part, ToolCall } from "../../conversation/parts";
import { idOf, modelOf } from "../../conversation/names";
import { contentText, isError, member } from "./chunk";
import { readErrorObject } from "./errors";
import { readFinish } from "./finish";
import { readReasoning } from "./reasoning";
import { readUsage } from "./usage";

/** Id of a call that its provider gave none. */
export const madeUpId = (choice: number, index: number): string => `call_${choice}_${index}`;

/** Arguments as text; some providers give the object itself. */
export function argumentsText(value: Json | undefined): string | undefined {
  if (typeof value === "string") return value;
  return typeof value === "object" && value !== null && !nestsDeeper(value) ? JSON.stringify(value) : undefined;
}

/** What is told of the tokens' probabilities; undefined if it is nothing, or nests deeper than anything that says that. */
export const readLogprobs = (value: unknown): Json | undefined =>
  value == null || nestsDeeper(value as Json) ? undefined : (value as Json);

/**
 * Reads a `chat.completion`.
 * @throws AnswerProblem
 */
export function readAnswer(answer: Json): ChatAnswer {
  if (typeof answer !== "object" || answer === null || Array.isArray(answer)) throw new AnswerProblem("is no JSON object");
  const choices = member(answer, "choices");
  if (!Array.isArray(choices)) {
    const error = member(answer, "error");
    const reported = isError(error) ? readErrorObject(undefined, error) : undefined;
    throw reported === undefined ? new AnswerProblem("holds no 'choices'") : reportedError(reported.message);
  }
  return {
    id: idOf(member(answer, "id")) || undefined,
    model: modelOf(member(answer, "model")) || undefined,
    choices: (choices as readonly Json[]).map(readChoice),
    usage: readUsage(member(answer, "usage")),
  };
}

function readChoice(choice: Json, place: number): AnswerChoice {
  const message = member(choice, "message");
  if (typeof message !== "object" || message === null) throw new AnswerProblem(`holds no message in choice ${place}`);
  const parts: Part[] = [...readReasoning(message as Json)];
  const text = contentText(member(message, "content"));
  if (text !== "") parts.push({ type: "text", text });
  const refusal = member(message, "refusal");
  if (typeof refusal === "string" && refusal !== "") parts.push({ type: "refusal", text: refusal });
  parts.push(...readToolCalls(message, place));
  const finish = readFinish(member(choice, "finish_reason"));
  const logprobs = readLogprobs(member(choice, "logprobs"));
  return logprobs === undefined ? { parts, finish } : { parts, finish, logprobs };
}

function readToolCalls(message: object, place: number): readonly ToolCall[] {
  const calls = member(message, "tool_calls");
  const legacy = member(message, "function_call");
  const read = Array.isArray(calls) ? (calls as readonly Json[]).map((call, index) => readToolCall(call, place, index)) : [];
  return read.length > 0 || legacy == null ? read : [readToolCall({ function: legacy as Json }, place, 0)];
}

function readToolCall(call: Json, place: number, index: number): ToolCall {
  const called = member(call, "function");
  const name = member(called, "name");
  if (typeof name !== "string" || name === "") throw new AnswerProblem(`names no function in tool call ${index} of choice ${place}`);
  const id = member(call, "id");
  return {
    type: "tool_call",
    id: typeof id === "string" && id !== "" ? id : madeUpId(place, index),
    name,
    arguments: argumentsText(member(called, "arguments") as Json | undefined) ?? "",
  };
}
