import { passedError, type Answer, type AnswerReading, type ErrorAnswer } from "../../../codecs/answer";
import type { Carriage, Conversion, Parts } from "../../../codecs/codec";
import type { StreamReader } from "../../../codecs/stream-reader";
import { AnswerProblem } from "../../../conversation/dialect";
import { readRefusal } from "../refusal";
import { EmbeddingsWalk } from "./answer";
import type { VectorFormat } from "./input";
import { mustBeWritten, WrittenEmbeddings } from "./written";

/** What a call for embeddings is to bring. */
export interface Expected {
  /** Vectors. */
  readonly count: number;
  /** How the client wants them. */
  readonly format: VectorFormat;
}

/** An answer that has been read, and is kept until those of the other calls are there. */
export interface KeptAnswer {
  readonly body: Buffer;
  readonly walk: EmbeddingsWalk;
}

/** Takes the answer of one call out of several; says what is wrong with it beside those that were taken before, if anything is. */
export type Keep = (answer: KeptAnswer) => string | undefined;

const NONE: readonly string[] = [];
const noCharacters = (): number => 0;

/** One call for embeddings to a provider that speaks OpenAI's dialect. */
export class EmbeddingsConversion implements Conversion {
  readonly headers = NONE;

  /** @param keep takes the answer of one call out of several, which is not written by itself; undefined for a call that is the only one */
  constructor(
    readonly body: Buffer,
    private readonly expected: Expected,
    readonly dropped: readonly string[],
    readonly parts?: Parts,
    private readonly keep?: Keep,
  ) {}

  carriage(): Carriage {
    return "whole";
  }

  isEvent(): boolean {
    return false;
  }

  readAnswer(body: Buffer): Answer {
    const reading = this.readLargeAnswer(body);
    while (!reading.step());
    return reading.result();
  }

  readLargeAnswer(body: Buffer): AnswerReading {
    return new EmbeddingsReading(body, this.expected, this.keep);
  }

  readError(status: number, body: Buffer): ErrorAnswer {
    return passedError(readRefusal(status, body));
  }

  stream(): StreamReader {
    throw new AnswerProblem("is never a stream");
  }
}

/** Reads an answer in steps, and then writes it anew if the client must have it otherwise. */
class EmbeddingsReading implements AnswerReading {
  private readonly walk: EmbeddingsWalk;
  private wrong: string | undefined;
  private isRead = false;
  private written: WrittenEmbeddings | undefined;

  constructor(
    private readonly body: Buffer,
    { count, format }: Expected,
    private readonly keep: Keep | undefined,
  ) {
    this.walk = new EmbeddingsWalk(body, count, format);
  }

  step(): boolean {
    if (this.written !== undefined) return this.written.step();
    if (!this.isRead && !this.walk.step()) return false;
    this.isRead = true;
    return this.judge();
  }

  result(): Answer {
    const { wrong, walk, written } = this;
    if (wrong !== undefined) return { ok: false, reason: wrong };
    return {
      ok: true,
      model: walk.model,
      usage: walk.usage,
      characters: noCharacters,
      written: written && { body: written.result(), mediaType: "application/json" },
    };
  }

  /** @returns whether nothing is left to be done */
  private judge(): boolean {
    const { body, walk, keep } = this;
    this.wrong = walk.wrong ?? keep?.({ body, walk });
    if (this.wrong !== undefined || keep !== undefined || !mustBeWritten(walk.entries)) return true;
    this.written = new WrittenEmbeddings([{ body, walk }], undefined);
    return false;
  }
}
