import type { Random } from "./random";

/** Any JSON value. */
export type Json = unknown;

/** Nested so many times, as text: a reader that recurses runs out of stack. */
export const nested = (depth: number, open: string, close: string): string => open.repeat(depth) + "0" + close.repeat(depth);

const SCALARS: readonly Json[] = [
  null,
  true,
  false,
  0,
  -1,
  1.5,
  1e308,
  -0,
  2 ** 53,
  "",
  "text",
  "\u0000",
  "模型 😀 \ud800",
  "constructor",
  "a\r\nb: c",
  "x".repeat(5_000),
];

const KEYS = ["", "__proto__", "constructor", "toString", "model", "stream", "messages", "choices", "usage", "length", "0"];

/** A value that nobody asked for. */
export function strange(random: Random): Json {
  const kind = random.int(0, 5);
  if (kind <= 2) return random.pick(SCALARS);
  if (kind === 3) return Array.from({ length: random.int(0, 40) }, () => random.pick(SCALARS));
  if (kind === 4) return Object.fromEntries(Array.from({ length: random.int(0, 12) }, () => [random.pick(KEYS), random.pick(SCALARS)]));
  return JSON.parse(random.chance(0.5) ? nested(200, "[", "]") : nested(200, '{"a":', "}"));
}

type Place = { readonly holder: Record<string, Json> | Json[]; readonly key: string | number };

function places(value: Json, found: Place[] = []): Place[] {
  if (typeof value !== "object" || value === null || found.length > 200) return found;
  const holder = value as Record<string, Json> | Json[];
  for (const [key, inner] of Object.entries(holder)) {
    found.push({ holder, key });
    places(inner, found);
  }
  return found;
}

function change(random: Random, { holder, key }: Place): void {
  const members = holder as Record<string, Json>;
  switch (random.int(0, 5)) {
    case 0:
      members[key] = null;
      break;
    case 1:
      if (Array.isArray(holder)) holder.splice(Number(key), 1);
      else Reflect.deleteProperty(holder, key);
      break;
    case 2:
      members[key] = [members[key], null, members[key]];
      break;
    case 3:
      members[Array.isArray(holder) ? random.int(0, 20) : random.pick(KEYS)] = members[key];
      break;
    default:
      members[key] = strange(random);
  }
}

/** Changes a JSON value in 1 to 3 places: other types, nothing, missing, moved, repeated. Returns what it has become. */
export function mutated(random: Random, original: Json): Json {
  let value = structuredClone(original);
  for (let count = random.int(1, 3); count > 0; count--) {
    if (random.chance(0.05)) {
      value = strange(random);
      continue;
    }
    const all = places(value);
    if (all.length === 0) return strange(random);
    change(random, random.pick(all));
  }
  return value;
}

/** JSON text, sometimes written as no printer would: a key twice, escapes, spaces, deep below the stack's reach, not JSON at all. */
export function jsonText(random: Random, value: Json): string {
  const text = value === undefined ? "null" : JSON.stringify(value);
  switch (random.int(0, 24)) {
    case 0:
      return text.slice(0, random.cut(text.length));
    case 1:
      return text.replace("{", '{"model":"twice",');
    case 2:
      return text.replace("{", '{"\\u006dodel":"escaped",');
    case 3:
      return text.replaceAll(":", " :\n\t").replaceAll(",", " , ");
    case 4:
      return text.replace("{", `{"deep":${nested(random.pick([100, 9_000, 60_000]), "[", "]")},`);
    case 5:
      return text.replace("{", `{"deep":${nested(random.pick([100, 9_000, 30_000]), '{"a":', "}")},`);
    case 6:
      return `\ufeff${text}`;
    case 7:
      return `${text}${text}`;
    case 8:
      return text.replace("{", `{"n":${random.pick(["NaN", "01", "1e999", "-", "+1", "'x'", '"\\x"', '"\n"', "1".repeat(500)])},`);
    case 9:
      return text.replace("{", `{${Array.from({ length: 300 }, (_, index) => `"k${index}":${index}`).join(",")},`);
    case 10: {
      const numbers = [...text.matchAll(/:\d+/g)];
      if (numbers.length === 0) return text;
      const { index, 0: digits } = random.pick(numbers);
      return `${text.slice(0, index)}:${nested(random.pick([50, 9_000]), '{"a":', "}")}${text.slice(index + digits.length)}`;
    }
    default:
      return text;
  }
}

/** Bytes that are cut, repeated, moved or changed. */
export function mutatedBytes(random: Random, bytes: Buffer): Buffer {
  if (bytes.length < 2) return bytes;
  const at = random.cut(bytes.length);
  const end = random.int(at, Math.min(bytes.length, at + random.pick([1, 4, 40, 400])));
  switch (random.int(0, 5)) {
    case 0:
      return bytes.subarray(0, at);
    case 1:
      return Buffer.concat([bytes.subarray(0, end), bytes.subarray(at)]);
    case 2:
      return Buffer.concat([bytes.subarray(0, at), bytes.subarray(end)]);
    case 3:
      return Buffer.concat([bytes.subarray(end), bytes.subarray(0, end)]);
    case 4: {
      const changed = Buffer.from(bytes);
      for (let index = at; index < end; index++) changed[index] = random.int(0, 255);
      return changed;
    }
    default:
      return Buffer.concat([
        bytes.subarray(0, at),
        Buffer.from(random.pick(["\0", "\r\n", "\n\n", "\r", "\xff", "data: "]), "latin1"),
        bytes.subarray(at),
      ]);
  }
}
