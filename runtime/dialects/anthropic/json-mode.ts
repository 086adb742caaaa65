import type { JsonObject } from "../../conversation/json";
import type { ChatRequest } from "../../conversation/request";
import type { ModelTraits } from "./models";
import { asksForNone } from "./reasoning";
import type { Tool } from "./wire";

/** How a model is made to answer with JSON. */
export type JsonMode =
  /** `output_config.format`. */
  | { readonly kind: "format"; readonly schema: JsonObject }
  /** A tool whose arguments are the answer. */
  | { readonly kind: "tool"; readonly tool: Tool };

/** The client's tools keep their names. */
function freeName(request: ChatRequest): string {
  const names = new Set(request.tools.map((tool) => tool.name));
  let name = "json_answer";
  while (names.has(name)) name += "_";
  return name;
}

function answerTool(request: ChatRequest, schema: JsonObject, description: string | undefined): JsonMode {
  const told = "Gives the answer to the user. It must be called once, with the whole answer.";
  return {
    kind: "tool",
    tool: { name: freeName(request), description: description === undefined ? told : `${told} ${description}`, input_schema: schema },
  };
}

const ANY_OBJECT: JsonObject = { type: "object", additionalProperties: true };

const asksToThink = ({ reasoning }: ChatRequest): boolean => reasoning !== undefined && !asksForNone(reasoning);

/** Whether the answer has to be the call of a tool of the client's. */
export const mustCallTool = ({ tools, toolChoice }: ChatRequest): boolean =>
  tools.length > 0 && (toolChoice === "required" || typeof toolChoice === "object");

/**
 * How JSON mode is had from a model; undefined if it is not asked for. `output_config.format` takes strict schemas only, so that others are left to a tool,
 * unless that costs something: a model cannot think if it is made to call a tool.
 */
export function jsonModeOf(request: ChatRequest, traits: ModelTraits): JsonMode | "lacking" | undefined {
  const format = request.responseFormat;
  // the answer will be a call, whatever its format were
  if (format === undefined || format.kind === "text" || mustCallTool(request)) return undefined;
  if (format.kind === "json") return traits.forcedTools ? answerTool(request, ANY_OBJECT, undefined) : "lacking";
  const { schema, strict, description } = format;
  const tool = traits.forcedTools && schema["type"] === "object";
  if (traits.schemas && (strict === true || !tool || asksToThink(request))) return { kind: "format", schema };
  return tool ? answerTool(request, schema, description) : "lacking";
}
