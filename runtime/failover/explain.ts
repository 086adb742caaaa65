import type { AiConfig } from "../../config/configuration";
import { FAILOVER_CRITERIA } from "../../config/schema/vocabulary";
import { attemptMs, worstCaseMs } from "../../config/worst-case";
import { breakerVerdict } from "./count";
import { decide, isIdempotent, type Decision, type Ending, type FailureFacts } from "./decide";
import { FAILURES, type FailureClass } from "./failure";
import { failoverPolicy, type FailoverPolicy } from "./policy";

/** What happens on one kind of failure. */
export interface Explanation {
  /** Its name in the log and the metrics, with the status where it is one: `read_timeout`, `http_429`. */
  readonly failure: string;
  /** What it means. */
  readonly meaning: string;
  /** What is done about it first. */
  readonly then: string;
  /** What the client gets where nothing helps. */
  readonly atLast: string;
  /** Whether it counts towards `max_fails`. */
  readonly counts: boolean;
  /** Longest time until the client has an answer if every attempt fails like this, in seconds, waits between attempts included. */
  readonly worstSeconds: number;
}

/** What happens on every kind of failure behind one plugin. */
export interface PluginExplanation {
  readonly failures: readonly Explanation[];
  /** Longest time until a request is answered or its stream begins, in seconds. */
  readonly worstSeconds: number;
  /** The same without `extensions.deadline`. */
  readonly withoutDeadlineSeconds: number;
  readonly maxAttempts: number;
  /** What holds beside the table, a sentence each. */
  readonly notes: readonly string[];
}

const STATUSES: readonly (readonly [number, string])[] = [
  [400, "the request is wrong"],
  [401, "the key is refused"],
  [403, "the key may not do this"],
  [404, "no such model or path"],
  [429, "too many requests"],
  [500, "the provider failed"],
  [502, "bad gateway"],
  [503, "the provider is overloaded or down"],
  [504, "the provider's own timeout"],
  [529, "the provider is overloaded (as 503)"],
];

const BECAUSE: Readonly<Record<Ending, string>> = {
  deadline: "the deadline has passed",
  draining: "the gateway ends",
  retries_used: "no retries",
  not_listed: "passed on: not listed",
  already_sent: "passed on: the request was sent, and non_idempotent is not listed",
  no_target_left: "passed on: no other target",
  resting_too_long: "passed on: the target rests too long",
  budget_used: "passed on: the retry budget is used up",
  content_relayed: "the stream ends with an error inside",
  never_repeated: "passed on: the same target would say the same again",
};

/** All that an author can list: what does not move on with it never does. */
const EVERYTHING: FailoverPolicy = {
  criteria: new Set(FAILOVER_CRITERIA),
  retries: 1,
  sameTarget: undefined,
  onContextLength: true,
  resume: "restart",
  deadlineMs: Infinity,
};

/** Longest wait before the k-th repetition, in milliseconds (docs/behaviour.md "Failover"). */
const longestBackOff = (k: number): number => Math.min(100 * 2 ** k, 2000);

/**
 * Explains a plugin's configuration: what `decide` does with each kind of failure.
 * @param method of the client's request; POST is what nearly all of them are
 */
export function explainPlugin(config: AiConfig, method = "POST"): PluginExplanation {
  const policy = failoverPolicy(config);
  const targets = config.targets.length;
  const classes = (Object.keys(FAILURES) as FailureClass[]).filter((failure) => failure !== "status" && canHappen(failure, config));
  const explained = (failure: FailureClass, status: number, name: string, meaning: string): Explanation => {
    const facts = firstFailure(failure, status, targets, method);
    const decision = decide(facts, policy);
    return {
      failure: name,
      meaning,
      then: canMoveOn(failure, status, method) ? describe(decision, policy, targets) : never(decision),
      atLast: atLast(failure, status),
      counts: breakerVerdict(failure, status, 0, policy) === "failed" && config.balancer.max_fails > 0,
      worstSeconds: seconds(Math.min(policy.deadlineMs, worst(failure, config, "because" in decision ? 1 : policy.retries + 1, targets))),
    };
  };
  const withoutDeadline = worstCaseMs(config.balancer) + backOffs(policy.retries + 1 - targets);
  return {
    failures: [
      ...classes.map((failure) => explained(failure, 0, failure, FAILURES[failure])),
      ...STATUSES.map(([status, meaning]) => explained("status", status, `http_${status}`, meaning)),
    ],
    worstSeconds: seconds(Math.min(policy.deadlineMs, withoutDeadline)),
    withoutDeadlineSeconds: seconds(withoutDeadline),
    maxAttempts: policy.retries + 1,
    notes: notesOf(config),
  };
}

