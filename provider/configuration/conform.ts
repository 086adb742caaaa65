import { describeType, isUnknown, type CtyType } from "../framework";
import type { Path, Problem } from "../../config/problem";
import { hasReference } from "../../config/references";
import { isRecord } from "./plain";

/** A tree as core would hand it over, and what core would refuse. */
export interface Conformed {
  readonly value: unknown;
  readonly problems: readonly Problem[];
}

/**
 * Converts the texts, numbers and booleans of a tree as core converts what is assigned to an attribute of the type: `"70"` is a number there, `5` a
 * text. What does not fit stays as it is, for others to judge. Only references need a word here: core wants a number where Kong's own files may
 * have a reference.
 */
export function conform(root: unknown, type: CtyType): Conformed {
  const problems: Problem[] = [];
  const visit = (value: unknown, wanted: CtyType, path: Path): unknown => {
    if (isUnknown(value)) return value;
    if ((wanted.kind === "list" || wanted.kind === "set") && Array.isArray(value)) {
      return value.map((element: unknown, index) => visit(element, wanted.element, [...path, index]));
    }
    if ((wanted.kind === "map" || wanted.kind === "object") && isRecord(value)) {
      const convert = (name: string, member: unknown): unknown => {
        const known = memberType(wanted, name);
        return known === undefined ? member : visit(member, known, [...path, name]);
      };
      return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, convert(name, member)]));
    }
    if (typeof value === "string" && (wanted.kind === "number" || wanted.kind === "bool") && hasReference(value)) {
      problems.push({
        severity: "error",
        path,
        message: `must be a ${describeType(wanted)}, but a reference was given. In Terraform only texts take references: use a variable.`,
      });
      return value;
    }
    return convertScalar(value, wanted);
  };
  return { value: visit(root, type, []), problems };
}

function memberType(type: CtyType, name: string): CtyType | undefined {
  if (type.kind === "map") return type.element;
  return type.kind === "object" && Object.hasOwn(type.attributes, name) ? type.attributes[name] : undefined;
}

const BOOLEANS: Readonly<Record<string, boolean>> = { true: true, "1": true, false: false, "0": false };

function convertScalar(value: unknown, { kind }: CtyType): unknown {
  if (kind === "string" && (typeof value === "number" || typeof value === "boolean")) return String(value);
  if (typeof value !== "string") return value;
  if (kind === "number" && value.trim() === value && value !== "" && Number.isFinite(Number(value))) return Number(value);
  return kind === "bool" && Object.hasOwn(BOOLEANS, value) ? BOOLEANS[value] : value;
}
