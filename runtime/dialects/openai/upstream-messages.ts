import type { File, Image, Part, Source, Text, ToolCall, ToolResult } from "../../conversation/parts";
import type { Message } from "../../conversation/request";
import { writeToolCall } from "./client-answer";
import { writeDataUrl } from "./data-url";
import { writeDetail } from "./reasoning";

const isA =
  <Type extends Part["type"]>(type: Type) =>
  (part: Part): part is Extract<Part, { type: Type }> =>
    part.type === type;

/** A picture's address; of an id there is none (`lacks`). */
function address(source: Source): string {
  switch (source.kind) {
    case "data":
      return writeDataUrl(source.mediaType, source.data);
    case "url":
      return source.url;
    case "id":
      return source.id;
  }
}

const writeImage = ({ source, detail }: Image): object => ({
  type: "image_url",
  image_url: detail === undefined ? { url: address(source) } : { url: address(source), detail },
});

function writeFile({ source, name }: File): object {
  const file: Record<string, string> = source.kind === "id" ? { file_id: source.id } : { file_data: address(source) };
  if (name !== undefined) file["filename"] = name;
  return { type: "file", file };
}

/** One part of a content; undefined for what stands beside the content, or elsewhere. */
function writePart(part: Part): object | undefined {
  switch (part.type) {
    case "text":
      return { type: "text", text: part.text };
    case "image":
      return writeImage(part);
    case "audio":
      return { type: "input_audio", input_audio: { data: part.data, format: part.format } };
    case "file":
      return writeFile(part);
    case "refusal":
      return { type: "refusal", refusal: part.text };
    case "tool_call":
    case "tool_result":
    case "reasoning":
      return undefined;
  }
}

const isText = (part: Part | undefined): part is Text => part?.type === "text";

/** A string if there is only text, as not all that speak OpenAI's format take lists. */
function writeContent(parts: readonly Part[]): string | readonly object[] {
  const written = parts.map(writePart).filter((part) => part !== undefined);
  if (written.length === 0) return "";
  const only = parts.find(isText);
  return written.length === 1 && only !== undefined ? only.text : written;
}

function writeAssistant({ parts }: Message): Record<string, unknown> {
  const calls = parts.filter(isA("tool_call"));
  const reasoning = parts.filter(isA("reasoning"));
  const content = writeContent(parts);
  const message: Record<string, unknown> = { role: "assistant", content: content === "" && calls.length > 0 ? null : content };
  const [first] = reasoning;
  if (reasoning.length === 1 && first?.signature === undefined && first?.redacted === undefined) message["reasoning_content"] = first?.text;
  else if (reasoning.length > 0) message["reasoning_details"] = reasoning.map(writeDetail);
  if (calls.length > 0) message["tool_calls"] = calls.map((call: ToolCall) => writeToolCall(call));
  return message;
}

const writeToolResult = ({ id, content }: ToolResult): object => ({ role: "tool", tool_call_id: id, content: writeContent(content) });

/** Writes one message as OpenAI's; a message of a tool as one for each of its results. */
export function writeMessages(message: Message): readonly object[] {
  if (message.role === "tool") return message.parts.filter(isA("tool_result")).map(writeToolResult);
  const written =
    message.role === "assistant"
      ? writeAssistant(message)
      : ({ role: message.role, content: writeContent(message.parts) } as Record<string, unknown>);
  if (message.name !== undefined) written["name"] = message.name;
  return [written];
}
