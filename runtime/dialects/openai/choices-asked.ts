import type { Ask } from "../../codecs/ask";
import type { ChoiceStates } from "../../codecs/choice-states";
import { firstElements } from "../../json/elements";
import { findMember, type Member } from "../../json/scan";
import { memberAnywhere, type PlacedMember } from "./extra-body";

const SPACE = 0x20;
const QUOTE = 0x22;
const BRACKET_OPEN = 0x5b;

/** More choices than this are not told apart. */
const MAX_COUNTED = 256;

/** Prompts behind this many bytes of a list are not counted. */
const MAX_LOOKED_AT = 256 * 1024;

/** A number longer than this is no count, in bytes. */
const LONGEST_COUNT = 16;

/**
 * Choices that a request asks for: `n` of each prompt; at least 1. Reads the body anew each time; never throws. Source: OpenAI API reference, `n` of chat
 * completions, `n` and `prompt` of completions (`best_of` only says among how many the `n` are chosen).
 */
export function choicesAsked(ask: Pick<Ask, "body" | "scan">): number {
  const { body, scan } = ask;
  if (scan === undefined) return 1;
  const prompts = findMember(scan, "prompt");
  return countOf(memberAnywhere(ask, "n")) * (prompts === undefined ? 1 : promptsOf(body, prompts));
}

/**
 * Whether all choices of an answer have finished, to be asked for if a stream lacks its end mark: only then is the request looked at.
 * @param ask undefined: one choice was asked for
 */
export const haveFinished = (states: ChoiceStates, ask: Pick<Ask, "body" | "scan"> | undefined): boolean =>
  states.allFinished && states.isComplete(ask === undefined ? 1 : choicesAsked(ask));

function countOf(found: PlacedMember | undefined): number {
  if (found === undefined) return 1;
  const { body, member } = found;
  if (member.valueEnd - member.valueStart > LONGEST_COUNT) return 1;
  const count = Number(body.toString("latin1", member.valueStart, member.valueEnd));
  return Number.isInteger(count) && count > 1 ? Math.min(count, MAX_COUNTED) : 1;
}

/** A list of texts, or of lists of tokens, is one prompt each; a list of tokens is one prompt. */
function promptsOf(body: Buffer, { valueStart, valueEnd }: Member): number {
  if (body[valueStart] !== BRACKET_OPEN) return 1;
  let prompts = 0;
  for (const { start, end } of firstElements(body, { start: valueStart, end: Math.min(valueEnd, valueStart + MAX_LOOKED_AT) })) {
    if (prompts === 0 && !isPrompt(body, start, end)) return 1;
    if (++prompts === MAX_COUNTED) break;
  }
  return Math.max(1, prompts);
}

/** Whether a list's element is a text or a list, not a token. */
function isPrompt(body: Buffer, start: number, end: number): boolean {
  let at = start;
  while (at < end && (body[at] as number) <= SPACE) at++;
  return body[at] === QUOTE || body[at] === BRACKET_OPEN;
}
