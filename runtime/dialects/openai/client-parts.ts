/** The parts of a message's content. */
import type { Json, JsonObject } from "../../conversation/json";
import type { Audio, File, Image, Refusal, Source, Text } from "../../conversation/parts";
import { anyAt, asObject, memberPath, noteUnexpressed, requiredText, textAt, wrong, type Draft } from "./client-fields";
import { isDataUrl, readDataUrl } from "./data-url";

export type ContentPart = Text | Image | Audio | File | Refusal;

/** The types of parts that a role's content may have. Source: OpenAI API reference; pictures and files of tools are an extension of providers that know them. */
export const USER_PARTS: ReadonlySet<string> = new Set(["text", "image_url", "input_audio", "file"]);
export const ASSISTANT_PARTS: ReadonlySet<string> = new Set(["text", "refusal"]);
export const SYSTEM_PARTS: ReadonlySet<string> = new Set(["text"]);
export const TOOL_PARTS: ReadonlySet<string> = new Set(["text", "image_url", "file"]);

const WEB_ADDRESS = /^https?:\/\//i;

function makeText(text: string, cacheControl: Json | undefined): Text {
  return cacheControl === undefined ? { type: "text", text } : { type: "text", text, cacheControl };
}

function readImage(part: JsonObject, path: string): Image {
  const where = memberPath(path, "image_url");
  const image = asObject(part["image_url"], where);
  const url = requiredText(image, "url", where);
  const source: Source | undefined = isDataUrl(url) ? readDataUrl(url) : { kind: "url", url };
  if (source === undefined) throw wrong(memberPath(where, "url"), "an address, or a data URL with a media type and base64", url, true);
  const read: Draft<Image> = { type: "image", source };
  const detail = textAt(image, "detail", where);
  if (detail !== undefined) read.detail = detail;
  const cacheControl = anyAt(part, "cache_control", path);
  if (cacheControl !== undefined) read.cacheControl = cacheControl;
  return read;
}

function readAudio(part: JsonObject, path: string): Audio {
  const where = memberPath(path, "input_audio");
  const audio = asObject(part["input_audio"], where);
  return { type: "audio", data: requiredText(audio, "data", where), format: requiredText(audio, "format", where) };
}

/** Where a file comes from. Base64 without a media type is taken for what the file's name says. */
function fileSource(file: JsonObject, name: string | undefined, path: string): Source {
  const id = textAt(file, "file_id", path);
  if (id !== undefined) return { kind: "id", id };
  const data = requiredText(file, "file_data", path);
  if (WEB_ADDRESS.test(data)) return { kind: "url", url: data };
  const source = readDataUrl(data);
  if (source !== undefined) return source;
  if (!isDataUrl(data) && name?.toLowerCase().endsWith(".pdf") === true) return { kind: "data", mediaType: "application/pdf", data };
  throw wrong(memberPath(path, "file_data"), "a data URL with a media type and base64", data, true);
}

function readFile(part: JsonObject, path: string): File {
  const where = memberPath(path, "file");
  const file = asObject(part["file"], where);
  const name = textAt(file, "filename", where);
  const read: Draft<File> = { type: "file", source: fileSource(file, name, where) };
  if (name !== undefined) read.name = name;
  const cacheControl = anyAt(part, "cache_control", path);
  if (cacheControl !== undefined) read.cacheControl = cacheControl;
  return read;
}

/** An empty text says nothing, and some providers refuse it. */
function readText(part: JsonObject, path: string): Text | undefined {
  const text = requiredText(part, "text", path);
  return text === "" ? undefined : makeText(text, anyAt(part, "cache_control", path));
}

function readRefusal(part: JsonObject, path: string): Refusal | undefined {
  const text = requiredText(part, "refusal", path);
  return text === "" ? undefined : { type: "refusal", text };
}

const READERS: ReadonlyMap<string, (part: JsonObject, path: string) => ContentPart | undefined> = new Map<
  string,
  (part: JsonObject, path: string) => ContentPart | undefined
>([
  ["text", readText],
  ["image_url", readImage],
  ["input_audio", readAudio],
  ["file", readFile],
  ["refusal", readRefusal],
]);

/**
 * Reads the content of a message.
 * @param message its `content` is a string, a list of parts, or null
 * @param allowed types of parts that its role may have; others are noted as unexpressed
 * @param path of the message
 * @param cacheControl the message's own, for content that is a string
 */
export function readContent(
  message: JsonObject,
  allowed: ReadonlySet<string>,
  path: string,
  unexpressed: string[],
  cacheControl?: Json,
): ContentPart[] {
  const content = message["content"];
  if (content == null || content === "") return [];
  if (typeof content === "string") return [makeText(content, cacheControl)];
  const where = memberPath(path, "content");
  if (!Array.isArray(content)) throw wrong(where, "a string or an array of parts", content);
  const parts: ContentPart[] = [];
  (content as readonly Json[]).forEach((element, index) => {
    const place = `${where}[${index}]`;
    const part = asObject(element, place);
    const type = requiredText(part, "type", place);
    const reader = allowed.has(type) ? READERS.get(type) : undefined;
    if (reader === undefined) {
      noteUnexpressed(unexpressed, place, type);
      return;
    }
    const read = reader(part, place);
    if (read !== undefined) parts.push(read);
  });
  return parts;
}
