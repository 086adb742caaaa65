/** The provider as a program. `serve` comes first: from then on nothing but the handshake reaches stdout. */
import { serve } from "./rpc/serve";
import { PROVIDER_SOURCE, REGISTRY_HOSTS } from "./address";

void serve({
  address: `${REGISTRY_HOSTS[0]}/${PROVIDER_SOURCE}`,
  provider: async () => (await import("./provider.js")).signalboxProvider,
});
