/** How exchanges pass between a client's dialect and an upstream's on one surface: as they are (same dialect), or translated. */
import type { ModelOptions } from "../../config/types.generated";
import type { Sliced } from "../bytes/slices";
import type { Lack } from "../conversation/dialect";
import type { Answer, AnswerReading, ErrorAnswer, Written } from "./answer";
import type { Ask } from "./ask";
import type { Resumption } from "./resumption";
import type { StreamReader } from "./stream-reader";

/** Model parameters that a target adds to requests. */
export interface ModelParameters {
  /** Member and JSON text; each is added if the client did not set it (docs/behaviour.md "Requests and models"). */
  readonly defaults: readonly (readonly [string, string])[];
  /** Cap on output tokens. */
  readonly maxTokens: number | undefined;
}

/** How one call to a target is to be made. */
export interface Call {
  readonly ask: Ask;
  /** Name of the model that the provider is asked for; undefined if neither the client nor the configuration names one. */
  readonly model: string | undefined;
  readonly parameters: ModelParameters;
  /** `model.options`, rendered. */
  readonly options: ModelOptions;
  /** Whether the client gets a stream. */
  readonly stream: boolean;
  /** Whether the provider is asked for the usage of its stream; `withhold`: the client is not told. */
  readonly usage: "off" | "on" | "withhold";
  /** How it goes on with an earlier answer of this exchange that broke; undefined if there is none. */
  readonly resume: Resumption | undefined;
  /** Whether the text of the stream is kept, so that another answer can go on with it. */
  readonly keepText: boolean;
  /** Largest whole answer or single event in bytes, unpacked. */
  readonly maxBytes: number;
}

/** How an answer is carried to the client: read whole, as a stream, passed on as it comes, without a look at it, or as its first bytes say. */
export type Carriage = "whole" | "stream" | "pass" | "look";

/** An answer that is written out of several, in steps. */
export interface JoinedAnswer extends Sliced {
  /** To be asked for after the last step. */
  result(): Written;
}

/** The calls of a request that is more than its provider takes at once. */
export interface Parts {
  /** How many they are; at least two. */
  readonly count: number;
  /** Makes one of them; the first is the conversion that has these parts. */
  at(index: number): Conversion;
  /** Writes the client's answer out of those that the parts have read; to be asked for after the last one has. */
  join(): JoinedAnswer;
}

/** One call's use of a codec. */
export interface Conversion {
  /** Set if this is only the first call of its request; absent for nearly all. */
  readonly parts?: Parts | undefined;
  /** Headers of the request, names and values in turn, besides the client's own. */
  readonly headers: readonly string[];
  /** The request's body; undefined if there is none. */
  readonly body: Buffer | undefined;
  /** Members of the request that have no effect, by the client's names. */
  readonly dropped: readonly string[];
  /** @param mediaType as the upstream names it, in lower case and without parameters; undefined if it names none */
  carriage(status: number, mediaType: string | undefined): Carriage;
  /** Whether a JSON object is an event of a stream, not a whole answer; asked of the first one if the type of an answer does not tell. Never throws. */
  isEvent(object: unknown): boolean;
  /** Reads a whole answer with status 200 that is not large. */
  readAnswer(body: Buffer): Answer;
  /** Reads a large one. */
  readLargeAnswer(body: Buffer): AnswerReading;
  /** Reads a whole answer whose status is no success. */
  readError(status: number, body: Buffer): ErrorAnswer;
  /** Makes the reader of this answer's stream. */
  stream(): StreamReader;
}

/** What one provider's service on one surface does to exchanges. */
export interface Codec {
  /** Whether client and upstream speak different dialects, so that neither the client's query nor headers of its provider's own travel. */
  readonly translates: boolean;
  /** Whether there is anything that the upstream may be unable to express, so that `lacks` has to be asked. */
  readonly mayLack: boolean;
  /**
   * What the upstream cannot express of a request; asked before a target is called. Empty for nearly all.
   * @param options `model.options` as configured; templates may stand in it
   * @throws GatewayError `wrong_format` if the request cannot be read
   */
  lacks(ask: Ask, model: string | undefined, options?: Partial<ModelOptions>): readonly Lack[];
  /** @throws GatewayError if no request can be made of the call */
  begin(call: Call): Conversion;
}
