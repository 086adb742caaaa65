import type { LoggingConfig, ModelOptions, TargetConfig } from "../../config/types.generated";
import type { AllowedOrigin } from "../../config/allowed-origins";
import { reachOfOptions } from "../../config/templates/parse";
import type { ModelParameters } from "../codecs/codec";
import type { CredentialNames } from "../credentials/source";
import type { Provider, Service } from "../providers/provider";
import type { OriginLimit, Prices, TargetPlan } from "../targets/target-plan";
import { compileTemplate, compileTemplates } from "../templates/template";
import { labelOf } from "../targets/identity";
import type { TargetState } from "../targets/state";
import type { CredentialRegistry } from "../credentials/registry";

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

/** What the plugin says of all its targets. */
export interface TargetLimits {
  readonly credentialNames: CredentialNames;
  /** `extensions.allowed_origins`. */
  readonly allowedOrigins: readonly AllowedOrigin[];
}

/** Without a list nothing is allowed: the configuration's rules ask for one, and a template that they could not see is refused for each request. */
function originLimit(options: ModelOptions | undefined, allowed: readonly AllowedOrigin[]): OriginLimit | undefined {
  const reach = reachOfOptions(options);
  return reach === "nothing" ? undefined : { allowed, onlyHost: reach === "host" };
}

/**
 * Compiles one target.
 * @throws GatewayError if its address cannot be used, CredentialProblem or ReferenceProblem if a credential cannot
 */
export function compileTarget(
  index: number,
  config: TargetConfig,
  parts: {
    readonly provider: Provider;
    readonly service: Service;
    readonly state: TargetState;
    readonly credentials: CredentialRegistry;
    readonly limits: TargetLimits;
  },
): TargetPlan {
  const { name, model_alias } = config.model;
  const { service } = parts;
  const given = config.model.options ?? ({} as ModelOptions);
  const options = compileTemplates<ModelOptions>(given);
  return {
    index,
    config,
    provider: parts.provider,
    service,
    weight: config.weight,
    alias: model_alias,
    model: name === undefined ? undefined : (compileTemplate(name) ?? name),
    parameters: parametersOf(config.model.options),
    options,
    endpoint: options.templated || service.addressedByCall ? undefined : service.address(given, { model: name, stream: false }),
    originLimit: originLimit(config.model.options, parts.limits.allowedOrigins),
    credential: parts.provider.credential(config, parts.credentials),
    credentialNames: parts.limits.credentialNames,
    logging: config.logging ?? NO_LOGGING,
    prices: pricesOf(config.model.options),
    label: labelOf(index, config),
    state: parts.state,
  };
}
