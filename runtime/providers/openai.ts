import type { RouteType } from "../../config/types.generated";
import { PassThrough } from "../codecs/pass-through";
import { PassingOpenAi, readRefusal } from "../dialects/openai";
import { PassingEmbeddings } from "../dialects/openai/embeddings";
import type { Provider, Service } from "./provider";
import { serviceAt } from "./service";

const passing = new PassingOpenAi({ refuses: ["top_k"] });

/** Source: OpenAI API reference, "Create embeddings": 2048 inputs and 300,000 tokens at most. */
const embedding = new PassingEmbeddings({
  maxInputs: 2048,
  maxTokens: 300_000,
  base64: true,
  dimensions: "dimensions",
  tokens: true,
  refuses: [],
});

/** Source: OpenAI API reference. */
const TRAITS = { usageInStreams: true, prefill: false };

const service = serviceAt("https://api.openai.com", TRAITS);

const services: Partial<Record<RouteType, Service>> = {
  "llm/v1/chat": service(passing, "/v1/chat/completions"),
  "llm/v1/completions": service(passing, "/v1/completions"),
  "llm/v1/embeddings": service(embedding, "/v1/embeddings"),
  preserve: service(new PassThrough(readRefusal), undefined),
};

/** OpenAI and whatever speaks like it below `upstream_url`. Source: OpenAI API reference. */
export const openai: Provider = {
  name: "openai",
  serve: ({ routeType }) => services[routeType],
  credential: ({ auth }, registry) => registry.placed(auth),
};
