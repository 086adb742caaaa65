/** A Markdown table with columns of even width, as the formatter wants it. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const widths = head.map((title, column) => Math.max(title.length, 3, ...rows.map((row) => (row[column] ?? "").length)));
  const line = (cells: readonly string[]): string => `| ${cells.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join(" | ")} |`;
  return [line(head), line(widths.map((width) => "-".repeat(width))), ...rows.map(line)].join("\n");
}

/** A text as code. */
export const code = (text: string): string => `\`${text}\``;

/**
 * A page with another text between the marks `<!-- <name>: written by npm run generate -->` and `<!-- end of <name> -->`.
 * @throws Error if the page lacks one of the two marks
 */
export function withPart(page: string, name: string, part: string): string {
  const mark = `<!-- ${name}: written by npm run generate -->`;
  const begin = page.indexOf(mark);
  const end = page.indexOf(`<!-- end of ${name} -->`);
  if (begin < 0 || end < begin) throw new Error(`the page must hold "${mark}" and, behind it, "<!-- end of ${name} -->"`);
  return `${page.slice(0, begin + mark.length)}\n\n${part}\n\n${page.slice(end)}`;
}
