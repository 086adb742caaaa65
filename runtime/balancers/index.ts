import type { Algorithm, BalancerConfig } from "../../config/types.generated";
import type { Balancer, BalancerOptions } from "../interfaces";
import { ConsistentHashing } from "./consistent-hashing";
import { LeastConnections } from "./least-connections";
import { LowestLatency } from "./lowest-latency";
import { LowestUsage } from "./lowest-usage";
import { Priority } from "./priority";
import { RoundRobin } from "./round-robin";

/** One balancer per `balancer.algorithm` that this version serves. */
export const balancers: ReadonlyMap<Algorithm, new (options: BalancerOptions) => Balancer> = new Map<
  Algorithm,
  new (options: BalancerOptions) => Balancer
>([
  ["consistent-hashing", ConsistentHashing],
  ["least-connections", LeastConnections],
  ["lowest-latency", LowestLatency],
  ["lowest-usage", LowestUsage],
  ["priority", Priority],
  ["round-robin", RoundRobin],
]);

/** The settings of `config.balancer` that an algorithm goes by; what it has learnt is of no use under others. */
const settingsOf: Partial<Record<Algorithm, readonly (keyof BalancerConfig)[]>> = {
  "consistent-hashing": ["hash_on_header", "slots"],
  "lowest-latency": ["latency_strategy"],
  "lowest-usage": ["tokens_count_strategy"],
};

const madeFor = new WeakMap<Balancer, string>();

/**
 * The balancer of a plugin: the one that it had before a reload, with all that it has learnt, where the algorithm and its settings are the same; it keeps
 * its clock, random source and share then. Otherwise a new one.
 * @throws RangeError for an algorithm that is not in the table; routes with such a one are answered before a balancer is needed
 */
export function createBalancer(options: BalancerOptions, previous?: Balancer): Balancer {
  const { settings } = options;
  const { algorithm } = settings;
  const purpose = JSON.stringify([algorithm, ...(settingsOf[algorithm] ?? []).map((name) => settings[name])]);
  if (previous !== undefined && madeFor.get(previous) === purpose) return previous;
  const Implementation = balancers.get(algorithm);
  if (Implementation === undefined) throw new RangeError(`there is no balancer for balancer.algorithm "${algorithm}"`);
  const balancer = new Implementation(options);
  madeFor.set(balancer, purpose);
  return balancer;
}
