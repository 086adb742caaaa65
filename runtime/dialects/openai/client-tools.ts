/** Tools, and which of them the model is to call; both in today's form and in the legacy one (`functions`, `function_call`). */
import { quoted } from "../../../config/given";
import type { Json, JsonObject } from "../../conversation/json";
import type { Tool, ToolChoice } from "../../conversation/parts";
import {
  anyAt,
  anyObjectAt,
  asObject,
  flagAt,
  isObject,
  listAt,
  memberPath,
  noteUnexpressed,
  requiredText,
  textAt,
  wrong,
  type Draft,
} from "./client-fields";

function readFunction(given: JsonObject, path: string, cacheControl: Json | undefined): Tool {
  const tool: Draft<Tool> = { name: requiredText(given, "name", path) };
  const description = textAt(given, "description", path);
  if (description !== undefined) tool.description = description;
  const parameters = anyObjectAt(given, "parameters", path);
  if (parameters !== undefined) tool.parameters = parameters;
  const strict = flagAt(given, "strict", path);
  if (strict !== undefined) tool.strict = strict;
  if (cacheControl !== undefined) tool.cacheControl = cacheControl;
  return tool;
}

/** Reads `tools` and `functions`. Tools that are no functions are noted as unexpressed. */
export function readTools(request: JsonObject, unexpressed: string[]): readonly Tool[] {
  const tools: Tool[] = [];
  listAt(request, "tools", "").forEach((value, index) => {
    const path = `tools[${index}]`;
    const tool = asObject(value, path);
    const type = requiredText(tool, "type", path);
    if (type !== "function") {
      noteUnexpressed(unexpressed, path, type);
      return;
    }
    const where = memberPath(path, "function");
    const cacheControl = anyAt(tool, "cache_control", path);
    tools.push(readFunction(asObject(tool["function"], where), where, cacheControl));
  });
  listAt(request, "functions", "").forEach((value, index) => {
    const path = `functions[${index}]`;
    tools.push(readFunction(asObject(value, path), path, undefined));
  });
  return tools;
}

const MODES: ReadonlyMap<Json, "auto" | "none" | "required"> = new Map([
  ["auto", "auto"],
  ["none", "none"],
  ["required", "required"],
]);

/** Reads `tool_choice`, else `function_call`. */
export function readToolChoice(request: JsonObject, unexpressed: string[]): ToolChoice | undefined {
  const choice = request["tool_choice"];
  if (choice == null) return readFunctionCall(request["function_call"]);
  const mode = MODES.get(choice);
  if (mode !== undefined) return mode;
  if (!isObject(choice)) throw wrong("tool_choice", `one of ${quoted(MODES.keys() as Iterable<string>)} or an object`, choice);
  const type = requiredText(choice, "type", "tool_choice");
  if (type === "function") {
    return { name: requiredText(asObject(choice["function"], "tool_choice.function"), "name", "tool_choice.function") };
  }
  noteUnexpressed(unexpressed, "tool_choice", type);
  return undefined;
}

function readFunctionCall(choice: Json | undefined): ToolChoice | undefined {
  if (choice == null) return undefined;
  if (choice === "auto" || choice === "none") return choice;
  if (!isObject(choice)) throw wrong("function_call", `one of ${quoted(["auto", "none"])} or an object`, choice);
  return { name: requiredText(choice, "name", "function_call") };
}
