import type { Conversion, JoinedAnswer, Parts } from "../../../codecs/codec";
import { addUsage, type Usage } from "../../../conversation/usage";
import { findMember, scanObject, type ObjectScan } from "../../../json/scan";
import { spliceObject, type Edit } from "../../../json/splice";
import { EmbeddingsConversion, type Keep, type KeptAnswer } from "./conversion";
import type { EmbeddingsRequest } from "./input";
import { WrittenEmbeddings } from "./written";

/** Calls that one request makes at most. */
export const MAX_PARTS = 256;

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
   * @param edits what else changes of the body
   * @param size inputs of one call
   * @param maxBytes of all answers together
   */
  constructor(
    private readonly body: Buffer,
    scan: ObjectScan,
    edits: readonly Edit[],
    private readonly request: EmbeddingsRequest,
    private readonly size: number,
    private readonly maxBytes: number,
  ) {
    this.count = Math.ceil(request.count / size);
    this.answers = new Array<KeptAnswer | undefined>(this.count).fill(undefined);
    const frame = spliceObject(body, scan, [...edits, { key: "input", value: "0" }]);
    const place = inputOf(frame);
    this.before = frame.subarray(0, place.valueStart);
    this.behind = frame.subarray(place.valueEnd);
  }

  at(index: number): Conversion {
    const { starts, ends, count: inputs, format } = this.request;
    const from = index * this.size;
    const to = Math.min(from + this.size, inputs);
    const part = this.body.subarray(starts[from], ends[to - 1]);
    const body = Buffer.concat([this.before, OPENING, part, CLOSING, this.behind]);
    return new EmbeddingsConversion(body, { count: to - from, format }, index === 0 ? this : undefined, this.keeper(index));
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

function inputOf(frame: Buffer): { readonly valueStart: number; readonly valueEnd: number } {
  const scan = scanObject(frame);
  const input = scan.ok ? findMember(scan, "input") : undefined;
  if (input === undefined) throw new Error("an embeddings request must have an input");
  return input;
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
