import { asciiHost } from "../../config/allowed-origins";
import type { Place } from "../../config/templates/place";

interface Rule {
  readonly places: readonly Place[];
  readonly isBroken: (value: string) => boolean;
  /** Ends the sentence "<source> key <name> must not ...". */
  readonly mustNot: string;
}

const EVERYWHERE: readonly Place[] = ["text", "header", "path", "segment", "query", "label", "host", "port", "scheme", "origin"];
const NOT_AN_ORIGIN: readonly Place[] = EVERYWHERE.filter((place) => place !== "origin");

const found =
  (pattern: RegExp) =>
  (value: string): boolean =>
    pattern.test(value);

/** In the order of the checks. All of them see the value as sent and with its escapes decoded, as an upstream may decode once more. */
const RULES: readonly Rule[] = [
  { places: EVERYWHERE, isBroken: found(/[\u0000-\u001f\u007f-\u009f]/), mustNot: "contain control characters" },
  { places: EVERYWHERE, isBroken: found(/\p{Surrogate}/u), mustNot: "contain halves of characters" },
  { places: ["header"], isBroken: found(/[^\u0020-\u00ff]/), mustNot: "contain characters beyond Latin-1, as it is a header" },
  {
    places: NOT_AN_ORIGIN,
    isBroken: found(/:[/\\]{2}|^\s*[/\\]{2}|^\s*(?:https?|wss?|ftp|file):/i),
    mustNot: "contain a scheme or another host",
  },
  { places: EVERYWHERE, isBroken: (value) => climbs(value) > 0, mustNot: "contain '..' segments" },
  { places: ["path", "segment"], isBroken: (value) => dotSegments(value) > 0, mustNot: "contain '.' or '..' segments" },
  { places: ["segment"], isBroken: found(/[\\/]/), mustNot: "contain '/', as it is one path segment" },
];

interface Form {
  readonly is: RegExp;
  /** Ends the sentence "<source> key <name> must not ...". */
  readonly mustNot: string;
}

/** Parts of an origin have a form of their own; nothing in them can be escaped. */
const FORMS: Partial<Readonly<Record<Place, Form>>> = {
  label: { is: /^[A-Za-z0-9-]+$/, mustNot: "contain anything but letters, digits and '-', as it is one part of a host name" },
  host: { is: /^[A-Za-z0-9.-]+$/, mustNot: "contain anything but letters, digits, '.' and '-', as it is part of a host name" },
  port: { is: /^[0-9]{1,5}$/, mustNot: "contain anything but digits, as it is a port" },
  scheme: { is: /^[A-Za-z0-9+.-]+$/, mustNot: "contain anything but letters and digits, as it is the scheme of a URL" },
  origin: { is: /^https?:\/\/[A-Za-z0-9.-]+(?::[0-9]{1,5})?$/i, mustNot: "contain anything but an origin such as https://api.example.com" },
};

const ESCAPE = /%([0-9a-fA-F]{2})/g;
/** Escapes of escapes that are looked through. */
const DECODINGS = 3;

/** Why a client's value must not be inserted at that place, as the end of "must not ..."; undefined if it may. */
export function refusal(value: string, place: Place): string | undefined {
  const decoded = decodeEscapes(value);
  const broken = RULES.find(
    ({ places, isBroken }) => places.includes(place) && (isBroken(value) || (decoded !== value && isBroken(decoded))),
  );
  if (broken !== undefined) return broken.mustNot;
  const form = FORMS[place];
  return form === undefined || form.is.test(inHost(value, place)) ? undefined : form.mustNot;
}

/** The value as it is written at a place that takes it. */
export function encoded(value: string, place: Place): string {
  switch (place) {
    case "segment":
      return value.replace(NOT_IN_SEGMENT, encodeURIComponent);
    case "path":
      return value.replace(NOT_IN_PATH, encodeURIComponent);
    case "query":
      return encodeURIComponent(value);
    default:
      return inHost(value, place);
  }
}

/** `;` may stand in a segment, but servers read parameters behind it. */
const NOT_IN_SEGMENT = /[^A-Za-z0-9\-._~!$&'()*+,=:@]/gu;
const NOT_IN_PATH = /[^A-Za-z0-9\-._~!$&'()*+,=:@/]/gu;

/** A name beyond ASCII as the DNS has it. */
const inHost = (value: string, place: Place): string => (place === "label" || place === "host" ? (asciiHost(value) ?? value) : value);

/** How many segments of a text climb out of a folder: they are `..`, however escaped, also with a parameter (`..;x`) or blanks. */
export const climbs = (text: string): number => segments(text).filter((segment) => segment === "..").length;

/** How many segments of a text are `.` or `..`, in any of these spellings. */
export const dotSegments = (text: string): number => segments(text).filter((segment) => segment === "." || segment === "..").length;

const segments = (text: string): string[] =>
  decodeEscapes(text)
    .split(/[\\/]/)
    .map((segment) => segment.slice(0, segment.includes(";") ? segment.indexOf(";") : segment.length).trim());

function decodeEscapes(text: string): string {
  let decoded = text;
  for (let left = DECODINGS; left > 0 && decoded.includes("%"); left--) {
    decoded = decoded.replace(ESCAPE, (_, digits: string) => String.fromCharCode(parseInt(digits, 16)));
  }
  return decoded;
}
