import type { ResumePoint, StreamReader, Usage } from "../interfaces";
import { addUsage } from "../ledger/cost";
import { dataOf, endOfEvent } from "./event-stream";
import { readUsage } from "./openai-usage";

const EMPTY = Buffer.alloc(0);
const DONE = Buffer.from("data: [DONE]\n\n");

/** An event larger than this is no chat stream. */
const MAX_EVENT_BYTES = 4 * 1024 * 1024;

interface Choice {
  index?: number;
  delta?: { role?: unknown; content?: unknown; tool_calls?: unknown } | null;
  text?: unknown;
  finish_reason?: unknown;
}

interface Chunk {
  id?: unknown;
  model?: unknown;
  usage?: unknown;
  error?: unknown;
  choices?: unknown;
}

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

  private rest: Buffer = EMPTY;
  private ended = false;
  /** Characters of the client's text that this answer has repeated so far. */
  private repeated: number;
  private added = "";
  private textOnly = true;
  private differs = false;

  constructor(
    private readonly resume: ResumePoint,
    private readonly withholdUsage: boolean,
  ) {
    this.repeated = resume.prefilled ? resume.text.length : 0;
  }

  get complete(): boolean {
    return this.failure === undefined && this.ended;
  }

  push(chunk: Buffer): Buffer {
    const bytes = this.rest.length === 0 ? chunk : Buffer.concat([this.rest, chunk]);
    const out: Buffer[] = [];
    let from = 0;
    for (let end = endOfEvent(bytes, from); end >= 0; end = endOfEvent(bytes, from)) {
      const event = this.read(bytes, from, end);
      if (event !== undefined) out.push(event);
      from = end;
      if (this.isFailed()) break;
    }
    this.rest = this.isFailed() ? EMPTY : bytes.subarray(from);
    if (this.rest.length > MAX_EVENT_BYTES) this.fail(`sent an event of more than ${MAX_EVENT_BYTES} bytes`);
    const ready = Buffer.concat(out);
    if (this.isFailed()) this.failureAt = ready.length;
    return ready;
  }

  end(): Buffer {
    if (this.rest.length === 0) return EMPTY;
    return this.push(Buffer.from("\n\n"));
  }

  resumePoint(): ResumePoint | undefined {
    const { id, text } = this.resume;
    if (this.differs || !this.textOnly) return undefined;
    return { id, text: text + this.added, usage: addUsage(this.resume.usage, this.usage), prefilled: false };
  }

  private isFailed(): boolean {
    return this.failure !== undefined;
  }

  private fail(failure: string): void {
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
    let chunk: Chunk | null;
    try {
      chunk = JSON.parse(data) as Chunk | null;
    } catch {
      chunk = null;
    }
    if (chunk === null || typeof chunk !== "object") {
      this.skipped++;
      return undefined;
    }
    if (chunk.error == null) return this.goOn(chunk);
    this.fail("reported an error inside the stream");
    return undefined;
  }

  private goOn(chunk: Chunk): Buffer | undefined {
    if (typeof chunk.model === "string") this.model ??= chunk.model;
    const usage = readUsage(chunk.usage);
    if (usage !== undefined) this.usage = usage;
    const choices = Array.isArray(chunk.choices) ? (chunk.choices as Choice[]) : [];
    const kept = choices.filter((choice) => this.keep(choice));
    if (this.isFailed()) return undefined;
    const usageAlone = usage !== undefined && choices.length === 0;
    if (kept.length === 0 && (!usageAlone || this.withholdUsage)) return undefined;
    const next = {
      ...chunk,
      id: this.resume.id ?? chunk.id,
      choices: kept,
      ...(usage !== undefined && { usage: addUsage(this.resume.usage, usage) }),
    };
    return Buffer.from(`data: ${JSON.stringify(next)}\n\n`);
  }

  /** Leaves out of a choice what the client has; false where nothing is left of it. */
  private keep(choice: Choice): boolean {
    const { delta } = choice;
    const text = delta?.content ?? choice.text;
    const isOther = delta?.tool_calls != null || (choice.index ?? 0) !== 0;
    if (isOther && !this.caughtUp()) {
      this.differ("gave something else than the text that the client has");
      return false;
    }
    if (isOther) this.textOnly = false;
    const left = typeof text === "string" ? this.advance(text) : "";
    if (this.isFailed()) return false;
    if (typeof choice.finish_reason === "string") {
      if (!this.caughtUp()) {
        this.differ("finished before it had repeated what the client has");
        return false;
      }
      this.ended = true;
    }
    if (left !== "" || isOther || typeof choice.finish_reason === "string") this.content = true;
    else return false;
    if (typeof delta?.content === "string") delta.content = left;
    else if (typeof choice.text === "string") choice.text = left;
    if (delta != null) delete delta.role;
    return true;
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
    this.added += left;
    return left;
  }

  private caughtUp(): boolean {
    return this.repeated === this.resume.text.length;
  }

  private differ(how: string): void {
    this.differs = true;
    this.fail(`could not go on with the stream: it ${how}`);
  }
}
