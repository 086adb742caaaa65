import type { Path, Problem } from "../problem";
import type { Place, Tree } from "./tree";

/** One breach of a rule. */
export interface Finding {
  readonly path: Path;
  readonly message: string;
  /** Where it differs from the rule's. */
  readonly severity?: Problem["severity"];
}

/** A rule across fields. */
export interface Rule {
  /** Its number in docs/configuration.md. */
  readonly id: number;
  /** What must hold, in one sentence. */
  readonly text: string;
  readonly severity: Problem["severity"];
  /** All breaches in a tree of any shape; never throws. */
  check(tree: Tree): readonly Finding[];
}

/** A finding at a place. */
export function finding(place: Place, message: string, severity?: Problem["severity"]): Finding {
  return severity === undefined ? { path: place.path, message } : { path: place.path, message, severity };
}

/** Findings for all members that are missing though some of their group are given. */
export function allOrNone(record: Place, names: readonly string[], severity?: Problem["severity"]): Finding[] {
  const present = names.filter((name) => record.at(name).given);
  if (present.length === 0 || present.length === names.length) return [];
  const together = names.map((name) => `"${name}"`).join(", ");
  return names
    .filter((name) => !present.includes(name))
    .map((name) =>
      finding(
        record.at(name),
        `must be given too: all or none of ${together} are set, but only ${present.map((one) => `"${one}"`).join(" and ")} was given.`,
        severity,
      ),
    );
}
