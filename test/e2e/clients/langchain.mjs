// LangChain's client for OpenAI.
import { HumanMessage, ToolMessage } from "@langchain/core/messages";
import { tool } from "@langchain/core/tools";
import { ChatOpenAI, OpenAIEmbeddings } from "@langchain/openai";
import { z } from "zod";
import { CELSIUS, follow } from "./program.mjs";

const weather = tool(({ city }) => JSON.stringify({ city, celsius: CELSIUS[city] }), {
  name: "weather",
  description: "Tells the weather of a city.",
  schema: z.object({ city: z.string() }),
});

const modelOf = ({ url, effort }) =>
  new ChatOpenAI({
    model: "claude",
    apiKey: "theirs",
    maxRetries: 0,
    configuration: { baseURL: url },
    ...(effort && { modelKwargs: { reasoning_effort: effort } }),
  });

const messagesOf = ({ question, image }) => [
  new HumanMessage({
    content: image
      ? [
          { type: "text", text: question },
          { type: "image_url", image_url: { url: image } },
        ]
      : question,
  }),
];

/** The model's next message, whole or put together from a stream. */
async function say({ stream }, model, messages, heard) {
  if (!stream) return model.invoke(messages);
  heard.text = "";
  heard.pieces = 0;
  let all;
  for await (const chunk of await model.stream(messages)) {
    if (chunk.text !== "") heard.pieces++;
    heard.text += chunk.text;
    all = all === undefined ? chunk : all.concat(chunk);
  }
  return all;
}

await follow(
  {
    async answer(order, heard) {
      const {
        text,
        usage_metadata: usage,
        response_metadata,
        additional_kwargs,
      } = await say(order, modelOf(order), messagesOf(order), heard);
      return {
        ...heard,
        text,
        finish: response_metadata.finish_reason,
        usage: [usage.input_tokens, usage.output_tokens, usage.total_tokens],
        refusal: additional_kwargs.refusal,
      };
    },
    async tools(order, heard) {
      const model = modelOf(order).bindTools([weather]);
      const messages = messagesOf(order);
      const first = await say(order, model, messages, heard);
      messages.push(first);
      for (const call of first.tool_calls) {
        messages.push(new ToolMessage({ tool_call_id: call.id, content: await weather.invoke(call.args) }));
      }
      const last = await say(order, model, messages, heard);
      return {
        text: last.text,
        calls: first.tool_calls.map(({ id, args }) => [id, args]),
        finishes: [first, last].map(({ response_metadata }) => response_metadata.finish_reason),
        reasoning: first.additional_kwargs.reasoning_content,
      };
    },
    async object(order, heard) {
      const schema = z.object({ city: z.string(), celsius: z.number() });
      const model = modelOf(order).withStructuredOutput(schema, { name: "weather", method: "jsonSchema" });
      return { object: await say({ ...order, stream: false }, model, messagesOf(order), heard) };
    },
    async abort(order) {
      const controller = new AbortController();
      let text = "";
      const reading = (async () => {
        for await (const chunk of await modelOf(order).stream(messagesOf(order), { signal: controller.signal })) {
          text += chunk.text;
          if (text !== "") controller.abort();
        }
      })();
      await reading.catch(() => undefined);
      return { text };
    },
    async embed({ url, texts }) {
      const embedder = new OpenAIEmbeddings({
        model: "embed",
        apiKey: "theirs",
        maxRetries: 0,
        batchSize: 4000,
        configuration: { baseURL: url },
      });
      return { vectors: await embedder.embedDocuments(texts) };
    },
  },
  ({ name, status, message, code }) => ({ name, status, message, code }),
);
