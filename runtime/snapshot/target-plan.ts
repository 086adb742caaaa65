import type { LoggingConfig, ModelOptions, TargetConfig } from "../../config/types.generated";
import type { Dialect, CredentialSource, Endpoint, Provider, Surface } from "../interfaces";
import type { SecretStore } from "../secrets/store";
import { compileTemplate, compileTemplates, type Template, type TemplatedValue } from "../templates/template";
import { noCredential, StaticCredential } from "../credentials/static";

/** Model parameters that a target adds to requests. */
export interface ModelParameters {
  /** Member and JSON text; each is added where the client did not set it (semantics.md 1). */
  readonly defaults: readonly (readonly [string, string])[];
  /** Cap on output tokens. */
  readonly maxTokens: number | undefined;
}

/** Prices per 1,000,000 tokens. */
export interface Prices {
  readonly input: number;
  readonly output: number;
}

/** One configured model, compiled: everything that can be known before a request comes. */
export interface TargetPlan {
  /** Position in `config.targets`. */
  readonly index: number;
  readonly config: TargetConfig;
  readonly provider: Provider;
  readonly dialect: Dialect;
  readonly weight: number;
  readonly alias: string | undefined;
  /** The provider's model name; a template where it depends on the request. */
  readonly model: string | Template | undefined;
  readonly parameters: ModelParameters;
  readonly options: TemplatedValue<ModelOptions>;
  /** Undefined where the address depends on the request. */
  readonly endpoint: Endpoint | undefined;
  readonly credential: CredentialSource;
  readonly logging: LoggingConfig;
  readonly prices: Prices | undefined;
}

const NO_LOGGING: LoggingConfig = { log_payloads: false, log_statistics: false };

function parametersOf(options: ModelOptions | undefined): ModelParameters {
  const defaults: [string, string][] = [];
  for (const key of ["temperature", "top_p", "top_k"] as const) {
    const value = options?.[key];
    if (value !== undefined) defaults.push([key, String(value)]);
  }
  return { defaults, maxTokens: options?.max_tokens };
}

function pricesOf(options: ModelOptions | undefined): Prices | undefined {
  return options?.input_cost === undefined || options.output_cost === undefined
    ? undefined
    : { input: options.input_cost, output: options.output_cost };
}

/**
 * Compiles one target.
 * @throws GatewayError where its address cannot be used, ReferenceProblem where a credential cannot be read
 */
export function compileTarget(
  index: number,
  config: TargetConfig,
  parts: { provider: Provider; dialect: Dialect; surface: Surface; secrets: SecretStore },
): TargetPlan {
  const { name, model_alias } = config.model;
  const options = compileTemplates<ModelOptions>(config.model.options ?? ({} as ModelOptions));
  return {
    index,
    config,
    provider: parts.provider,
    dialect: parts.dialect,
    weight: config.weight,
    alias: model_alias,
    model: name === undefined ? undefined : (compileTemplate(name) ?? name),
    parameters: parametersOf(config.model.options),
    options,
    endpoint: options.templated ? undefined : parts.provider.endpoint(config, config.model.options ?? ({} as ModelOptions), parts.surface),
    credential: config.auth === undefined ? noCredential : new StaticCredential(config.auth, parts.secrets),
    logging: config.logging ?? NO_LOGGING,
    prices: pricesOf(config.model.options),
  };
}
