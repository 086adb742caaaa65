import { OWN_ENDINGS, type AttemptOutcome } from "../failover/failure";
import type { TargetPlan } from "../targets/target-plan";
import type { AttemptResult } from "../attempt/contract";
import type { ClientSide } from "../client/client-side";
import { GatewayError } from "../errors";
import { indexOfHeader, valueOfHeader } from "../header-list";
import { sendWhole } from "../relay/buffered";
import type { UpstreamAnswer } from "../relay/relay";

const RETRY_AFTER = "retry-after";

/** What the client gets if no attempt succeeds: the last answer whose status was no success, and the smallest wait that any provider asked for. */
export class LastAnswer {
  private answer: UpstreamAnswer | undefined;
  private target: TargetPlan | undefined;
  private smallestMs = Infinity;
  /** The header that asked for the smallest wait; undefined if it was not `Retry-After`. */
  private retryAfter: string | undefined;

  /** Takes what a failed attempt says. */
  remember({ answer, entry, retryAfterMs }: AttemptResult): void {
    if (answer !== undefined) {
      this.answer = answer;
      this.target = entry.target;
    }
    if (retryAfterMs === undefined || retryAfterMs >= this.smallestMs) return;
    this.smallestMs = retryAfterMs;
    this.retryAfter = answer && valueOfHeader(answer.headers, RETRY_AFTER);
  }

  /**
   * Gives the client that answer, whole.
   * @param outcome how the last attempt ended
   * @returns false if there is none, or if the gateway itself ended the exchange: nothing is sent then
   */
  send(client: ClientSide, outcome: AttemptOutcome): boolean {
    const { answer, target } = this;
    if (answer === undefined || target === undefined || OWN_ENDINGS.has(outcome)) return false;
    client.target = target.label;
    const place = indexOfHeader(answer.headers, RETRY_AFTER);
    if (client.attempts > 1 && this.retryAfter !== undefined && place >= 0) answer.headers[place + 1] = this.retryAfter;
    sendWhole(client, answer);
    return true;
  }

  /**
   * The same for a client whose stream has begun: what is told of it inside, and its body in the client's dialect.
   * @param outcome how the last attempt ended
   * @returns undefined if `send` would send nothing
   */
  inside(outcome: AttemptOutcome): { readonly error: GatewayError; readonly body: Buffer | undefined } | undefined {
    const { answer, target } = this;
    if (answer === undefined || target === undefined || OWN_ENDINGS.has(outcome)) return undefined;
    return { error: new GatewayError("upstream_error", `${target.label} answered with status ${answer.status}`), body: answer.plain };
  }
}
