import type { ChatCall } from "../../conversation/dialect";
import type { ChatRequest } from "../../conversation/request";
import { jsonModeOf, type JsonMode } from "./json-mode";
import { writeMessages } from "./messages";
import { traitsOf } from "./models";
import { addExtraBody, listHints, writeSampling, writeStop } from "./parameters";
import { writeReasoning } from "./reasoning";
import { strictSchema } from "./strict-schema";
import { ToolIds } from "./tool-ids";
import { isForced, writeTools, writeToolChoice } from "./tools";
import type { Effort, MessagesBody, OutputConfig, Thinking } from "./wire";

/** What the answer is read with. */
export interface RequestFacts {
  readonly ids: ToolIds;
  /** Name of the tool whose arguments are the answer's text. */
  readonly jsonTool: string | undefined;
}

export interface WrittenRequest {
  readonly body: MessagesBody;
  readonly dropped: readonly string[];
  readonly facts: RequestFacts;
}

function outputConfig(effort: Effort | undefined, json: JsonMode | undefined, dropped: Set<string>): OutputConfig | undefined {
  if (effort === undefined && json?.kind !== "format") return undefined;
  const output: OutputConfig = {};
  if (effort !== undefined) output.effort = effort;
  if (json?.kind === "format") {
    output.format = { type: "json_schema", schema: strictSchema(json.schema, "response_format.json_schema.schema", dropped) };
  }
  return output;
}

const NOTHING: readonly string[] = [];

/** Models think if they are told to; those that do so by themselves take no other parameters anyway. */
const thinks = (thinking: Thinking | undefined): boolean => thinking?.type === "enabled" || thinking?.type === "adaptive";

/** Writes a request to `/v1/messages`. */
export function writeRequest(request: ChatRequest, call: ChatCall): WrittenRequest {
  const traits = traitsOf(call.model);
  const dropped = new Set<string>();
  const ids = new ToolIds();
  const asked = jsonModeOf(request, traits);
  // such a request is refused before, unless the model was not known then
  const json = asked === "lacking" ? undefined : asked;
  if (asked === "lacking") dropped.add("response_format");

  const maxTokens = request.maxTokens ?? traits.maxTokens;
  const { system, messages } = writeMessages(request.messages, { traits, ids, dropped });
  const body: MessagesBody =
    system === undefined
      ? { model: call.model, max_tokens: maxTokens, stream: call.stream, messages }
      : { model: call.model, max_tokens: maxTokens, stream: call.stream, system, messages };

  const tools = writeTools(request, json, traits, dropped);
  if (tools !== undefined) body.tools = tools;
  const choice = writeToolChoice(request, json);
  if (choice !== undefined) body.tool_choice = choice;

  const { thinking, effort } = writeReasoning(request, traits, maxTokens, isForced(request, json), dropped);
  if (thinking !== undefined) body.thinking = thinking;
  const output = outputConfig(effort, json, dropped);
  if (output !== undefined) body.output_config = output;

  writeSampling(request, traits, thinks(thinking), body, dropped);
  writeStop(request.stop, body, dropped);
  listHints(request, dropped);
  addExtraBody(request.extraBody, body, dropped);
  return {
    body,
    dropped: dropped.size === 0 ? NOTHING : [...dropped],
    facts: { ids, jsonTool: json?.kind === "tool" ? json.tool.name : undefined },
  };
}