function notesOf({ extensions, response_streaming, targets }: AiConfig): readonly string[] {
  const { stream_keep_alive: keepAlive } = extensions;
  const renewed = targets.some(({ auth }) => auth?.azure_use_managed_identity === true);
  const embeddings = targets.filter(({ route_type }) => route_type === "llm/v1/embeddings").length;
  return [
    ...(keepAlive > 0 && response_streaming !== "deny" && embeddings < targets.length
      ? [
          `A client that has waited ${seconds(keepAlive)} s for its stream gets 200 and a comment (extensions.stream_keep_alive); what fails then is told in the stream.`,
        ]
      : []),
    ...(renewed ? ["After 401 a target whose token was fetched is asked once more with another token, before anything in the table."] : []),
    ...(embeddings > 0
      ? [
          "A request for embeddings that its provider does not take at once is made in several calls; timeouts of the balancer hold for each, extensions.deadline for all together.",
        ]
      : []),
  ];
}

/** A limit that is not set is never passed. */
const canHappen = (failure: FailureClass, { extensions }: AiConfig): boolean =>
  (failure !== "first_token_timeout" && failure !== "deadline") || extensions[failure] !== undefined;

const seconds = (milliseconds: number): number => Math.round(milliseconds / 100) / 10;

function backOffs(repeats: number): number {
  let sum = 0;
  for (let k = 0; k < repeats; k++) sum += longestBackOff(k);
  return sum;
}

/** What is known of a first attempt that failed, if nothing else stands in the way of a second one. */
export function firstFailure(failure: FailureClass, status: number, targets: number, method: string): FailureFacts {
  const isFinal = status === 401 || status === 403 || status === 404;
  return {
    failure,
    status,
    partlySent: false,
    idempotent: isIdempotent(method),
    relayed: failure === "cut",
    resumable: true,
    attempts: 1,
    sameTargetRepeats: 0,
    movedForLength: false,
    circuitOpen: false,
    untried: targets > 1,
    repeatable: !isFinal,
    restMs: 0,
    retryAfterMs: undefined,
    backOffMs: 100,
    budgetLeft: true,
    millisecondsLeft: Infinity,
  };
}

/** Whether anything that can be listed makes a request move on after this failure. */
const canMoveOn = (failure: FailureClass, status: number, method: string): boolean =>
  !("because" in decide(firstFailure(failure, status, 2, method), EVERYTHING));

/** What is done about a failure after which nothing ever moves on. */
const never = (decision: Decision): string =>
  "because" in decision && decision.because !== "not_listed" ? BECAUSE[decision.because] : "never moves on";

function describe(decision: Decision, policy: FailoverPolicy, targets: number): string {
  switch (decision.action) {
    case "next_target":
      return "next target at once";
    case "repeat":
      return "the same target again after a wait of up to 0.1 s, doubled each time, at most 2 s";
    case "same_target":
      return `the same target up to ${policy.sameTarget?.retries} more time(s) after Retry-After or a back-off, then the next`;
    case "resume":
      return `the ${targets > 1 ? "next" : "same"} target goes on with the stream (${policy.resume})`;
    case "answer":
    case "break_off":
      return BECAUSE[decision.because];
  }
}

function atLast(failure: FailureClass, status: number): string {
  if (status > 0) return `${status}, the provider's answer`;
  if (failure === "context_length" || failure === "content_filter") return "the provider's answer";
  if (failure === "cut") return "an error event, and the connection ends";
  if (failure === "connect") return "502 upstream_connect, or 504 upstream_timeout";
  if (failure === "queue") return "503 upstream_queue";
  if (failure === "credentials") return "500 credentials";
  if (failure === "deadline") return "504 deadline";
  if (failure === "draining") return "503 draining";
  if (failure === "internal") return "500 internal";
  if (failure === "invalid_answer") return "502 upstream_answer or upstream_error";
  return failure.endsWith("_timeout") ? "504 upstream_timeout" : "502 upstream_error";
}

/** Longest time if every attempt fails in this way, in milliseconds; a failure that comes at once is taken as no time. */
function worst(failure: FailureClass, { balancer, extensions }: AiConfig, attempts: number, targets: number): number {
  const once: Partial<Record<FailureClass, number>> = {
    connect: balancer.connect_timeout,
    queue: balancer.connect_timeout,
    write_timeout: balancer.connect_timeout + balancer.write_timeout,
    credentials: balancer.connect_timeout,
    first_token_timeout: extensions.first_token_timeout ?? 0,
    deadline: extensions.deadline ?? 0,
  };
  return attempts * (once[failure] ?? attemptMs(balancer)) + backOffs(attempts - targets);
}
