import { passedError, type Answer, type AnswerReading, type ErrorAnswer } from "../../codecs/answer";
import type { Call, Carriage, Codec, Conversion } from "../../codecs/codec";
import type { StreamReader } from "../../codecs/stream-reader";
import { AnswerProblem } from "../../conversation/dialect";
import { requireModel } from "../../codecs/require-model";
import { readAnswer, readLargeAnswer } from "./answer";
import { isChunk, writeAsEvents } from "./answer-events";
import { readRefusal } from "./refusal";
import { encode } from "./request";
import { ResumedStreamReader } from "./resume";
import { OpenAiStreamReader } from "./stream";

/** What OpenAI-like providers differ in on the way of bytes. */
export interface PassingTraits {
  /** Request members that the provider refuses and that are therefore left out. */
  readonly refuses: readonly string[];
}

const EVENT_STREAM = "text/event-stream";
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
    if (status !== 200 || !this.call.stream) return "whole";
    return mediaType === EVENT_STREAM ? "stream" : "look";
  }

  isEvent(object: unknown): boolean {
    return isChunk(object);
  }

  readAnswer(body: Buffer): Answer {
    const answer = readAnswer(body);
    return this.call.stream ? this.asStream(answer, body) : answer;
  }

  readLargeAnswer(body: Buffer): AnswerReading {
    const reading = readLargeAnswer(body);
    if (!this.call.stream) return reading;
    return { step: () => reading.step(), result: () => this.asStream(reading.result(), body) };
  }

  /** A client that asked for a stream is given one. */
  private asStream(answer: Answer, body: Buffer): Answer {
    if (!answer.ok) return answer;
    try {
      return { ...answer, written: { body: writeAsEvents(body, this.call.ask.wantsUsage), mediaType: EVENT_STREAM } };
    } catch (problem) {
      if (problem instanceof AnswerProblem) return { ok: false, reason: problem.message };
      throw problem;
    }
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
