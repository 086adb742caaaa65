import { algorithmFacts, type Division } from "../../config/algorithms";
import { fieldAt } from "../../config/schema/describe";
import { isHidden, isNothing, member } from "./values";

/** Where requests that name no model go, as far as weights decide it: one text per target, such as `70 %`, `group 1 of 2` or `by latency`. */
export type Shares = readonly string[];

const DEFAULT_WEIGHT = Number(fieldAt("ai-proxy-advanced", ["targets", 0, "weight"])?.default);
const DEFAULT_ALGORITHM = String(fieldAt("ai-proxy-advanced", ["balancer", "algorithm"])?.default);
const NOT_KNOWN = "known after apply";

/** The balancing algorithm of a configuration; undefined where it is not known yet. */
export function algorithmOf(config: unknown): string | undefined {
  const given = member(config, "balancer", "algorithm");
  if (isHidden(given) || isHidden(member(config, "balancer"))) return undefined;
  return typeof given === "string" ? given : DEFAULT_ALGORITHM;
}

/** The word for shares of an algorithm: `share`, `share of keys`, …; `place` where there are none. */
export function shareWord(algorithm: string | undefined): string {
  const division = divisionOf(algorithm);
  if (division?.kind === "groups") return "place";
  return division?.kind === "weight" ? division.word : "share";
}

/** How an algorithm divides requests; undefined where it is not known. */
const divisionOf = (algorithm: string | undefined): Division | undefined =>
  algorithm === undefined ? undefined : algorithmFacts(algorithm)?.division;

/** The shares of the targets, in their order. */
export function shares(targets: readonly unknown[], algorithm: string | undefined): Shares {
  const division = divisionOf(algorithm);
  if (algorithm === undefined) return targets.map(() => NOT_KNOWN);
  if (division?.kind === "other") return targets.map(() => division.by);
  const weights = targets.map(weightOf);
  if (weights.some((weight) => weight === undefined)) return targets.map(() => NOT_KNOWN);
  const known = weights.map((weight) => weight ?? 0);
  return division?.kind === "groups" ? groups(known) : portions(known);
}

function portions(weights: readonly number[]): Shares {
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  return weights.map((weight) => (total > 0 ? percent(weight / total) : NOT_KNOWN));
}

function groups(weights: readonly number[]): Shares {
  const ranks = [...new Set(weights)].sort((left, right) => right - left);
  return weights.map((weight) => `group ${ranks.indexOf(weight) + 1} of ${ranks.length}`);
}

/** A weight as a number; a variable without a type makes it a text of digits. Undefined where it is not known or cannot be a weight. */
function weightOf(target: unknown): number | undefined {
  const weight = member(target, "weight");
  if (isNothing(weight)) return DEFAULT_WEIGHT;
  const value = typeof weight === "string" && /^\d{1,9}$/.test(weight) ? Number(weight) : weight;
  return typeof value === "number" && Number.isFinite(value) && value >= 0 && value <= 1e9 ? value : undefined;
}

/** A part of one as people write it: `66.7 %`. */
export function percent(part: number): string {
  const value = Math.round(part * 1000) / 10;
  if (value === 0 && part > 0) return "< 0.1 %";
  if (value === 100 && part < 1) return "> 99.9 %";
  return `${value} %`;
}
