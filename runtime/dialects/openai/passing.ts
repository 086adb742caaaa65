import { passedError, type Answer, type AnswerReading, type ErrorAnswer } from "../../codecs/answer";
import type { Call, Carriage, Codec, Conversion } from "../../codecs/codec";
import type { StreamReader } from "../../codecs/stream-reader";
import { requireModel } from "../../codecs/require-model";
import { readAnswer, readLargeAnswer } from "./answer";
import { readRefusal } from "./refusal";
import { encode } from "./request";
import { ResumedStreamReader } from "./resume";
import { OpenAiStreamReader } from "./stream";

/** What OpenAI-like providers differ in on the way of bytes. */
export interface PassingTraits {
  /** Request members that the provider refuses and that are therefore left out. */
  readonly refuses: readonly string[];
}

const NONE: readonly string[] = [];

/** OpenAI's dialect on both sides: all bytes that need no change are kept, and nothing is built of them. */
export class PassingOpenAi implements Codec {
  readonly translates = false;

  constructor(private readonly traits: PassingTraits) {}

  lacks(): readonly [] {
    return [];
  }

  /** @throws GatewayError `missing_model` */
  begin(call: Call): Conversion {
    requireModel(call.model);
    return new PassingConversion(call, encode(call, this.traits.refuses));
  }
}

/** One exchange between a client and an upstream that both speak OpenAI's dialect. */
export class PassingConversion implements Conversion {
  readonly headers = NONE;
  /** What the provider refuses is left out as Kong does it. */
  readonly dropped = NONE;

  constructor(
    private readonly call: Call,
    readonly body: Buffer,
  ) {}

  carriage(status: number, mediaType: string | undefined): Carriage {
    return status === 200 && this.call.stream && mediaType === "text/event-stream" ? "stream" : "whole";
  }

  readAnswer(body: Buffer): Answer {
    return readAnswer(body);
  }

  readLargeAnswer(body: Buffer): AnswerReading {
    return readLargeAnswer(body);
  }

  readError(status: number, body: Buffer): ErrorAnswer {
    return passedError(status < 400 ? undefined : readRefusal(body));
  }

  stream(): StreamReader {
    const { ask, resume, usage, keepText, maxBytes } = this.call;
    const options = { withholdUsage: usage === "withhold", keepText, maxEventBytes: maxBytes, ask };
    return resume === undefined ? new OpenAiStreamReader(options) : new ResumedStreamReader(resume, options);
  }
}
