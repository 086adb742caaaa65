import type { Codec } from "../codecs/codec";
import { endpointOf } from "./endpoint";
import type { Service, Traits } from "./provider";
import { configuredWins } from "./query";

/** What a provider offers at an address that options alone decide. */
export const serviceAt =
  (origin: string, traits: Traits) =>
  /** @param path the provider's path of the surface; undefined if it has none of its own */
  (codec: Codec, path: string | undefined): Service => ({
    codec,
    traits,
    addressedByCall: false,
    address: (options) => endpointOf(origin, path, options),
    query: configuredWins,
  });
