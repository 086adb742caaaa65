import { z } from "zod";
import { LONGEST_MS } from "./balancer";
import { about, named } from "./meta";
import { redis } from "./redis";
import { target } from "./target";
import { FAILOVER_EXTRAS, RESUME_STREAMS, SAME_TARGET_OUTCOMES, SHARED_STATES } from "./vocabulary";

const OURS = "Signalbox 0.1";
const MS = { unit: "ms" } as const;
const milliseconds = () => z.int().min(1).max(LONGEST_MS);

const sameTarget = z
  .strictObject({
    max_wait_ms: z
      .int()
      .min(0)
      .max(60_000)
      .default(2000)
      .meta(about(OURS, "Longest `Retry-After` that is waited for; if the provider asks for more, the request moves on.", MS)),
    on: z
      .array(z.enum(SAME_TARGET_OUTCOMES).meta(named("SameTargetOutcome")).meta(about(OURS, "One kind of outcome.")))
      .default(["http_429", "http_500", "http_502", "http_503"])
      .meta(
        about(
          OURS,
          "Outcomes after which the same target is asked again. A timeout is none of them: who was silent once is not asked twice.",
        ),
      ),
    retries: z.int().min(1).max(10).default(1).meta(about(OURS, "How often the same target is asked again before the request moves on.")),
  })
  .meta(named("SameTargetConfig"));

/** `config.extensions.retry_budget`. */
export const retryBudget = z
  .strictObject({
    min_requests_per_minute: z
      .int()
      .min(0)
      .max(1_000_000)
      .default(100)
      .meta(about(OURS, "Below this many requests a minute the budget does not limit.", { unit: "requests per minute" })),
    ratio: z
      .number()
      .min(0)
      .max(1)
      .default(0.2)
      .meta(
        about(OURS, "Part of the requests of the last minute that may be repetitions of an attempt at a target that was tried before."),
      ),
  })
  .meta(named("RetryBudgetConfig"));

const judge = z
  .strictObject({
    max_tokens_per_hour: z
      .int()
      .min(1)
      .default(100_000)
      .meta(about(OURS, "Most tokens that judging may use in an hour; beyond it answers go unjudged.", { unit: "tokens" })),
    sample: z.number().min(0).max(1).default(0.05).meta(about(OURS, "Part of the answers that are judged.")),
    target: target.meta(about(OURS, "The model that judges; it never serves clients.")),
    timeout: milliseconds()
      .default(30_000)
      .meta(about(OURS, "Time that the judge has for one answer.", MS)),
  })
  .meta(named("JudgeConfig"));

/** What Kong does not have. A file without `config.extensions` is a plain Kong file. */
export const extensions = z
  .strictObject({
    allowed_origins: z
      .array(z.string().meta(about(OURS, "One origin, or a pattern of hosts.")))
      .min(1)
      .optional()
      .meta(
        about(
          OURS,
          "Who may be called if templates of a request decide it: origins such as `https://api.example.com:8443`, and hosts below a name such as `*.example.com`. Must be given if a template stands in the scheme, host or port of `upstream_url`, or in an option that is part of the host.",
          { absent: "templates may not decide who is called" },
        ),
      ),
    deadline: milliseconds()
      .optional()
      .meta(about(OURS, "Time that a request may take in all, over every attempt and every wait.", { ...MS, absent: "no limit in all" })),
    failover_on: z
      .array(z.enum(FAILOVER_EXTRAS).meta(named("FailoverExtra")).meta(about(OURS, "One kind of refusal.")))
      .default([])
      .meta(
        about(
          OURS,
          "Refusals that also move a request on. `context_length`: the request is too long for its target; it is sent once more, to a target that was not tried.",
        ),
      ),
    first_token_timeout: milliseconds()
      .optional()
      .meta(
        about(OURS, "Time until the first content of a stream; then the next target is asked.", { ...MS, absent: "`read_timeout` alone" }),
      ),
    judge: judge.optional().meta(
      about(OURS, "A model that scores a sample of the answers from 1 to 100, for the strategy `llm-accuracy`.", {
        absent: "scores are posted to the admin port",
      }),
    ),
    max_connections: z
      .int()
      .min(1)
      .max(65_535)
      .default(1024)
      .meta(about(OURS, "Most connections to one target.", { unit: "connections" })),
    max_queue: z
      .int()
      .min(0)
      .max(1_000_000)
      .default(1024)
      .meta(
        about(
          OURS,
          "Most requests that wait for a connection to one target; a further one moves on like a failed connection, or is answered 503, and does not count against the target.",
          {
            unit: "requests",
          },
        ),
      ),
    max_response_size: z
      .int()
      .min(65_536)
      .max(1_073_741_824)
      .default(33_554_432)
      .meta(
        about(
          OURS,
          "Largest answer in one piece, and largest single event of a stream, after unpacking; a larger one is an invalid answer.",
          {
            unit: "bytes",
          },
        ),
      ),
    min_failure_ratio: z
      .number()
      .min(0)
      .max(1)
      .optional()
      .meta(
        about(OURS, "Part of the results within `fail_timeout` that must be failures before `max_fails` opens the circuit.", {
          absent: "`max_fails` alone decides",
        }),
      ),
    redis: redis.optional().meta(about(OURS, "Where shared state is kept.", { absent: "`vectordb.redis`" })),
    resume_streams: z
      .enum(RESUME_STREAMS)
      .meta(named("ResumeStreams"))
      .default("off")
      .meta(
        about(
          OURS,
          "What becomes of a stream that breaks after content: `off` ends it with an error, `restart` asks the next target again and leaves out what the client has, `prefill` also gives the next target the text so far if its provider can continue it, `continue` gives it the text so far in any case, and asks it to go on.",
        ),
      ),
    retry_budget: retryBudget
      .optional()
      .meta(about(OURS, "Limit of repetitions, so that an outage is not made worse.", { absent: "the defaults of its fields" })),
    same_target: sameTarget
      .optional()
      .meta(about(OURS, "Asks the same target again before a request moves on.", { absent: "the next attempt goes to the next target" })),
    shared_state: z
      .enum(SHARED_STATES)
      .meta(named("SharedState"))
      .default("local")
      .meta(about(OURS, "Whether breaker and usage are each process's own, or shared by all gateways through Redis.")),
    stream_keep_alive: z
      .int()
      .min(0)
      .max(LONGEST_MS)
      .default(15_000)
      .meta(
        about(
          OURS,
          "A client that has got nothing of its stream for so long is sent the head and a comment, so that no load balancer cuts the connection. Failover goes on behind it; what fails then is told in the stream. 0 sends none.",
          MS,
        ),
      ),
  })
  .meta(named("ExtensionsConfig"));
