import { createHash } from "node:crypto";
import { stringify } from "yaml";
import { isRecord } from "./plain";

/** A document in the forms that people and containers take. */
export interface Rendered {
  readonly json: string;
  readonly yaml: string;
  /** Of `json`, in hexadecimal digits. */
  readonly sha256: string;
}

/** Go sorts keys by their bytes; JavaScript's own order differs beyond the Basic Multilingual Plane. */
function compareBytes(left: string, right: string): number {
  return Buffer.compare(Buffer.from(left), Buffer.from(right));
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (!isRecord(value)) return value;
  const members = Object.entries(value).sort(([left], [right]) => compareBytes(left, right));
  return Object.fromEntries(members.map(([name, member]) => [name, sorted(member)]));
}

/** The escapes of Terraform's `jsonencode`, which keeps JSON harmless inside HTML. */
const ESCAPES: Readonly<Record<string, string>> = {
  "<": "\\u003c",
  ">": "\\u003e",
  "&": "\\u0026",
  "\u2028": "\\u2028",
  "\u2029": "\\u2029",
};

/** Renders a document; the same document makes the same bytes. `json` is what Terraform's own `jsonencode` would print, so that the two compare equal. */
export function renderDocument(document: Readonly<Record<string, unknown>>): Rendered {
  const ordered = sorted(document);
  const json = JSON.stringify(ordered).replace(/[<>&\u2028\u2029]/g, (character) => ESCAPES[character] ?? character);
  return {
    json,
    yaml: stringify(ordered, { lineWidth: 0, aliasDuplicateObjects: false }),
    sha256: createHash("sha256").update(json).digest("hex"),
  };
}
