import type { ClientSpeech } from "../../codecs/speech";
import type { ModelParameters } from "../../codecs/codec";
import type { ResumePoint, StreamReader } from "../../codecs/stream-reader";
import type { Json, JsonObject } from "../../conversation/json";
import type { ChatRequest } from "../../conversation/request";
import { client } from "./client";
import { completionsClient } from "./completions-client";
import { errorEvent } from "./error-event";
import { ResumedStreamReader } from "./resume";

const resumed = (point: ResumePoint, options: { readonly withholdUsage: boolean; readonly maxEventBytes: number }): StreamReader =>
  new ResumedStreamReader(point, options);

const NOTHING: readonly string[] = [];

/** Clients of chat completions, in front of providers that speak otherwise. */
export const chatSpeech: ClientSpeech<ChatRequest> = {
  dialect: client,
  unexpressed: ({ unexpressed = NOTHING }) => unexpressed,
  choices: ({ n }) => n ?? 1,
  errorEvent,
  resumed,
  complete: (request, parameters, prefill) => withPrefill(withParameters(request, parameters), prefill),
};

/** Clients of legacy completions, in front of providers that speak otherwise. */
export const completionsSpeech: ClientSpeech<JsonObject> = {
  dialect: completionsClient,
  unexpressed: () => NOTHING,
  choices: ({ n, prompt }) => (typeof n === "number" && n > 1 ? n : 1) * promptsIn(prompt),
  errorEvent,
  resumed,
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

function withPrefill(request: ChatRequest, text: string | undefined): ChatRequest {
  if (text === undefined) return request;
  return { ...request, messages: [...request.messages, { role: "assistant", parts: [{ type: "text", text }] }] };
}
