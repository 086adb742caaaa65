import { z } from "zod";
import { about, named } from "./meta";

/** Version that brought prices of caches, tiers and long contexts. */
const FINE_PRICES = "3.14.0.13 / 3.15.0.4";
const PRICE = "price per 1,000,000 tokens";
const FACTOR = "factor";

const cacheWriteCost = z
  .strictObject({
    cost: z.number().meta(about(FINE_PRICES, "Price of writing tokens to a cache with this lifetime.", { unit: PRICE })),
    ttl: z.string().meta(about(FINE_PRICES, "Lifetime of the cache entry: a number with `m` or `h`, such as `5m` or `1h`.")),
  })
  .meta(named("CacheWriteCost"))
  .meta(about(FINE_PRICES, "Price for one cache lifetime."));

const contextWindowFactor = z
  .strictObject({
    above: z
      .string()
      .meta(about(FINE_PRICES, "Input tokens above which the factors apply: a number with `k` or `m`, such as `200k` or `1m`.")),
    input_factor: z.number().meta(about(FINE_PRICES, "Multiplies the input prices.", { unit: FACTOR })),
    output_factor: z.number().meta(about(FINE_PRICES, "Multiplies the output price.", { unit: FACTOR })),
  })
  .meta(named("ContextWindowFactor"))
  .meta(about(FINE_PRICES, "Factors for one threshold."));

const serviceTierFactor = z
  .strictObject({
    factor: z.number().meta(about(FINE_PRICES, "Multiplies the whole request's price.", { unit: FACTOR })),
    tier: z
      .string()
      .min(1)
      .meta(
        about(
          FINE_PRICES,
          "Part of the tier name that the provider reports, in any case; the longest match wins. `priority` also matches the word `fast`.",
        ),
      ),
  })
  .meta(named("ServiceTierFactor"))
  .meta(about(FINE_PRICES, "Factor for one service tier."));

/** The price fields of `model.options`. All prices are per 1,000,000 tokens, in whatever currency the user counts. */
export const prices = {
  cache_read_cost: z
    .number()
    .optional()
    .meta(about(FINE_PRICES, "Price of prompt tokens that the provider read from its cache.", { unit: PRICE })),
  cache_write_cost: z
    .number()
    .optional()
    .meta(about(FINE_PRICES, "Price of prompt tokens that the provider wrote to its cache.", { unit: PRICE })),
  cache_write_cost_list: z
    .array(cacheWriteCost)
    .optional()
    .meta(about(FINE_PRICES, "Cache write prices by lifetime of the entry; for the listed ones they replace `cache_write_cost`.")),
  context_window_factor: z.array(contextWindowFactor).optional().meta(about(FINE_PRICES, "Price factors for requests with long inputs.")),
  input_cost: z
    .number()
    .optional()
    .meta(about("3.8", "Price of prompt tokens; needed for costs in logs and for balancing by cost.", { unit: PRICE })),
  output_cost: z
    .number()
    .optional()
    .meta(about("3.8", "Price of generated tokens; needed for costs in logs and for balancing by cost.", { unit: PRICE })),
  service_tier_factor: z
    .array(serviceTierFactor)
    .optional()
    .meta(about(FINE_PRICES, "Price factors by the service tier that the provider reports.", { absent: "factor 1" })),
};
