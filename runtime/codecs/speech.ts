import type { ChatClient, ChatUpstream } from "../conversation/dialect";
import type { Framing } from "../framing/framing";
import type { ResumePoint, StreamError, StreamReader } from "./stream-reader";

/** What a client speaks, as far as translating needs it. */
export interface ClientSpeech {
  readonly client: ChatClient;
  /** The event that tells the client inside a stream that it failed. */
  errorEvent(error: StreamError): Buffer;
  /** Leaves out of a stream in the client's dialect what the client has from an earlier one. */
  resumed(point: ResumePoint, options: { readonly withholdUsage: boolean; readonly maxEventBytes: number }): StreamReader;
}

/** What a provider speaks. */
export interface UpstreamSpeech {
  readonly upstream: ChatUpstream;
  /** Media type of its streams, in lower case. */
  readonly streamType: string;
  framing(maxFrameBytes: number): Framing;
}
