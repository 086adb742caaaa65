import { randomUUID } from "node:crypto";
import type { Answer, AnswerReading, ErrorAnswer } from "./answer";
import type { Call, Carriage, Conversion } from "./codec";
import { ResumedEvents } from "./resumed-events";
import { introductionOf } from "./resumption";
import type { StreamReader } from "./stream-reader";
import { TranslatedStream } from "./translated-stream";
import type { ClientSpeech, UpstreamSpeech } from "./speech";
import type { ChatAnswer, ProviderError } from "../conversation/answer";
import { Assembly } from "../conversation/assemble";
import {
  AnswerProblem,
  reportedError,
  type ChatClient,
  type ChatExchange,
  type ChatUpstream,
  type StreamWriteOptions,
} from "../conversation/dialect";
import type { Json } from "../conversation/json";
import { replay } from "../conversation/replay";
import { isTooMuch, isTooMuchForEvent } from "../conversation/volume";
import { formOf } from "../framing/form";
import { EVENT_STREAM } from "../framing/sse";
import type { Frame } from "../framing/frame";

/** What is left to say to the client once its request has been read. */
type ClientWords = Pick<ClientSpeech<never>, "errorEvent" | "comment"> & { readonly dialect: Omit<ChatClient<never>, "read"> };

/** What is left to hear of the upstream once its request has been written. */
type UpstreamWords = Omit<UpstreamSpeech<never>, "dialect"> & { readonly dialect: Pick<ChatUpstream<never>, "readError"> };

const JSON_TYPE = "application/json";

/** An error's body that is larger than this says nothing that is told, in bytes. */
const LARGEST_ERROR = 64 * 1024;

/** One exchange whose two sides speak different dialects. The answer's form is not taken on trust: a stream nobody asked for becomes one answer, and the other way round. */
export class TranslatedConversion implements Conversion {
  readonly headers: readonly string[];
  readonly body: Buffer;

  constructor(
    private readonly call: Call,
    private readonly exchange: ChatExchange,
    private readonly client: ClientWords,
    private readonly upstream: UpstreamWords,
    /** Choices that the client asked for. */
    private readonly choices = 1,
  ) {
    this.headers = exchange.headers;
    this.body = Buffer.from(JSON.stringify(exchange.body));
  }

  /** Members of the request that had no effect. */
  get dropped(): readonly string[] {
    return this.exchange.dropped;
  }

  carriage(status: number, mediaType: string | undefined): Carriage {
    if (status !== 200 || !this.call.stream) return "whole";
    return mediaType === this.upstream.streamType ? "stream" : "look";
  }

  isEvent(object: unknown): boolean {
    try {
      this.exchange.readAnswer(object as Json);
      return false;
    } catch (problem) {
      if (!(problem instanceof AnswerProblem)) return false;
    }
    const events = this.exchange.stream().read({ event: undefined, data: JSON.stringify(object) });
    return events !== undefined && events.length > 0 && events.every(({ type }) => type !== "failed");
  }

  readAnswer(body: Buffer): Answer {
    // a generator costs as much as all the rest that is done with a small answer
    if (formOf(body) !== "events") {
      try {
        return this.deliver(this.exchange.readAnswer(parsedAnswer(body)));
      } catch (problem) {
        return unusable(problem);
      }
    }
    const reading = this.reading(body);
    for (;;) {
      const step = reading.next();
      if (step.done === true) return step.value;
    }
  }

  readLargeAnswer(body: Buffer): AnswerReading {
    const reading = this.reading(body);
    let result: Answer = { ok: false, reason: "has not been read" };
    return {
      step: () => {
        const step = reading.next();
        if (step.done === true) result = step.value;
        return step.done === true;
      },
      result: () => result,
    };
  }

  readError(status: number, body: Buffer): ErrorAnswer {
    const { client, upstream } = this;
    const error =
      upstream.dialect.readError(status, body.length > LARGEST_ERROR ? undefined : parsed(body.toString("utf8"))) ?? unnamed(status);
    const written = { body: Buffer.from(JSON.stringify(client.dialect.writeError(status, error))), mediaType: JSON_TYPE };
    return { refusal: error.refusal, written };
  }

