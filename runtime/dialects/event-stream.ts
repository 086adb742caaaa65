/** The text format of server-sent events, as far as it has to be read. Source: WHATWG HTML, "Server-sent events". */

const LF = 0x0a;
const CR = 0x0d;

/** Index behind the blank line that ends the event which begins at `from`; -1 where it is not there yet. */
export function endOfEvent(bytes: Buffer, from: number): number {
  let at = bytes.indexOf(LF, from);
  while (at >= 0) {
    const next = bytes[at + 1];
    if (next === LF) return at + 2;
    if (next === CR && bytes[at + 2] === LF) return at + 3;
    at = bytes.indexOf(LF, at + 1);
  }
  return -1;
}

/** The event's data: its `data:` lines joined; undefined for an event without any (comments, `retry:`). */
export function dataOf(bytes: Buffer, from: number, end: number): string | undefined {
  const text = bytes.toString("utf8", from, end);
  if (text.startsWith("data: ") && text.indexOf("\n") >= text.length - 3) return text.slice(6).trim();
  let data: string | undefined;
  for (const line of text.split(/\r\n|\n|\r/)) {
    if (!line.startsWith("data:")) continue;
    const value = line.slice(line.charCodeAt(5) === 0x20 ? 6 : 5);
    data = data === undefined ? value : `${data}\n${value}`;
  }
  return data === undefined ? undefined : data.trim();
}
