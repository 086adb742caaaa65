import { openai as dialect } from "../dialects";
import type { Provider } from "../interfaces";
import { endpointOf } from "./endpoint";

/** OpenAI and whatever speaks like it below `upstream_url`. Source: OpenAI API reference. */
export const openai: Provider = {
  name: "openai",
  dialect: () => dialect,
  endpoint: (_target, options, surface) => endpointOf("https://api.openai.com", options, surface),
  refuses: ["top_k"],
  streamUsage: true,
  prefill: false,
};
