/** Longest line that a list of plain values may make; the formatter's. */
const WIDTH = 140;

/** JSON as the formatter prints it, so that a generated file needs no exception from it. */
export function jsonText(value: unknown): string {
  return `${print(value, 0)}\n`;
}

function print(value: unknown, depth: number): string {
  if (typeof value !== "object" || value === null) return JSON.stringify(value);
  const inner = "  ".repeat(depth + 1);
  const end = `\n${"  ".repeat(depth)}`;
  if (Array.isArray(value)) {
    if (value.length === 0) return "[]";
    const items = value.map((item) => print(item, depth + 1));
    const line = `[${items.join(", ")}]`;
    const plain = value.every((item) => typeof item !== "object" || item === null);
    return plain && inner.length + line.length < WIDTH ? line : `[\n${items.map((item) => inner + item).join(",\n")}${end}]`;
  }
  const members = Object.entries(value).map(([name, member]) => `${inner}${JSON.stringify(name)}: ${print(member, depth + 1)}`);
  return members.length === 0 ? "{}" : `{\n${members.join(",\n")}${end}}`;
}
