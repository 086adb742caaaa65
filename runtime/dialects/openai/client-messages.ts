import { quoted } from "../../../config/given";
import type { Json, JsonObject } from "../../conversation/json";
import type { File, Image, Part, Text, ToolCall, ToolResult } from "../../conversation/parts";
import type { Message } from "../../conversation/request";
import { MAX_VALUES } from "../../conversation/volume";
import { GatewayError } from "../../errors";
import { countValues } from "../../json/values";
import { anyAt, asObject, listAt, memberPath, noteUnexpressed, objectAt, requiredText, textAt, wrong, type Draft } from "./client-fields";
import { ASSISTANT_PARTS, readContent, SYSTEM_PARTS, TOOL_PARTS, USER_PARTS, type ContentPart } from "./client-parts";
import { readReturnedReasoning } from "./reasoning";

const ROLES = ["system", "developer", "user", "assistant", "tool", "function"];

const isResultPart = (part: ContentPart): part is Text | Image | File =>
  part.type === "text" || part.type === "image" || part.type === "file";

/** Reads the messages of one request in their order, as calls of the legacy form have no id and are answered by their name. */
export class MessageReader {
  private legacyCalls = 0;
  /** Characters of arguments so far; they are JSON too, and other dialects want it parsed. */
  private argumentsLength = 0;
  private argumentsValues = 0;
  /** Id of the last legacy call by the name of its function. */
  private legacyIds: Map<string, string> | undefined;

  /** @param unexpressed takes the names of what has no neutral word */
  constructor(private readonly unexpressed: string[]) {}

  read(value: Json, path: string): Message {
    const message = asObject(value, path);
    const role = requiredText(message, "role", path);
    switch (role) {
      case "user":
        return named(role, this.spoken(message, USER_PARTS, path), message, path);
      case "system":
      case "developer":
        return named(role, this.spoken(message, SYSTEM_PARTS, path), message, path);
      case "assistant":
        return named(role, this.assistant(message, path), message, path);
      case "tool":
        return { role, parts: [this.toolResult(message, requiredText(message, "tool_call_id", path), path)] };
      case "function":
        return { role: "tool", parts: [this.toolResult(message, this.legacyId(requiredText(message, "name", path)), path)] };
      default:
        throw wrong(memberPath(path, "role"), `one of ${quoted(ROLES)}`, role);
    }
  }

  private spoken(message: JsonObject, allowed: ReadonlySet<string>, path: string): readonly Part[] {
    if (message["content"] == null) throw wrong(memberPath(path, "content"), "a string or an array of parts", message["content"]);
    return readContent(message, allowed, path, this.unexpressed, anyAt(message, "cache_control", path));
  }

  private assistant(message: JsonObject, path: string): readonly Part[] {
    // checked here, as the reader of reasoning takes whatever comes
    listAt(message, "reasoning_details", path);
    textAt(message, "reasoning_content", path);
    const parts: Part[] = [...readReturnedReasoning(message)];
    parts.push(...readContent(message, ASSISTANT_PARTS, path, this.unexpressed, anyAt(message, "cache_control", path)));
    const refusal = textAt(message, "refusal", path);
    if (refusal !== undefined && refusal !== "") parts.push({ type: "refusal", text: refusal });
    listAt(message, "tool_calls", path).forEach((call, index) => {
      const read = this.toolCall(call, `${memberPath(path, "tool_calls")}[${index}]`);
      if (read !== undefined) parts.push(read);
    });
    const legacy = objectAt(message, "function_call", path);
    if (legacy !== undefined) parts.push(this.legacyCall(legacy, memberPath(path, "function_call")));
    if (message["audio"] != null) noteUnexpressed(this.unexpressed, path, "audio");
    return parts;
  }

  private toolCall(value: Json, path: string): ToolCall | undefined {
    const call = asObject(value, path);
    const type = textAt(call, "type", path) ?? "function";
    if (type !== "function") {
      noteUnexpressed(this.unexpressed, path, type);
      return undefined;
    }
    const where = memberPath(path, "function");
    const called = asObject(call["function"], where);
    const read: Draft<ToolCall> = {
      type: "tool_call",
      id: requiredText(call, "id", path),
      name: requiredText(called, "name", where),
      arguments: this.readArguments(called, where),
    };
    const cacheControl = anyAt(call, "cache_control", path);
    if (cacheControl !== undefined) read.cacheControl = cacheControl;
    return read;
  }

  private legacyCall(call: JsonObject, path: string): ToolCall {
    const name = requiredText(call, "name", path);
    const id = this.newLegacyId();
    (this.legacyIds ??= new Map()).set(name, id);
    return { type: "tool_call", id, name, arguments: this.readArguments(call, path) };
  }

  private readArguments(called: JsonObject, path: string): string {
    const text = textAt(called, "arguments", path) ?? "";
    this.argumentsLength += text.length;
    if (this.argumentsLength <= MAX_VALUES) return text;
    this.argumentsValues += countValues(text, MAX_VALUES - this.argumentsValues);
    if (this.argumentsValues <= MAX_VALUES) return text;
    throw new GatewayError(
      "wrong_format",
      `the arguments of all tool calls must hold at most ${MAX_VALUES} members and elements, but they hold more`,
    );
  }

  /** The id of the call that a message of role `function` answers; one of its own if there is none, which is the provider's to refuse. */
  private legacyId(name: string): string {
    return this.legacyIds?.get(name) ?? this.newLegacyId();
  }

  private newLegacyId(): string {
    return `call_function_${this.legacyCalls++}`;
  }

  private toolResult(message: JsonObject, id: string, path: string): ToolResult {
    const content = readContent(message, TOOL_PARTS, path, this.unexpressed).filter(isResultPart);
    const cacheControl = anyAt(message, "cache_control", path);
    return cacheControl === undefined ? { type: "tool_result", id, content } : { type: "tool_result", id, content, cacheControl };
  }
}

function named(role: Message["role"], parts: readonly Part[], message: JsonObject, path: string): Message {
  const name = textAt(message, "name", path);
  return name === undefined ? { role, parts } : { role, parts, name };
}
