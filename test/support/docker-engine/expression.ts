/** Looks up what a reference such as `docker_image.x.image_id`, `local.z` or `var.w` stands for; throws on what it does not know. */
export type Lookup = (reference: string) => unknown;

/** Stands for a value that is known only after an apply: what depends on it is unknown too. */
export const UNKNOWN = Symbol("known after apply");

/** Thrown on Terraform expressions beyond plain references and `jsonencode` of one. */
export class UnsupportedExpression extends Error {
  override readonly name = "UnsupportedExpression";
}

const REFERENCE = /^[A-Za-z_][\w-]*(\.[A-Za-z_][\w-]*)+$/;
const JSONENCODE = /^jsonencode\(\s*([\w.-]+)\s*\)$/;
/** An escape, the start of an interpolation or directive, or the end of a text without any. */
const MARK = /\$\$\{|%%\{|\$\{([^{}]*)\}|\$\{|%\{/g;

/** The references within a value of Terraform's JSON, nested ones included, each once. */
export function referencesIn(value: unknown): string[] {
  const found = new Set<string>();
  evaluate(value, (reference) => {
    found.add(reference);
    return "";
  });
  return [...found];
}

/** A value of Terraform's JSON with every template in it evaluated. Throws UnsupportedExpression. */
export function evaluate(value: unknown, lookup: Lookup): unknown {
  if (typeof value === "string") return evaluateTemplate(value, lookup);
  if (Array.isArray(value)) return value.map((item) => evaluate(item, lookup));
  if (typeof value === "object" && value !== null)
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, evaluate(item, lookup)]));
  return value;
}

function evaluateTemplate(text: string, lookup: Lookup): unknown {
  const whole = /^\$\{([^{}]*)\}$/.exec(text);
  if (whole) return evaluateExpression(whole[1]!, lookup);
  const unknown: string[] = [];
  const result = text.replace(MARK, (mark: string, expression: string | undefined) => {
    if (mark === "$${" || mark === "%%{") return mark.slice(1);
    if (expression === undefined)
      throw new UnsupportedExpression(
        `Only plain references and jsonencode of one are resolved, but a template holds "${text.slice(0, 120)}".`,
      );
    const value = evaluateExpression(expression, lookup);
    if (value === UNKNOWN) unknown.push(expression);
    else if (typeof value !== "string" && typeof value !== "number" && typeof value !== "boolean") {
      throw new UnsupportedExpression(`"${expression.trim()}" stands within a text and must be a string, a number or a boolean.`);
    }
    return String(value);
  });
  return unknown.length > 0 ? UNKNOWN : result;
}

function evaluateExpression(source: string, lookup: Lookup): unknown {
  const expression = source.trim();
  if (REFERENCE.test(expression)) return lookup(expression);
  const argument = JSONENCODE.exec(expression)?.[1];
  if (argument !== undefined && REFERENCE.test(argument)) {
    const value = lookup(argument);
    return containsUnknown(value) ? UNKNOWN : terraformJson(value);
  }
  throw new UnsupportedExpression(`Only plain references and jsonencode of one are resolved, but "${expression.slice(0, 120)}" was given.`);
}

/** Whether a value, or anything nested in it, is known only after an apply. */
export function containsUnknown(value: unknown): boolean {
  if (value === UNKNOWN) return true;
  if (Array.isArray(value)) return value.some(containsUnknown);
  return typeof value === "object" && value !== null && Object.values(value).some(containsUnknown);
}

/** The text that Terraform's `jsonencode` makes: keys sorted by bytes, no spaces, `<`, `>`, `&` and the two line separators escaped. */
export function terraformJson(value: unknown): string {
  return JSON.stringify(sorted(value)).replace(
    /[<>&\u2028\u2029]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== "object" || value === null) return value;
  const entries = Object.entries(value).sort(([a], [b]) => Buffer.compare(Buffer.from(a), Buffer.from(b)));
  return Object.fromEntries(entries.map(([key, item]) => [key, sorted(item)]));
}
