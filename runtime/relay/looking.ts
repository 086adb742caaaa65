import { CollectedBytes } from "../bytes/collected-bytes";
import type { GatewayError } from "../errors";
import type { FailureClass } from "../failover/failure";
import { formOf, markLength, MAX_BLANK, type Form } from "../framing/form";
import { ObjectEnd } from "../framing/json-objects";
import { NO_FACTS, type AnswerFacts, type Found, type Relay, type RelayHost } from "./relay";

/** The first event of a stream is not longer than this, in bytes. */
const MAX_FIRST = 64 * 1024;

const BRACE_OPEN = 0x7b;

/** Looks at the first bytes of an answer whose type does not tell what it is, and then has the right relay carry it. */
export class LookingRelay implements Relay {
  private readonly held = new CollectedBytes();
  private form: Form | undefined;
  private readonly first = new ObjectEnd();
  /** Where the first object begins; undefined if it has not begun. */
  private begin: number | undefined;
  private searched = 0;
  private over = false;

  /**
   * @param headers for the client, names and values in turn
   * @param isEvent whether a JSON object is an event of a stream, not a whole answer
   */
  constructor(
    private readonly host: RelayHost,
    private readonly headers: string[],
    private readonly isEvent: (object: unknown) => boolean,
  ) {}

  data(chunk: Buffer): boolean {
    if (this.over) return true;
    this.held.add(chunk);
    const found = this.look();
    if (found !== undefined) this.choose(found);
    return true;
  }

  end(): void {
    if (!this.over) this.choose("whole")?.end();
  }

  fail(failure: FailureClass, error: GatewayError): void {
    if (this.over) return;
    this.stop();
    this.host.unread(failure, error);
  }

  facts(): AnswerFacts {
    return NO_FACTS;
  }

  stop(): void {
    this.over = true;
    this.held.clear();
  }

  private choose(found: Found): Relay | undefined {
    const bytes = this.held.take();
    this.over = true;
    const relay = this.host.found(found, this.headers);
    if (bytes.length > 0) relay?.data(found === "whole" ? bytes.subarray(markLength(bytes)) : bytes);
    return relay;
  }

  private look(): Found | undefined {
    const bytes = this.held.view();
    this.form ??= formOf(bytes);
    if (this.form === undefined) return bytes.length > MAX_BLANK ? "whole" : undefined;
    if (this.form !== "json") return this.form === "events" ? "events" : "whole";
    return this.lookAtFirst(bytes) ?? (bytes.length > MAX_FIRST ? "whole" : undefined);
  }

  private lookAtFirst(bytes: Buffer): Found | undefined {
    if (this.begin === undefined) {
      const begin = bytes.indexOf(BRACE_OPEN, this.searched);
      this.searched = begin < 0 ? bytes.length : begin;
      if (begin < 0) return undefined;
      this.begin = begin;
    }
    const end = this.first.find(bytes, this.searched);
    this.searched = bytes.length;
    if (end < 0) return undefined;
    try {
      return this.isEvent(JSON.parse(bytes.toString("utf8", this.begin, end))) ? "objects" : "whole";
    } catch {
      return "whole";
    }
  }
}
