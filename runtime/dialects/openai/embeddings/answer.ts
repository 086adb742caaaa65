import { modelOf } from "../../../conversation/names";
import type { Usage } from "../../../conversation/usage";
import { SLICE_BYTES } from "../../../bytes/slices";
import { NamedWalk } from "../../../json/named-walk";
import { readUsage } from "../usage";
import type { VectorFormat } from "./input";
import { LONGEST_PACKED, unpacked, VectorPacker } from "./vectors";

/** A number of `data[].embedding[]` lies this deep; nothing deeper belongs here. */
const WATCHED = 4;

/** Digits of an index at most. */
const LONGEST_INDEX = 10;

/** Digits of a number of a vector at most, so that none takes long to be parsed. */
const LONGEST_NUMBER = 512;

const QUOTE = 0x22;
const MINUS = 0x2d;
const BRACKET_OPEN = 0x5b;
const BACKSLASH = 0x5c;
const BRACE_OPEN = 0x7b;

/** Where a value lies; offsets are bytes, the end is exclusive. */
export interface Place {
  readonly start: number;
  readonly end: number;
}

/** One element of `data`. */
export interface VectorEntry extends Place {
  /** Its place among all; where it names none, that at which it came. */
  readonly index: number;
  /** Of the index itself; undefined if it names none. */
  readonly indexPlace: Place | undefined;
  readonly vectorPlace: Place;
  /** The vector as JSON text, if the client wants it written otherwise than it came. */
  readonly vector: string | undefined;
}

/** Reads an answer of embeddings: whether it holds what was asked for, and where. Vectors in the format that the client wants are not parsed. */
export class EmbeddingsWalk extends NamedWalk {
  model: string | undefined;
  usage: Usage | undefined;
  usagePlace: Place | undefined;
  dataPlace: Place | undefined;
  /** In the order in which they came. */
  readonly entries: VectorEntry[] = [];

  private readonly packer: VectorPacker | undefined;
  private problem: string | undefined;
  private hasData = false;
  private index: number | undefined;
  private indexPlace: Place | undefined;
  private vectorPlace: Place | undefined;
  private vector: string | undefined;
  private numbers = 0;

  /**
   * @param count vectors that it must hold
   * @param format how the client wants them
   */
  constructor(
    body: Buffer,
    private readonly count: number,
    private readonly format: VectorFormat,
    sliceBytes = SLICE_BYTES,
  ) {
    super(body, WATCHED, sliceBytes);
    this.packer = format === "base64" ? new VectorPacker() : undefined;
  }

  /** What is wrong with it, as the end of a sentence that begins with "the answer"; undefined if nothing is. To be asked for after the last step. */
  get wrong(): string | undefined {
    const { problem, failure, dataPlace, entries, count } = this;
    if (problem !== undefined) return problem;
    if (failure !== undefined) return failure.reason === "empty" ? "is empty" : "is no JSON object";
    if (!this.isObject) return "is no JSON object";
    if (dataPlace === undefined) return "holds no list 'data'";
    if (entries.length !== count) return `must hold ${count} embeddings, but holds ${entries.length}`;
    return this.isComplete() ? undefined : `must hold each index from 0 to ${count - 1} once, but does not`;
  }

  protected override value(depth: number, start: number, end: number): void {
    if (!this.isObject || this.problem !== undefined) return;
    if (depth === 1) this.member(start, end);
    else if (depth === 0 || this.names[1] !== "data" || !this.inArray(2)) return;
    else if (depth === 2) this.element(start, end);
    else if (!this.inArray(3) && depth === 3) this.elementMember(start, end);
    else if (depth === 4 && this.names[3] === "embedding" && this.inArray(4)) this.vectorNumber(start, end);
  }

  private member(start: number, end: number): void {
    switch (this.names[1]) {
      case "model":
        this.model = modelOf(this.parsed(start, end));
        return;
      case "usage":
        this.usage = readUsage(this.parsed(start, end));
        this.usagePlace = { start, end };
        return;
      case "data":
        if (this.hasData) this.spoiled("holds 'data' more than once");
        this.hasData = true;
        this.dataPlace = this.body[start] === BRACKET_OPEN ? { start, end } : undefined;
        return;
      default:
    }
  }

  private elementMember(start: number, end: number): void {
    if (this.names[3] === "index") {
      this.index = this.wholeNumber(start, end);
      this.indexPlace = { start, end };
      if (this.index === undefined) this.spoiled("must give each embedding a whole number as its index, but does not");
    } else if (this.names[3] === "embedding") this.embedding(start, end);
  }

  private embedding(start: number, end: number): void {
    // of two under one name the later one counts, as for any reader of JSON
    this.vector = undefined;
    this.vectorPlace = { start, end };
    const first = this.body[start];
    const isList = first === BRACKET_OPEN;
    if (!isList && first !== QUOTE) this.spoiled("holds an embedding that is neither a list of numbers nor base64");
    else if (isList ? this.numbers === 0 : end - start === 2) this.spoiled("holds an empty embedding");
    else if (isList) this.vector = this.packer?.take();
    else if (this.format === "float") this.unpack(start, end);
    this.numbers = 0;
  }

  private unpack(start: number, end: number): void {
    const isLong = end - start - 2 > LONGEST_PACKED;
    this.vector = isLong ? undefined : unpacked(this.textAt(start, end));
    if (this.vector === undefined) this.spoiled("holds an embedding whose base64 is no list of 32-bit floats");
  }

  /** Serializers may escape the slashes of base64. */
  private textAt(start: number, end: number): string {
    const { body } = this;
    const escaped = body.subarray(start, end).includes(BACKSLASH);
    return escaped ? (JSON.parse(body.toString("utf8", start, end)) as string) : body.toString("latin1", start + 1, end - 1);
  }

  private vectorNumber(start: number, end: number): void {
    const first = this.body[start] as number;
    if (first !== MINUS && (first < 0x30 || first > 0x39)) this.spoiled("holds an embedding with something else than numbers");
    else if (this.packer !== undefined) this.pack(start, end);
    this.numbers++;
  }

  private pack(start: number, end: number): void {
    const number = end - start > LONGEST_NUMBER ? NaN : Number(this.body.toString("latin1", start, end));
    const wrong = this.packer?.add(number);
    if (wrong !== undefined) this.spoiled(wrong);
  }

  private element(start: number, end: number): void {
    const { entries, vectorPlace, indexPlace, vector, count } = this;
    if (this.body[start] !== BRACE_OPEN || vectorPlace === undefined) this.spoiled("holds an element of 'data' without an embedding");
    else if (entries.length === count) this.spoiled(`must hold ${count} embeddings, but holds more`);
    else entries.push({ start, end, index: this.index ?? entries.length, indexPlace, vectorPlace, vector });
    this.index = this.indexPlace = this.vectorPlace = this.vector = undefined;
  }

  /** Whether each place is taken once. */
  private isComplete(): boolean {
    const taken = new Uint8Array(this.count);
    for (const { index } of this.entries) {
      if (index >= this.count || taken[index] === 1) return false;
      taken[index] = 1;
    }
    return true;
  }

  private wholeNumber(start: number, end: number): number | undefined {
    if (end - start > LONGEST_INDEX) return undefined;
    const value = Number(this.body.toString("latin1", start, end));
    return Number.isSafeInteger(value) && value >= 0 && this.body[start] !== QUOTE ? value : undefined;
  }

  private spoiled(problem: string): void {
    this.problem ??= problem;
    // nothing of the rest is of interest
    this.refuse("invalid", 0);
  }
}
