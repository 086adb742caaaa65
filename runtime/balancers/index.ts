import type { Algorithm as AlgorithmName } from "../../config/types.generated";
import type { Algorithm } from "./algorithm";
import * as table from "./algorithms";
import type { Balancer, BalancerOptions } from "./balancer";

/** The algorithms that this version serves, in the order of their names. */
export const algorithms: ReadonlyMap<AlgorithmName, Algorithm> = new Map(
  Object.values(table)
    .map((algorithm): [AlgorithmName, Algorithm] => [algorithm.name, algorithm])
    .sort(([one], [other]) => (one < other ? -1 : 1)),
);

/** What each was made for. */
const madeFor = new WeakMap<Balancer, string>();

/**
 * The balancer of a plugin: the one that it had before a reload, with all that it has learnt, where the algorithm and its settings are the same; it keeps
 * its clock, random source and share then. Otherwise a new one, as what was learnt is of no use under other settings.
 * @throws RangeError for an algorithm that is not in the table; routes with such a one are answered before a balancer is needed
 */
export function createBalancer(options: BalancerOptions, previous?: Balancer): Balancer {
  const { settings } = options;
  const algorithm = algorithms.get(settings.algorithm);
  if (algorithm === undefined) throw new RangeError(`there is no balancer for balancer.algorithm "${settings.algorithm}"`);
  const purpose = JSON.stringify([algorithm.name, ...algorithm.settings.map((name) => settings[name])]);
  if (previous !== undefined && madeFor.get(previous) === purpose) return previous;
  const balancer = algorithm.create(options);
  madeFor.set(balancer, purpose);
  return balancer;
}
