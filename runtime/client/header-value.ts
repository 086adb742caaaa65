/** What stands in a header as it is; everything else, the percent sign itself included, is written as the percent-encoded bytes of its UTF-8. */
const PLAIN = /^[\x20-\x24\x26-\x7e]*$/;
const ODD = /[^\x20-\x24\x26-\x7e]/gu;

/** Longer values are cut: a name of megabytes would be no header that a client can read. */
const MAX_CHARACTERS = 1024;

const encode = (character: string): string => {
  let encoded = "";
  for (const byte of Buffer.from(character)) encoded += `%${byte.toString(16).toUpperCase().padStart(2, "0")}`;
  return encoded;
};

let lastText = "";
let lastValue = "";

/**
 * A text of a client or a configuration (a model's name, a target's label) as the value of a header of the gateway's own: whatever is outside visible
 * ASCII is percent-encoded, as HTTP has no other spelling for it. At most 1,024 characters of the text are told.
 */
export function headerValue(text: string): string {
  // most answers tell the same model as the one before
  if (text === lastText) return lastValue;
  lastText = text;
  lastValue = written(text);
  return lastValue;
}

function written(text: string): string {
  const told = text.length > MAX_CHARACTERS ? text.slice(0, MAX_CHARACTERS) : text;
  return PLAIN.test(told) ? told : told.replace(ODD, encode);
}
