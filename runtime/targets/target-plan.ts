import type { AllowedOrigin } from "../../config/allowed-origins";
import type { LoggingConfig, ModelOptions, TargetConfig } from "../../config/types.generated";
import type { ModelParameters } from "../codecs/codec";
import type { CredentialNames, CredentialSource } from "../credentials/source";
import type { Endpoint, Provider, Service } from "../providers/provider";
import type { Template, TemplatedValue } from "../templates/template";
import type { TargetState } from "./state";

/** Prices per 1,000,000 tokens. */
export interface Prices {
  readonly input: number;
  readonly output: number;
}

/** What a request may make of the origin of a target's calls. */
export interface OriginLimit {
  /** `extensions.allowed_origins`. */
  readonly allowed: readonly AllowedOrigin[];
  /** Scheme and port are the configuration's own. */
  readonly onlyHost: boolean;
}

/** One configured model, compiled: everything that can be known before a request comes. */
export interface TargetPlan {
  /** Position in `config.targets`. */
  readonly index: number;
  readonly config: TargetConfig;
  readonly provider: Provider;
  /** What the provider offers on the target's surface. */
  readonly service: Service;
  readonly weight: number;
  readonly alias: string | undefined;
  /** The provider's model name; a template if it depends on the request. */
  readonly model: string | Template | undefined;
  readonly parameters: ModelParameters;
  readonly options: TemplatedValue<ModelOptions>;
  /** Undefined if the address depends on the request. */
  readonly endpoint: Endpoint | undefined;
  /** Undefined if the origin is the configuration's own. */
  readonly originLimit: OriginLimit | undefined;
  readonly credential: CredentialSource;
  /** Of all targets of the plugin: what the client means for one provider reaches no other one either. */
  readonly credentialNames: CredentialNames;
  readonly logging: LoggingConfig;
  readonly prices: Prices | undefined;
  /** What people know it by: `<index>:<provider>/<configured model>`. */
  readonly label: string;
  /** What its traffic told, over reloads. */
  readonly state: TargetState;
}
