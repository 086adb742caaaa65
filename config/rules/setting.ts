import { isDeepStrictEqual } from "node:util";
import { fieldAt } from "../schema/describe";
import type { Place } from "./tree";

const fieldOf = (place: Place) => fieldAt("ai-proxy-advanced", place.path);

const defaultOf = (place: Place): unknown => fieldOf(place)?.default;

/**
 * Whether somebody chose a setting: it is given, known and not its default. Kong's exports write every default out, which is no choice.
 * Lint rules speak of chosen settings alone.
 */
export function isChosen(place: Place): boolean {
  return place.given && !place.deferred && !isDeepStrictEqual(place.value, defaultOf(place));
}

/** The number that holds at a place, the default where none is given; undefined where it is not known or out of the field's range. */
export function effectiveNumber(place: Place): number | undefined {
  const number = place.given ? place.number : defaultOf(place);
  const { min = -Infinity, max = Infinity } = fieldOf(place) ?? {};
  return typeof number === "number" && number >= min && number <= max ? number : undefined;
}

/** The word of a closed list that holds at a place, the default where none is given; undefined where it is not known or none of the list. */
export function effectiveWord(place: Place): string | undefined {
  const word = place.given ? place.text : defaultOf(place);
  return typeof word === "string" && fieldOf(place)?.values?.includes(word) === true ? word : undefined;
}

/** The words that hold at a place, the default where none are given; undefined where one is not known or no text. */
export function effectiveWords(place: Place): ReadonlySet<string> | undefined {
  if (place.deferred) return undefined;
  if (!place.given) return new Set(defaultOf(place) as readonly string[]);
  if (!Array.isArray(place.value)) return undefined;
  const words = place.items.map(({ text }) => text);
  return words.every((word) => word !== undefined) ? new Set(words) : undefined;
}
