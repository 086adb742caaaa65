import type { Ask } from "../../../codecs/ask";
import { GatewayError } from "../../../errors";
import type { Sliced } from "../../../bytes/slices";
import { duplicated, findMember, parseMember, type Member, type ObjectScan } from "../../../json/scan";
import { JsonWalk } from "../../../json/walk";

/** How vectors are written: as lists of numbers, or as base64 of their 32-bit floats, little-endian. */
export type VectorFormat = "float" | "base64";

/** What is to be embedded: a text, texts, a text as tokens, or several of these. */
export type InputKind = "text" | "texts" | "tokens" | "token lists";

/** A request for embeddings, as far as the gateway looks at it. */
export interface EmbeddingsRequest {
  readonly kind: InputKind;
  /** Vectors that the answer must hold. */
  readonly count: number;
  /** Where each input begins in the body, and where it ends; empty for a single one. */
  readonly starts: readonly number[];
  readonly ends: readonly number[];
  /** How the client wants the vectors. */
  readonly format: VectorFormat;
  /** Whether the client asks for a length of the vectors. */
  readonly hasDimensions: boolean;
}

/** Inputs of one request at most: what is known of each is kept until the answer is complete. */
const MAX_INPUTS = 65_536;

/** Members that the gateway reads or sets here, besides those of every body. */
const OWN_KEYS: ReadonlySet<string> = new Set(["input", "dimensions", "encoding_format"]);

/** A name, a number or a word that is longer is none that belongs here, in bytes. */
const LONGEST_VALUE = 64;

/** Digits of a token at most; vocabularies have less than a million entries. */
const LONGEST_TOKEN = 10;

const QUOTE = 0x22;
const BRACKET_OPEN = 0x5b;
const BRACE_OPEN = 0x7b;
const LETTER_N = 0x6e;

const KINDS = "a text, a list of texts, a list of tokens, or a list of such lists";

/** Walks the value of `input` once: what it is, and where each input lies. */
class InputWalk extends JsonWalk {
  kind: InputKind | undefined;
  readonly from: number[] = [];
  readonly to: number[] = [];
  /** What is wrong, as a sentence. */
  wrong: string | undefined;
  private isList = false;
  private elements = 0;
  private tokens = 0;

  protected override key(): void {
    // objects are refused as values
  }

  protected override value(depth: number, start: number, end: number): void {
    if (this.wrong !== undefined) return;
    if (depth === 2) this.token(start, end);
    else if (depth === 1) this.element(start, end);
    else this.whole(start, end);
  }

  private whole(start: number, end: number): void {
    this.isList = this.body[start] === BRACKET_OPEN;
    if (this.isList) {
      if (this.elements === 0) this.refuseInput("'input' must not be an empty list");
    } else if (this.body[start] === QUOTE) this.kind = "text";
    else this.refuseInput(`'input' must be ${KINDS}, but it is ${this.nameOf(start, end)}`);
  }

  private element(start: number, end: number): void {
    const first = this.body[start];
    const kind: InputKind | undefined =
      first === QUOTE ? "texts" : first === BRACKET_OPEN ? "token lists" : this.isToken(start, end) ? "tokens" : undefined;
    const at = this.elements++;
    const { tokens } = this;
    this.tokens = 0;
    if (kind === undefined) this.refuseInput(`'input' must be ${KINDS}, but input[${at}] is ${this.nameOf(start, end)}`);
    else if (kind !== (this.kind ??= kind)) {
      this.refuseInput(`'input' must be ${KINDS}: all of one kind, but input[${at}] is of another kind than input[0]`);
    } else if (kind === "token lists" && tokens === 0) this.refuseInput(`'input' must hold no empty list, but input[${at}] is one`);
    else if (kind !== "tokens") this.keep(start, end);
  }

  private keep(start: number, end: number): void {
    if (this.from.length === MAX_INPUTS) this.refuseInput(`'input' must hold at most ${MAX_INPUTS} inputs, but it holds more`);
    this.from.push(start);
    this.to.push(end);
  }

  private token(start: number, end: number): void {
    if (this.inArray(2) && this.isToken(start, end)) this.tokens++;
    else this.refuseInput(`'input' must be ${KINDS}, but input[${this.elements}] holds ${this.nameOf(start, end)}`);
  }

