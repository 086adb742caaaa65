import type { ClientSpeech } from "../../codecs/speech";
import type { ModelParameters } from "../../codecs/codec";
import type { GivenText } from "../../codecs/resumption";
import type { Json, JsonObject } from "../../conversation/json";
import type { ChatRequest, Message } from "../../conversation/request";
import { client } from "./client";
import { completionsClient } from "./completions-client";
import { commentEvent } from "../../framing/sse";
import { errorEvent } from "./error-event";

const NOTHING: readonly string[] = [];

/** Clients of chat completions, in front of providers that speak otherwise. */
export const chatSpeech: ClientSpeech<ChatRequest> = {
  dialect: client,
  unexpressed: ({ unexpressed = NOTHING }) => unexpressed,
  choices: ({ n }) => n ?? 1,
  errorEvent,
  comment: commentEvent,
  complete: (request, parameters, given) => withGiven(withParameters(request, parameters), given),
};

/** Clients of legacy completions, in front of providers that speak otherwise. */
export const completionsSpeech: ClientSpeech<JsonObject> = {
  dialect: completionsClient,
  unexpressed: () => NOTHING,
  choices: ({ n, prompt }) => (typeof n === "number" && n > 1 ? n : 1) * promptsIn(prompt),
  errorEvent,
  comment: commentEvent,
  complete: (request, { defaults, maxTokens }) => {
    const completed: Record<string, JsonObject[string]> = { ...request };
    for (const [name, value] of defaults) completed[name] ??= Number(value);
    const asked = request["max_tokens"];
    if (maxTokens !== undefined) completed["max_tokens"] = typeof asked === "number" ? Math.min(asked, maxTokens) : maxTokens;
    return completed;
  },
};

/** Prompts of a request: each text or list of tokens in a list is one. */
const promptsIn = (prompt: Json | undefined): number =>
  Array.isArray(prompt) && typeof prompt[0] !== "number" ? Math.max(1, prompt.length) : 1;

function withParameters(request: ChatRequest, { defaults, maxTokens }: ModelParameters): ChatRequest {
  if (defaults.length === 0 && maxTokens === undefined) return request;
  const given = new Map<string, number>(defaults.map(([name, value]) => [name, Number(value)]));
  return {
    ...request,
    temperature: request.temperature ?? given.get("temperature"),
    topP: request.topP ?? given.get("top_p"),
    topK: request.topK ?? given.get("top_k"),
    maxTokens: maxTokens === undefined ? request.maxTokens : Math.min(maxTokens, request.maxTokens ?? Infinity),
  };
}

function withGiven(request: ChatRequest, given: GivenText | undefined): ChatRequest {
  if (given === undefined) return request;
  const { text, wish } = given;
  const messages: Message[] = [...request.messages, says("assistant", text)];
  if (wish !== undefined) messages.push(says("user", wish));
  return { ...request, messages };
}

const says = (role: Message["role"], text: string): Message => ({ role, parts: [{ type: "text", text }] });
