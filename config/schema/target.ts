import { z } from "zod";
import { auth } from "./auth";
import { about, named } from "./meta";
import { modelOptions } from "./model-options";
import { PROVIDERS, ROUTE_TYPES } from "./vocabulary";

const model = z
  .strictObject({
    model_alias: z
      .string()
      .optional()
      .meta(about("3.14", "Name that clients send as `model` to reach this target; it never travels upstream.", { absent: "no alias" })),
    name: z
      .string()
      .optional()
      .meta(
        about("3.8", "The provider's name of the model; may hold templates such as `$(headers.x-model)`.", {
          absent: "the request's `model`",
        }),
      ),
    options: modelOptions.optional().meta(about("3.8", "Model parameters and provider settings.")),
    provider: z.enum(PROVIDERS).meta(named("Provider")).meta(about("3.8", "Who serves the model.")),
  })
  .meta(named("ModelConfig"));

const logging = z
  .strictObject({
    log_payloads: z
      .boolean()
      .default(false)
      .meta(about("3.8", "Adds the bodies of request and answer to log entries. They hold what people wrote.")),
    log_statistics: z.boolean().default(false).meta(about("3.8", "Adds tokens, latencies and cost to log entries and metrics.")),
  })
  .meta(named("LoggingConfig"));

/** What a target of `ai-proxy-advanced` and the whole of `ai-proxy` have in common. */
export const targetFields = {
  auth: auth.optional().meta(about("3.8", "Credentials for the provider.", { absent: "no credential is sent" })),
  logging: logging.optional().meta(about("3.8", "What is logged about requests.", { absent: "neither statistics nor payloads" })),
  model: model.meta(about("3.8", "The model and who serves it.")),
  route_type: z
    .enum(ROUTE_TYPES)
    .meta(named("RouteType"))
    .meta(
      about("3.8", "API operation that is served; with a provider it decides the upstream path.", {
        deprecatedValues: { preserve: "Kong deprecates it since 3.10 and removes it in 4.0; use the route type of the operation" },
      }),
    ),
};

/** One configured model at a provider. Source: `config.targets[]`. */
export const target = z
  .strictObject({
    ...targetFields,
    description: z
      .string()
      .optional()
      .meta(
        about(
          "3.8",
          "What the target is good at: the text that prompts are compared with in semantic routing. `CATCHALL` marks the target that takes all others.",
        ),
      ),
    metadata: z
      .record(z.string(), z.unknown())
      .optional()
      .meta(about("3.13", "Free-form notes; the gateway keeps them and does not read them.", { freeForm: true })),
    weight: z
      .int()
      .min(1)
      .max(65535)
      .default(100)
      .meta(
        about(
          "3.8",
          "Share of the requests relative to the other targets; with the algorithm `priority` it names the group, highest first.",
        ),
      ),
  })
  .meta(named("TargetConfig"))
  .meta(about("3.8", "One configured model at a provider."));
