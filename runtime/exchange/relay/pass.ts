import type { FailureClass } from "../../failover/failure";
import type { ClientSide } from "../client-side";
import type { GatewayError } from "../errors";
import { NO_FACTS, type AnswerFacts, type Relay, type RelayHost } from "./relay";

/** Relays bytes as they come, without a look at them (`preserve`). */
export class PassRelay implements Relay {
  constructor(
    private readonly host: RelayHost,
    private readonly client: ClientSide,
    status: number,
    headers: string[],
    coding: string | undefined,
    length: string | undefined,
  ) {
    if (coding !== undefined) headers.push("content-encoding", coding);
    if (length !== undefined) headers.push("content-length", length);
    client.open(status, headers);
    host.firstContent();
  }

  data(chunk: Buffer): void {
    if (this.client.response.write(chunk)) return;
    this.host.pause();
    this.client.response.once("drain", () => this.host.resume());
  }

  end(): void {
    this.client.response.end();
    this.host.delivered(NO_FACTS);
  }

  fail(_failure: FailureClass, error: GatewayError): void {
    this.host.failed({ failure: "cut", error, facts: NO_FACTS, relayed: true, ending: undefined, resume: undefined });
  }

  facts(): AnswerFacts {
    return NO_FACTS;
  }
}
