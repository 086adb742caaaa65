import type { OutgoingRequest } from "./source";

/** Limits of a call to a service that gives credentials. */
export interface ServiceCallLimits {
  readonly timeoutMs: number;
  /** Largest answer in bytes. */
  readonly maxBytes: number;
  readonly signal: AbortSignal;
  /** The service stands beside the gateway, so that no forward proxy leads to it. */
  readonly beside: boolean;
}

/** The whole answer of such a service. */
export interface ServiceAnswer {
  readonly status: number;
  readonly body: Buffer;
  /** What it asked to wait, in milliseconds; undefined if it did not. */
  readonly retryAfterMs: number | undefined;
}

/**
 * Asks a service that gives credentials: one short call, read whole.
 * @throws Error if there is no answer, or if it passes a limit
 */
export type ServiceCall = (request: OutgoingRequest, limits: ServiceCallLimits) => Promise<ServiceAnswer>;
