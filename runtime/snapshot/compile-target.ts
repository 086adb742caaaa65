import type { LoggingConfig, ModelOptions, TargetConfig } from "../../config/types.generated";
import type { Dialect, ModelParameters, Prices, Provider, Surface, TargetPlan } from "../interfaces";
import type { SecretStore } from "../secrets/store";
import { compileTemplate, compileTemplates } from "../templates/template";
import type { TargetState } from "../targets/state";
import { noCredential, StaticCredential } from "../credentials/static";

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
  parts: { provider: Provider; dialect: Dialect; surface: Surface; state: TargetState; secrets: SecretStore },
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
    label: `${index}:${config.model.provider}/${name ?? "(from request)"}`,
    state: parts.state,
  };
}