  /** Whether a value is a whole number from 0. */
  private isToken(start: number, end: number): boolean {
    if (end - start > LONGEST_TOKEN) return false;
    for (let at = start; at < end; at++) {
      const byte = this.body[at] as number;
      if (byte < 0x30 || byte > 0x39) return false;
    }
    return true;
  }

  private refuseInput(wrong: string): void {
    this.wrong ??= wrong;
    // nothing of the rest is of interest
    this.refuse("invalid", 0);
  }

  private nameOf(start: number, end: number): string {
    const first = this.body[start];
    if (first === BRACE_OPEN) return "an object";
    if (first === BRACKET_OPEN) return "a list";
    if (first === QUOTE) return "a text";
    return end - start > LONGEST_VALUE ? "a long number" : this.body.toString("latin1", start, end);
  }
}

/** A request that is read in steps, as its body is large. */
export class InputReading implements Sliced {
  private readonly walk: InputWalk;

  /** @throws GatewayError `duplicate_key`, `wrong_format` */
  constructor(
    private readonly body: Buffer,
    private readonly scan: ObjectScan,
  ) {
    const twice = duplicated(scan, OWN_KEYS);
    if (twice !== undefined)
      throw new GatewayError("duplicate_key", `the request body must hold '${twice}' once, but it is given more than once`);
    const input = findMember(scan, "input");
    if (input === undefined) throw new GatewayError("wrong_format", `request format not recognised: an embeddings request needs 'input'`);
    this.walk = new InputWalk(body, 2, input.valueStart, input.valueEnd);
  }

  step(): boolean {
    return this.walk.step();
  }

  /**
   * What the request says; to be asked for after the last step.
   * @throws GatewayError `wrong_format`
   */
  result(): EmbeddingsRequest {
    const { body, scan } = this;
    const { kind, from: starts, to: ends, wrong } = this.walk;
    if (wrong !== undefined || kind === undefined) throw new GatewayError("wrong_format", wrong ?? `'input' must be ${KINDS}`);
    const count = starts.length === 0 ? 1 : starts.length;
    return { kind, count, starts, ends, format: formatOf(body, scan), hasDimensions: dimensionsGiven(body, scan) };
  }
}

/**
 * Reads a request for embeddings at once.
 * @throws GatewayError `duplicate_key`, `wrong_format`
 */
export function readInput(body: Buffer, scan: ObjectScan): EmbeddingsRequest {
  const reading = new InputReading(body, scan);
  while (!reading.step());
  return reading.result();
}

/** What has read requests for embeddings, as `Ask.reading` names it. */
const READER = {};

/** An ask with what it asks for, kept for each target. */
export function withRequest(ask: Ask, request: EmbeddingsRequest): Ask {
  ask.reading = { reader: READER, request };
  return ask;
}

/**
 * What a client asks to be embedded.
 * @throws GatewayError `duplicate_key`, `wrong_format`
 */
export function requestOf(ask: Ask): EmbeddingsRequest {
  if (ask.reading?.reader === READER) return ask.reading.request as EmbeddingsRequest;
  const { body, scan } = ask;
  if (scan === undefined) throw new GatewayError("wrong_format", "an embeddings request must be a JSON object");
  const request = readInput(body, scan);
  withRequest(ask, request);
  return request;
}

/** The member, unless it is missing or null. */
function given(body: Buffer, scan: ObjectScan, key: string): Member | undefined {
  const member = findMember(scan, key);
  return member === undefined || body[member.valueStart] === LETTER_N ? undefined : member;
}

function formatOf(body: Buffer, scan: ObjectScan): VectorFormat {
  const member = given(body, scan, "encoding_format");
  if (member === undefined) return "float";
  const value = member.valueEnd - member.valueStart > LONGEST_VALUE ? undefined : parseMember(body, member);
  if (value === "float" || value === "base64") return value;
  throw new GatewayError("wrong_format", `'encoding_format' must be "float" or "base64", but another value was given`);
}

function dimensionsGiven(body: Buffer, scan: ObjectScan): boolean {
  const member = given(body, scan, "dimensions");
  if (member === undefined) return false;
  const value = member.valueEnd - member.valueStart > LONGEST_VALUE ? undefined : parseMember(body, member);
  if (typeof value === "number" && Number.isSafeInteger(value) && value > 0) return true;
  throw new GatewayError("wrong_format", "'dimensions' must be a whole number from 1, but another value was given");
}
