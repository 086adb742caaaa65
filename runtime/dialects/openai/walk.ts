import { LONGEST_PARSED, NamedWalk } from "../../json/named-walk";
import { idOf, modelOf } from "../../conversation/names";
import type { Usage } from "../../conversation/usage";
import { ChoiceStates } from "../../codecs/choice-states";
import { failureOf, isError, isErrorKind, saysAt } from "./chunk";
import { readUsage } from "./usage";

/** A choice's `message.content[].text` lies this deep; nothing deeper is looked at. */
const WATCHED = 6;

const QUOTE = 0x22;
const BRACKET_OPEN = 0x5b;

/** Reads an answer, or the data of one event, that is too large to be parsed at once. Text is counted by its bytes, and not kept. */
export class OpenAiWalk extends NamedWalk {
  model: string | undefined;
  id: string | undefined;
  usage: Usage | undefined;
  hasChoices = false;
  /** Elements of `choices`. */
  choices = 0;
  characters = 0;
  /** Whether a choice brings more than its role. */
  content = false;
  readonly states = new ChoiceStates();

  private reported: string | undefined;
  private isErrorKind = false;
  private index: unknown;
  private contentBytes = 0;
  private textBytes = 0;
  private other = false;
  private finished = false;

  constructor(body: Buffer) {
    super(body, WATCHED);
  }

  /** Whether it is a JSON object; to be asked for after the last step. */
  get isUsable(): boolean {
    return this.failure === undefined && this.isObject;
  }

  /** The error that it reports, as the end of a sentence that begins with "the upstream"; undefined if it reports none. To be asked for after the last step. */
  get error(): string | undefined {
    return this.reported ?? (this.isErrorKind && !this.hasChoices ? failureOf(undefined) : undefined);
  }

  protected override value(depth: number, start: number, end: number): void {
    if (depth === 1) this.member(start, end);
    else if (depth > 1 && this.names[1] === "choices" && this.isObject && this.inArray(2)) this.insideChoices(depth, start, end);
  }

  private member(start: number, end: number): void {
    if (!this.isObject) return;
    switch (this.names[1]) {
      case "model":
        this.model = modelOf(this.parsed(start, end));
        return;
      case "id":
        this.id = idOf(this.parsed(start, end));
        return;
      case "usage":
        this.usage = readUsage(this.parsed(start, end));
        return;
      case "error":
        this.noteError(start, end);
        return;
      case "object":
      case "type":
        this.isErrorKind ||= isErrorKind(this.parsed(start, end));
        return;
      case "choices":
        this.hasChoices = this.body[start] === BRACKET_OPEN;
        return;
      default:
    }
  }

  private noteError(start: number, end: number): void {
    const error = this.parsed(start, end);
    const isLarge = end - start > LONGEST_PARSED;
    this.reported = isLarge || isError(error) ? failureOf(error) : undefined;
  }

  private insideChoices(depth: number, start: number, end: number): void {
    if (depth === 2) this.choiceOver();
    else if (this.inArray(3)) return;
    else if (depth === 3) this.choiceMember(this.names[3], start, end);
    else if (this.names[3] === "delta" || this.names[3] === "message") this.insideMessage(depth, start, end);
  }

  private choiceMember(name: string | undefined, start: number, end: number): void {
    if (name === "index") this.index = this.parsed(start, end);
    else if (name === "text") this.textBytes = this.textLength(start, end);
    else if (name === "finish_reason") this.finished = this.textLength(start, end) > 0;
  }

  private insideMessage(depth: number, start: number, end: number): void {
    const name = this.names[4];
    if (depth === 6) {
      if (name === "content" && this.inArray(5) && !this.inArray(6) && this.names[6] === "text")
        this.contentBytes += this.textLength(start, end);
      return;
    }
    if (depth !== 4 || this.inArray(4)) return;
    if (name === "content" && this.body[start] === QUOTE) this.contentBytes += this.textLength(start, end);
    else this.other ||= this.saysSomething(name ?? "", start, end);
  }

  private saysSomething(name: string, start: number, end: number): boolean {
    return end - start > LONGEST_PARSED || saysAt(name, this.parsed(start, end));
  }

  private choiceOver(): void {
    const bytes = this.contentBytes > 0 ? this.contentBytes : this.textBytes;
    this.choices++;
    this.characters += bytes;
    this.content ||= bytes > 0 || this.other || this.finished;
    this.states.note(this.index, this.finished);
    this.index = undefined;
    this.contentBytes = this.textBytes = 0;
    this.other = this.finished = false;
  }

  /** Bytes between the quotes of a string; 0 for another value. */
  private textLength(start: number, end: number): number {
    return this.body[start] === QUOTE ? end - start - 2 : 0;
  }
}
