const TOKEN = /\$\{TfToken\[[^\]$]*\]\}/;

/**
 * A value whose texts Terraform reads as they are: `${` and `%{` (such as decK's references) would otherwise begin a template.
 * CDKTF's tokens pass, as they are meant as expressions.
 */
export function escapeTemplates(value: unknown): unknown {
  if (typeof value === "string") return escapeText(value);
  if (Array.isArray(value)) return value.map(escapeTemplates);
  if (typeof value !== "object" || value === null || Object.getPrototypeOf(value) !== Object.prototype) return value;
  return Object.fromEntries(Object.entries(value).map(([key, member]) => [escapeText(key), escapeTemplates(member)]));
}

function escapeText(text: string): string {
  const parts: string[] = [];
  let rest = text;
  for (let token = TOKEN.exec(rest); token !== null; token = TOKEN.exec(rest)) {
    parts.push(escapeLiteral(rest.slice(0, token.index)), token[0]);
    rest = rest.slice(token.index + token[0].length);
  }
  return [...parts, escapeLiteral(rest)].join("");
}

function escapeLiteral(text: string): string {
  return text.replace(/[$%]\{/g, (opening) => opening.charAt(0) + opening);
}
