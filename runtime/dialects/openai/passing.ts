import { passedError, type Answer, type AnswerReading, type ErrorAnswer } from "../../codecs/answer";
import type { Ask } from "../../codecs/ask";
import type { Call, Carriage, Codec, Conversion } from "../../codecs/codec";
import type { StreamReader } from "../../codecs/stream-reader";
import { requireModel } from "../../codecs/require-model";
import { demands } from "../../conversation/demands";
import type { Lack } from "../../conversation/dialect";
import type { Json } from "../../conversation/json";
import { findMember, parseMember } from "../../json/scan";
import { readAnswer, readLargeAnswer } from "./answer";
import { readRefusal } from "./refusal";
import { encode, membersAmong } from "./request";
import { ResumedStreamReader } from "./resume";
import { OpenAiStreamReader } from "./stream";
import { withAcceptedIds } from "./tool-call-ids";
import type { CapName, PassingTraits } from "./traits";

const NONE: readonly string[] = [];
const NO_LACKS: readonly Lack[] = [];

/** A member that is larger than this asks for something, in bytes. */
const LARGEST_READ = 4096;

/** OpenAI's dialect on both sides: all bytes that need no change are kept, and nothing is built of them. */
export class PassingOpenAi implements Codec {
  readonly translates = false;
  readonly mayLack: boolean;
  private readonly lacking: readonly string[];
  /** All that is left out, whatever the model. */
  private readonly refuses: readonly string[];
  private readonly modelRefuses: readonly string[];
  private readonly models: RegExp | undefined;
  private readonly cap: CapName;
  private readonly toolCallIds: RegExp | undefined;
  private readonly modelOf: ((call: Call) => string | undefined) | undefined;

  constructor(traits: PassingTraits) {
    this.lacking = traits.lacks ?? NONE;
    this.mayLack = this.lacking.length > 0;
    this.refuses = [...traits.refuses, ...this.lacking];
    this.modelRefuses = [...this.refuses, ...(traits.modelsRefuse?.members ?? NONE)];
    this.models = traits.modelsRefuse?.models;
    this.cap = traits.cap ?? "either";
    this.toolCallIds = traits.toolCallIds;
    this.modelOf = traits.model;
  }

  lacks({ body, scan }: Ask): readonly Lack[] {
    if (scan === undefined) return NO_LACKS;
    const found = this.lacking.filter((name) => {
      const member = findMember(scan, name);
      if (member === undefined) return false;
      return member.valueEnd - member.valueStart > LARGEST_READ || demands(name, parseMember(body, member) as Json);
    });
    return found.length === 0 ? NO_LACKS : found.map((field) => ({ field }));
  }

  /** @throws GatewayError `missing_model` */
  begin(call: Call): Conversion {
    const model = this.modelOf === undefined ? requireModel(call.model) : this.modelOf(call);
    const refuses = model !== undefined && this.models?.test(model) === true ? this.modelRefuses : this.refuses;
    const leftOut = membersAmong(call.ask.scan, refuses);
    const body = encode(call, { model, refuses, leftOut, cap: this.cap });
    return new PassingConversion(call, this.toolCallIds === undefined ? body : withAcceptedIds(body, this.toolCallIds), leftOut);
  }
}

/** One exchange between a client and an upstream that both speak OpenAI's dialect. */
export class PassingConversion implements Conversion {
  readonly headers = NONE;

  constructor(
    private readonly call: Call,
    readonly body: Buffer,
    readonly dropped: readonly string[],
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
    return passedError(readRefusal(status, body));
  }

  stream(): StreamReader {
    const { resume, usage, keepText, maxBytes } = this.call;
    const options = { withholdUsage: usage === "withhold", keepText, maxEventBytes: maxBytes };
    return resume === undefined ? new OpenAiStreamReader(options) : new ResumedStreamReader(resume, options);
  }
}
