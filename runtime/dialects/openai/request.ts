import type { Ask } from "../../codecs/ask";
import type { Call, ModelParameters } from "../../codecs/codec";
import { givenTextOf, type GivenText } from "../../codecs/resumption";
import { findMember, scanObject, type ObjectScan } from "../../json/scan";
import { spliceObject, type Edit } from "../../json/splice";
import { capTokens } from "./cap";
import { OWN_OF_CHATS, type ExtraBody } from "./extra-body";
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

/** @param model as the provider is told it; undefined: it is told none */
export function editModel(ask: Ask, model: string | undefined, edits: Edit[]): void {
  if (model !== ask.model) edits.push({ key: "model", value: model === undefined ? undefined : JSON.stringify(model) });
}

const NONE: readonly string[] = [];

/** Which of these members a request has. */
export function membersAmong(scan: ObjectScan | undefined, names: readonly string[]): readonly string[] {
  let found: string[] | undefined;
  if (scan !== undefined) for (const name of names) if (findMember(scan, name) !== undefined) (found ??= []).push(name);
  return found ?? NONE;
}

/** What a provider makes of a request. */
export interface Encoding {
  /** The model as the provider is told it. */
  readonly model: string | undefined;
  /** Members that the provider refuses. */
  readonly refuses: readonly string[];
  /** Those of them that the request has, and that are left out. */
  readonly leftOut: readonly string[];
  /** Undefined if the request has none; learns which of its members had no effect. */
  readonly extra: ExtraBody | undefined;
  readonly cap: CapName;
}

/** Same dialect, same bytes: only what must change is spliced, namely the model, forced and default options, and the stream flag. */
export function encode(call: Call, { model, refuses, leftOut, extra, cap }: Encoding): Buffer {
  const { ask, parameters } = call;
  const { scan } = ask;
  if (scan === undefined) return ask.body;
  const edits: Edit[] = [];
  editModel(ask, model, edits);
  if (call.stream !== ask.stream) edits.push({ key: "stream", value: String(call.stream) });
  if (call.usage !== "off" && !ask.wantsUsage) edits.push({ key: "stream_options", value: withUsage(ask, scan) });
  const given = givenTextOf(call.resume);
  if (given !== undefined) addGiven(ask, scan, given, edits);
  addDefaults(scan, parameters, refuses, edits);
  for (const key of leftOut) edits.push({ key, value: undefined });
  capTokens(call, scan, cap, edits);
  extra?.addTo(scan, { own: OWN_OF_CHATS, refuses }, edits);
  return edits.length === 0 ? ask.body : spliceObject(ask.body, scan, edits);
}
