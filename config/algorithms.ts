/** What is known of each balancing algorithm without its code. */
import { SERVED_ALGORITHMS } from "./algorithms.generated";
import type { BalancerConfig } from "./types.generated";

/** What of the traffic a target's weight decides. */
export type Division =
  /** A share, named by `word`, such as `share of keys`. */
  | { readonly kind: "weight"; readonly word: string }
  /** Equal weights make a group; the highest is asked first. */
  | { readonly kind: "groups" }
  /** Weights alone decide nothing; `by` says what does, such as `by latency`. */
  | { readonly kind: "other"; readonly by: string };

/** An algorithm for people, rules and plans. */
export interface AlgorithmFacts {
  /** The settings of `config.balancer` that it goes by, besides those that all have. */
  readonly settings: readonly (keyof BalancerConfig)[];
  /** Which target it prefers, as a part of a sentence. */
  readonly nature: string;
  readonly division: Division;
}

/** Algorithms that Kong has and that no balancer implements yet. */
const NOT_SERVED = {
  semantic: {
    settings: [],
    nature: "the target whose description is nearest to the prompt",
    division: { kind: "other", by: "by prompt" },
  },
} as const satisfies Readonly<Record<string, AlgorithmFacts>>;

type Name = keyof typeof NOT_SERVED | keyof typeof SERVED_ALGORITHMS;

/** Whether the gateway implements an algorithm. */
export const isServedAlgorithm = (name: string): boolean => Object.hasOwn(SERVED_ALGORITHMS, name);

/** All algorithms by name, in the order of names. */
export const ALGORITHMS: readonly Name[] = (Object.keys({ ...NOT_SERVED, ...SERVED_ALGORITHMS }) as Name[]).sort();

const FACTS: ReadonlyMap<string, AlgorithmFacts> = new Map(Object.entries<AlgorithmFacts>({ ...NOT_SERVED, ...SERVED_ALGORITHMS }));

/** What is known of an algorithm; undefined for a word that names none. */
export const algorithmFacts = (name: string): AlgorithmFacts | undefined => FACTS.get(name);
