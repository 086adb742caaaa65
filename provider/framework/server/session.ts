import type { Log } from "../context";
import { Secrets } from "../diagnostics";
import type { Provider } from "../provider";

/** What the shell around the server gives it. */
export interface ServerOptions {
  /** Where log lines go, secrets taken out. @default - nowhere */
  readonly log?: Log;
  /** How long a handler may take to end after its signal was aborted, in milliseconds; then its last saved state is the answer. @default 30000 */
  readonly graceMs?: number;
}

/** Whether the provider has a client: `unknown` stands for a configuration that is not known yet. */
export type Client =
  { readonly kind: "none" } | { readonly kind: "unknown"; readonly client: unknown } | { readonly kind: "ready"; readonly client: unknown };

/** What the RPCs of one server share. */
export class Session {
  client: Client = { kind: "none" };
  readonly log: Log;
  readonly graceMs: number;
  /** Secrets of the provider's configuration: they may turn up in the message of any operation. */
  readonly secrets = new Secrets();
  appliesUnderWay = 0;
  private readonly controller = new AbortController();

  constructor(
    readonly provider: Provider,
    options: ServerOptions,
  ) {
    this.log = options.log ?? (() => undefined);
    this.graceMs = options.graceMs ?? 30_000;
  }

  /** Aborted when the provider is stopped. */
  get signal(): AbortSignal {
    return this.controller.signal;
  }

  stop(): void {
    if (!this.controller.signal.aborted) this.controller.abort(new Error("the provider was asked to stop"));
  }
}
