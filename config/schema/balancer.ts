import { z } from "zod";
import { about, named } from "./meta";
import { ALGORITHMS, FAILOVER_CRITERIA, LATENCY_STRATEGIES, TOKENS_COUNT_STRATEGIES } from "./vocabulary";

/** Kong's largest timeout in milliseconds. */
export const LONGEST_MS = 2_147_483_646;

const timeout = (first: number) => z.int().min(first).max(LONGEST_MS);
const MS = { unit: "ms" } as const;

/** How a target is picked, how long it may take and what happens when it fails. Source: `config.balancer`. */
export const balancer = z
  .strictObject({
    algorithm: z
      .enum(ALGORITHMS)
      .meta(named("Algorithm"))
      .default("round-robin")
      .meta(about("3.8", "How the target of a request is picked.")),
    connect_timeout: timeout(1)
      .default(60000)
      .meta(about("3.8", "Time to open the connection to a target.", MS)),
    fail_timeout: timeout(1)
      .default(10000)
      .meta(about("3.13", "Window in which failures are counted, and also how long an opened target is left out.", MS)),
    failover_criteria: z
      .array(z.enum(FAILOVER_CRITERIA).meta(named("FailoverCriterion")).meta(about("3.10", "One kind of outcome.")))
      .default(["error", "timeout"])
      .meta(
        about(
          "3.10",
          "Outcomes that move a request on to another target. A POST that was already sent moves on only if `non_idempotent` is listed too.",
        ),
      ),
    hash_on_header: z
      .string()
      .default("X-Kong-LLM-Request-ID")
      .meta(about("3.8", "Request header whose value picks the target with `consistent-hashing`.")),
    latency_strategy: z
      .enum(LATENCY_STRATEGIES)
      .meta(named("LatencyStrategy"))
      .default("tpot")
      .meta(about("3.8", "What `lowest-latency` compares: time per output token, or of the whole request (`e2e`).")),
    max_fails: z
      .int()
      .min(0)
      .max(32767)
      .default(0)
      .meta(about("3.13", "Failures within `fail_timeout` after which a target is left out; 0 means never.")),
    read_timeout: timeout(1)
      .default(60000)
      .meta(about("3.8", "Longest silence between two reads from a target.", MS)),
    retries: z.int().min(0).max(32767).default(5).meta(about("3.8", "How many attempts may follow a failed first one.")),
    slots: z.int().min(10).max(65536).default(10000).meta(about("3.8", "Size of the hash ring of `consistent-hashing`.")),
    tokens_count_strategy: z
      .enum(TOKENS_COUNT_STRATEGIES)
      .meta(named("TokensCountStrategy"))
      .default("total-tokens")
      .meta(about("3.8", "What `lowest-usage` counts.")),
    write_timeout: timeout(1)
      .default(60000)
      .meta(
        about("3.8", "Longest wait between two writes to a target; a client that takes nothing of its answer for as long is dropped.", MS),
      ),
  })
  .meta(named("BalancerConfig"));
