import { literal, range } from "../../config/generate/doc-comment";
import type { Field } from "../../config/schema/describe";

function words(field: Field): string {
  if (field.kind === "free") return "An object as a JSON text: `jsonencode({ … })`.";
  const { values } = field.kind === "array" ? (field.item ?? field) : field;
  if (values === undefined) return "";
  return `${field.kind === "array" ? "Each one" : "One"} of ${values.map((value) => `\`${value}\``).join(", ")}.`;
}

function absence(field: Field): string {
  if (field.required) return "";
  if (field.default !== undefined) return `Default: \`${literal(field.default)}\`, which the gateway fills in.`;
  return field.meta.absent === undefined ? "" : `Left out: ${field.meta.absent}.`;
}

/** What the model says about a field, in one paragraph of Markdown. */
export function describeField(field: Field): string {
  const { meta } = field;
  const limits = range(field);
  return [
    meta.description,
    words(field),
    meta.unit === undefined ? "" : `Unit: ${meta.unit}.`,
    limits === "" ? "" : `Range: ${limits}.`,
    absence(field),
    meta.secret === true ? "**Secret:** takes a reference such as `{vault://file/openai.key}`, never the value itself." : "",
    meta.secret !== true && meta.referenceable === true ? "May be a reference." : "",
    ...Object.entries(meta.deprecatedValues ?? {}).map(([value, reason]) => `\`${value}\` is deprecated: ${reason}.`),
    meta.deprecation === undefined ? "" : `**Deprecated:** ${meta.deprecation}.`,
  ]
    .filter((part) => part !== "")
    .join(" ");
}
