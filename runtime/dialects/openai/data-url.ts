/** Base64 data in URLs, which is how OpenAI's format carries pictures and files. Source: RFC 2397. */
import type { Source } from "../../conversation/parts";

const SCHEME = "data:";
const BASE64 = ";base64";

/** What is in front of the comma is no longer than this, in characters. */
const LONGEST_HEAD = 256;

/** Whether the text is such a URL, well formed or not. */
export const isDataUrl = (url: string): boolean => url.startsWith(SCHEME);

/** Reads `data:image/png;base64,…`; parameters of the media type are left out. Undefined if it is not base64 or names no media type. */
export function readDataUrl(url: string): Extract<Source, { kind: "data" }> | undefined {
  const comma = url.slice(0, LONGEST_HEAD).indexOf(",");
  if (comma < 0 || !url.startsWith(SCHEME)) return undefined;
  const head = url.slice(SCHEME.length, comma);
  if (!head.endsWith(BASE64)) return undefined;
  const mediaType = head.slice(0, head.indexOf(";"));
  return mediaType.includes("/") ? { kind: "data", mediaType, data: url.slice(comma + 1) } : undefined;
}

export const writeDataUrl = (mediaType: string, data: string): string => `${SCHEME}${mediaType}${BASE64},${data}`;
