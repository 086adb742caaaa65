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

export function writeDetail({ text, signature, redacted }: Reasoning): object {
  if (redacted !== undefined) return { type: ENCRYPTED, data: redacted };
  return signature === undefined ? { type: TEXT, text } : { type: TEXT, text, signature };
}
