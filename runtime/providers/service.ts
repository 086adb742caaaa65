import type { ModelOptions } from "../../config/types.generated";
import type { Codec } from "../codecs/codec";
import { endpointOf, type UpstreamUrl } from "./endpoint";
import type { Service, Traits } from "./provider";
import { configuredWins } from "./query";

/** A provider's own address: a text, or what options make of it. Undefined if it has none, so that `upstream_url` must be given. */
export type Origin = string | ((options: ModelOptions) => string) | undefined;

/** What a provider offers at an address that options alone decide. */
export const serviceAt =
  (origin: Origin, traits: Traits, upstreamUrl?: UpstreamUrl) =>
  /** @param path the provider's path of the surface; undefined if it has none of its own */
  (codec: Codec, path: string | undefined): Service => ({
    codec,
    traits,
    addressedByCall: false,
    address: (options) => endpointOf(typeof origin === "function" ? origin(options) : origin, path, options, upstreamUrl),
    query: configuredWins,
  });
