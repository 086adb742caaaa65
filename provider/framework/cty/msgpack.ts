import { MsgpackReader } from "./msgpack-reader";
import { MsgpackWriter } from "./msgpack-writer";
import { normalizeSet, normalizeValue } from "./normalize";
import { Path, ValueError } from "./path";
import { compareText } from "./text";
import { typeFromJson, typeToJson } from "./type-json";
import { numberOf, readUnknown, writeNumber, writeUnknown } from "./unknown-msgpack";
import { Dynamic, emptyRecord, member, Unknown, type CtyRecord, type CtyValue } from "./value";
import { describeType, type CtyType } from "./type";
import type { Decimal } from "./number";

/** Values nest as deep as their schema, except dynamic ones, whose type comes from outside. */
const MAX_DEPTH = 512;

const sorted = new WeakMap<object, readonly string[]>();

function sortedNames(attributes: Readonly<Record<string, CtyType>>): readonly string[] {
  let names = sorted.get(attributes);
  if (names === undefined) {
    names = Object.keys(attributes).sort(compareText);
    sorted.set(attributes, names);
  }
  return names;
}

function write(writer: MsgpackWriter, type: CtyType, value: CtyValue): void {
  if (value instanceof Unknown) {
    writeUnknown(writer, type, value);
    return;
  }
  if (value === null) {
    writer.nil();
    return;
  }
  switch (type.kind) {
    case "string": {
      writer.string(value as string);
      return;
    }
    case "bool": {
      writer.bool(value as boolean);
      return;
    }
    case "number": {
      writeNumber(writer, value as number | Decimal);
      return;
    }
    case "dynamic": {
      const dynamic = value as Dynamic;
      writer.arrayHeader(2);
      writer.binary(Buffer.from(typeToJson(dynamic.type)));
      write(writer, dynamic.type, dynamic.value);
      return;
    }
    case "list":
    case "set": {
      const elements = value as readonly CtyValue[];
      writer.arrayHeader(elements.length);
      for (const element of elements) write(writer, type.element, element);
      return;
    }
    case "tuple": {
      writer.arrayHeader(type.elements.length);
      type.elements.forEach((element, index) => write(writer, element, (value as readonly CtyValue[])[index] ?? null));
      return;
    }
    case "map": {
      const keys = Object.keys(value).sort(compareText);
      writer.mapHeader(keys.length);
      for (const key of keys) {
        writer.string(key);
        write(writer, type.element, member(value as CtyRecord, key));
      }
      return;
    }
    case "object": {
      const names = sortedNames(type.attributes);
      writer.mapHeader(names.length);
      for (const name of names) {
        writer.string(name);
        write(writer, type.attributes[name] as CtyType, member(value as CtyRecord, name));
      }
      return;
    }
  }
}

/**
 * Encodes a value of a type as go-cty does, byte for byte.
 *
 * @throws ValueError when the value does not fit the type.
 */
export function encodeMsgpack(type: CtyType, value: unknown): Buffer {
  const writer = new MsgpackWriter();
  write(writer, type, normalizeValue(type, value));
  return writer.finish();
}

function readCount(kind: "array" | "map", type: CtyType, found: { kind: string; count?: number }): number {
  if (found.kind !== kind) throw new TypeError(`a ${describeType(type)} is required, got ${found.kind}`);
  return found.count ?? 0;
}

function readKey(reader: MsgpackReader): string {
  const key = reader.read();
  if (key.kind !== "string") throw new TypeError(`keys must be strings, got ${key.kind}`);
  return key.value.normalize("NFC");
}

function readObject(reader: MsgpackReader, type: CtyType & { kind: "object" }, count: number, path: Path, depth: number): CtyValue {
  const expected = Object.keys(type.attributes).length;
  if (count !== expected) throw new TypeError(`an object with ${expected} attributes is required, got ${count}`);
  const result = emptyRecord();
  for (let index = 0; index < count; index++) {
    const name = readKey(reader);
    const attribute = Object.hasOwn(type.attributes, name) ? type.attributes[name] : undefined;
    if (attribute === undefined) throw new TypeError(`${JSON.stringify(name.slice(0, 64))} is no attribute of the schema`);
    if (Object.hasOwn(result, name)) throw new TypeError(`${JSON.stringify(name)} is given twice`);
    result[name] = read(reader, attribute, path.attribute(name), depth + 1);
  }
  return result;
}

function readDynamic(reader: MsgpackReader, count: number, path: Path, depth: number): CtyValue {
  const type = count === 2 ? reader.read() : undefined;
  if (type?.kind !== "binary" && type?.kind !== "string") throw new TypeError("a dynamic value must be [type, value]");
  const inner = typeFromJson(type.value.toString());
  const value = read(reader, inner, path, depth + 1);
  // Dynamic in dynamic says no more than the inner one.
  return inner.kind === "dynamic" ? value : new Dynamic(inner, value);
}

function readComposite(reader: MsgpackReader, type: CtyType, item: { kind: string; count?: number }, path: Path, depth: number): CtyValue {
  switch (type.kind) {
    case "list":
    case "set": {
      const values: CtyValue[] = [];
      const count = readCount("array", type, item);
      for (let index = 0; index < count; index++) values.push(read(reader, type.element, path.index(index), depth + 1));
      return type.kind === "set" ? normalizeSet(type.element, values) : values;
    }
    case "tuple": {
      const count = readCount("array", type, item);
      if (count !== type.elements.length) throw new TypeError(`a ${describeType(type)} is required, got ${count}`);
      return type.elements.map((element, index) => read(reader, element, path.index(index), depth + 1));
    }
    case "map": {
      const result = emptyRecord();
      const count = readCount("map", type, item);
      for (let index = 0; index < count; index++) {
        const key = readKey(reader);
        result[key] = read(reader, type.element, path.key(key), depth + 1);
      }
      return result;
    }
    case "object":
      return readObject(reader, type, readCount("map", type, item), path, depth);
    case "dynamic":
      return readDynamic(reader, readCount("array", type, item), path, depth);
    default:
      throw new TypeError(`a ${describeType(type)} is required, got ${item.kind}`);
  }
}

function read(reader: MsgpackReader, type: CtyType, path: Path, depth: number): CtyValue {
  if (depth > MAX_DEPTH) throw new ValueError(path, `must nest at most ${MAX_DEPTH} levels deep`);
  try {
    const item = reader.read();
    if (item.kind === "extension") return readUnknown(type, item);
    if (item.kind === "nil") return null;
    if (type.kind === "number") return numberOf(item);
    if (type.kind === "string" && item.kind === "string") return item.value.normalize("NFC");
    if (type.kind === "bool" && item.kind === "bool") return item.value;
    return readComposite(reader, type, item, path, depth);
  } catch (error) {
    if (error instanceof ValueError) throw error;
    throw new ValueError(path, (error as Error).message);
  }
}

/**
 * Decodes a value of a type.
 *
 * @throws ValueError when the bytes are no msgpack, do not fit the type, or go on after the value.
 */
export function decodeMsgpack(type: CtyType, bytes: Uint8Array): CtyValue {
  const reader = new MsgpackReader(bytes);
  const value = read(reader, type, Path.empty, 0);
  if (!reader.isAtEnd) throw new ValueError(Path.empty, "there are bytes after the encoded value");
  return value;
}
