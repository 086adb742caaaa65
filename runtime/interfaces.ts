/** The small interfaces that hold the gateway together; each has one implementation per file and one table per folder. */
import type { LoggingConfig, ModelOptions, Provider as ProviderName, RouteType, TargetConfig } from "../config/types.generated";
import type { AllowedOrigin } from "../config/allowed-origins";
import type { Sliced } from "./bytes/slices";
import type { Usage } from "./conversation/usage";
import type { ObjectScan, ScanResult } from "./json/scan";
import type { TargetState } from "./targets/state";
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
   * @param scan of the body, if it was scanned before; else the body is scanned here
   * @throws GatewayError (400) if it is not what this surface takes.
   */
  read(body: Buffer, scan?: ScanResult): Ask;
  /** What a request is about, for a choice by meaning: at most 8,192 characters, empty if there is none. Reads the body anew each time; never throws. */
  prompt(ask: Ask): string;
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

/** What a stream that broke after content needs to go on with another answer. */
export interface ResumePoint {
  /** `id` of the stream that the client has begun to read. */
  readonly id: string | undefined;
  /** All text that the client has. */
  readonly text: string;
  /** Usage of the answers before, in sum. */
  readonly usage: Usage | undefined;
  /** Whether the next answer begins behind the text instead of repeating it. */
  readonly prefilled: boolean;
}

/** How the answer of a stream is to be read. */
export interface StreamReaderOptions {
  /** The client did not ask for the event that carries only usage. */
  readonly withholdUsage: boolean;
  /** Keep the text, so that another answer can go on where this one breaks. */
  readonly keepText: boolean;
  /** Where an earlier answer broke; what repeats it is left out. */
  readonly resume: ResumePoint | undefined;
  /** Largest event in bytes; a larger one is a failure. */
  readonly maxEventBytes: number;
}

/** A large answer that is read in steps. */
export interface AnswerReading extends Sliced {
  /** What the answer says; to be asked for after the last step. */
  result(): Answer;
}

/** How one call to a target is to be made. */
export interface CallOptions {
  /** Name of the model that the provider is asked for. */
  readonly model: string | undefined;
  /** Whether the upstream is to stream. */
  readonly stream: boolean;
  /** Whether usage is wanted in the stream. */
  readonly streamUsage: boolean;
  /** Text of the assistant that the model is to continue; undefined where there is none. */
  readonly prefill: string | undefined;
}

/** Reads a stream of events as it is relayed. */
export interface StreamReader {
  /**
   * Takes the next bytes and returns what may go to the client now.
   * Whole events only; empty where nothing is complete yet.
   */
  push(chunk: Buffer): Buffer;
  /**
   * Whether a large event, or very many small ones, are being read. `step` is to be called in each turn of the event loop then, and neither `push` nor
   * `end`; what follows comes with the next `push`, be it an empty one.
   */
  readonly busy: boolean;
  /** Reads a part of what has come; returns what may go to the client now. */
  step(): Buffer;
  /** What was left when the upstream ended: the last event may lack its blank line. */
  end(): Buffer;
  /** Whether content (text, reasoning, a tool call, a finish) has been seen. */
  readonly content: boolean;
  /** Whether the end mark has been seen. Nothing that follows it is looked at or returned. */
  readonly ended: boolean;
  /** Whether the stream is complete: its end mark has been seen, or every choice that began has finished. */
  readonly complete: boolean;
  /** The error that the upstream reported inside the stream, if it did, as the end of a sentence that begins with "the upstream". */
  readonly failure: string | undefined;
  /** Where the failing event begins in what `push`, `step` or `end` returned last. */
  readonly failureAt: number | undefined;
  readonly model: string | undefined;
  readonly usage: Usage | undefined;
  /** Characters of generated text so far. */
  readonly characters: number;
  /** Events that were no valid JSON and have been left out. */
  readonly skipped: number;
  /** Where another answer can go on; undefined where it cannot: more than text was relayed, or too much of it. */
  resumePoint(): ResumePoint | undefined;
}

/** A wire format. A client speaks one, an upstream speaks one. */
export interface Dialect {
  readonly name: string;
  /** Makes the upstream's body of the client's; where both speak this dialect all bytes that need no change are kept. */
  encode(ask: Ask, target: TargetPlan, call: CallOptions): Buffer;
  /** Reads a complete answer with status 200 that is not large. */
  readAnswer(body: Buffer): Answer;
  /** Reads a large one. */
  readLargeAnswer(body: Buffer): AnswerReading;
  streamReader(options: StreamReaderOptions): StreamReader;
  /**
   * Generated text of a whole answer, for a judge. Empty if there is none, or if the answer is too large to be read at once.
   * @param stream whether the payload is a stream of events
   * @param length characters that are enough
   */
  textOf(payload: string, stream: boolean, length: number): string;
  /** Text of the last message or prompt of a request, for a judge. Empty if there is none, or if the request is too large to be read at once. */
  questionOf(body: Buffer): string;
  /** What a refusal is about, by the provider's error code: too long for the model, or refused by a content filter; undefined for all others. */
  readRefusal(body: Buffer): "context_length" | "content_filter" | undefined;
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
  /** Whether its models continue a text of the assistant that ends the conversation (`extensions.resume_streams: prefill`). */
  readonly prefill: boolean;
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
  /** Name of the header it sets, in lower case, if the client's own value wins (`allow_override`). */
  readonly overridableHeader: string | undefined;
  /** Query parameter that it sets, if the client's own value wins. */
  readonly overridableParameter: string | undefined;
  /**
   * Returns a request with credentials. `request` may be logged and judged: neither it nor its headers and body are changed.
   * @throws if the credential cannot be read or sent; rejects likewise
   */
  authorize(request: OutgoingRequest): OutgoingRequest | Promise<OutgoingRequest>;
}

/** Model parameters that a target adds to requests. */
export interface ModelParameters {
  /** Member and JSON text; each is added where the client did not set it (docs/behaviour.md "Requests and models"). */
  readonly defaults: readonly (readonly [string, string])[];
  /** Cap on output tokens. */
  readonly maxTokens: number | undefined;
}

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

/** Names under which credentials are configured; a client's values under them are never sent. */
export interface CredentialNames {
  /** In lower case, with `-` for `_` and `.`, which many servers take for one another. */
  readonly headers: ReadonlySet<string>;
  /** In lower case. */
  readonly parameters: ReadonlySet<string>;
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

export type { ProviderName, RouteType, Usage };
