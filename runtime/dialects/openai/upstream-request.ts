import type { ChatCall, Lack } from "../../conversation/dialect";
import type { Json } from "../../conversation/json";
import type { Part, Tool, ToolChoice } from "../../conversation/parts";
import type { ChatRequest, ReasoningRequest, ResponseFormat } from "../../conversation/request";
import { REASONING_MODEL } from "./cap";
import { writeMessages } from "./upstream-messages";

/** Members of OpenAI's API that no neutral word exists for. Source: OpenAI API reference. */
const KNOWN_OTHERS: ReadonlySet<string> = new Set([
  "audio",
  "frequency_penalty",
  "logit_bias",
  "logprobs",
  "metadata",
  "modalities",
  "moderation",
  "prediction",
  "presence_penalty",
  "prompt_cache_key",
  "prompt_cache_options",
  "prompt_cache_retention",
  "safety_identifier",
  "seed",
  "service_tier",
  "store",
  "top_logprobs",
  "user",
  "verbosity",
  "web_search_options",
]);

/** Members that `extra_body` cannot set, whether or not the request has them. */
const RESERVED: ReadonlySet<string> = new Set([
  "model",
  "messages",
  "stream",
  "stream_options",
  "max_tokens",
  "max_completion_tokens",
  "n",
]);

/** What OpenAI's format has no form for. */
function partLacks(part: Part): boolean {
  switch (part.type) {
    case "image":
      return part.source.kind === "id";
    case "file":
      return part.source.kind === "url";
    case "tool_result":
      return part.content.some((inner) => inner.type !== "text");
    default:
      return false;
  }
}

export function lacks({ messages }: ChatRequest): readonly Lack[] {
  const lacking: Lack[] = [];
  messages.forEach(({ parts }, message) => {
    parts.forEach((part, place) => {
      if (partLacks(part)) lacking.push({ field: `messages[${message}].content[${place}]` });
    });
  });
  return lacking;
}

function writeTool({ name, description, parameters, strict }: Tool): object {
  const written: Record<string, unknown> = { name };
  if (description !== undefined) written["description"] = description;
  if (parameters !== undefined) written["parameters"] = parameters;
  if (strict !== undefined) written["strict"] = strict;
  return { type: "function", function: written };
}

const writeToolChoice = (choice: ToolChoice): Json =>
  typeof choice === "string" ? choice : { type: "function", function: { name: choice.name } };

function writeResponseFormat(format: ResponseFormat): object {
  switch (format.kind) {
    case "text":
      return { type: "text" };
    case "json":
      return { type: "json_object" };
    case "schema": {
      const described: Record<string, unknown> = { name: format.name, schema: format.schema };
      if (format.strict !== undefined) described["strict"] = format.strict;
      if (format.description !== undefined) described["description"] = format.description;
      return { type: "json_schema", json_schema: described };
    }
  }
}

/** Largest budgets, in tokens, that an effort stands for; larger ones stand for `high`. */
const EFFORT_BUDGETS = [
  ["minimal", 1024],
  ["low", 4096],
  ["medium", 16_384],
] as const satisfies readonly (readonly [NonNullable<ReasoningRequest["effort"]>, number])[];

/** OpenAI knows no budget of reasoning tokens, only the effort. */
function effortOf({ effort, budget }: ReasoningRequest): ReasoningRequest["effort"] {
  if (effort !== undefined || budget === undefined) return effort;
  return EFFORT_BUDGETS.find(([, largest]) => budget <= largest)?.[0] ?? "high";
}

const smaller = (one: number | undefined, other: number | undefined): number | undefined =>
  one === undefined || other === undefined ? (one ?? other) : Math.min(one, other);

/** A body and what of its request is not in it. */
export interface WrittenRequest {
  readonly body: object;
  /** Names of members that had no effect. */
  readonly dropped: readonly string[];
}

/** Writes a chat completions request. Configured options are defaults, but for `max_tokens`, which is a cap. */
export function writeRequest(request: ChatRequest, call: ChatCall): WrittenRequest {
  const { options } = call;
  // a map, as a client may name a member `__proto__`
  const body = new Map<string, unknown>();
  const set = (name: string, value: unknown): void => {
    if (value !== undefined) body.set(name, value);
  };
  set("model", call.model);
  set("messages", request.messages.flatMap(writeMessages));
  if (call.stream) {
    set("stream", true);
    if (call.usage) set("stream_options", { include_usage: true });
  }
  if (request.tools.length > 0) set("tools", request.tools.map(writeTool));
  if (request.toolChoice !== undefined) set("tool_choice", writeToolChoice(request.toolChoice));
  set("parallel_tool_calls", request.parallelToolCalls);
  set("temperature", request.temperature ?? options.temperature);
  set("top_p", request.topP ?? options.top_p);
  set("top_k", request.topK ?? options.top_k);
  set(REASONING_MODEL.test(call.model) ? "max_completion_tokens" : "max_tokens", smaller(request.maxTokens, options.max_tokens));
  if (request.stop.length > 0) set("stop", request.stop);
  if (request.responseFormat !== undefined) set("response_format", writeResponseFormat(request.responseFormat));
  if (request.reasoning !== undefined) set("reasoning_effort", effortOf(request.reasoning));
  set("n", request.n);
  const dropped = writeOthers(request, body);
  writeExtraBody(request, body);
  return { body: Object.fromEntries(body), dropped };
}

/** Puts in what OpenAI knows, and names the rest. */
function writeOthers(request: ChatRequest, body: Map<string, unknown>): readonly string[] {
  const dropped: string[] = [];
  for (const [name, value] of request.others) {
    if (KNOWN_OTHERS.has(name)) body.set(name, value);
    else dropped.push(name);
  }
  if (request.reasoning?.budget !== undefined) dropped.push("reasoning.max_tokens");
  if (hasCacheControl(request)) dropped.push("cache_control");
  return dropped;
}

/** OpenAI caches by itself, and knows no such member. */
function hasCacheControl({ messages, tools }: ChatRequest): boolean {
  const isMarked = (one: object): boolean => "cacheControl" in one;
  return (
    tools.some(isMarked) ||
    messages.some(({ parts }) => parts.some((part) => isMarked(part) || (part.type === "tool_result" && part.content.some(isMarked))))
  );
}

function writeExtraBody({ extraBody }: ChatRequest, body: Map<string, unknown>): void {
  for (const [name, value] of Object.entries(extraBody ?? {})) {
    if (!RESERVED.has(name) && !body.has(name)) body.set(name, value);
  }
}
