import { reportedInStream, type ChatStreamReader, type ChatStreamWriter, type StreamWriteOptions } from "../conversation/dialect";
import type { ChatEvent } from "../conversation/events";
import { isTooMuchForEvent } from "../conversation/volume";
import type { Usage } from "../conversation/usage";
import type { Framing } from "../framing/framing";
import type { Frame } from "../framing/frame";
import { ChoiceStates } from "./choice-states";
import { KeptText } from "./kept-text";
import type { ResumedEvents } from "./resumed-events";
import type { ResumePoint, StreamError, StreamReader } from "./stream-reader";

const EMPTY = Buffer.alloc(0);

/** What a stream is translated with. */
export interface Translation {
  /** Cuts the upstream's bytes. */
  readonly framing: Framing;
  readonly reader: ChatStreamReader;
  readonly writer: ChatStreamWriter;
  /** What the writer writes with. */
  readonly words: Pick<StreamWriteOptions, "id" | "model">;
  /** The last piece of a stream that failed, in the client's dialect. */
  fail(error: StreamError): Buffer;
  /** Whether the text is kept, so that another answer can go on with it. */
  readonly keepText: boolean;
  /** Leaves out what the client has from an earlier answer; undefined if there was none. */
  readonly resumed: ResumedEvents | undefined;
  /** Choices that the client asked for. */
  readonly choices: number;
}

/** Reads an upstream's stream in its dialect and gives the client's, event by event. */
export class TranslatedStream implements StreamReader {
  content = false;
  ended = false;
  failure: string | undefined;
  failureAt: number | undefined;
  model: string | undefined;
  usage: Usage | undefined;
  characters = 0;
  skipped = 0;

  private id: string | undefined;
  private readonly states = new ChoiceStates();
  /** All text so far, if it is kept; undefined as soon as it is not all that the client has. */
  private text: KeptText | undefined;
  /** What the events of this turn have given. */
  private out = "";

  constructor(private readonly translation: Translation) {
    const { keepText, resumed } = translation;
    this.text = keepText && resumed === undefined ? new KeptText() : undefined;
  }

  get busy(): boolean {
    return this.translation.framing.more && !this.isOver();
  }

  get complete(): boolean {
    return this.failure === undefined && (this.ended || this.states.isComplete(this.translation.choices));
  }

  push(chunk: Buffer): Buffer {
    if (this.isOver()) return EMPTY;
    const { framing } = this.translation;
    this.take(framing.push(chunk));
    if (framing.problem !== undefined && !this.isOver()) this.failWith(framing.problem);
    return this.given();
  }

  step(): Buffer {
    return this.push(EMPTY);
  }

  end(): Buffer {
    if (this.isOver()) return EMPTY;
    this.take(this.translation.framing.end().frames);
    // all choices have finished: the client gets its own end, which the upstream left out
    if (this.complete && !this.ended) this.event({ type: "ended" });
    return this.given();
  }

  resumePoint(): ResumePoint | undefined {
    const { text, usage } = this;
    const { words, resumed, choices } = this.translation;
    if (resumed !== undefined) return resumed.point(usage);
    // another answer would go on with one of several choices, and begin the others anew
    if (text === undefined || choices > 1) return undefined;
    // the client has been told the writer's if the provider gave none
    return { id: this.id ?? words.id, model: this.model ?? words.model, text: text.read(), usage };
  }

  fail(error: StreamError): Buffer {
    return this.translation.fail(error);
  }

  private isOver(): boolean {
    return this.ended || this.failure !== undefined;
  }

  private take(frames: readonly Frame[]): void {
    const { reader } = this.translation;
    for (const frame of frames) {
      const events = isTooMuchForEvent(frame.data) ? undefined : reader.read(frame);
      if (events === undefined) this.skipped++;
      else for (const event of events) this.event(event);
      if (this.isOver()) return;
    }
  }

  private event(event: ChatEvent): void {
    if (this.isOver()) return;
    this.note(event);
    const { resumed, writer } = this.translation;
    if (resumed === undefined) this.out += writer.write(event);
    else this.goOn(event, resumed, writer);
  }

  private goOn(event: ChatEvent, resumed: ResumedEvents, writer: ChatStreamWriter): void {
    for (const left of resumed.take(event)) {
      const written = writer.write(left);
      if (written !== "") this.out += resumed.introduce(left) + written;
    }
    const { problem } = resumed;
    if (problem === undefined || this.failure !== undefined) return;
    this.ended = false;
    this.failWith(problem);
  }

  private note(event: ChatEvent): void {
    switch (event.type) {
      case "started":
        this.id ??= event.id;
        this.model ??= event.model;
        return;
      case "usage":
        this.usage = event.usage;
        return;
      case "ping":
        return;
      case "ended":
        this.ended = true;
        return;
      case "failed":
        this.failWith(reportedInStream(event.error.message));
        return;
      case "finished":
        this.content = true;
        // another answer would tell the client another finish
        this.text = undefined;
        this.states.note(event.choice, true);
        return;
      case "text":
        this.spoke(event.choice, event.text);
        return;
      case "reasoning":
      case "signature":
      case "redacted_reasoning":
        this.content = true;
        this.states.note(event.choice, false);
        return;
      default:
        this.content = true;
        this.states.note(event.choice, false);
        this.text = undefined;
    }
  }

  private spoke(choice: number, text: string): void {
    if (text === "") return;
    this.content = true;
    this.states.note(choice, false);
    this.characters += text.length;
    if (this.text !== undefined && (choice !== 0 || !this.text.add(text))) this.text = undefined;
  }

  private failWith(failure: string): void {
    this.failure = failure;
    this.failureAt = Buffer.byteLength(this.out);
  }

  private given(): Buffer {
    if (this.out === "") return EMPTY;
    const out = Buffer.from(this.out);
    this.out = "";
    return out;
  }
}
