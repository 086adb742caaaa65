import type { RouteType } from "../../config/types.generated";
import { PassThrough } from "../codecs/pass-through";
import { PassingOpenAi, readRefusal } from "../dialects/openai";
import type { Provider, Service } from "./provider";
import { serviceAt } from "./service";

const passing = new PassingOpenAi({ refuses: ["top_k"] });

/** Source: OpenAI API reference. */
const TRAITS = { usageInStreams: true, prefill: () => undefined };

const service = serviceAt("https://api.openai.com", TRAITS);

const services: Partial<Record<RouteType, Service>> = {
  "llm/v1/chat": service(passing, "/v1/chat/completions"),
  "llm/v1/completions": service(passing, "/v1/completions"),
  preserve: service(new PassThrough(readRefusal), undefined),
};

/** OpenAI and whatever speaks like it below `upstream_url`. Source: OpenAI API reference. */
export const openai: Provider = {
  name: "openai",
  serve: ({ routeType }) => services[routeType],
  credential: ({ auth }, registry) => registry.placed(auth),
};
