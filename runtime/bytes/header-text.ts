const BEYOND_ASCII = /[^\u0000-\u007f]/;
const UTF8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/** The text of a client's header. Node gives a header's bytes as Latin-1, while clients mean UTF-8; what is not valid UTF-8 stays Latin-1. */
export function headerText(value: string): string {
  if (!BEYOND_ASCII.test(value)) return value;
  try {
    return UTF8.decode(Buffer.from(value, "latin1"));
  } catch {
    return value;
  }
}
