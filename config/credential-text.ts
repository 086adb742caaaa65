/** What carries a credential to its provider: a header, or a member of the query or the body. */
export type Carrier = "header" | "parameter";

/** Larger heads than this are taken by hardly any server, nor by the gateway itself. */
const LONGEST_HEADER_VALUE = 65_536;

/** A header's value by RFC 9110, section 5.5, without the bytes beyond ASCII, as no two programs agree on what they mean. */
const NOT_IN_HEADER = /[^\t\u0020-\u007e]/;
/** A parameter is escaped where it is put, so that it may be any text; but no key holds these, and what reads them does so with surprises. */
const NOT_IN_PARAMETER = /[\u0000-\u001f\u007f\u2028\u2029\ufeff]/;

const HOLDS: Readonly<Record<Carrier, { readonly forbidden: RegExp; readonly must: string }>> = {
  header: { forbidden: NOT_IN_HEADER, must: "must be one line of ASCII, as it travels in a header" },
  parameter: { forbidden: NOT_IN_PARAMETER, must: "must be one line of text" },
};

/**
 * Why a text cannot be a credential that is carried in this way, as the end of a sentence that begins with the field's name; undefined if it can.
 * Tells what is wrong and at which character, nothing else of the text.
 */
export function credentialProblem(text: string, carrier: Carrier): string | undefined {
  const { forbidden, must } = HOLDS[carrier];
  const index = text.search(forbidden);
  if (index >= 0) return `${must}, but ${nameOf(text.charCodeAt(index))} was given as its character ${index + 1}.`;
  if (carrier === "header" && text.length > LONGEST_HEADER_VALUE)
    return `must have at most ${LONGEST_HEADER_VALUE} characters, as it travels in a header, but ${text.length} were given.`;
  return undefined;
}

function nameOf(code: number): string {
  if (code === 0xfeff) return "a byte order mark";
  if (code === 0x0a || code === 0x0d || code === 0x2028 || code === 0x2029) return "a line break";
  return code < 0x20 || code === 0x7f ? "a control character" : "one beyond ASCII";
}
