/**
 * Reasoning in OpenAI's format, which has no place for it: `reasoning_content` is the text (DeepSeek, vLLM), and `reasoning_details` is what goes back to
 * the provider in the next turn (OpenRouter): `{"type":"reasoning.text","text","signature"}` and `{"type":"reasoning.encrypted","data"}`. A stream tells each
 * entry's `index`, and clients join the pieces of one entry by it.
 */
import type { Json } from "../../conversation/json";
import type { Reasoning } from "../../conversation/parts";
import { member } from "./chunk";

const TEXT = "reasoning.text";
const SUMMARY = "reasoning.summary";
const ENCRYPTED = "reasoning.encrypted";

const filled = (value: unknown): string | undefined => (typeof value === "string" && value !== "" ? value : undefined);

/** One entry of `reasoning_details`; undefined if it says nothing, or is of a kind that only its maker understands. */
export function readDetail(detail: Json): Reasoning | undefined {
  const type = member(detail, "type");
  if (type === ENCRYPTED) {
    const redacted = filled(member(detail, "data"));
    return redacted === undefined ? undefined : { type: "reasoning", text: "", redacted };
  }
  if (type !== TEXT && type !== SUMMARY) return undefined;
  const text = filled(member(detail, type === TEXT ? "text" : "summary"));
  const signature = filled(member(detail, "signature"));
  if (signature !== undefined) return { type: "reasoning", text: text ?? "", signature };
  return text === undefined ? undefined : { type: "reasoning", text };
}

/** The text that is told beside the details, under either of its two names. */
export const reasoningText = (message: Json | undefined): string | undefined =>
  filled(member(message, "reasoning_content")) ?? filled(member(message, "reasoning"));

/** The reasoning of a whole message. The details tell more than the text, so that they win. */
export function readReasoning(message: Json | undefined): readonly Reasoning[] {
  const details = member(message, "reasoning_details");
  const parts = Array.isArray(details)
    ? (details as readonly Json[]).map(readDetail).filter((part): part is Reasoning => part !== undefined)
    : [];
  if (parts.length > 0) return parts;
  const text = reasoningText(message);
  return text === undefined ? [] : [{ type: "reasoning", text }];
}

/**
 * Whether details are a part of those that were told: they do not hold the text beside them, or do not begin with the first. Some clients keep of each
 * member of a stream that they do not know only the last piece (`stream` of `openai` for Node 6.49).
 */
function hasLostDetails(message: Json | undefined, details: readonly Reasoning[]): boolean {
  const told = reasoningText(message);
  if (told !== undefined && told !== details.map(({ text }) => text).join("")) return true;
  const first = member(member(member(message, "reasoning_details"), "0"), "index");
  return typeof first === "number" && first > 0;
}

/** The reasoning of a message that a client gives back. Providers refuse theirs if it is not as they told it, so that what is not whole has no proof. */
export function readReturnedReasoning(message: Json | undefined): readonly Reasoning[] {
  const parts = readReasoning(message);
  if (parts.every(({ signature, redacted }) => signature === undefined && redacted === undefined)) return parts;
  if (!hasLostDetails(message, parts)) return parts;
  const text = reasoningText(message);
  return text === undefined ? [] : [{ type: "reasoning", text }];
}

export function writeDetail({ text, signature, redacted }: Reasoning): object {
  if (redacted !== undefined) return { type: ENCRYPTED, data: redacted };
  return signature === undefined ? { type: TEXT, text } : { type: TEXT, text, signature };
}
