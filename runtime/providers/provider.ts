import type { ModelOptions, Provider as ProviderName, TargetConfig } from "../../config/types.generated";
import type { Ask } from "../codecs/ask";
import type { Codec } from "../codecs/codec";
import type { PrefillForm } from "../codecs/resumption";
import type { CredentialRegistry } from "../credentials/registry";
import type { CredentialSource } from "../credentials/source";
import type { Surface } from "../surfaces/surface";

/** Where a target's calls go. */
export interface Endpoint {
  /** Scheme, host and port in one. */
  readonly origin: string;
  readonly scheme: string;
  readonly host: string;
  readonly port: number;
  /** Path without query; empty = the client's own. */
  readonly path: string;
  /** Query without `?`; empty if there is none. */
  readonly query: string;
}

/** What an address may depend on besides the options. */
export interface AddressedCall {
  readonly model: string | undefined;
  readonly stream: boolean;
}

/**
 * Whether the stream of a request can be asked for its usage.
 * @param query of the call, as the provider gets it
 */
export type UsageInStreams = (ask: Ask, query: string) => boolean;

/** What a provider's service can do. Each value of an implementation names its source. */
export interface Traits {
  /** Whether a stream can be asked for its usage, if need be in view of the request. */
  readonly usageInStreams: boolean | UsageInStreams;
  /**
   * How a model continues a text of the assistant that ends a conversation of free text (`extensions.resume_streams`); undefined if it does not. That may
   * depend on what else is asked for.
   */
  prefill(model: string | undefined, ask: Ask): PrefillForm | undefined;
}

/** What one provider offers on one surface. */
export interface Service {
  readonly codec: Codec;
  readonly traits: Traits;
  /** Whether `address` looks at the call, so that it has to be asked for each. */
  readonly addressedByCall: boolean;
  /**
   * Where a call goes.
   * @param options rendered
   * @throws GatewayError `bad_endpoint` if no address can be made of the options
   */
  address(options: ModelOptions, call: AddressedCall): Endpoint;
  /**
   * The query of a call, without `?`.
   * @param client the client's, without credentials; empty if the codec translates
   * @param configured that of the address
   */
  query(client: string, configured: string): string;
}

/** A place that serves models. */
export interface Provider {
  readonly name: ProviderName;
  /** What it offers on a surface to one target; undefined if it does not serve it. */
  serve(surface: Surface, target: TargetConfig): Service | undefined;
  /** Puts the target's credentials on its calls. */
  credential(target: TargetConfig, registry: CredentialRegistry): CredentialSource;
}
