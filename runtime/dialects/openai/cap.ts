import type { Call } from "../../codecs/codec";
import { findMember, memberText, type Member, type ObjectScan } from "../../json/scan";
import type { Edit } from "../../json/splice";
import type { CapName } from "./traits";

/** Models that know `max_completion_tokens` only. Source: OpenAI's reference on reasoning models. */
export const REASONING_MODEL = /^(?:o\d|gpt-5)/;

const NAMES = ["max_tokens", "max_completion_tokens"] as const;
type Name = (typeof NAMES)[number];

/** A number longer than this is taken for larger than any cap, in bytes. */
const LONGEST_NUMBER = 64;

/** The member's number or null; undefined for a value of another type, which is the provider's to refuse. */
function numberOf(body: Buffer, { valueStart, valueEnd }: Member): number | null | undefined {
  const first = body[valueStart];
  if (first === 0x6e) return null;
  if (valueEnd - valueStart > LONGEST_NUMBER) return first !== undefined && first >= 0x30 && first <= 0x39 ? Infinity : undefined;
  const value = Number(body.toString("latin1", valueStart, valueEnd));
  return Number.isNaN(value) ? undefined : value;
}

/** The smaller of the configured cap and what the client asked for, under a name that the provider knows (docs/behaviour.md "Requests and models"). */
export function capTokens({ ask, model, parameters }: Call, scan: ObjectScan, known: CapName, edits: Edit[]): void {
  const cap = parameters.maxTokens;
  if (known !== "either") renameCap(ask.body, scan, cap, known, edits);
  else if (cap !== undefined) keepNames(ask.body, scan, cap, model, edits);
}

/** Under the client's name; if it gave none, under the model's. */
function keepNames(body: Buffer, scan: ObjectScan, cap: number, model: string | undefined, edits: Edit[]): void {
  let given = false;
  for (const key of NAMES) {
    const member = findMember(scan, key);
    if (member === undefined) continue;
    const value = numberOf(body, member);
    if (value === null) continue;
    given = true;
    if (value !== undefined && value > cap) edits.push({ key, value: String(cap) });
  }
  if (!given) {
    edits.push({ key: model !== undefined && REASONING_MODEL.test(model) ? "max_completion_tokens" : "max_tokens", value: String(cap) });
  }
}

const OTHER: Readonly<Record<Name, Name>> = { max_tokens: "max_completion_tokens", max_completion_tokens: "max_tokens" };

/** A cap that the client named. */
interface Asked {
  readonly text: string;
  /** Undefined if it is no number, which is the provider's to refuse. */
  readonly value: number | undefined;
}

/** The smaller of two members; undefined if neither asks for anything. */
function askedFor(body: Buffer, members: readonly (Member | undefined)[]): Asked | undefined {
  let least: Asked | undefined;
  for (const member of members) {
    const value = member === undefined ? null : numberOf(body, member);
    if (member === undefined || value === null) continue;
    if (value === undefined || value < (least?.value ?? Infinity) || least === undefined) least = { text: memberText(body, member), value };
    if (value === undefined) break;
  }
  return least;
}

/** Under the one name that the provider knows. */
function renameCap(body: Buffer, scan: ObjectScan, cap: number | undefined, known: Name, edits: Edit[]): void {
  const other = findMember(scan, OTHER[known]);
  if (other === undefined && cap === undefined) return;
  const asked = askedFor(body, [findMember(scan, known), other]);
  if (other !== undefined) edits.push({ key: OTHER[known], value: undefined });
  if (cap !== undefined && (asked === undefined || (asked.value !== undefined && asked.value > cap)))
    edits.push({ key: known, value: String(cap) });
  else if (other !== undefined && asked !== undefined) edits.push({ key: known, value: asked.text });
}
