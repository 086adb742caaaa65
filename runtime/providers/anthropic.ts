import type { RouteType } from "../../config/types.generated";
import { PassThrough } from "../codecs/pass-through";
import type { PrefillForm } from "../codecs/resumption";
import { Translating } from "../codecs/translating";
import { traitsOf } from "../dialects/anthropic/models";
import { completeSpeech, messagesSpeech } from "../dialects/anthropic/speech";
import { chatSpeech, completionsSpeech } from "../dialects/openai/speech";
import type { Provider, Service, Traits } from "./provider";
import { serviceAt } from "./service";

/** A last message of the assistant is continued, if it does not end with white space. Source: platform.claude.com, "Prefill Claude's response". */
const PREFILLED: PrefillForm = { message: {}, request: {}, echoes: false, trims: true };

/** The request is written without thinking then, which does not go together with it. */
const prefill: Traits["prefill"] = (model) => (model !== undefined && traitsOf(model).prefill ? PREFILLED : undefined);

/** Every stream of messages tells its usage unasked. Source: Anthropic's reference of streaming messages. */
const TRAITS: Traits = { usageInStreams: true, prefill };

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
