import { readFileSync } from "node:fs";
import { join } from "node:path";
import { ALGORITHMS, LLM_FORMATS, PROVIDERS, ROUTE_TYPES } from "../schema/vocabulary";
import { unserved } from "../served";
import { SERVED_MATRIX, wordsOf, type ServedRow } from "../served-matrix";
import { code, table, withPart } from "./markdown";

/** A closed list of words, and a plugin's configuration that uses one of them. */
interface Words {
  readonly name: string;
  readonly words: readonly string[];
  readonly configuration: (word: string) => object;
  /** Whether the table of combinations shows the words that are served. */
  readonly shown: boolean;
}

const LISTS: readonly Words[] = [
  { name: "model.provider", words: PROVIDERS, configuration: (provider) => ({ targets: [{ model: { provider } }] }), shown: true },
  { name: "route_type", words: ROUTE_TYPES, configuration: (routeType) => ({ targets: [{ route_type: routeType }] }), shown: true },
  { name: "balancer.algorithm", words: ALGORITHMS, configuration: (algorithm) => ({ balancer: { algorithm } }), shown: false },
  { name: "llm_format", words: LLM_FORMATS, configuration: (format) => ({ llm_format: format }), shown: false },
];

const codes = (words: readonly string[]): string => words.map(code).join(", ");

const rowsOf = (provider: string): readonly ServedRow[] => SERVED_MATRIX.filter((row) => row.provider === provider);

/** Which provider serves which route type, a row and a column each; what some ask of options stands behind it. */
function combinations(): string {
  const types = ROUTE_TYPES.filter((type) => SERVED_MATRIX.some(({ routeType }) => routeType === type));
  const rows = PROVIDERS.filter((provider) => rowsOf(provider).length > 0).map((provider) => [
    code(provider),
    ...types.map((type) => {
      const row = rowsOf(provider).find(({ routeType }) => routeType === type);
      return row === undefined ? "" : `${row.form}${row.when === undefined ? "" : ", if …"}`;
    }),
  ]);
  return table(["provider", ...types.map(code)], rows);
}

/** What a provider's rows ask of options, each condition with the route types that share it; none if they ask nothing. */
function conditions(provider: string): readonly string[] {
  const types = new Map<string, string[]>();
  for (const { routeType, when } of rowsOf(provider)) {
    if (when === undefined) continue;
    const words = wordsOf(when, code);
    types.set(words, [...(types.get(words) ?? []), routeType]);
  }
  if (types.size === 0) return [];
  return [`- ${code(provider)}: ${[...types].map(([words, shared]) => `${codes(shared)} if ${words}`).join("; ")}`];
}

/** The words of a list that are not served. */
function others({ name, words, configuration, shown }: Words): readonly string[] {
  const isServed = (word: string): boolean => unserved("ai-proxy-advanced", configuration(word)).length === 0;
  const missing = words.filter((word) => !isServed(word));
  const served = shown ? "" : `; served: ${codes(words.filter(isServed))}`;
  return missing.length === 0 ? [] : [`- ${code(name)}: ${codes(missing)}${served}`];
}

const servedText = (): string =>
  [combinations(), PROVIDERS.flatMap(conditions).join("\n"), "Valid, but not served yet:", LISTS.flatMap(others).join("\n")].join("\n\n");

/**
 * The README with a current account of what is served.
 * @throws Error if the README lacks one of the two marks between which it stands
 */
export function readmeText(): string {
  const readme = readFileSync(join(__dirname, "..", "..", "README.md"), "utf8");
  return withPart(readme, "served", servedText());
}
