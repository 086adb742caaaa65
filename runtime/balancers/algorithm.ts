import type { AlgorithmFacts } from "../../config/algorithms";
import type { Algorithm as AlgorithmName, BalancerConfig } from "../../config/types.generated";
import type { Balancer, BalancerOptions } from "./balancer";

/** A `balancer.algorithm`: all that is known of it, in the file that implements it. */
export interface Algorithm extends AlgorithmFacts {
  /** As Kong spells it. */
  readonly name: AlgorithmName;
  create(options: BalancerOptions): Balancer;
  /** Whether it wants the scores of answers, under these settings. Default: no. */
  takesScores?(settings: BalancerConfig): boolean;
}
