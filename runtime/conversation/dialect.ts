/** The two halves of a dialect of conversations. Each dialect is a folder below `runtime/dialects/` and is written once; every pair of dialects follows. */
import type { ModelOptions } from "../../config/types.generated";
import type { Frame } from "../framing/frame";
import type { ChatAnswer, ProviderError } from "./answer";
import type { ChatEvent } from "./events";
import type { Json } from "./json";
import { cut } from "./names";
import type { ChatRequest } from "./request";

/** Something of a request that a dialect cannot express, so that the request cannot go to its targets. */
export interface Lack {
  /** The client's name of it: `n`, `logprobs`, `messages[2].content[0].input_audio`. */
  readonly field: string;
}

/** What a request is written with besides its own words. */
export interface ChatCall {
  readonly model: string;
  readonly stream: boolean;
  /** Whether the provider is to report the usage of its stream; some always do. */
  readonly usage: boolean;
  /** `model.options`, rendered. */
  readonly options: ModelOptions;
}

/** One exchange with an upstream: its request is written, and the answer will be read with what was learnt then (renamed ids, a tool that stands for JSON mode). */
export interface ChatExchange {
  /** Headers of the dialect's own, names and values in turn, all in lower case; without content type and credentials. */
  readonly headers: readonly string[];
  /** The body, to be printed as JSON. */
  readonly body: object;
  /** Members of the request that had no effect, by the client's names. */
  readonly dropped: readonly string[];
  /**
   * Reads a whole answer that is a JSON value.
   * @throws AnswerProblem if it is not what the dialect says an answer is
   */
  readAnswer(answer: Json): ChatAnswer;
  /** Makes a reader of this answer's stream. */
  stream(): ChatStreamReader;
}

/** Reads the frames of one stream. Never throws: whatever a provider sends is data that may be anything. */
export interface ChatStreamReader {
  /** Events in their order; empty if the frame says nothing. Undefined if the frame cannot be read; it is left out then. */
  read(frame: Frame): readonly ChatEvent[] | undefined;
}

/**
 * How a provider is spoken to.
 * @typeParam Request what a request has been read into: a conversation, or what else is answered in its words (legacy completions)
 */
export interface ChatUpstream<Request = ChatRequest> {
  /**
   * What the dialect cannot express of a request; empty for nearly all.
   * @param model the one that will be asked, as models of one provider differ
   */
  lacks(request: Request, model?: string): readonly Lack[];
  begin(request: Request, call: ChatCall): ChatExchange;
  /**
   * Reads an answer whose status is no success.
   * @param body undefined if it is not JSON, or too large to be an error
   * @returns undefined if the body says nothing that can be told
   */
  readError(status: number, body: Json | undefined): ProviderError | undefined;
}

/** What answers are written with. */
export interface WriteOptions {
  /** Told if the provider names no model. */
  readonly model: string | undefined;
  /** Told if the provider gives the answer no id. */
  readonly id: string;
  /** Seconds since 1970. */
  readonly created: number;
}

/** What the events of a stream are written with. */
export interface StreamWriteOptions extends WriteOptions {
  /** Whether the client asked for usage. */
  readonly usage: boolean;
  /** Whether the client has the beginning of the stream from elsewhere, so that its first choice has begun. Absent: no. */
  readonly goesOn?: boolean;
}

/** Writes one stream for a client, event by event. */
export interface ChatStreamWriter {
  /** Bytes for the client as text; empty if the client hears nothing of the event. */
  write(event: ChatEvent): string;
}

/**
 * How a client is spoken to.
 * @typeParam Request as in {@link ChatUpstream}
 */
export interface ChatClient<Request = ChatRequest> {
  /**
   * Reads a request that is a JSON object.
   * @throws GatewayError `wrong_format`, naming the member
   */
  read(request: Json): Request;
  writeAnswer(answer: ChatAnswer, options: WriteOptions): object;
  stream(options: StreamWriteOptions): ChatStreamWriter;
  /**
   * The body of an error answer, or the data of an error inside a stream.
   * @param status the provider's
   */
  writeError(status: number, error: ProviderError): object;
}

/** An answer with status 200 that cannot be understood. The message is the end of a sentence that begins with "the answer". */
export class AnswerProblem extends Error {
  override readonly name = "AnswerProblem";
}

/** Longest part of a provider's own error text that is repeated, in characters. */
const LONGEST_MESSAGE = 500;

/** An answer with status 200 that is an error. */
export const reportedError = (message: string): AnswerProblem => new AnswerProblem(`reports an error: ${cut(message, LONGEST_MESSAGE)}`);

/** What an error inside a stream says, as the end of a sentence that begins with "the upstream". */
export const reportedInStream = (message: string): string => `reported an error inside the stream: ${cut(message, LONGEST_MESSAGE)}`;
