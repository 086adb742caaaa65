import type { RouteType } from "../../config/types.generated";
import { PassThrough } from "../codecs/pass-through";
import { Translating } from "../codecs/translating";
import { completeSpeech, messagesSpeech } from "../dialects/anthropic/speech";
import { chatSpeech, completionsSpeech } from "../dialects/openai/speech";
import type { Provider, Service } from "./provider";
import { serviceAt } from "./service";

/** Every stream of messages tells its usage unasked. Source: Anthropic's reference of streaming messages. */
const TRAITS = { usageInStreams: true, prefill: false };

const service = serviceAt("https://api.anthropic.com", TRAITS);

const services: Partial<Record<RouteType, Service>> = {
  "llm/v1/chat": service(new Translating(chatSpeech, messagesSpeech), "/v1/messages"),
  "llm/v1/completions": service(new Translating(completionsSpeech, completeSpeech), "/v1/complete"),
  preserve: service(new PassThrough(), undefined),
};

/** Source: Anthropic API reference. */
export const anthropic: Provider = {
  name: "anthropic",
  serve: ({ routeType }) => services[routeType],
  credential: ({ auth }, registry) => registry.placed(auth),
};
