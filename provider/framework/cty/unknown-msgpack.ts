import type { Decimal } from "./number";
import { numberFromBigInt, numberFromText, wireNumber } from "./number";
import { MsgpackReader, type MsgpackItem } from "./msgpack-reader";
import { MsgpackWriter } from "./msgpack-writer";
import { UNKNOWN, Unknown, type Refinement } from "./value";
import type { CtyType } from "./type";

const REFINED = 12;
const MAX_PAYLOAD_BYTES = 1024;
const MAX_PREFIX_BYTES = 256;
const Key = { nullness: 1, stringPrefix: 2, numberLower: 3, numberUpper: 4, lengthLower: 5, lengthUpper: 6 } as const;

type Bound = NonNullable<Refinement["numberLower"]>;

/** Writes a number as go-cty does. */
export function writeNumber(writer: MsgpackWriter, value: number | Decimal): void {
  const wire = wireNumber(value);
  if ("smallInt" in wire) writer.int(wire.smallInt);
  else if ("int" in wire) writer.int(wire.int);
  else if ("float" in wire) writer.float(wire.float);
  else writer.string(wire.text);
}

/** The number an item stands for. @throws TypeError when it stands for none, or for "not a number". */
export function numberOf(item: MsgpackItem): number | Decimal {
  if (item.kind === "int") return typeof item.value === "bigint" ? numberFromBigInt(item.value) : item.value;
  if (item.kind === "float" && !Number.isNaN(item.value)) return item.value === 0 ? 0 : item.value;
  if (item.kind === "string") return numberFromText(item.value);
  throw new TypeError(`a number is required, got ${item.kind}`);
}

/** Cuts at a character, so that a prefix stays text; core accepts any shorter prefix. */
function boundedPrefix(prefix: string): string {
  if (Buffer.byteLength(prefix) <= MAX_PREFIX_BYTES) return prefix;
  let text = "";
  let size = 0;
  for (const { segment } of new Intl.Segmenter(undefined, { granularity: "grapheme" }).segment(prefix)) {
    size += Buffer.byteLength(segment);
    if (size >= MAX_PREFIX_BYTES) break;
    text += segment;
  }
  return text;
}

type Entry = (writer: MsgpackWriter) => void;

function boundEntry(key: number, bound: Bound): Entry {
  return (writer) => {
    writer.int(key);
    writer.arrayHeader(2);
    writeNumber(writer, bound.bound);
    writer.bool(bound.inclusive);
  };
}

function entriesOf(type: CtyType, refinement: Refinement): readonly Entry[] {
  const entries: Entry[] = [];
  const add = (key: number, write: (writer: MsgpackWriter) => void): void => {
    entries.push((writer) => {
      writer.int(key);
      write(writer);
    });
  };
  const { stringPrefix, numberLower, numberUpper, lengthLower, lengthUpper } = refinement;
  if (refinement.nullness === false) add(Key.nullness, (writer) => writer.bool(false));
  if (type.kind === "number") {
    if (numberLower !== undefined) entries.push(boundEntry(Key.numberLower, numberLower));
    if (numberUpper !== undefined) entries.push(boundEntry(Key.numberUpper, numberUpper));
  } else if (type.kind === "string") {
    if (stringPrefix !== undefined && stringPrefix !== "") add(Key.stringPrefix, (writer) => writer.string(boundedPrefix(stringPrefix)));
  } else if (type.kind === "list" || type.kind === "set" || type.kind === "map") {
    if (lengthLower !== undefined && lengthLower !== 0) add(Key.lengthLower, (writer) => writer.int(lengthLower));
    if (lengthUpper !== undefined) add(Key.lengthUpper, (writer) => writer.int(lengthUpper));
  }
  return entries;
}

/** Writes an unknown value: extension 0 with one zero byte, or extension 12 where something is known about it. */
export function writeUnknown(writer: MsgpackWriter, type: CtyType, value: Unknown): void {
  const entries = type.kind === "dynamic" ? [] : entriesOf(type, value.refinement);
  if (entries.length === 0) {
    writer.extension(0, Buffer.from([0]));
    return;
  }
  const payload = new MsgpackWriter();
  payload.mapHeader(entries.length);
  for (const entry of entries) entry(payload);
  writer.extension(REFINED, payload.finish());
}

function requireKind(type: CtyType, kinds: readonly CtyType["kind"][], what: string): void {
  if (!kinds.includes(type.kind)) throw new TypeError(`a ${what} is no refinement of a ${type.kind}`);
}

function readBound(reader: MsgpackReader): Bound {
  const header = reader.read();
  if (header.kind !== "array" || header.count !== 2) throw new TypeError("the bound of a refinement must be [number, bool]");
  const bound = numberOf(reader.read());
  const inclusive = reader.read();
  if (inclusive.kind !== "bool") throw new TypeError("the bound of a refinement must be [number, bool]");
  return { bound, inclusive: inclusive.value };
}

function readEntry(reader: MsgpackReader, type: CtyType): Refinement {
  const key = reader.read();
  if (key.kind !== "int") throw new TypeError("the keys of a refinement must be integers");
  switch (key.value) {
    case Key.numberLower:
      requireKind(type, ["number"], "number bound");
      return { numberLower: readBound(reader) };
    case Key.numberUpper:
      requireKind(type, ["number"], "number bound");
      return { numberUpper: readBound(reader) };
  }
  const item = reader.read();
  switch (key.value) {
    case Key.nullness:
      if (item.kind !== "bool") break;
      return { nullness: item.value };
    case Key.stringPrefix:
      requireKind(type, ["string"], "string prefix");
      if (item.kind !== "string") break;
      return { stringPrefix: item.value };
    case Key.lengthLower:
    case Key.lengthUpper:
      requireKind(type, ["list", "set", "map"], "length bound");
      if (item.kind !== "int" || typeof item.value !== "number") break;
      return key.value === Key.lengthLower ? { lengthLower: item.value } : { lengthUpper: item.value };
    default:
      if (item.kind === "array" || item.kind === "map") throw new TypeError("a refinement of an unknown kind must be a scalar");
      return {};
  }
  throw new TypeError(`refinement ${key.value} must not be a ${item.kind}`);
}

/**
 * The unknown value of an extension item. A certain null comes out as null.
 *
 * @throws TypeError when the extension is none of the two, or longer than 1024 bytes, or its refinements do not fit the type.
 */
export function readUnknown(type: CtyType, extension: Extract<MsgpackItem, { kind: "extension" }>): Unknown | null {
  if (extension.payload.length <= 1) return UNKNOWN;
  if (extension.type !== REFINED) {
    throw new TypeError(`extension ${extension.type} of ${extension.payload.length} bytes is no unknown value`);
  }
  if (extension.payload.length > MAX_PAYLOAD_BYTES) throw new TypeError(`a refinement must have at most ${MAX_PAYLOAD_BYTES} bytes`);
  const reader = new MsgpackReader(extension.payload);
  const header = reader.read();
  if (header.kind !== "map") throw new TypeError("a refinement must be a map");
  if (type.kind === "dynamic") return UNKNOWN;
  let refinement: Refinement = {};
  for (let index = 0; index < header.count; index++) refinement = { ...refinement, ...readEntry(reader, type) };
  if (refinement.nullness === true) return null;
  return Object.keys(refinement).length === 0 ? UNKNOWN : new Unknown(refinement);
}
