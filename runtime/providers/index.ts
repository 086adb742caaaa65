import type { Provider as ProviderName } from "../../config/types.generated";
import { openAiLike } from "./openai-like";
import { OPENAI_LIKE } from "./openai-like-rows";
import type { Provider } from "./provider";
import * as table from "./table";

/** All providers by their names. */
export const providers: ReadonlyMap<ProviderName, Provider> = new Map(
  [...OPENAI_LIKE.map(openAiLike), ...Object.values<Provider>(table)].map((provider) => [provider.name, provider]),
);
