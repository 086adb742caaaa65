/** Providers that speak OpenAI's dialect, and a target of each. */
import type { ServerResponse } from "node:http";
import { PROVIDERS } from "../../config/schema/vocabulary";
import { SERVED_MATRIX } from "../../config/served-matrix";
import { chatAnswer, chatEvent, sendJson, startStream, type UpstreamCall } from "./upstream";

/** What the rules and the matrix ask of some. */
const OPTIONS: Readonly<Record<string, object>> = {
  azure: { azure_instance: "i", azure_deployment_id: "d", azure_api_version: "2024-10-21" },
  llama2: { llama2_format: "openai" },
  mistral: { mistral_format: "openai" },
};

/** Those that serve a route type. */
export const likeProviders = (routeType = "llm/v1/chat"): readonly string[] =>
  PROVIDERS.filter((provider) =>
    SERVED_MATRIX.some((row) => row.provider === provider && row.routeType === routeType && row.form === "same dialect"),
  );

/** A target of such a provider at an upstream of ours. */
export function likeTarget(
  provider: string,
  upstreamUrl: string,
  {
    options,
    model,
    routeType = "llm/v1/chat",
    ...more
  }: { options?: object; model?: object; routeType?: string; [key: string]: unknown } = {},
): object {
  return {
    route_type: routeType,
    auth: { header_name: provider === "azure" ? "api-key" : "Authorization", header_value: "Bearer ours" },
    model: { provider, name: "m-1", options: { ...OPTIONS[provider], upstream_url: upstreamUrl, ...options }, ...model },
    ...more,
  };
}

/** Providers whose streams tell their usage unasked, in the last event. */
export const TELLS_UNASKED: readonly string[] = ["databricks", "mistral"];

/** Answers a chat as these providers do: whole or as a stream, whose usage comes if it is asked for, or by itself. */
export function answerChat(response: ServerResponse, { body }: UpstreamCall, text: string, unasked: boolean): void {
  const { stream = false, stream_options } = JSON.parse(body) as { stream?: boolean; stream_options?: { include_usage?: boolean } };
  if (!stream) {
    sendJson(response, 200, chatAnswer(text));
    return;
  }
  const usage = { prompt_tokens: 5, completion_tokens: 7, total_tokens: 12 };
  startStream(response);
  response.write(chatEvent({ role: "assistant", content: "" }));
  for (const piece of text.split(/(?<= )/)) response.write(chatEvent({ content: piece }));
  response.write(chatEvent({}, unasked ? { usage } : {}, "stop"));
  if (stream_options?.include_usage === true)
    response.write(
      `data: ${JSON.stringify({ id: "chatcmpl-1", object: "chat.completion.chunk", created: 1, model: "m", choices: [], usage })}\n\n`,
    );
  response.end("data: [DONE]\n\n");
}
