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
 * The kind of JSON mode that is had from a model; undefined if none is asked for. `output_config.format` takes strict schemas only, so that others are left
 * to a tool, unless that costs something: a model cannot think if it is made to call a tool.
 */
export function jsonKindOf(request: ChatRequest, traits: ModelTraits): JsonMode["kind"] | "lacking" | undefined {
  const format = request.responseFormat;
  // the answer will be a call, whatever its format were
  if (format === undefined || format.kind === "text" || mustCallTool(request)) return undefined;
  if (format.kind === "json") return traits.forcedTools ? "tool" : "lacking";
  const tool = traits.forcedTools && format.schema["type"] === "object";
  if (traits.schemas && (format.strict === true || !tool || asksToThink(request))) return "format";
  return tool ? "tool" : "lacking";
}

/** How JSON mode is had from a model; undefined if it is not asked for. */
export function jsonModeOf(request: ChatRequest, traits: ModelTraits): JsonMode | "lacking" | undefined {
  const kind = jsonKindOf(request, traits);
  const format = request.responseFormat;
  if (kind === undefined || kind === "lacking" || format === undefined || format.kind === "text")
    return kind === "lacking" ? kind : undefined;
  if (format.kind === "json") return answerTool(request, ANY_OBJECT, undefined);
  const { schema, description } = format;
  return kind === "format" ? { kind, schema } : answerTool(request, schema, description);
}
