import type { Provider as ProviderName } from "../../config/types.generated";
import type { Provider } from "./provider";
import * as table from "./table";

/** All providers by their names. */
export const providers: ReadonlyMap<ProviderName, Provider> = new Map(
  Object.values<Provider>(table).map((provider) => [provider.name, provider]),
);
