import type { Path } from "../../config/problem";
import { fieldAt, type Field } from "../../config/schema/describe";
import { MASK, type Redactor } from "./redactor";
import { literalPieces } from "./secrets";
import { canonical, isHidden, isNothing, isRecord, list, member, record } from "./values";

/** One field that has another value than before. */
export interface FieldChange {
  /** From `config` on, in the spelling of `ai-proxy-advanced`. */
  readonly path: Path;
  /** Its name for people: `max_tokens`, `alias`, `vectordb.threshold`. */
  readonly label: string;
  /** Its values for people, without secrets. */
  readonly before: string;
  readonly after: string;
  /** `70 → 60 ms`, or `changed` where nothing can be shown of either. */
  readonly values: string;
  /** Its values as they are; not to be shown. */
  readonly rawBefore: unknown;
  readonly rawAfter: unknown;
}

/** Records whose members are told one by one even where the whole record is new or gone. */
const TRANSPARENT: ReadonlySet<string> = new Set(["balancer", "model", "options", "logging"]);
/** Levels that a reader can do without. */
const SILENT: ReadonlySet<string> = new Set(["balancer", "model", "options", "targets"]);
const LABELS: Readonly<Record<string, string>> = {
  "model.model_alias": "alias",
  "model.name": "model",
  "model.provider": "provider",
  "model.options.upstream_url": "endpoint",
};
const SHOWN_UNITS: ReadonlySet<string> = new Set(["ms", "bytes", "price per 1,000,000 tokens"]);
const UNNAMED = "(an unknown field)";

/** All fields below `path` whose effective value (defaults counted in) differs, in the order of the schema's names as they were written. */
export function fieldChanges(before: unknown, after: unknown, path: Path, redactor: Redactor): readonly FieldChange[] {
  const found: FieldChange[] = [];
  walk(before, after, path, (at, old, now) => found.push(describeChange(at, old, now, redactor)));
  return found;
}

type Report = (path: Path, before: unknown, after: unknown) => void;

function walk(before: unknown, after: unknown, path: Path, report: Report): void {
  if (goesDeeper(before, after, path)) {
    const [old, now] = [record(before), record(after)];
    for (const name of new Set([...Object.keys(old), ...Object.keys(now)]))
      walk(member(old, name), member(now, name), [...path, name], report);
    return;
  }
  const field = fieldAt("ai-proxy-advanced", path);
  if (field?.item?.kind === "enum" && sameMembers(before, after)) return;
  if (effective(before, field) !== effective(after, field)) report(path, before, after);
}

function goesDeeper(before: unknown, after: unknown, path: Path): boolean {
  if (isRecord(before) && isRecord(after)) return true;
  if (isHidden(before) || isHidden(after) || !TRANSPARENT.has(String(path.at(-1)))) return false;
  return isRecord(before) || isRecord(after);
}

/** A value that can be compared: the default where there is none, a number where digits stand for one. */
function effective(value: unknown, field: Field | undefined): string {
  const given = isNothing(value) ? field?.default : value;
  const isNumber = field?.kind === "integer" || field?.kind === "number";
  return canonical(isNumber && typeof given === "string" && given.trim() !== "" ? Number(given) : given);
}

function describeChange(path: Path, before: unknown, after: unknown, redactor: Redactor): FieldChange {
  const field = fieldAt("ai-proxy-advanced", path);
  const [old, now] = [present(before, field, redactor), present(after, field, redactor)];
  const unit = field?.meta.unit !== undefined && SHOWN_UNITS.has(field.meta.unit) ? ` ${unitText(field.meta.unit)}` : "";
  const silent = old === now && !isNothing(before) && !isNothing(after);
  const numbers = [before, after].some((value) => typeof value === "number");
  return {
    ...{ path, label: labelOf(path, redactor), before: old, after: now, rawBefore: before, rawAfter: after },
    values: silent ? "changed" : `${old} → ${now}${numbers && typeof after === "number" ? unit : ""}`,
  };
}

function unitText(unit: string): string {
  return unit.startsWith("price per") ? unit.slice("price ".length) : unit;
}

function labelOf(path: Path, redactor: Redactor): string {
  const inner = path[0] === "targets" ? path.slice(2) : path;
  const whole = inner.join(".");
  if (Object.hasOwn(LABELS, whole)) return LABELS[whole] ?? whole;
  const names = inner.filter((part, index) => index === inner.length - 1 || !SILENT.has(String(part)));
  return names.length === 0 ? UNNAMED : redactor.show(names.join("."));
}

/** A value for people, by what the schema says about its field. */
function present(value: unknown, field: Field | undefined, redactor: Redactor): string {
  if (isNothing(value)) return absence(field, redactor);
  return redactor.show(presentable(value, field));
}

function absence(field: Field | undefined, redactor: Redactor): string {
  if (field?.default !== undefined) return `${redactor.show(field.default)} (default)`;
  return field?.meta.absent === undefined ? "not set" : `not set (${field.meta.absent})`;
}

/**
 * The value without what must not be seen: credentials but for references, texts of fields that the schema does not know (they may be anything) and
 * free-form notes.
 */
function presentable(value: unknown, field: Field | undefined): unknown {
  if (isHidden(value) || isNothing(value)) return value;
  if (field?.meta.secret === true) return typeof value === "string" && literalPieces(value).length === 0 ? value : MASK;
  if (typeof value === "number" || typeof value === "boolean") return value;
  if (field === undefined || field.kind === "free") return typeof value === "string" ? MASK : `(${MASK})`;
  if (Array.isArray(value)) return value.map((one: unknown) => presentable(one, field.item));
  if (isRecord(value))
    return Object.fromEntries(Object.entries(value).map(([name, one]) => [name, presentable(one, field.fields?.get(name))]));
  return value;
}

/** Whether a list has the same members, in whatever order: lists of words are sets to the gateway. */
function sameMembers(before: unknown, after: unknown): boolean {
  const sorted = (value: unknown): string => list(value).map(canonical).sort().join();
  return Array.isArray(before) && Array.isArray(after) && sorted(before) === sorted(after);
}
