import { GatewayError } from "../../errors";
import type { Ask } from "../../codecs/ask";
import type { Call, ModelParameters } from "../../codecs/codec";
import { findMember, scanObject, type Member, type ObjectScan } from "../../json/scan";
import { spliceObject, type Edit } from "../../json/splice";

/** Models that know `max_completion_tokens` only. Source: OpenAI's reference on reasoning models. */
export const REASONING_MODEL = /^(?:o\d|gpt-5)/;

const EMPTY = Buffer.alloc(0);

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

/** The smaller of the configured cap and what the client asked for, under the client's spelling (docs/behaviour.md "Requests and models"). */
function capTokens(ask: Ask, scan: ObjectScan, cap: number, model: string | undefined, edits: Edit[]): void {
  let given = false;
  for (const key of ["max_tokens", "max_completion_tokens"]) {
    const member = findMember(scan, key);
    if (member === undefined) continue;
    const value = numberOf(ask.body, member);
    if (value === null) continue;
    given = true;
    if (value !== undefined && value > cap) edits.push({ key, value: String(cap) });
  }
  if (!given) {
    edits.push({ key: model !== undefined && REASONING_MODEL.test(model) ? "max_completion_tokens" : "max_tokens", value: String(cap) });
  }
}

const USAGE: readonly Edit[] = [{ key: "include_usage", value: "true" }];

/** `stream_options` with usage asked for; whatever else the client wrote there stays as it is. */
function withUsage(ask: Ask, scan: ObjectScan): string {
  const member = findMember(scan, "stream_options");
  const given = member === undefined ? EMPTY : ask.body.subarray(member.valueStart, member.valueEnd);
  const options = scanObject(given);
  return options.ok ? spliceObject(given, options, USAGE).toString() : '{"include_usage":true}';
}

/** The conversation with a text of the assistant behind it, which the model is to continue; undefined where there is no conversation. */
function withPrefill(ask: Ask, scan: ObjectScan, text: string): Edit | undefined {
  const member = findMember(scan, "messages");
  if (member === undefined) return undefined;
  const messages = ask.body.toString("utf8", member.valueStart, member.valueEnd - 1);
  return { key: "messages", value: `${messages},${JSON.stringify({ role: "assistant", content: text })}]` };
}

function addDefaults(scan: ObjectScan, parameters: ModelParameters, refuses: readonly string[], edits: Edit[]): void {
  for (const [key, value] of parameters.defaults) {
    if (findMember(scan, key) === undefined && !refuses.includes(key)) edits.push({ key, value });
  }
  for (const key of refuses) {
    if (findMember(scan, key) !== undefined) edits.push({ key, value: undefined });
  }
}

/** Members of `extra_body` at most, as each is looked for among all others. */
const MAX_EXTRA = 64;

/** Members of a conversation that `extra_body` cannot set, as the gateway does. */
const OWN: ReadonlySet<string> = new Set([
  "model",
  "stream",
  "stream_options",
  "messages",
  "prompt",
  "max_tokens",
  "max_completion_tokens",
]);

/**
 * The members of `extra_body` stand in the body themselves, unless the client or the gateway has set them (docs/behaviour.md "Requests and models").
 * @param own members that they cannot set
 * @throws GatewayError `wrong_format` if they are too many
 */
export function addExtraBody(ask: Ask, scan: ObjectScan, refuses: readonly string[], edits: Edit[], own = OWN): void {
  const member = findMember(scan, "extra_body");
  if (member === undefined) return;
  const inner = scanObject(ask.body.subarray(member.valueStart, member.valueEnd));
  // what is no object is the provider's to refuse
  if (!inner.ok) return;
  if (inner.members.length > MAX_EXTRA) {
    throw new GatewayError("wrong_format", `'extra_body' must have at most ${MAX_EXTRA} members, but it has ${inner.members.length}`);
  }
  edits.push({ key: "extra_body", value: undefined });
  for (const { key, valueStart, valueEnd } of inner.members) {
    const isSet = findMember(scan, key) !== undefined || edits.some((edit) => edit.key === key);
    if (isSet || own.has(key) || refuses.includes(key)) continue;
    edits.push({ key, value: ask.body.toString("utf8", member.valueStart + valueStart, member.valueStart + valueEnd) });
  }
}

/**
 * Same dialect, same bytes: only what must change is spliced, namely the model, forced and default options, and the stream flag.
 * @param refuses members that the provider refuses, and that are left out
 */
export function encode(call: Call, refuses: readonly string[]): Buffer {
  const { ask, parameters } = call;
  const { scan } = ask;
  if (scan === undefined) return ask.body;
  const edits: Edit[] = [];
  if (call.model !== undefined && call.model !== ask.model) edits.push({ key: "model", value: JSON.stringify(call.model) });
  if (call.stream !== ask.stream) edits.push({ key: "stream", value: String(call.stream) });
  if (call.usage !== "off" && !ask.wantsUsage) edits.push({ key: "stream_options", value: withUsage(ask, scan) });
  const prefilled = call.prefill === undefined ? undefined : withPrefill(ask, scan, call.prefill);
  if (prefilled !== undefined) edits.push(prefilled);
  addDefaults(scan, parameters, refuses, edits);
  if (parameters.maxTokens !== undefined) capTokens(ask, scan, parameters.maxTokens, call.model, edits);
  addExtraBody(ask, scan, refuses, edits);
  return edits.length === 0 ? ask.body : spliceObject(ask.body, scan, edits);
}
