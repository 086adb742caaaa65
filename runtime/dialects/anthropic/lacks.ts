import { demands } from "../../conversation/demands";
import type { Lack } from "../../conversation/dialect";
import type { ChatRequest, Message } from "../../conversation/request";
import { takesMedia } from "./content";
import { jsonKindOf, mustCallTool } from "./json-mode";
import { traitsOf } from "./models";

/** More than this tell nothing new. */
const MOST_TOLD = 16;

function lacksOfMessage(message: Message, at: number, lacks: Lack[]): void {
  for (let index = 0; index < message.parts.length && lacks.length < MOST_TOLD; index++) {
    const part = message.parts[index];
    // nearly all are text
    if (part === undefined || part.type === "text") continue;
    const field = `messages[${at}].content[${index}]`;
    if (part.type === "audio") lacks.push({ field: `${field}.input_audio` });
    else if ((part.type === "image" || part.type === "file") && !takesMedia(part)) {
      lacks.push({ field: `${field}.${part.type === "image" ? "image_url" : "file"}` });
    } else if (part.type === "tool_result" && part.content.some((one) => one.type !== "text" && !takesMedia(one))) lacks.push({ field });
  }
}

const NOTHING: readonly Lack[] = [];

/** What no model can express of the requests that are under way: each is asked about for all of its targets. */
const known = new WeakMap<ChatRequest, readonly Lack[]>();

function lacksOfAnyModel(request: ChatRequest): readonly Lack[] {
  const before = known.get(request);
  if (before !== undefined) return before;
  const lacks: Lack[] = [];
  if (request.n !== undefined && request.n > 1) lacks.push({ field: "n" });
  for (const [name, value] of request.others) if (demands(name, value)) lacks.push({ field: name });
  for (const [at, message] of request.messages.entries()) {
    if (lacks.length >= MOST_TOLD) break;
    lacksOfMessage(message, at, lacks);
  }
  known.set(request, lacks);
  return lacks;
}

/**
 * What Anthropic cannot express of a request.
 * @param model the one that will be asked; if it is not known, what some models refuse is left to the API
 */
export function lacksOf(request: ChatRequest, model: string | undefined): readonly Lack[] {
  const lacks = [...lacksOfAnyModel(request)];
  if (model !== undefined) {
    const traits = traitsOf(model);
    if (!traits.forcedTools && mustCallTool(request)) lacks.push({ field: "tool_choice" });
    if (jsonKindOf(request, traits) === "lacking") lacks.push({ field: "response_format" });
    const last = request.messages.length - 1;
    if (!traits.prefill && request.messages[last]?.role === "assistant") lacks.push({ field: `messages[${last}]` });
  }
  return lacks.length === 0 ? NOTHING : lacks;
}
