import type { ChatClient, ChatUpstream } from "../conversation/dialect";
import type { Framing } from "../framing/framing";
import type { ModelParameters } from "./codec";
import type { GivenText } from "./resumption";
import type { StreamError } from "./stream-reader";

/** What a client speaks on one surface, as far as translating needs it. */
export interface ClientSpeech<Request> {
  readonly dialect: ChatClient<Request>;
  /** The request with what the target adds to it (docs/behaviour.md "Requests and models"), and with the text that it is to go on with, if there is one. */
  complete(request: Request, parameters: ModelParameters, given: GivenText | undefined): Request;
  /** What a request holds that nobody can translate, by the client's names; empty for nearly all. */
  unexpressed(request: Request): readonly string[];
  /** Choices that a request asks for, at least 1. */
  choices(request: Request): number;
  /** The event that tells the client inside a stream that it failed. */
  errorEvent(error: StreamError): Buffer;
  /** A line inside a stream that says nothing to a program. */
  comment(text: string): string;
}

/** What a provider speaks on one surface. */
export interface UpstreamSpeech<Request> {
  readonly dialect: ChatUpstream<Request>;
  /** Media type of its streams, in lower case. */
  readonly streamType: string;
  framing(maxFrameBytes: number): Framing;
}
