import type { ResumePoint, StreamError, StreamReader } from "../../codecs/stream-reader";
import { modelOf } from "../../conversation/names";
import type { Usage } from "../../conversation/usage";
import type { StreamReaderOptions } from "./reader-options";
import { errorEvent } from "./error-event";
import { addUsage } from "../../conversation/usage";
import { KeptText } from "../../codecs/kept-text";
import { LARGE_BYTES } from "../../bytes/slices";
import { ChoiceStates } from "../../codecs/choice-states";
import { errorOf, failureOf, member, readChoice } from "./chunk";
import { dataOf, EventBuffer, EVENTS_PER_ERROR, isErrorEvent } from "../../framing/sse";
import { readUsage } from "./usage";

const EMPTY = Buffer.alloc(0);
const DONE = Buffer.from("data: [DONE]\n\n");
const BLANK_LINE = Buffer.from("\n\n");

/**
 * Reads the answer that goes on with a broken stream: what repeats the text that the client has is left out, and the rest goes on under the stream's
 * own id. Where the two answers differ it fails, as a mixture of both would be nobody's answer (docs/behaviour.md "Failover").
 */
export class ResumedStreamReader implements StreamReader {
  content = false;
  failure: string | undefined;
  failureAt: number | undefined;
  model: string | undefined;
  usage: Usage | undefined;
  characters = 0;
  skipped = 0;

  ended = false;

  private readonly rest = new EventBuffer();
  private readonly states = new ChoiceStates();
  /** Characters of the client's text that this answer has repeated so far. */
  private repeated: number;
  /** What the client gets of it. */
  private readonly added: KeptText;
  private textOnly = true;
  private differs = false;
  private readonly withholdUsage: boolean;
  private readonly maxEventBytes: number;

  constructor(
    private readonly resume: ResumePoint,
    options: Pick<StreamReaderOptions, "withholdUsage" | "maxEventBytes">,
  ) {
    this.added = new KeptText(resume.text.length);
    this.repeated = resume.prefilled ? resume.text.length : 0;
    this.withholdUsage = options.withholdUsage;
    // a large event would have to be written anew
    this.maxEventBytes = Math.min(options.maxEventBytes, LARGE_BYTES);
  }

  get complete(): boolean {
    return this.failure === undefined && (this.ended || (this.caughtUp() && this.states.allFinished));
  }

  get busy(): boolean {
    return this.rest.more;
  }

  push(chunk: Buffer): Buffer {
    const { rest } = this;
    const bytes = rest.join(chunk);
    const out: Buffer[] = [];
    let from = 0;
    while (!this.ended && !this.isFailed()) {
      const end = rest.endOfEvent(bytes, from);
      if (end < 0 || end - from > this.maxEventBytes) break;
      const event = this.read(bytes, from, end);
      if (event !== undefined) out.push(event);
      from = end;
    }
    if (this.ended || this.isFailed()) rest.clear();
    else rest.keep(bytes, from);
    if (rest.length > this.maxEventBytes)
      this.failWith(`sent an event of more than ${this.maxEventBytes} bytes, with which no stream can go on`);
    const ready = out.length === 1 && out[0] !== undefined ? out[0] : Buffer.concat(out);
    if (this.isFailed()) this.failureAt = ready.length;
    return ready;
  }

  step(): Buffer {
    return this.push(EMPTY);
  }

  end(): Buffer {
    return this.rest.length === 0 ? EMPTY : this.push(BLANK_LINE);
  }

  resumePoint(): ResumePoint | undefined {
    const { id, text } = this.resume;
    if (this.differs || !this.textOnly) return undefined;
    return { id, text: text + this.added.read(), usage: addUsage(this.resume.usage, this.usage), prefilled: false };
  }

  fail(error: StreamError): Buffer {
    return errorEvent(error);
  }

  private isFailed(): boolean {
    return this.failure !== undefined;
  }

  private failWith(failure: string): void {
    this.failure = failure;
  }

