import type { File, Image, Source, Text } from "../../conversation/parts";
import type { Json } from "../../conversation/json";
import { isObject } from "./json";
import type { MediaBlock, MediaSource, TextBlock } from "./wire";

/** Media types of pictures that Anthropic takes, by all their names. Source: `Base64ImageSource` of `@anthropic-ai/sdk` 1.12. */
const IMAGES: ReadonlyMap<string, string> = new Map([
  ["image/jpeg", "image/jpeg"],
  ["image/jpg", "image/jpeg"],
  ["image/png", "image/png"],
  ["image/gif", "image/gif"],
  ["image/webp", "image/webp"],
]);

const PDF = "application/pdf";
const isText = (mediaType: string): boolean => mediaType.startsWith("text/");

/** Whether Anthropic takes pictures or files from there. */
export function takesMedia(part: Image | File): boolean {
  const { source } = part;
  if (source.kind !== "data" || IMAGES.has(source.mediaType)) return true;
  return part.type === "file" && (source.mediaType === PDF || isText(source.mediaType));
}

export function addCacheControl(block: { cache_control?: Json }, cacheControl: Json | undefined): void {
  if (isObject(cacheControl)) block.cache_control = cacheControl;
}

/** Anthropic refuses text without a visible character; it says nothing either. */
export const saysSomething = (text: string): boolean => /\S/.test(text);

export function textBlock({ text, cacheControl }: Text): TextBlock {
  const block: TextBlock = { type: "text", text };
  addCacheControl(block, cacheControl);
  return block;
}

function sourceOf(source: Source): MediaSource {
  switch (source.kind) {
    case "url":
      return { type: "url", url: source.url };
    case "id":
      return { type: "file", file_id: source.id };
    case "data": {
      const { mediaType, data } = source;
      if (isText(mediaType)) return { type: "text", media_type: "text/plain", data: Buffer.from(data, "base64").toString("utf8") };
      return { type: "base64", media_type: IMAGES.get(mediaType) ?? mediaType, data };
    }
  }
}

/** A picture, or a file: a document unless it is a picture too. */
export function mediaBlock(part: Image | File): MediaBlock {
  const isImage = part.type === "image" || (part.source.kind === "data" && IMAGES.has(part.source.mediaType));
  const block: MediaBlock = { type: isImage ? "image" : "document", source: sourceOf(part.source) };
  if (!isImage && part.name !== undefined) block.title = part.name;
  addCacheControl(block, part.cacheControl);
  return block;
}
