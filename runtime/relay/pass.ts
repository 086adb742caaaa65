import type { FailureClass } from "../failover/failure";
import type { ClientSide } from "../client/client-side";
import type { GatewayError } from "../errors";
import { Brake, Hold, PASSED_FACTS, type AnswerFacts, type Relay, type RelayHost } from "./relay";

/** Relays bytes as they come, without a look at them (`preserve`). */
export class PassRelay implements Relay {
  private readonly brake: Brake;
  private over = false;

  constructor(
    private readonly host: RelayHost,
    private readonly client: ClientSide,
    status: number,
    headers: string[],
    coding: string | undefined,
    length: string | undefined,
  ) {
    this.brake = new Brake(host);
    if (coding !== undefined) headers.push("content-encoding", coding);
    if (length !== undefined) headers.push("content-length", length);
    client.open(status, headers);
    host.firstContent();
  }

  data(chunk: Buffer): boolean {
    if (this.over || this.client.response.write(chunk) || this.brake.has(Hold.Client)) return true;
    this.brake.hold(Hold.Client);
    this.client.response.once("drain", this.drained);
    return true;
  }

  end(): void {
    if (this.over) return;
    this.stop();
    this.client.finish();
    this.host.delivered(PASSED_FACTS);
  }

  fail(_failure: FailureClass, error: GatewayError): void {
    if (this.over) return;
    this.stop();
    this.host.failed({ failure: "cut", error, facts: PASSED_FACTS, relayed: true, ending: undefined, resume: undefined });
  }

  facts(): AnswerFacts {
    return PASSED_FACTS;
  }

  stop(): void {
    if (this.over) return;
    this.over = true;
    this.client.response.off("drain", this.drained);
  }

  private readonly drained = (): void => {
    if (this.over) return;
    try {
      this.brake.release(Hold.Client);
    } catch (cause) {
      this.stop();
      this.host.crashed(cause);
    }
  };
}