  stream(): StreamReader {
    const { usage, resume, keepText, maxBytes } = this.call;
    const words = this.writeOptions(usage === "on");
    return new TranslatedStream({
      framing: this.upstream.framing(maxBytes),
      reader: this.exchange.stream(),
      writer: this.client.dialect.stream(words),
      words,
      fail: (error) => this.client.errorEvent(error),
      keepText,
      resumed: resume && new ResumedEvents(resume, this.client.comment(introductionOf(resume))),
      choices: this.choices,
    });
  }

  /** Reads an answer and writes it for the client, a part in each step. */
  private *reading(body: Buffer): Generator<undefined, Answer> {
    try {
      let answer: ChatAnswer;
      if (formOf(body) === "events") answer = yield* this.assembled(body);
      else {
        const json = parsedAnswer(body);
        yield;
        answer = this.exchange.readAnswer(json);
      }
      yield;
      return this.deliver(answer);
    } catch (problem) {
      return unusable(problem);
    }
  }

  private *assembled(body: Buffer): Generator<undefined, ChatAnswer> {
    const framing = this.upstream.framing(this.call.maxBytes);
    const reader = this.exchange.stream();
    const assembly = new Assembly(this.choices);
    const take = (frames: readonly Frame[]): void => {
      for (const frame of frames) {
        if (isTooMuchForEvent(frame.data)) continue;
        for (const event of reader.read(frame) ?? []) {
          if (event.type === "failed") throw reportedError(event.error.message);
          assembly.add(event);
          if (assembly.ended) return;
        }
      }
    };
    take(framing.push(body));
    while (framing.more && !assembly.ended) {
      yield;
      take(framing.push(NOTHING));
    }
    if (framing.problem !== undefined) throw new AnswerProblem(`is a stream that ${framing.problem}`);
    if (!assembly.ended) take(framing.end().frames);
    if (!assembly.complete) throw new AnswerProblem("is a stream that ended before it was complete");
    return assembly.result();
  }

  private deliver(answer: ChatAnswer): Answer {
    const { model, usage } = answer;
    const written = this.call.stream
      ? { body: Buffer.from(this.events(answer)), mediaType: EVENT_STREAM }
      : { body: Buffer.from(JSON.stringify(this.client.dialect.writeAnswer(answer, this.writeOptions(true)))), mediaType: JSON_TYPE };
    return { ok: true, model, usage, characters: () => charactersOf(answer), written };
  }

  private events(answer: ChatAnswer): string {
    const writer = this.client.dialect.stream(this.writeOptions(this.call.usage === "on"));
    let text = "";
    for (const event of replay(answer)) text += writer.write(event);
    return text;
  }

  private writeOptions(usage: boolean): StreamWriteOptions {
    return new Words(this.call, usage);
  }
}

/** What the gateway says of an answer by itself. Few answers lack an id, so that it is made up only if it is asked for. */
class Words implements StreamWriteOptions {
  readonly created = Math.floor(Date.now() / 1000);
  readonly model: string | undefined;
  readonly goesOn: boolean;
  private told: string | undefined;

  constructor(
    { model, resume }: Call,
    readonly usage: boolean,
  ) {
    this.model = resume?.point.model ?? model;
    this.goesOn = resume !== undefined;
    this.told = resume?.point.id;
  }

  get id(): string {
    return (this.told ??= `chatcmpl-${randomUUID()}`);
  }
}

const NOTHING = Buffer.alloc(0);

const unnamed = (status: number): ProviderError => ({
  message: `the provider answered with status ${status}`,
  type: undefined,
  code: undefined,
  refusal: undefined,
});

function parsed(text: string): Json | undefined {
  try {
    return JSON.parse(text) as Json;
  } catch {
    return undefined;
  }
}

function parsedAnswer(body: Buffer): Json {
  if (body.length === 0) throw new AnswerProblem("is empty");
  const text = body.toString("utf8");
  if (isTooMuch(text)) throw new AnswerProblem("holds more values than any answer");
  const answer = parsed(text);
  if (answer === undefined) throw new AnswerProblem("is no JSON");
  return answer;
}

/** @throws whatever is no fault of the answer */
function unusable(problem: unknown): Answer {
  if (problem instanceof AnswerProblem) return { ok: false, reason: problem.message };
  // JSON can nest deeper than it can be walked through or written
  if (problem instanceof RangeError) return { ok: false, reason: "is nested too deep" };
  throw problem;
}

function charactersOf({ choices }: ChatAnswer): number {
  let characters = 0;
  for (const { parts } of choices) for (const part of parts) if (part.type === "text") characters += part.text.length;
  return characters;
}
