import type { Field } from "../schema/describe";

/** Where a long line of a comment is broken. */
const WIDTH = 120;

/** A value as source code prints it. */
export function literal(value: unknown): string {
  return Array.isArray(value) ? `[${value.map(literal).join(", ")}]` : JSON.stringify(value);
}

/** Range of a number or fewest items, in words; empty where there is none. */
export function range(field: Field): string {
  if (field.min !== undefined && field.max !== undefined) return `${field.min} to ${field.max}`;
  if (field.min !== undefined) return `at least ${field.min}`;
  if (field.max !== undefined) return `at most ${field.max}`;
  if (field.minLength !== undefined)
    return field.kind === "array" ? `at least ${field.minLength} item` : `at least ${field.minLength} character`;
  return "";
}

/** What holds where the field is left out: the default value, or the behaviour. */
function defaultText(field: Field): string {
  if (field.default !== undefined) return literal(field.default);
  return `- ${field.meta.absent ?? "not set"}`;
}

function facts(field: Field): string {
  const { meta } = field;
  const limits = range(field);
  const parts = [
    meta.unit === undefined ? "" : `Unit: ${meta.unit}.`,
    limits === "" ? "" : `Range: ${limits}.`,
    meta.secret === true ? "Secret: give a reference, never the value itself." : "",
    meta.secret !== true && meta.referenceable === true ? "May be a reference." : "",
    `Since ${/^\d/.test(meta.since) ? "Kong " : ""}${meta.since}.`,
  ];
  return parts.filter((part) => part !== "").join(" ");
}

function wrap(text: string): string[] {
  const lines: string[] = [];
  let line = "";
  for (const word of text.split(" ")) {
    if (line !== "" && line.length + word.length + 1 > WIDTH) {
      lines.push(line);
      line = word;
    } else line = line === "" ? word : `${line} ${word}`;
  }
  return [...lines, line];
}

/** Block comment of a generated interface's field, ready to stand above it. */
export function fieldComment(field: Field, options: { readonly withDefault: boolean; readonly indent: string }): string {
  const { meta } = field;
  const lines = [...wrap(meta.description), ...wrap(facts(field))];
  for (const [value, reason] of Object.entries(meta.deprecatedValues ?? {})) lines.push(...wrap(`\`${value}\` is deprecated: ${reason}.`));
  if (options.withDefault && !field.required) lines.push(...wrap(`@default ${defaultText(field)}`));
  if (meta.deprecation !== undefined) lines.push(...wrap(`@deprecated ${meta.deprecation}.`));
  return [`/**`, ...lines.map((line) => ` * ${line}`), ` */`].map((line) => options.indent + line).join("\n");
}
