import { given } from "../../../config/given";
import type { Json, JsonObject } from "../../conversation/json";
import type { ChatRequest, ReasoningRequest, ResponseFormat } from "../../conversation/request";
import { GatewayError } from "../../errors";
import {
  anyAt,
  anyObjectAt,
  asObject,
  countAt,
  flagAt,
  isObject,
  numberAt,
  objectAt,
  noteUnexpressed,
  requiredText,
  textAt,
  wrong,
  type Draft,
} from "./client-fields";
import { MessageReader } from "./client-messages";
import { readTools, readToolChoice } from "./client-tools";

/** Members that are read into words of the model, or that the gateway itself reads (`model` and what belongs to streaming); the rest are `others`. */
const READ: ReadonlySet<string> = new Set([
  "model",
  "stream",
  "stream_options",
  "messages",
  "tools",
  "functions",
  "tool_choice",
  "function_call",
  "parallel_tool_calls",
  "temperature",
  "top_p",
  "top_k",
  "max_tokens",
  "max_completion_tokens",
  "stop",
  "response_format",
  "reasoning",
  "reasoning_effort",
  "n",
  "extra_body",
]);

const EFFORTS: readonly NonNullable<ReasoningRequest["effort"]>[] = ["none", "minimal", "low", "medium", "high", "xhigh"];

/**
 * Reads a chat completions request. A value of a wrong type is refused; a kind of part, tool or format that is not known is noted as unexpressed, since an
 * upstream that gets the request as it is may know it.
 * @throws GatewayError `wrong_format`, naming the member
 */
export function readRequest(value: Json): ChatRequest {
  if (!isObject(value)) throw new GatewayError("wrong_format", `the request must be a JSON object, but ${given(value)} was given`);
  const unexpressed: string[] = [];
  const request: Draft<ChatRequest> = {
    messages: readMessages(value, unexpressed),
    tools: readTools(value, unexpressed),
    toolChoice: readToolChoice(value, unexpressed),
    parallelToolCalls: flagAt(value, "parallel_tool_calls", ""),
    temperature: numberAt(value, "temperature", ""),
    topP: numberAt(value, "top_p", ""),
    topK: numberAt(value, "top_k", ""),
    maxTokens: readMaxTokens(value),
    stop: readStop(value["stop"]),
    responseFormat: readResponseFormat(value, unexpressed),
    reasoning: readReasoningRequest(value, unexpressed),
    n: countAt(value, "n", ""),
    others: readOthers(value),
    extraBody: anyObjectAt(value, "extra_body", ""),
  };
  if (unexpressed.length > 0) request.unexpressed = unexpressed;
  return request;
}

function readMessages(request: JsonObject, unexpressed: string[]): ChatRequest["messages"] {
  const messages = request["messages"];
  if (!Array.isArray(messages) || messages.length === 0) throw wrong("messages", "an array with at least one message", messages);
  const reader = new MessageReader(unexpressed);
  return (messages as readonly Json[]).map((message, index) => reader.read(message, `messages[${index}]`));
}

/** The smaller one if both spellings are given. */
function readMaxTokens(request: JsonObject): number | undefined {
  const today = countAt(request, "max_completion_tokens", "");
  const legacy = countAt(request, "max_tokens", "");
  return today === undefined || legacy === undefined ? (today ?? legacy) : Math.min(today, legacy);
}

/** Words to stop at, given as one or as a list. */
export function readStop(stop: Json | undefined): readonly string[] {
  if (stop == null) return [];
  if (typeof stop === "string") return [stop];
  if (!Array.isArray(stop)) throw wrong("stop", "a string or an array of strings", stop);
  return (stop as readonly Json[]).map((word, index) => {
    if (typeof word !== "string") throw wrong(`stop[${index}]`, "a string", word);
    return word;
  });
}

function readResponseFormat(request: JsonObject, unexpressed: string[]): ResponseFormat | undefined {
  const format = objectAt(request, "response_format", "");
  if (format === undefined) return undefined;
  const type = requiredText(format, "type", "response_format");
  switch (type) {
    case "text":
      return { kind: "text" };
    case "json_object":
      return { kind: "json" };
    case "json_schema":
      return readSchema(asObject(format["json_schema"], "response_format.json_schema"), "response_format.json_schema");
    default:
      noteUnexpressed(unexpressed, "response_format", type);
      return undefined;
  }
}

function readSchema(described: JsonObject, path: string): ResponseFormat {
  const format: Draft<Extract<ResponseFormat, { kind: "schema" }>> = {
    kind: "schema",
    name: requiredText(described, "name", path),
    schema: anyObjectAt(described, "schema", path) ?? {},
  };
  const strict = flagAt(described, "strict", path);
  if (strict !== undefined) format.strict = strict;
  const description = textAt(described, "description", path);
  if (description !== undefined) format.description = description;
  return format;
}

/** Reads `reasoning` (OpenRouter: `effort`, `max_tokens`, `enabled`), which wins, and `reasoning_effort`. */
function readReasoningRequest(request: JsonObject, unexpressed: string[]): ReasoningRequest | undefined {
  const reasoning = objectAt(request, "reasoning", "");
  const own = reasoning === undefined ? undefined : readEffort(reasoning, "effort", "reasoning", unexpressed);
  const budget = reasoning === undefined ? undefined : countAt(reasoning, "max_tokens", "reasoning");
  const enabled = reasoning === undefined ? undefined : flagAt(reasoning, "enabled", "reasoning");
  const effort = own ?? readEffort(request, "reasoning_effort", "", unexpressed) ?? effortOf(enabled, budget);
  if (effort === undefined && budget === undefined) return undefined;
  const read: Draft<ReasoningRequest> = {};
  if (effort !== undefined) read.effort = effort;
  if (budget !== undefined) read.budget = budget;
  return read;
}

/** OpenRouter takes `enabled` alone for medium. */
function effortOf(enabled: boolean | undefined, budget: number | undefined): ReasoningRequest["effort"] | undefined {
  if (enabled === false) return "none";
  return enabled === true && budget === undefined ? "medium" : undefined;
}

function readEffort(object: JsonObject, key: string, path: string, unexpressed: string[]): ReasoningRequest["effort"] | undefined {
  const given = textAt(object, key, path);
  const effort = EFFORTS.find((one) => one === given);
  if (given !== undefined && effort === undefined) noteUnexpressed(unexpressed, path === "" ? key : `${path}.${key}`, given);
  return effort;
}

const NO_OTHERS: ReadonlyMap<string, Json> = new Map();

function readOthers(request: JsonObject): ReadonlyMap<string, Json> {
  let others: Map<string, Json> | undefined;
  for (const name of Object.keys(request)) {
    if (READ.has(name)) continue;
    const value = anyAt(request, name, "");
    if (value !== undefined) (others ??= new Map()).set(name, value);
  }
  return others ?? NO_OTHERS;
}