  private read(bytes: Buffer, from: number, end: number): Buffer | undefined {
    const data = dataOf(bytes, from, end);
    if (data === undefined) return undefined;
    if (data === "[DONE]") {
      if (this.caughtUp()) this.ended = true;
      else this.differ("ended before it had repeated what the client has");
      return this.ended ? DONE : undefined;
    }
    let chunk: unknown;
    try {
      chunk = JSON.parse(data);
    } catch {
      this.rest.spend(EVENTS_PER_ERROR);
    }
    if (typeof chunk !== "object" || chunk === null) {
      if (isErrorEvent(bytes, from, end)) this.failWith(failureOf(chunk ?? data));
      else this.skipped++;
      return undefined;
    }
    const error = errorOf(chunk, () => isErrorEvent(bytes, from, end));
    if (error === undefined) return this.goOn(chunk);
    this.failWith(failureOf(error));
    return undefined;
  }

  private goOn(chunk: object): Buffer | undefined {
    this.model ??= modelOf(member(chunk, "model"));
    const usage = readUsage(member(chunk, "usage"));
    if (usage !== undefined) this.usage = usage;
    const given = member(chunk, "choices");
    const choices = Array.isArray(given) ? (given as readonly unknown[]) : [];
    const kept: object[] = [];
    for (const choice of choices) {
      const left = this.keep(choice);
      if (left !== undefined) kept.push(left);
      if (this.isFailed()) return undefined;
    }
    const usageAlone = usage !== undefined && choices.length === 0;
    if (kept.length === 0 && (!usageAlone || this.withholdUsage)) return undefined;
    const next: Record<string, unknown> = { ...chunk, choices: kept };
    if (this.resume.id !== undefined) next["id"] = this.resume.id;
    if (usage !== undefined) next["usage"] = addUsage(this.resume.usage, usage);
    return this.written(next);
  }

  private written(event: object): Buffer | undefined {
    try {
      return Buffer.from(`data: ${JSON.stringify(event)}\n\n`);
    } catch {
      // JSON nests deeper than it can be written
      this.skipped++;
      return undefined;
    }
  }

  /** What is left of a choice without what the client has; undefined if nothing is. */
  private keep(choice: unknown): object | undefined {
    if (typeof choice !== "object" || choice === null) return undefined;
    const delta = member(choice, "delta");
    const content = member(delta, "content");
    const index = member(choice, "index");
    const { text, other, finished } = readChoice(choice);
    // reasoning is left out, as the client has seen none before
    const isOther = other || (index ?? 0) !== 0;
    if (isOther && !this.caughtUp()) {
      this.differ("gave something else than the text that the client has");
      return undefined;
    }
    if (isOther || finished) this.textOnly = false;
    const left = text !== undefined ? this.advance(text) : "";
    if (this.isFailed()) return undefined;
    if (finished && !this.caughtUp()) {
      this.differ("finished before it had repeated what the client has");
      return undefined;
    }
    this.states.note(index, finished);
    if (left === "" && !isOther && !finished) return undefined;
    this.content = true;
    const rest: Record<string, unknown> = { ...choice };
    if (typeof delta === "object" && delta !== null) rest["delta"] = deltaWith(delta, typeof content === "string" ? left : undefined);
    if (typeof content !== "string" && typeof rest["text"] === "string") rest["text"] = left;
    return rest;
  }

  /** Takes the next piece of this answer's text; returns what of it is new to the client. */
  private advance(piece: string): string {
    this.characters += piece.length;
    const { text } = this.resume;
    const known = Math.min(piece.length, text.length - this.repeated);
    if (known > 0 && text.slice(this.repeated, this.repeated + known) !== piece.slice(0, known)) {
      this.differ("gave another text than the client has");
      return "";
    }
    this.repeated += known;
    const left = piece.slice(known);
    this.keepAdded(left);
    return left;
  }

  private keepAdded(left: string): void {
    if (this.textOnly && !this.added.add(left)) this.textOnly = false;
  }

  private caughtUp(): boolean {
    return this.repeated === this.resume.text.length;
  }

  private differ(how: string): void {
    this.differs = true;
    this.failWith(`could not go on with the stream: it ${how}`);
  }
}

/** A delta without its role, as the client has one, and with another content if there is one. */
function deltaWith(delta: object, content: string | undefined): object {
  const rest: Record<string, unknown> = { ...delta };
  delete rest["role"];
  if (content !== undefined) rest["content"] = content;
  return rest;
}
