import { fieldComment } from "./doc-comment";
import type { NamedRecord } from "./records";
import { collectNames, fieldsName } from "./records";
import { HEADER, placeText, typeOf } from "./types";

/** `max_tokens` -> `maxTokens`, `llama2_format` -> `llama2Format`. */
export function camel(name: string): string {
  return name.replace(/_([a-z0-9])/g, (_, letter: string) => letter.toUpperCase());
}

function recordText({ title, field, paths }: NamedRecord): string {
  const members = [...(field.fields ?? [])].map(
    ([key, member]) =>
      `${fieldComment(member, { withDefault: true, indent: "  " })}\n  readonly ${camel(key)}${member.required ? "" : "?"}: ${typeOf(member, fieldsName, "boolean | IResolvable")};`,
  );
  return `/** ${placeText(paths)} in camelCase. */\nexport interface ${fieldsName(title)} {\n${members.join("\n")}\n}\n`;
}

/**
 * Text of `constructs/props.generated.ts`: the model's records in camelCase, and the names that lead back.
 * @throws Error where two of Kong's names would become one.
 */
export function propsText(): string {
  const { records, enums } = collectNames();
  const names = new Map<string, string>();
  for (const { field } of records) {
    for (const name of field.fields?.keys() ?? []) {
      const before = names.get(camel(name));
      if (before !== undefined && before !== name) throw new Error(`${before} and ${name} would both become ${camel(name)}.`);
      names.set(camel(name), name);
    }
  }
  const entries = [...names]
    .sort(([left], [right]) => (left < right ? -1 : 1))
    .map(([name, snake]) => `  ${name}: ${JSON.stringify(snake)},`);
  const enumNames = enums.map(({ title }) => `  ${title},`);
  return [
    HEADER,
    'import type { IResolvable } from "./cdktf";',
    `import type {\n${enumNames.join("\n")}\n} from "../config/types.generated";\n`,
    ...records.map(recordText),
    `/** Every field's name in camelCase to Kong's own; no two lead to the same. Members of free-form records are not renamed. */\nexport const snakeNames: Readonly<Record<string, string>> = {\n${entries.join("\n")}\n};\n`,
  ].join("\n");
}
