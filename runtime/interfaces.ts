/** The small interfaces that hold the gateway together; each has one implementation per file and one table per folder. */
import type { LoggingConfig, ModelOptions, Provider as ProviderName, RouteType, TargetConfig } from "../config/types.generated";
import type { ObjectScan } from "./json/scan";
import type { Template, TemplatedValue } from "./templates/template";

/** What the surface understood of a request: read once, before a target is chosen. */
export interface Ask {
  /** The body as the client sent it. */
  readonly body: Buffer;
  /** Spans of the body's top-level members; absent where the surface does not need JSON and the body is none. */
  readonly scan: ObjectScan | undefined;
  /** The `model` that the client named. */
  readonly model: string | undefined;
  /** Whether the client asked for a stream. */
  readonly stream: boolean;
  /** Whether the client asked for the usage of its stream. */
  readonly streamUsage: boolean;
}

/** One API shape that clients call; one per `route_type`. */
export interface Surface {
  readonly routeType: RouteType;
  /** Path that OpenAI-like providers serve it under; undefined where the client's own path is sent. */
  readonly path: string | undefined;
  /** Whether the answer is relayed without a look at its body. */
  readonly opaque: boolean;
  /** Whether a body is of this surface's format, for plugins whose targets differ in route type. */
  recognises(scan: ObjectScan): boolean;
  /**
   * Reads the request's body.
   * @throws GatewayError (400) where it is not what this surface takes.
   */
  read(body: Buffer): Ask;
}

/** Token counts in OpenAI's words; details as the provider gave them. */
export interface Usage {
  prompt_tokens: number;
  completion_tokens: number;
  total_tokens: number;
  prompt_tokens_details?: Readonly<Record<string, unknown>>;
  completion_tokens_details?: Readonly<Record<string, unknown>>;
}

/** What a complete answer says. */
export type Answer =
  | {
      readonly ok: true;
      readonly model: string | undefined;
      readonly usage: Usage | undefined;
      /** Characters of generated text. */ readonly characters: () => number;
    }
  | { readonly ok: false; /** What is wrong with it, as the end of a sentence that begins with "the answer". */ readonly reason: string };

/** How one call to a target is to be made. */
export interface CallOptions {
  /** Name of the model that the provider is asked for. */
  readonly model: string | undefined;
  /** Whether the upstream is to stream. */
  readonly stream: boolean;
  /** Whether usage is wanted in the stream. */
  readonly streamUsage: boolean;
}

/** Reads a stream of events as it is relayed. */
export interface StreamReader {
  /**
   * Takes the next bytes and returns what may go to the client now.
   * Whole events only; empty where nothing is complete yet.
   */
  push(chunk: Buffer): Buffer;
  /** What was left when the upstream ended: the last event may lack its blank line. */
  end(): Buffer;
  /** Whether content (text, reasoning, a tool call, a finish) has been seen. */
  readonly content: boolean;
  /** Whether the stream is complete: its end mark or a finish has been seen. */
  readonly complete: boolean;
  /** The error that the upstream reported inside the stream, if it did. */
  readonly failure: string | undefined;
  readonly model: string | undefined;
  readonly usage: Usage | undefined;
  /** Characters of generated text so far. */
  readonly characters: number;
  /** Events that were no valid JSON and have been left out. */
  readonly skipped: number;
}

/** A wire format. A client speaks one, an upstream speaks one. */
export interface Dialect {
  readonly name: string;
  /** Makes the upstream's body of the client's; where both speak this dialect all bytes that need no change are kept. */
  encode(ask: Ask, target: TargetPlan, call: CallOptions): Buffer;
  /** Reads a complete answer with status 200. */
  readAnswer(body: Buffer): Answer;
  /** `withholdUsage`: the client did not ask for the event that carries only usage. */
  streamReader(options: { readonly withholdUsage: boolean }): StreamReader;
  /** The event that tells the client inside a stream that it failed. */
  errorEvent(error: { readonly message: string; readonly type: string; readonly code: string }): Buffer;
}

/** Where a target's calls go. */
export interface Endpoint {
  /** Scheme, host and port in one. */
  readonly origin: string;
  readonly scheme: string;
  readonly host: string;
  readonly port: number;
  /** Path without query. */
  readonly path: string;
  /** Query without `?`; empty where there is none. */
  readonly query: string;
}

/** A place that serves models. */
export interface Provider {
  readonly name: ProviderName;
  /** Dialect spoken on a surface; undefined where the provider does not serve it. */
  dialect(surface: Surface): Dialect | undefined;
  /**
   * Where calls of a surface go; `options` are rendered.
   * @throws GatewayError where no address can be made of the options.
   */
  endpoint(target: TargetConfig, options: ModelOptions, surface: Surface): Endpoint;
  /** Request fields that this provider refuses and that are therefore left out. */
  readonly refuses: readonly string[];
  /** Whether a stream can be asked for its usage. */
  readonly streamUsage: boolean;
}

/** The request to an upstream as credentials may still change it. */
export interface OutgoingRequest {
  readonly method: string;
  readonly origin: string;
  path: string;
  query: string;
  /** Names and values in turn. */
  readonly headers: string[];
  body: Buffer | undefined;
}

/** Puts credentials on a request at the moment of use. */
export interface CredentialSource {
  /** Name of the header it sets, in lower case, where the client's own value wins (`allow_override`). */
  readonly overridableHeader: string | undefined;
  /** Query parameter that it sets; never forwarded from the client unless `allow_override`. */
  readonly queryParameter: string | undefined;
  /** `client` = what the client sent under the configured names. */
  authorize(request: OutgoingRequest): OutgoingRequest | Promise<OutgoingRequest>;
}

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

/** The targets among which one request may be placed: all of a plugin, or those of one alias or name. */
export interface CandidateSet {
  readonly key: string;
  readonly targets: readonly TargetPlan[];
}

/** How an attempt ended, for balancers. */
export interface Outcome {
  readonly ok: boolean;
  readonly milliseconds: number;
  readonly usage: Usage | undefined;
}

/** An algorithm that chooses a target and learns from outcomes. */
export interface Balancer {
  choose(candidates: CandidateSet, ask: Ask): TargetPlan | Promise<TargetPlan>;
  started(target: TargetPlan): void;
  finished(target: TargetPlan, outcome: Outcome): void;
}

export type { ProviderName, RouteType };
