import type { ResumePoint, StreamError, StreamReader } from "../../codecs/stream-reader";
import { ResumedText } from "../../codecs/resumed-text";
import { introductionOf, type Resumption } from "../../codecs/resumption";
import { modelOf } from "../../conversation/names";
import { addUsage, type Usage } from "../../conversation/usage";
import type { StreamReaderOptions } from "./reader-options";
import { haveFinished } from "./choices-asked";
import { DONE } from "./end-mark";
import { errorEvent } from "./error-event";
import { LARGE_BYTES } from "../../bytes/slices";
import { ChoiceStates } from "../../codecs/choice-states";
import { errorOf, failureOf, member, readChoice, REASONING, type ChoicePart } from "./chunk";
import { commentEvent, dataOf, EventBuffer, EVENTS_PER_ERROR, isErrorEvent } from "../../framing/sse";
import { readUsage } from "./usage";

const EMPTY = Buffer.alloc(0);
const COLON = 0x3a;
const BLANK_LINE = Buffer.from("\n\n");

/** Members of a delta that belong to the first answer: the client has its role, and its reasoning, whose proof would fit no other one. */
const OF_FIRST: ReadonlySet<string> = new Set(["role", ...REASONING]);

/**
 * Reads the answer that goes on with a broken stream: what repeats the text that the client has is left out, and the rest goes on under the stream's
 * own id and model (docs/behaviour.md "Failover").
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
  private readonly text: ResumedText;
  /** The last chunk, for the text that has to follow it by itself. */
  private last: object = {};
  /** Tells the client who goes on; empty once it has. */
  private introduction: string;
  private readonly withholdUsage: boolean;
  private readonly maxEventBytes: number;

  constructor(
    private readonly resume: Resumption,
    private readonly options: Omit<StreamReaderOptions, "keepText">,
  ) {
    this.text = new ResumedText(resume);
    this.introduction = commentEvent(introductionOf(resume));
    this.withholdUsage = options.withholdUsage;
    // a large event would have to be written anew
    this.maxEventBytes = Math.min(options.maxEventBytes, LARGE_BYTES);
  }

  get complete(): boolean {
    return this.failure === undefined && (this.ended || haveFinished(this.states, this.options.ask));
  }

  get busy(): boolean {
    return this.rest.more;
  }

  push(chunk: Buffer): Buffer {
    const { rest } = this;
    const bytes = rest.join(chunk);
    let out = "";
    let from = 0;
    while (!this.ended && !this.isFailed()) {
      const end = rest.endOfEvent(bytes, from);
      if (end < 0 || end - from > this.maxEventBytes) break;
      out += this.read(bytes, from, end);
      from = end;
    }
    if (this.ended || this.isFailed()) rest.clear();
    else rest.keep(bytes, from);
    if (rest.length > this.maxEventBytes && !rest.more)
      this.failWith(`sent an event of more than ${this.maxEventBytes} bytes, with which no stream can go on`);
    const ready = out === "" ? EMPTY : Buffer.from(out);
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
    return this.text.point(this.usage);
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

  private read(bytes: Buffer, from: number, end: number): string {
    const data = dataOf(bytes, from, end);
    // a comment keeps the connection alive while the answer's reasoning is left out
    if (data === undefined) return bytes[from] === COLON ? bytes.toString("utf8", from, end) : "";
    if (data === "[DONE]") return this.done();
    let chunk: unknown;
    try {
      chunk = JSON.parse(data);
    } catch {
      this.rest.spend(EVENTS_PER_ERROR);
    }
    if (typeof chunk !== "object" || chunk === null) {
      if (isErrorEvent(bytes, from, end)) this.failWith(failureOf(chunk ?? data));
      else this.skipped++;
      return "";
    }
    const error = errorOf(chunk, () => isErrorEvent(bytes, from, end));
    if (error === undefined) return this.goOn(chunk);
    this.failWith(failureOf(error));
    return "";
  }

  private done(): string {
    const held = this.text.end();
    const { problem } = this.text;
    if (problem !== undefined) {
      this.failWith(problem);
      return "";
    }
    this.ended = true;
    return this.introduced(this.alone(held) + DONE);
  }

  private goOn(chunk: object): string {
    this.model ??= modelOf(member(chunk, "model"));
    const usage = readUsage(member(chunk, "usage"));
    if (usage !== undefined) this.usage = usage;
    const given = member(chunk, "choices");
    const choices = Array.isArray(given) ? (given as readonly unknown[]) : [];
    if (choices.length > 0) this.last = chunk;
    let before = "";
    const kept: object[] = [];
    for (const choice of choices) {
      const left = this.keep(choice);
      if (this.isFailed()) return "";
      if (left === undefined) continue;
      before += left.before;
      kept.push(left.choice);
    }
    // some providers tell it along with a choice that says nothing more
    const usageAlone = usage !== undefined && (choices.length === 0 || this.states.allFinished);
    if (kept.length === 0 && (!usageAlone || this.withholdUsage)) return "";
    const next: Record<string, unknown> = { ...chunk, choices: kept };
    if (usage !== undefined) next["usage"] = addUsage(this.resume.point.usage, usage);
    return this.introduced(this.alone(before) + this.written(next));
  }

  private introduced(events: string): string {
    const { introduction } = this;
    this.introduction = "";
    return introduction + events;
  }

  /** A chunk with this text alone; empty for none. */
  private alone(text: string): string {
    if (text === "") return "";
    const { last } = this;
    const choices = member(last, "choices");
    const isLegacy = typeof member(Array.isArray(choices) ? choices[0] : undefined, "text") === "string";
    const said = isLegacy ? { text } : { delta: { content: text } };
    const next: Record<string, unknown> = { ...last, choices: [{ index: 0, ...said, finish_reason: null }] };
    if (member(last, "usage") !== undefined) next["usage"] = null;
    return this.written(next);
  }

  private written(chunk: Record<string, unknown>): string {
    const { id, model } = this.resume.point;
    if (id !== undefined) chunk["id"] = id;
    if (model !== undefined) chunk["model"] = model;
    try {
      return `data: ${JSON.stringify(chunk)}\n\n`;
    } catch {
      // JSON nests deeper than it can be written
      this.skipped++;
      return "";
    }
  }

  /** What is left of a choice without what the client has; undefined if nothing is. */
  private keep(choice: unknown): Left | undefined {
    if (typeof choice !== "object" || choice === null) return undefined;
    const index = member(choice, "index");
    const part = readChoice(choice);
    const isFirst = (index ?? 0) === 0;
    const { text, before } = this.take(part, isFirst);
    const { problem } = this.text;
    if (problem !== undefined) {
      this.failWith(problem);
      return undefined;
    }
    this.states.note(index, part.finished);
    const isNothing = text === "" && before === "" && isFirst && !part.other && !part.finished;
    return isNothing ? undefined : { before, choice: choiceWith(choice, text) };
  }

  private take(
    { text = "", other, reasoning, finished }: ChoicePart,
    isFirst: boolean,
  ): { readonly text: string; readonly before: string } {
    this.content ||= text !== "" || other || reasoning || finished;
    this.characters += text.length;
    if (!isFirst) return { text, before: this.text.other() };
    const left = this.text.push(text);
    let before = other ? this.text.other() : "";
    if (finished) before += this.text.finish();
    // what was held back comes first
    return before === "" ? { text: left, before } : { text: "", before: left + before };
  }
}

/** What is left of a choice. */
interface Left {
  /** Text that belongs in front of it. */
  readonly before: string;
  readonly choice: object;
}

/** A choice with another text, if it has one, and without what the client has from the first answer. */
function choiceWith(choice: object, text: string): object {
  const rest: Record<string, unknown> = { ...choice };
  // they would be told of tokens that the client does not get
  if (rest["logprobs"] != null && text !== readChoice(choice).text) rest["logprobs"] = null;
  const delta = member(choice, "delta");
  if (typeof delta === "object" && delta !== null) {
    const left: Record<string, unknown> = Object.fromEntries(Object.entries(delta).filter(([name]) => !OF_FIRST.has(name)));
    if (typeof left["content"] === "string") left["content"] = text;
    rest["delta"] = left;
  }
  if (typeof rest["text"] === "string" && typeof member(delta, "content") !== "string") rest["text"] = text;
  return rest;
}
