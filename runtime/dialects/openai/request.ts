import { GatewayError } from "../../errors";
import type { Ask } from "../../codecs/ask";
import type { Call, ModelParameters } from "../../codecs/codec";
import { givenTextOf, type GivenText } from "../../codecs/resumption";
import { findMember, scanObject, type ObjectScan } from "../../json/scan";
import { spliceObject, type Edit } from "../../json/splice";
import { capTokens } from "./cap";
import type { CapName } from "./traits";

const EMPTY = Buffer.alloc(0);

const USAGE: readonly Edit[] = [{ key: "include_usage", value: "true" }];

/** `stream_options` with usage asked for; whatever else the client wrote there stays as it is. */
function withUsage(ask: Ask, scan: ObjectScan): string {
  const member = findMember(scan, "stream_options");
  const given = member === undefined ? EMPTY : ask.body.subarray(member.valueStart, member.valueEnd);
  const options = scanObject(given);
  return options.ok ? spliceObject(given, options, USAGE).toString() : '{"include_usage":true}';
}

/** Puts the text that the model is to go on with behind the conversation, and whatever tells the provider so. */
function addGiven(ask: Ask, scan: ObjectScan, { text, wish, form }: GivenText, edits: Edit[]): void {
  const member = findMember(scan, "messages");
  if (member === undefined) return;
  const before = ask.body.toString("utf8", member.valueStart, member.valueEnd - 1);
  const own = { role: "assistant", content: text, ...form?.message };
  const added = wish === undefined ? [own] : [own, { role: "user", content: wish }];
  edits.push({ key: "messages", value: `${before},${added.map((one) => JSON.stringify(one)).join(",")}]` });
  for (const [key, value] of Object.entries(form?.request ?? {})) edits.push({ key, value: String(value) });
}

function addDefaults(scan: ObjectScan, parameters: ModelParameters, refuses: readonly string[], edits: Edit[]): void {
  for (const [key, value] of parameters.defaults) {
    if (findMember(scan, key) === undefined && !refuses.includes(key)) edits.push({ key, value });
  }
}

const NONE: readonly string[] = [];

/** Which of these members a request has. */
export function membersAmong(scan: ObjectScan | undefined, names: readonly string[]): readonly string[] {
  let found: string[] | undefined;
  if (scan !== undefined) for (const name of names) if (findMember(scan, name) !== undefined) (found ??= []).push(name);
  return found ?? NONE;
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

/** What a provider makes of a request. */
export interface Encoding {
  /** The model as the provider is told it. */
  readonly model: string | undefined;
  /** Members that the provider refuses. */
  readonly refuses: readonly string[];
  /** Those of them that the request has, and that are left out. */
  readonly leftOut: readonly string[];
  readonly cap: CapName;
}

/** Same dialect, same bytes: only what must change is spliced, namely the model, forced and default options, and the stream flag. */
export function encode(call: Call, { model, refuses, leftOut, cap }: Encoding): Buffer {
  const { ask, parameters } = call;
  const { scan } = ask;
  if (scan === undefined) return ask.body;
  const edits: Edit[] = [];
  if (model !== ask.model) edits.push({ key: "model", value: model === undefined ? undefined : JSON.stringify(model) });
  if (call.stream !== ask.stream) edits.push({ key: "stream", value: String(call.stream) });
  if (call.usage !== "off" && !ask.wantsUsage) edits.push({ key: "stream_options", value: withUsage(ask, scan) });
  const given = givenTextOf(call.resume);
  if (given !== undefined) addGiven(ask, scan, given, edits);
  addDefaults(scan, parameters, refuses, edits);
  for (const key of leftOut) edits.push({ key, value: undefined });
  capTokens(call, scan, cap, edits);
  addExtraBody(ask, scan, refuses, edits);
  return edits.length === 0 ? ask.body : spliceObject(ask.body, scan, edits);
}
