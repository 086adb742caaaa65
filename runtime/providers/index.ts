import type { Provider as ProviderName } from "../../config/types.generated";
import { anthropic } from "./anthropic";
import { openai } from "./openai";
import type { Provider } from "./provider";

/** One provider per `model.provider` that this version serves. */
export const providers: ReadonlyMap<ProviderName, Provider> = new Map([anthropic, openai].map((provider) => [provider.name, provider]));
