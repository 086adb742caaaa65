// The AI SDK; the argument says which of its packages speaks to the gateway.
import { createOpenAI } from "@ai-sdk/openai";
import { createOpenAICompatible } from "@ai-sdk/openai-compatible";
import { embedMany, generateText, Output, stepCountIs, streamText, tool } from "ai";
import { z } from "zod";
import { CELSIUS, follow } from "./program.mjs";

const PACKAGES = {
  "openai-compatible": (baseURL) => createOpenAICompatible({ name: "gateway", baseURL, apiKey: "theirs", includeUsage: true })("claude"),
  openai: (baseURL) => createOpenAI({ baseURL, apiKey: "theirs" }).chat("claude"),
};
const EMBEDDERS = {
  "openai-compatible": (baseURL) => createOpenAICompatible({ name: "gateway", baseURL, apiKey: "theirs" }).embeddingModel("embed"),
  openai: (baseURL) => createOpenAI({ baseURL, apiKey: "theirs" }).embeddingModel("embed"),
};
globalThis.AI_SDK_LOG_WARNINGS = false;

const packageName = process.argv[2];

const weather = tool({
  description: "Tells the weather of a city.",
  inputSchema: z.object({ city: z.string() }),
  execute: ({ city }) => ({ city, celsius: CELSIUS[city] }),
});

const params = ({ url, question, image, effort }) => ({
  model: PACKAGES[packageName](url),
  maxRetries: 0,
  messages: [
    {
      role: "user",
      content: image
        ? [
            { type: "text", text: question },
            { type: "image", image },
          ]
        : question,
    },
  ],
  ...(effort && { providerOptions: { gateway: { reasoningEffort: effort }, openai: { reasoningEffort: effort, forceReasoning: true } } }),
});

const countsOf = ({ inputTokens, outputTokens, totalTokens }) => [inputTokens, outputTokens, totalTokens];

/** Runs a request, whole or streamed, and tells what has been said. */
async function say({ stream }, request, heard) {
  if (!stream) return generateText(request);
  let thrown;
  const result = streamText({ ...request, onError: ({ error }) => (thrown ??= error) });
  heard.text = "";
  heard.pieces = 0;
  try {
    for await (const piece of result.textStream) {
      heard.text += piece;
      heard.pieces++;
    }
  } catch (error) {
    // the connection's end, which comes behind the provider's error
    thrown ??= error;
  }
  if (thrown !== undefined) throw thrown;
  return result;
}

await follow(
  {
    async answer(order, heard) {
      const said = await say(order, params(order), heard);
      const [text, finish, usage] = await Promise.all([said.text, said.rawFinishReason, said.usage]);
      return { ...heard, text, finish, usage: countsOf(usage) };
    },
    async tools(order, heard) {
      const said = await say(order, { ...params(order), tools: { weather }, stopWhen: stepCountIs(3) }, heard);
      const [text, steps] = await Promise.all([said.text, said.steps]);
      return {
        text,
        calls: steps[0].toolCalls.map(({ toolCallId, input }) => [toolCallId, input]),
        finishes: steps.map(({ rawFinishReason }) => rawFinishReason),
        reasoning: steps[0].reasoningText,
      };
    },
    async object(order, heard) {
      const schema = z.object({ city: z.string(), celsius: z.number() });
      const said = await say(order, { ...params(order), output: Output.object({ schema }) }, heard);
      return { object: await said.output };
    },
    async abort(order) {
      const controller = new AbortController();
      const { textStream } = streamText({ ...params(order), abortSignal: controller.signal, onError: () => undefined });
      let text = "";
      for await (const piece of textStream) {
        text += piece;
        controller.abort();
      }
      return { text };
    },
    async embed({ url, texts }) {
      const { embeddings, usage } = await embedMany({ model: EMBEDDERS[packageName](url), values: texts, maxRetries: 0 });
      return { vectors: embeddings, usage: [usage.tokens, 0, usage.tokens] };
    },
  },
  ({ name, statusCode, message, data }) => ({ name, status: statusCode, message, code: data?.error?.code }),
);
