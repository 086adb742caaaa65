import { AnswerProblem } from "../conversation/dialect";
import { passedError, type Answer, type AnswerReading, type ErrorAnswer } from "./answer";
import type { Call, Carriage, Codec, Conversion } from "./codec";
import type { StreamReader } from "./stream-reader";

/** Tells what a provider's error answer is about. */
export type ReadRefusal = (status: number, body: Buffer) => ErrorAnswer["refusal"];

/** Whatever the client sends and the upstream answers, without a look at it (`preserve`). */
export class PassThrough implements Codec {
  readonly translates = false;
  readonly mayLack = false;

  /** @param refusalOf what a provider's error is about, if its dialect is known */
  constructor(private readonly refusalOf: ReadRefusal = () => undefined) {}

  lacks(): readonly [] {
    return [];
  }

  begin({ ask }: Call): Conversion {
    return new PassThroughConversion(ask.body.length === 0 ? undefined : ask.body, this.refusalOf);
  }
}

const NONE: readonly string[] = [];

class PassThroughConversion implements Conversion {
  readonly headers = NONE;
  readonly dropped = NONE;

  constructor(
    readonly body: Buffer | undefined,
    private readonly refusalOf: ReadRefusal,
  ) {}

  carriage(status: number): Carriage {
    // what failed is held back, as another target may be asked
    return status < 400 ? "pass" : "whole";
  }

  isEvent(): boolean {
    return false;
  }

  readAnswer(): Answer {
    throw new AnswerProblem("is passed on without being read");
  }

  readLargeAnswer(): AnswerReading {
    throw new AnswerProblem("is passed on without being read");
  }

  readError(status: number, body: Buffer): ErrorAnswer {
    return passedError(this.refusalOf(status, body));
  }

  stream(): StreamReader {
    throw new AnswerProblem("is passed on without being read");
  }
}
