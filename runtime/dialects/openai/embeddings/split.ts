import type { Conversion, JoinedAnswer, Parts } from "../../../codecs/codec";
import { addUsage, type Usage } from "../../../conversation/usage";
import { GatewayError } from "../../../errors";
import { findMember, type ObjectScan } from "../../../json/scan";
import { spliceAround } from "../../../json/splice";
import { EmbeddingsConversion, type Keep, type KeptAnswer } from "./conversion";
import type { EmbeddingsRequest } from "./input";
import type { Written } from "./request";
import { WrittenEmbeddings } from "./written";

/** What each of the calls repeats, in bytes. */
const MOST_REPEATED = 64 * 1024;

const OPENING = Buffer.from("[");
const CLOSING = Buffer.from("]");

/** A request of more inputs than the provider takes at once: each call has as many as it may, with the bytes that the client sent, in their order. */
export class SplitEmbeddings implements Parts {
  readonly count: number;
  private readonly answers: (KeptAnswer | undefined)[];
  /** Of the answers that are kept. */
  private bytes = 0;
  /** The body around the inputs. */
  private readonly before: Buffer;
  private readonly behind: Buffer;

  /**
   * @param written what else changes of the body
   * @param partEnds index behind the last input of each call
   * @param maxBytes of all answers together
   * @throws GatewayError `wrong_format` if what each call would repeat is too large
   */
  constructor(
    private readonly body: Buffer,
    scan: ObjectScan,
    private readonly written: Written,
    private readonly request: EmbeddingsRequest,
    private readonly partEnds: readonly number[],
    private readonly maxBytes: number,
  ) {
    this.count = partEnds.length;
    this.answers = new Array<KeptAnswer | undefined>(this.count).fill(undefined);
    const input = findMember(scan, "input");
    if (input === undefined) throw new GatewayError("wrong_format", "an embeddings request needs 'input'");
    const others = body.length - (input.valueEnd - input.valueStart);
    if (others > MOST_REPEATED) {
      throw new GatewayError(
        "wrong_format",
        `all but 'input' must be at most ${MOST_REPEATED} bytes in a request that takes ${this.count} calls, as each repeats it, but it is ${others} bytes`,
      );
    }
    [this.before, this.behind] = spliceAround(body, scan, written.edits, input);
  }

  at(index: number): Conversion {
    const { starts, ends, count: inputs, format } = this.request;
    const from = index === 0 ? 0 : (this.partEnds[index - 1] ?? inputs);
    const to = this.partEnds[index] ?? inputs;
    const part = this.body.subarray(starts[from], ends[to - 1]);
    const body = Buffer.concat([this.before, OPENING, part, CLOSING, this.behind]);
    return new EmbeddingsConversion(
      body,
      { count: to - from, format },
      this.written.dropped,
      index === 0 ? this : undefined,
      this.keeper(index),
    );
  }

  join(): JoinedAnswer {
    const answers = this.answers.filter((answer) => answer !== undefined);
    const written = new WrittenEmbeddings(answers, usageOf(answers) ?? null);
    return { step: () => written.step(), result: () => ({ body: written.result(), mediaType: "application/json" }) };
  }

  private keeper(index: number): Keep {
    return (answer) => {
      this.bytes += answer.body.length;
      if (this.bytes > this.maxBytes) {
        return `must be at most ${this.maxBytes} bytes (extensions.max_response_size) with those of the other calls for the same request, but is larger`;
      }
      this.answers[index] = answer;
      return undefined;
    };
  }
}

/** The sum; undefined if one of them does not tell. */
function usageOf(answers: readonly KeptAnswer[]): Usage | undefined {
  let sum: Usage | undefined;
  for (const { walk } of answers) {
    if (walk.usage === undefined) return undefined;
    sum = addUsage(sum, walk.usage);
  }
  return sum;
}
