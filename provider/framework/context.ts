import type { Path } from "./cty/path";
import type { Diagnostics } from "./diagnostics";
import type { PrivateState } from "./private-state";

/** How serious a log line is. */
export type LogLevel = "trace" | "debug" | "info" | "warn" | "error";

/** Writes a log line. Values of sensitive and write-only attributes are taken out before it reaches the sink. */
export type Log = (level: LogLevel, message: string, fields?: Readonly<Record<string, string | number | boolean>>) => void;

/** What every handler is given. */
export interface OperationContext {
  /** Aborted when core stops the provider and when the operation's time limit is over. */
  readonly signal: AbortSignal;
  /** What the handler reports; an error here counts like a throw. */
  readonly diagnostics: Diagnostics;
  readonly log: Log;
}

/** What a handler that reaches the outside is given. */
export interface ClientContext<C> extends OperationContext {
  /** What `configure` returned. */
  readonly client: C;
}

/** What a handler of a resource is given. */
export interface ResourceContext<C> extends ClientContext<C> {
  /** Values beside the state; changes are kept. */
  readonly private: PrivateState;
}

/** What a handler that plans is given. */
export interface PlanContext<C> extends OperationContext {
  /** What `configure` returned; undefined while the provider's configuration is not known. */
  readonly client: C | undefined;
  readonly private: PrivateState;
  /** Asks for a replacement because of the value at a path. Core heeds it only where the planned value differs from the stored one. */
  readonly requireReplace: (path: Path) => void;
}
