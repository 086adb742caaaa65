/**
 * Where an inserted value ends up, which decides what it may hold. `text`: anywhere but in an address (a body's `model`). `path`: in the path
 * of a URL, where it may span segments. `segment`: exactly one path segment. `host`: part of a host name.
 */
export type Place = "text" | "path" | "segment" | "host";

interface Rule {
  readonly places: readonly Place[];
  /** Found in a value means refused. */
  readonly found: RegExp;
  /** Ends the sentence "<source> key <name> must not ...". */
  readonly mustNot: string;
}

const EVERYWHERE: readonly Place[] = ["text", "path", "segment", "host"];

/** In the order of the checks. All of them see the value as sent and with its escapes decoded, as an upstream may decode once more. */
const RULES: readonly Rule[] = [
  { places: EVERYWHERE, found: /[\u0000-\u001f\u007f]/, mustNot: "contain control characters" },
  { places: EVERYWHERE, found: /:\/\/|^\/\//, mustNot: "contain a scheme or another host" },
  { places: EVERYWHERE, found: /(?:^|[\\/])\.\.(?:[\\/]|$)/, mustNot: "contain '..' segments" },
  { places: ["segment"], found: /[\\/]/, mustNot: "contain '/', as it is one path segment" },
  { places: ["path", "segment"], found: /[?#\\]/, mustNot: "contain '?', '#' or '\\', as it is part of a path" },
  { places: ["host"], found: /[^A-Za-z0-9.-]/, mustNot: "contain anything but letters, digits, '.' and '-', as it is part of a host name" },
];

const ESCAPE = /%([0-9a-fA-F]{2})/g;

/** Why a client's value must not be inserted at that place, as the end of "must not ..."; undefined where it may. */
export function refusal(value: string, place: Place): string | undefined {
  const decoded = decodeEscapes(value);
  return RULES.find(({ places, found }) => places.includes(place) && (found.test(value) || found.test(decoded)))?.mustNot;
}

/** Whether a text climbs out of a folder: one of its segments is `..`, however escaped. */
export function climbs(text: string): boolean {
  return decodeEscapes(text).split(/[\\/]/).includes("..");
}

function decodeEscapes(text: string): string {
  return text.includes("%") ? text.replace(ESCAPE, (_, digits: string) => String.fromCharCode(parseInt(digits, 16))) : text;
}
