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
}

const LISTS: readonly Words[] = [
  { name: "`model.provider`", words: PROVIDERS, configuration: (provider) => ({ targets: [{ model: { provider } }] }) },
  { name: "`route_type`", words: ROUTE_TYPES, configuration: (routeType) => ({ targets: [{ route_type: routeType }] }) },
  { name: "`balancer.algorithm`", words: ALGORITHMS, configuration: (algorithm) => ({ balancer: { algorithm } }) },
  { name: "`llm_format`", words: LLM_FORMATS, configuration: (format) => ({ llm_format: format }) },
];

const codes = (words: readonly string[]): string => words.map(code).join(", ") || "—";

const cell = ({ routeType, form, when }: ServedRow): string =>
  `${code(routeType)} (${form}${when === undefined ? "" : `, if ${wordsOf(when, code)}`})`;

function servedTable(): string {
  const rows = LISTS.map(({ name, words, configuration }) => {
    const isServed = (word: string): boolean => unserved("ai-proxy-advanced", configuration(word)).length === 0;
    return [name, codes(words.filter(isServed)), codes(words.filter((word) => !isServed(word)))];
  });
  const combinations = PROVIDERS.flatMap((provider) => {
    const served = SERVED_MATRIX.filter((row) => row.provider === provider);
    if (served.length === 0) return [];
    const cells = ROUTE_TYPES.flatMap((type) => served.filter(({ routeType }) => routeType === type).map(cell));
    return [[code(provider), cells.join(", ")]];
  });
  return `${table(["provider", "route types, and what happens to a client's request"], combinations)}\n\n${table(["field", "served", "valid, but answered 501"], rows)}`;
}

/**
 * The README with a current table of what is served.
 * @throws Error if the README lacks one of the two marks between which the table stands
 */
export function readmeText(): string {
  const readme = readFileSync(join(__dirname, "..", "..", "README.md"), "utf8");
  return withPart(readme, "served", servedTable());
}
