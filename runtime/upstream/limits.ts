/** Limits of one attempt, in milliseconds. */
export interface AttemptLimits {
  /** Until the request begins to be written: name look-up, connection, TLS, and the wait for a free connection. Kong `balancer.connect_timeout`. */
  readonly connectMs: number;
  /** Between two pieces of the request, and between two pieces that the client takes. Kong `balancer.write_timeout`. */
  readonly writeMs: number;
  /** Between two pieces of the answer, its head included. Kong `balancer.read_timeout`. */
  readonly readMs: number;
  /** Until the first content of a stream; undefined = no limit of its own. `extensions.first_token_timeout`. */
  readonly firstTokenMs: number | undefined;
}
