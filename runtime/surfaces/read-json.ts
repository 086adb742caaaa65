import { GatewayError } from "../errors";
import type { Ask } from "../codecs/ask";
import {
  duplicated,
  findMember,
  MAX_DEPTH,
  MAX_MEMBERS,
  parseMember,
  scanObject,
  type ObjectScan,
  type ScanFailure,
  type ScanResult,
} from "../json/scan";

/** Members that the gateway itself reads or sets in OpenAI-format bodies; twice in one body is ambiguous and refused. */
const OWN_KEYS: ReadonlySet<string> = new Set([
  "model",
  "stream",
  "stream_options",
  "messages",
  "prompt",
  "temperature",
  "top_p",
  "top_k",
  "max_tokens",
  "max_completion_tokens",
]);

/** A model's name longer than this is none, in bytes. */
const LONGEST_MODEL = 4096;

/** Options of a stream that are larger than this are none, in bytes. */
const LARGEST_OPTIONS = 64 * 1024;

/** The problem as the end of a sentence that begins with "the request body must be a JSON object". */
function whatIsWrong({ reason, offset }: ScanFailure): string {
  switch (reason) {
    case "empty":
      return ", but it is empty";
    case "not-an-object":
      return ", but it is other JSON";
    case "too-deep":
      return ` nested at most ${MAX_DEPTH} deep, but it is nested deeper`;
    case "too-many-members":
      return ` with at most ${MAX_MEMBERS} members, but it has more`;
    case "invalid":
      return `, but it stops being JSON at byte ${offset}`;
  }
}

/**
 * Scans a body that must be a JSON object.
 * @param scanned what a scan before gave; undefined if there was none
 * @throws GatewayError `body_not_json`, `duplicate_key`
 */
export function scanJsonBody(body: Buffer, scanned?: ScanResult): ObjectScan {
  const scan = scanned ?? scanObject(body);
  if (!scan.ok) throw new GatewayError("body_not_json", `the request body must be a JSON object${whatIsWrong(scan)}`);
  const twice = duplicated(scan, OWN_KEYS);
  if (twice !== undefined)
    throw new GatewayError("duplicate_key", `the request body must hold '${twice}' once, but it is given more than once`);
  return scan;
}

/**
 * Reads what every OpenAI-format body may hold.
 * @throws GatewayError `wrong_format` if `model`, `stream` or `stream_options` is of another type or larger than any that is one
 */
export function readAsk(body: Buffer, scan: ObjectScan): Ask {
  const modelMember = findMember(scan, "model");
  if (modelMember !== undefined && modelMember.valueEnd - modelMember.valueStart > LONGEST_MODEL) {
    throw new GatewayError("wrong_format", `'model' must be at most ${LONGEST_MODEL} bytes, but it is larger`);
  }
  const model = modelMember === undefined ? undefined : parseMember(body, modelMember);
  if (model !== undefined && model !== null && typeof model !== "string") {
    throw new GatewayError(
      "wrong_format",
      `'model' must be a string, but ${Array.isArray(model) ? "an array" : `a value of type ${typeof model}`} was given`,
    );
  }
  const streamMember = findMember(scan, "stream");
  // "true" and "false" differ in their first byte, so that nothing has to be parsed
  const stream = streamMember === undefined ? undefined : body[streamMember.valueStart];
  if (stream !== undefined && stream !== 0x74 && stream !== 0x66 && stream !== 0x6e) {
    throw new GatewayError("wrong_format", "'stream' must be true or false");
  }
  const streams = stream === 0x74;
  const options = findMember(scan, "stream_options");
  if (options !== undefined && options.valueEnd - options.valueStart > LARGEST_OPTIONS) {
    throw new GatewayError("wrong_format", `'stream_options' must be at most ${LARGEST_OPTIONS} bytes, but it is larger`);
  }
  return { body, scan, model: model ?? undefined, stream: streams, wantsUsage: streams && asksForUsage(body, scan), reading: undefined };
}

function asksForUsage(body: Buffer, scan: ObjectScan): boolean {
  const member = findMember(scan, "stream_options");
  const options = member === undefined ? undefined : parseMember(body, member);
  return typeof options === "object" && options !== null && (options as { include_usage?: unknown }).include_usage === true;
}

/** Whether a member's value is an array with at least one element. */
export function isFilledArray(body: Buffer, scan: ObjectScan, key: string): boolean {
  const member = findMember(scan, key);
  if (member === undefined || body[member.valueStart] !== 0x5b) return false;
  for (let at = member.valueStart + 1; at < member.valueEnd; at++) {
    const byte = body[at];
    if (byte !== 0x20 && byte !== 0x0a && byte !== 0x0d && byte !== 0x09) return byte !== 0x5d;
  }
  return false;
}
