import { attribute, type Attribute, type Leaf, type Nest, type Validator } from "./attribute";

/** The operations that can have a time limit. */
export type TimedOperation = "create" | "read" | "update" | "delete";

const UNIT_MS: Readonly<Record<string, number>> = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000 };
const DURATION = /^(?:\d+(?:\.\d+)?(?:ms|s|m|h))+$/;

/** A duration such as "90s" or "1h30m" in milliseconds. Undefined where the text is none. */
export function parseDuration(text: string): number | undefined {
  if (!DURATION.test(text)) return undefined;
  let total = 0;
  for (const [, amount = "0", unit = "ms"] of text.matchAll(/(\d+(?:\.\d+)?)(ms|s|m|h)/g)) total += Number(amount) * (UNIT_MS[unit] ?? 0);
  return total;
}

const isDuration: Validator<string> = {
  description: 'must be a duration such as "30s", "20m" or "1h30m"',
  validate({ value, path, diagnostics }) {
    if (parseDuration(value) === undefined) diagnostics.error("Invalid duration", `${path.toString()} ${isDuration.description}.`, path);
  },
};

type Limit = Attribute<Leaf<string>, "optional">;

/**
 * The attribute to put under the name `timeouts`: users set limits, and the framework aborts the signal of an operation when its
 * limit is over. Left out, it stays null in plan and state.
 *
 * @param operations those that the resource lets be limited
 */
export function timeouts<const O extends readonly TimedOperation[]>(
  operations: O,
): Attribute<Nest<"single", { readonly [K in O[number]]: Limit }>, "optional"> {
  const limit = (operation: TimedOperation): Limit =>
    attribute.string({ optional: true, description: `How long ${operation} may take, such as "20m".`, validators: [isDuration] });
  const attributes = Object.fromEntries(operations.map((operation) => [operation, limit(operation)])) as {
    readonly [K in O[number]]: Limit;
  };
  return attribute.singleNested({ attributes, optional: true, description: "Time limits of operations." });
}
