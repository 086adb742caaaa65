import { Lexer } from "yaml";

/**
 * A text's lexemes, or undefined where it is nested beyond `limit`. Measured before anything recursive looks at the text: at the end of the
 * stack an exception is the lucky case, as the engine aborts the whole process where it cannot compile a regular expression there.
 */
export function lexWithin(text: string, limit: number): readonly string[] | undefined {
  const lexemes: string[] = [];
  let flow = 0;
  let line = 0;
  for (const lexeme of new Lexer().lex(text)) {
    const [first] = lexeme;
    if (lexeme === "[" || lexeme === "{") flow += 1;
    else if (lexeme === "]" || lexeme === "}") flow -= 1;
    else if (first === "\n" || first === "\r") line = 0;
    // Blocks nest by indentation, and on one line by "- - -" and "? ? ?": each takes a column at least.
    else if (flow === 0 && (first === " " || lexeme === "-" || lexeme === "?" || lexeme === ":")) line += lexeme.length;
    if (flow + line > limit) return undefined;
    lexemes.push(lexeme);
  }
  return lexemes;
}

/** Whether plain data is nested within `limit` levels; aliases can nest it deeper than the text is. */
export function isNestedWithin(value: unknown, limit: number): boolean {
  let level = new Set<object>();
  if (typeof value === "object" && value !== null) level.add(value);
  for (let depth = 0; level.size > 0; depth++) {
    if (depth > limit) return false;
    const next = new Set<object>();
    for (const holder of level) {
      for (const member of Object.values(holder) as unknown[]) if (typeof member === "object" && member !== null) next.add(member);
    }
    level = next;
  }
  return true;
}
