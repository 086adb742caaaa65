import { Translating } from "../../../../runtime/codecs/translating";
import { chatSpeech } from "../../../../runtime/dialects/openai/speech";
import { endpointOf } from "../../../../runtime/providers/endpoint";
import type { Provider, Service } from "../../../../runtime/providers/provider";
import { configuredWins } from "../../../../runtime/providers/query";
import { tinySpeech } from "../dialects/tiny/speech";

const chat: Service = {
  codec: new Translating(chatSpeech, tinySpeech),
  traits: { usageInStreams: true, prefill: () => undefined },
  addressedByCall: false,
  address: (options) => endpointOf("https://tiny.example", "/say", options),
  query: configuredWins,
};

/** The name is one that the schema knows, since a plugin's configuration could not say another. */
export const tiny: Provider = {
  name: "cohere",
  serve: ({ routeType }) => (routeType === "llm/v1/chat" ? chat : undefined),
  credential: ({ auth }, registry) => registry.placed(auth),
};
