import type { Json, JsonObject } from "../../conversation/json";
import { MAX_NESTING, nestsDeeper } from "../../conversation/nesting";
import { isObject } from "./json";

function parsed(text: string): Json | undefined {
  try {
    return JSON.parse(text) as Json;
  } catch {
    return undefined;
  }
}

/** Text that is shorter is not nested too deep, since each level takes two characters at least. */
const SHORT = 2 * MAX_NESTING;

/**
 * A tool call's arguments as the object that Anthropic takes. Models write text that need not be JSON, and the model that reads it again should see what it
 * wrote: `{"arguments": text}` then.
 */
export function toolInput(text: string): JsonObject {
  if (text === "" || text === "{}") return {};
  const value = parsed(text);
  return isObject(value) && (text.length <= SHORT || !nestsDeeper(value)) ? value : { arguments: text };
}
