import type { Json, JsonObject } from "../../conversation/json";
import { isObject } from "./json";

/** Arguments nested deeper are sent as text: printing them could exhaust the stack. */
const DEEPEST = 256;

function isDeeper(value: Json | undefined, levels: number): boolean {
  if (typeof value !== "object" || value === null) return false;
  if (levels === 0) return true;
  for (const one of Object.values(value) as readonly (Json | undefined)[]) if (isDeeper(one, levels - 1)) return true;
  return false;
}

function parsed(text: string): Json | undefined {
  try {
    return JSON.parse(text) as Json;
  } catch {
    return undefined;
  }
}

/**
 * A tool call's arguments as the object that Anthropic takes. Models write text that need not be JSON, and the model that reads it again should see what it
 * wrote: `{"arguments": text}` then.
 */
export function toolInput(text: string): JsonObject {
  if (text === "" || text === "{}") return {};
  const value = parsed(text);
  // each level takes two characters at least
  return isObject(value) && (text.length <= 2 * DEEPEST || !isDeeper(value, DEEPEST)) ? value : { arguments: text };
}
