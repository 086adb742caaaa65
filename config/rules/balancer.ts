import type { Finding, Rule } from "./rule";
import { finding } from "./rule";
import { effectiveNumber, effectiveWord, isChosen } from "./setting";
import type { Tree } from "./tree";

/** Settings that one algorithm alone reads. */
const ALGORITHM_OF = {
  hash_on_header: "consistent-hashing",
  latency_strategy: "lowest-latency",
  slots: "consistent-hashing",
  tokens_count_strategy: "lowest-usage",
} as const;

function otherAlgorithms({ balancer }: Tree): Finding[] {
  const algorithm = effectiveWord(balancer.at("algorithm"));
  if (algorithm === undefined) return [];
  return Object.entries(ALGORITHM_OF)
    .filter(([name, own]) => algorithm !== own && isChosen(balancer.at(name)))
    .map(([name, own]) => finding(balancer.at(name), `has no effect: the algorithm ${own} alone reads it. Choose that, or remove this.`));
}

function oneGroup({ balancer, targets }: Tree): Finding[] {
  const algorithm = balancer.at("algorithm");
  const weights = targets.map((target) => effectiveNumber(target.at("weight")));
  const [first] = weights;
  if (!algorithm.is("priority") || targets.length < 2 || first === undefined || weights.some((weight) => weight !== first)) return [];
  return [
    finding(
      algorithm,
      `has no effect where all weights are equal: the ${targets.length} targets of weight ${first} are one group and serve in turn. Give those that come first a larger weight.`,
    ),
  ];
}

function loneTarget({ balancer, extensions, targets }: Tree): Finding[] {
  if (targets.length !== 1) return [];
  const retries = balancer.at("retries");
  const extras = extensions.at("failover_on");
  return [
    ...(isChosen(retries) && (retries.number ?? 0) > 0
      ? [
          finding(
            retries,
            "has no second target to turn to: with one target a retry can only ask the same again, after a wait. Add a target, or remove it.",
          ),
        ]
      : []),
    ...(isChosen(extras)
      ? [finding(extras, "has no effect with one target: such a request moves on to one that was not tried. Add a target, or remove it.")]
      : []),
  ];
}

function noTarget({ plugin, root }: Tree): Finding[] {
  const targets = root.at("targets");
  if (plugin !== "ai-proxy-advanced" || !Array.isArray(targets.value) || targets.value.length > 0) return [];
  return [finding(targets, "is empty: there is nobody to answer, so that each request gets status 503. Add a target.")];
}

/** Rules about the choice of a target: settings that it does not read, and targets that there are too few of. */
export const BALANCER_RULES: readonly Rule[] = [
  {
    id: 25,
    text: "`hash_on_header` and `slots` act with the algorithm `consistent-hashing` alone, `latency_strategy` with `lowest-latency`, `tokens_count_strategy` with `lowest-usage`.",
    severity: "warning",
    check: otherAlgorithms,
  },
  {
    id: 26,
    text: "With the algorithm `priority` the weights of two or more targets differ; equal ones are one group.",
    severity: "warning",
    check: oneGroup,
  },
  {
    id: 27,
    text: "`retries` and `extensions.failover_on` have a second target to turn to; with one, a retry can only ask the same again, after a wait.",
    severity: "warning",
    check: loneTarget,
  },
  {
    id: 34,
    text: "`targets` has a member.",
    severity: "warning",
    check: noTarget,
  },
];
