import type { Ask } from "../../codecs/ask";
import { findMember, scanObject } from "../../json/scan";
import { memberAnywhere } from "./extra-body";

/**
 * Whether a request of chat completions asks for free text. JSON cannot be gone on with from its middle: what makes a model write JSON makes it write all of
 * it.
 */
export function isFreeText(ask: Ask): boolean {
  const found = memberAnywhere(ask, "response_format");
  if (found === undefined) return true;
  const { body, member } = found;
  const value = body.subarray(member.valueStart, member.valueEnd);
  if (value.toString("latin1", 0, 4) === "null") return true;
  const format = scanObject(value);
  const type = format.ok ? findMember(format, "type") : undefined;
  return type !== undefined && value.toString("latin1", type.valueStart, type.valueEnd) === '"text"';
}
