import { ALGORITHMS, algorithmFacts } from "../algorithms";
import type { Finding, Rule } from "./rule";
import { finding } from "./rule";
import { effectiveNumber, effectiveWord, isChosen } from "./setting";
import type { Tree } from "./tree";

/** The settings that only some algorithms read, each with those. */
const READERS: ReadonlyMap<string, readonly string[]> = readers();

function readers(): ReadonlyMap<string, readonly string[]> {
  const found = new Map<string, string[]>();
  for (const algorithm of ALGORITHMS) {
    for (const setting of algorithmFacts(algorithm)?.settings ?? []) found.set(setting, [...(found.get(setting) ?? []), algorithm]);
  }
  return new Map([...found].sort(([one], [other]) => (one < other ? -1 : 1)));
}

const code = (word: string): string => `\`${word}\``;

const named = (algorithms: readonly string[]): string =>
  algorithms.length === 1
    ? `the algorithm ${algorithms[0] ?? ""} alone reads it`
    : `the algorithms ${algorithms.join(" and ")} alone read it`;

/** What each of these algorithms reads alone, as the text of a rule. */
function readersInWords(): string {
  const byReaders = new Map<string, string[]>();
  for (const [setting, algorithms] of READERS) {
    const words = algorithms.map(code).join(" or ");
    byReaders.set(words, [...(byReaders.get(words) ?? []), code(setting)]);
  }
  const [first, ...others] = byReaders;
  if (first === undefined) return "";
  const [algorithms, settings] = first;
  const rest = others.map(([words, own]) => `, ${own.join(" and ")} with ${words}`).join("");
  return `${settings.join(" and ")} ${settings.length > 1 ? "act" : "acts"} with the algorithm ${algorithms} alone${rest}.`;
}

function otherAlgorithms({ balancer }: Tree): Finding[] {
  const algorithm = effectiveWord(balancer.at("algorithm"));
  if (algorithm === undefined) return [];
  return [...READERS]
    .filter(([name, own]) => !own.includes(algorithm) && isChosen(balancer.at(name)))
    .map(([name, own]) => finding(balancer.at(name), `has no effect: ${named(own)}. Choose that, or remove this.`));
}

function oneGroup({ balancer, targets }: Tree): Finding[] {
  const algorithm = balancer.at("algorithm");
  const weights = targets.map((target) => effectiveNumber(target.at("weight")));
  const [first] = weights;
  if (!algorithm.is("priority") || targets.length < 2 || first === undefined || weights.some((weight) => weight !== first)) return [];
  return [
    finding(
      algorithm,
      `has no effect if all weights are equal: the ${targets.length} targets of weight ${first} are one group and serve in turn. Give those that come first a larger weight.`,
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
    text: readersInWords(),
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
