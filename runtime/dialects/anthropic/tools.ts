import type { JsonObject } from "../../conversation/json";
import type { Tool as NeutralTool } from "../../conversation/parts";
import type { ChatRequest } from "../../conversation/request";
import { addCacheControl } from "./content";
import { mustCallTool, type JsonMode } from "./json-mode";
import type { ModelTraits } from "./models";
import { strictSchema } from "./strict-schema";
import type { Tool, ToolChoice } from "./wire";

/** Anthropic wants to be told that arguments are an object; nothing else can be. */
function inputSchema(parameters: JsonObject | undefined): JsonObject {
  if (parameters === undefined) return { type: "object", properties: {} };
  return parameters["type"] === undefined ? Object.assign({ type: "object" }, parameters) : parameters;
}

function writeTool(tool: NeutralTool, traits: ModelTraits, dropped: Set<string>): Tool {
  const written: Tool = { name: tool.name, input_schema: inputSchema(tool.parameters) };
  if (tool.description !== undefined) written.description = tool.description;
  if (tool.strict === true) {
    if (traits.schemas) {
      written.strict = true;
      written.input_schema = strictSchema(written.input_schema, "tools.function.parameters", dropped);
    } else dropped.add("tools.function.strict");
  }
  addCacheControl(written, tool.cacheControl);
  return written;
}

/** The client's tools, with the one that stands for JSON mode behind them; undefined if there are none. */
export function writeTools(
  request: ChatRequest,
  json: JsonMode | undefined,
  traits: ModelTraits,
  dropped: Set<string>,
): Tool[] | undefined {
  const tools = request.tools.map((tool) => writeTool(tool, traits, dropped));
  if (json?.kind === "tool") tools.push(json.tool);
  return tools.length === 0 ? undefined : tools;
}

/** Whether the model is made to call a tool, which Anthropic does not let it think for. */
export const isForced = (request: ChatRequest, json: JsonMode | undefined): boolean => json?.kind === "tool" || mustCallTool(request);

/** Which tools may be called, without the wish for one call at a time. */
function chosen({ tools, toolChoice }: ChatRequest, json: JsonMode | undefined): ToolChoice | undefined {
  if (json?.kind === "tool") {
    // one of the client's tools may be called before the answer
    return tools.length === 0 || toolChoice === "none" ? { type: "tool", name: json.tool.name } : { type: "any" };
  }
  if (tools.length === 0 || toolChoice === undefined) return undefined;
  if (typeof toolChoice === "object") return { type: "tool", name: toolChoice.name };
  return { type: toolChoice === "required" ? "any" : toolChoice };
}

export function writeToolChoice(request: ChatRequest, json: JsonMode | undefined): ToolChoice | undefined {
  const choice = chosen(request, json);
  const answersOnce = json?.kind === "tool" && choice?.type === "tool";
  const oneAtATime = answersOnce || (request.parallelToolCalls === false && request.tools.length > 0);
  if (!oneAtATime || choice?.type === "none") return choice;
  const written = choice ?? { type: "auto" };
  written.disable_parallel_tool_use = true;
  return written;
}
