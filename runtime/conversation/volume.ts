/** How much JSON is read at once. Bytes alone do not tell: small values take a parser many times longer than as many bytes of text. */
import { holdsMoreValues } from "../json/values";

/** More members and elements than a request or an answer of any API holds; reading so many takes some 20 ms. */
export const MAX_VALUES = 256 * 1024;

/** An event of more characters than this is asked whether it holds more values than any that an API sends. */
const LARGE_EVENT = 32 * 1024;
const MAX_EVENT_VALUES = 16 * 1024;

/** Whether a whole request or answer holds more values than may be read. Each takes a character at least. */
export const isTooMuch = (text: string): boolean => text.length > MAX_VALUES && holdsMoreValues(text, MAX_VALUES);

/** Whether one event of a stream does. */
export const isTooMuchForEvent = (data: string): boolean => data.length > LARGE_EVENT && holdsMoreValues(data, MAX_EVENT_VALUES);
