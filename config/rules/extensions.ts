import type { Finding, Rule } from "./rule";
import { finding } from "./rule";
import { effectiveWord, isChosen } from "./setting";
import type { Tree } from "./tree";

const CHAT = "llm/v1/chat";
const LOGIN = "Log in with username and password.";

function stateNeedsRedis({ root, extensions }: Tree): Finding[] {
  const redis = extensions.at("redis");
  const strategy = root.at("vectordb", "strategy");
  if (!extensions.at("shared_state").is("redis") || redis.given || strategy.deferred || strategy.is("redis")) return [];
  return [
    finding(redis, "must be given with shared_state redis: the Redis that keeps the state. Or use a vectordb with the strategy redis."),
  ];
}

function cloudLogin({ root, extensions }: Tree): Finding[] {
  const redis = extensions.at("redis");
  if (redis.deferred) return [];
  const login = redis.at("cloud_authentication");
  if (login.given) return [finding(login, `is not served by this version. ${LOGIN}`)];
  const vectors = root.at("vectordb", "redis");
  const borrowed = extensions.at("shared_state").is("redis") && !redis.given && root.at("vectordb", "strategy").is("redis");
  if (!borrowed || vectors.deferred || !vectors.at("cloud_authentication").given) return [];
  return [
    finding(
      redis,
      `must be given with shared_state redis if vectordb.redis has cloud_authentication, which shared state is not served with by this version. ${LOGIN}`,
    ),
  ];
}

function idleJudge({ balancer, extensions }: Tree): Finding[] {
  const judge = extensions.at("judge");
  const algorithm = effectiveWord(balancer.at("algorithm"));
  const strategy = effectiveWord(balancer.at("tokens_count_strategy"));
  if (!isChosen(judge) || algorithm === undefined || strategy === undefined) return [];
  if (algorithm === "lowest-usage" && strategy === "llm-accuracy") return [];
  return [
    finding(
      judge,
      "judges nothing: it is asked by the algorithm lowest-usage with tokens_count_strategy llm-accuracy alone. Set both, or remove it.",
    ),
  ];
}

function idleRedis({ extensions }: Tree): Finding[] {
  const redis = extensions.at("redis");
  if (!isChosen(redis) || effectiveWord(extensions.at("shared_state")) !== "local") return [];
  return [finding(redis, 'is not used: state is shared with shared_state "redis" alone. Set it, or remove this.')];
}

function lateFirstToken({ extensions }: Tree): Finding[] {
  const place = extensions.at("first_token_timeout");
  const [first, deadline] = [place.number, extensions.at("deadline").number];
  if (first === undefined || deadline === undefined || first < deadline) return [];
  return [finding(place, `should be shorter than the deadline of ${deadline} ms, which always passes first, but ${first} was given.`)];
}

/** Rules about what Kong does not have. */
export const EXTENSION_RULES: readonly Rule[] = [
  {
    id: 19,
    text: "`extensions.shared_state` `redis` needs `extensions.redis`, or a `vectordb` with the strategy `redis`.",
    severity: "error",
    check: stateNeedsRedis,
  },
  {
    id: 20,
    text: "Shared state logs in to Redis with user name and password: `cloud_authentication` is not served for it by this version.",
    severity: "error",
    check: cloudLogin,
  },
  {
    id: 21,
    text: "`extensions.judge.target.route_type` is `llm/v1/chat`.",
    severity: "error",
    check: ({ extensions }) => {
      const routeType = extensions.at("judge", "target", "route_type");
      if (!routeType.given || routeType.deferred || routeType.is(CHAT)) return [];
      return [finding(routeType, `must be ${CHAT}, as a judge is asked by chat, but ${routeType.shown} was given.`)];
    },
  },
  {
    id: 22,
    text: "`extensions.judge` acts with the algorithm `lowest-usage` and `tokens_count_strategy` `llm-accuracy` alone.",
    severity: "warning",
    check: idleJudge,
  },
  {
    id: 23,
    text: "`extensions.redis` acts with `extensions.shared_state` `redis` alone.",
    severity: "warning",
    check: idleRedis,
  },
  {
    id: 24,
    text: "`extensions.first_token_timeout` is shorter than `extensions.deadline`.",
    severity: "warning",
    check: lateFirstToken,
  },
];
