import { passedError, type Answer, type AnswerReading, type ErrorAnswer } from "../../codecs/answer";
import type { Ask } from "../../codecs/ask";
import type { Call, Carriage, Codec, Conversion } from "../../codecs/codec";
import type { StreamReader } from "../../codecs/stream-reader";
import { AnswerProblem } from "../../conversation/dialect";
import { toldModel, type TellModel } from "../../codecs/require-model";
import { demands } from "../../conversation/demands";
import type { Lack } from "../../conversation/dialect";
import type { Json } from "../../conversation/json";
import { EVENT_STREAM } from "../../framing/sse";
import { findMember, parseMember, type Member } from "../../json/scan";
import { readAnswer, readLargeAnswer } from "./answer";
import { isChunk, writeAsEvents } from "./answer-events";
import { extraBodyOf } from "./extra-body";
import { LargeAnswerAsStream } from "./large-answer-events";
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
  private readonly tellModel: TellModel | undefined;

  constructor(traits: PassingTraits) {
    this.lacking = traits.lacks ?? NONE;
    this.mayLack = this.lacking.length > 0;
    this.refuses = [...traits.refuses, ...this.lacking];
    this.modelRefuses = [...this.refuses, ...(traits.modelsRefuse?.members ?? NONE)];
    this.models = traits.modelsRefuse?.models;
    this.cap = traits.cap ?? "either";
    this.toolCallIds = traits.toolCallIds;
    this.tellModel = traits.model;
  }

  /** @throws GatewayError `wrong_format` */
  lacks(ask: Ask): readonly Lack[] {
    const { body, scan } = ask;
    if (scan === undefined || !this.mayLack) return NO_LACKS;
    const extra = extraBodyOf(ask, scan);
    const found = this.lacking.filter((name) => {
      const member = findMember(scan, name);
      if (member !== undefined) return asksFor(name, body, member);
      const inner = extra?.members.find(({ key }) => key === name);
      return extra !== undefined && inner !== undefined && asksFor(name, extra.body, inner);
    });
    return found.length === 0 ? NO_LACKS : found.map((field) => ({ field }));
  }

  /** @throws GatewayError `missing_model`, `wrong_format` */
  begin(call: Call): Conversion {
    const { ask } = call;
    const model = toldModel(call, this.tellModel);
    const refuses = model !== undefined && this.models?.test(model) === true ? this.modelRefuses : this.refuses;
    const leftOut = membersAmong(ask.scan, refuses);
    const extra = ask.scan && extraBodyOf(ask, ask.scan);
    const body = encode(call, { model, refuses, leftOut, extra, cap: this.cap });
    const dropped = extra === undefined ? leftOut : [...leftOut, ...extra.dropped];
    return new PassingConversion(call, this.toolCallIds === undefined ? body : withAcceptedIds(body, this.toolCallIds), dropped);
  }
}

/** Whether a member that must not be lost asks for something. */
const asksFor = (name: string, body: Buffer, member: Member): boolean =>
  member.valueEnd - member.valueStart > LARGEST_READ || demands(name, parseMember(body, member) as Json);

/** One exchange between a client and an upstream that both speak OpenAI's dialect. */
export class PassingConversion implements Conversion {
  readonly headers = NONE;

  constructor(
    private readonly call: Call,
    readonly body: Buffer,
    readonly dropped: readonly string[],
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
    return this.call.stream ? new LargeAnswerAsStream(body, this.call.ask.wantsUsage) : readLargeAnswer(body);
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
    return passedError(readRefusal(status, body));
  }

  stream(): StreamReader {
    const { ask, resume, usage, keepText, maxBytes } = this.call;
    const options = { withholdUsage: usage === "withhold", keepText, maxEventBytes: maxBytes, ask };
    return resume === undefined ? new OpenAiStreamReader(options) : new ResumedStreamReader(resume, options);
  }
}
