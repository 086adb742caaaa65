import { FAILOVER_CRITERIA, SAME_TARGET_OUTCOMES } from "../schema/vocabulary";
import { attemptMs, worstCaseMs } from "../worst-case";
import type { Finding, Rule } from "./rule";
import { finding } from "./rule";
import { effectiveNumber, effectiveWords, isChosen } from "./setting";
import type { Tree } from "./tree";

/** Route types that are called with POST alone; the others are read from as well. */
const POSTS = [
  "audio/v1/audio/speech",
  "audio/v1/audio/transcriptions",
  "audio/v1/audio/translations",
  "image/v1/images/edits",
  "image/v1/images/generations",
  "llm/v1/chat",
  "llm/v1/completions",
  "llm/v1/embeddings",
] as const;

/** Criteria of failures that show only after the request was sent. `error` and `timeout` also cover a failed connect. */
const AFTER_SENDING: readonly string[] = FAILOVER_CRITERIA.filter((word) => word.startsWith("http_") || word === "invalid_header");

/** Statuses that the circuit breaker counts where they are listed; 403 and 404 it never counts, broken connections always. */
const COUNTED: readonly string[] = AFTER_SENDING.filter((word) => !["http_403", "http_404", "invalid_header"].includes(word));

/** More time than this without an answer has to be meant, in milliseconds. */
const LONG_MS = 120_000;

const TIMEOUTS = ["connect_timeout", "write_timeout", "read_timeout"] as const;

const listed = (words: readonly string[]): string => words.map((word) => `"${word}"`).join(", ");

/** The criteria that hold, where they are known. */
const criteriaOf = ({ balancer }: Tree): ReadonlySet<string> | undefined => effectiveWords(balancer.at("failover_criteria"));

/** Whether every request is a POST, which does not move on once it was sent. */
function sendsOnce({ targets }: Tree, criteria: ReadonlySet<string>): boolean {
  return !criteria.has("non_idempotent") && targets.length > 0 && targets.every((target) => target.at("route_type").is(...POSTS));
}

function fewFailures(tree: Tree): Finding[] {
  const fails = tree.balancer.at("max_fails");
  const criteria = criteriaOf(tree);
  if (!isChosen(fails) || criteria === undefined || [...criteria].some((word) => word !== "non_idempotent")) return [];
  return [
    finding(
      fails,
      'counts no status if failover_criteria lists none: only broken connections, timeouts and malformed answers. List those that count, such as "http_503", or leave failover_criteria out.',
    ),
  ];
}

function noBreaker({ balancer, extensions }: Tree): Finding[] {
  if (effectiveNumber(balancer.at("max_fails")) !== 0) return [];
  return [balancer.at("fail_timeout"), extensions.at("min_failure_ratio")]
    .filter(isChosen)
    .map((place) => finding(place, "has no effect without max_fails, which turns the circuit breaker on. Set max_fails, or remove this."));
}

function sentOnce(tree: Tree): Finding[] {
  const place = tree.balancer.at("failover_criteria");
  const criteria = criteriaOf(tree);
  if (criteria === undefined || !sendsOnce(tree, criteria)) return [];
  const late = AFTER_SENDING.filter((word) => criteria.has(word));
  const counts = effectiveNumber(tree.balancer.at("max_fails")) !== 0 && late.some((word) => COUNTED.includes(word));
  const first = tree.extensions.at("first_token_timeout");
  return [
    ...(late.length > 0 && !counts
      ? [
          finding(
            place,
            `should list "non_idempotent" too: without it ${listed(late)} moves nothing on, as every request here is a POST and that was sent by then. Add it if a request may be sent twice.`,
          ),
        ]
      : []),
    ...(isChosen(first)
      ? [
          finding(
            first,
            'ends a request and moves none on without "non_idempotent" in failover_criteria, as every request here is a POST and that was sent by then. Add it if a request may be sent twice.',
          ),
        ]
      : []),
  ];
}

function idleRepeat(tree: Tree): Finding[] {
  const place = tree.extensions.at("same_target");
  const criteria = criteriaOf(tree);
  const outcomes = effectiveWords(place.at("on"));
  if (!isChosen(place) || criteria === undefined || outcomes === undefined) return [];
  const known = SAME_TARGET_OUTCOMES.filter((word) => outcomes.has(word) && criteria.has(word));
  const once = sendsOnce(tree, criteria);
  if (known.some((word) => word === "error" || !once)) return [];
  const lacks =
    known.length === 0
      ? "one of its outcomes must be listed in failover_criteria too"
      : 'failover_criteria must list "non_idempotent" too, as every request here is a POST';
  return [finding(place, `repeats nothing: ${lacks}. Add it, or remove this.`)];
}

function noAttemptLeft({ balancer, extensions }: Tree): Finding[] {
  if (effectiveNumber(balancer.at("retries")) !== 0) return [];
  return ["failover_on", "resume_streams", "same_target"]
    .map((name) => extensions.at(name))
    .filter(isChosen)
    .map((place) => finding(place, "has no effect with retries 0, as no attempt may follow the first. Allow a retry, or remove this."));
}

function longWait({ balancer, extensions }: Tree): Finding[] {
  const deadline = extensions.at("deadline");
  if (deadline.given || !(isChosen(extensions) || TIMEOUTS.some((name) => isChosen(balancer.at(name))))) return [];
  const [connect_timeout, write_timeout, read_timeout] = TIMEOUTS.map((name) => effectiveNumber(balancer.at(name)));
  const retries = effectiveNumber(balancer.at("retries"));
  if (connect_timeout === undefined || write_timeout === undefined || read_timeout === undefined || retries === undefined) return [];
  const settings = { connect_timeout, write_timeout, read_timeout, retries };
  if (worstCaseMs(settings) <= LONG_MS) return [];
  const [all, each] = [worstCaseMs(settings), attemptMs(settings)].map((ms) => Math.round(ms / 1000));
  return [
    finding(
      deadline,
      `should be given: without it a client may wait ${all} s for an answer, ${retries + 1} attempts of up to ${each} s. Set the milliseconds that a request may take in all.`,
    ),
  ];
}

/** Rules about failover and circuit breaker: settings that cannot act, and waits that nobody meant. */
export const FAILOVER_RULES: readonly Rule[] = [
  {
    id: 28,
    text: "`max_fails` stands beside criteria that count: with an empty `failover_criteria` (or `non_idempotent` alone) no status does.",
    severity: "warning",
    check: fewFailures,
  },
  {
    id: 29,
    text: "`fail_timeout` and `extensions.min_failure_ratio` need a `max_fails` above 0.",
    severity: "warning",
    check: noBreaker,
  },
  {
    id: 30,
    text: "Where every route type is called with POST alone, statuses and `invalid_header` in `failover_criteria` need `non_idempotent`, unless `max_fails` counts a listed status; `extensions.first_token_timeout` needs it in any case to move a request on.",
    severity: "warning",
    check: sentOnce,
  },
  {
    id: 31,
    text: "`extensions.same_target` needs one of its outcomes in `failover_criteria`, and for POST `non_idempotent` too, unless that outcome is `error`.",
    severity: "warning",
    check: idleRepeat,
  },
  {
    id: 32,
    text: "`extensions.failover_on`, `resume_streams` and `same_target` need `retries` above 0.",
    severity: "warning",
    check: noAttemptLeft,
  },
  {
    id: 33,
    text: "`extensions.deadline` is given if a request could otherwise take more than 2 minutes. A plain Kong file, which cannot say a deadline, is measured only if it sets a timeout itself: Kong's own defaults already add up to 18 minutes.",
    severity: "warning",
    check: longWait,
  },
];
