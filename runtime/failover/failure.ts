/** How an attempt can fail. Each is a value of the metrics' label `outcome` and a row of what `signalbox explain` prints. */
export const FAILURES = {
  connect: "no connection: refused, no such host, TLS not accepted, or not open within connect_timeout",
  queue: "too many requests wait for a connection to the target, or this one waited longer than connect_timeout",
  credentials: "the target's credentials could not be had",
  write_timeout: "the target took nothing of the request for write_timeout",
  read_timeout: "the target was silent for read_timeout",
  first_token_timeout: "no content came within extensions.first_token_timeout",
  deadline: "extensions.deadline passed",
  draining: "the gateway ended before the answer did",
  reset: "the connection broke after the request was sent and before an answer began",
  invalid_header: "the head of the answer was malformed",
  status: "the target answered with another status than 200",
  context_length: "the target says that the request is too long for it",
  content_filter: "the target says that its content filter refused the request",
  invalid_answer: "a 200 whose body cannot be used: not JSON, cut off, an error inside, a stream without content",
  internal: "a mistake of the gateway's own, or a limit of its machine such as open files",
  cut: "a stream broke, stalled or reported an error after its first content",
} as const;

export type FailureClass = keyof typeof FAILURES;

/** How an attempt ended. */
export type AttemptOutcome = "ok" | "client_gone" | FailureClass;

/** The gateway's own endings of an exchange: nothing follows them, and no answer of a provider explains them. */
export const OWN_ENDINGS: ReadonlySet<AttemptOutcome> = new Set(["deadline", "draining", "internal"]);

/**
 * Whose fault a failure is. `target`: it counts against the target's circuit. `listed`: it counts if the failover criteria list its status. `time`: it
 * counts if the target itself used up most of the time. `client` and `gateway`: it says nothing of the target, so it never counts.
 */
export type Fault = "target" | "listed" | "time" | "client" | "gateway";

/** Every failure with whose fault it is. */
export const FAULTS: Readonly<Record<FailureClass, Fault>> = {
  connect: "target",
  queue: "gateway",
  credentials: "gateway",
  write_timeout: "target",
  read_timeout: "target",
  first_token_timeout: "target",
  deadline: "time",
  draining: "gateway",
  reset: "target",
  invalid_header: "target",
  status: "listed",
  context_length: "client",
  content_filter: "client",
  invalid_answer: "target",
  internal: "gateway",
  cut: "target",
};
