import type { Provider, ProviderName } from "../interfaces";
import { openai } from "./openai";

/** One provider per `model.provider` that this version serves. */
export const providers: ReadonlyMap<ProviderName, Provider> = new Map([openai].map((provider) => [provider.name, provider]));
