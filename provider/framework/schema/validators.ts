import { compareNumbers, numberToText, type Decimal } from "../cty/number";
import { isUnknown, isWhollyKnown, type CtyValue } from "../cty/value";
import type { Validator } from "./attribute";

function rule<T>(description: string, holds: (value: T) => boolean, given: (value: T) => string): Validator<T> {
  return {
    description,
    validate({ value, path, diagnostics }) {
      if (!holds(value)) diagnostics.error("Invalid value", `${path.toString()} ${description}, but ${given(value)} was given.`, path);
    },
  };
}

function range(unit: string, min: number, max: number): string {
  const units = unit === "" ? "" : ` ${unit}`;
  if (max === Infinity) return `must be at least ${min}${units}`;
  return min === max ? `must be exactly ${min}${units}` : `must be between ${min} and ${max}${units}`;
}

/** A string of so many characters. */
export function lengthBetween(min: number, max = Infinity): Validator<string> {
  const length = (value: string): number => Array.from(value).length;
  return rule(
    `${range("", min, max)} characters long`.replace("  ", " "),
    (value) => length(value) >= min && length(value) <= max,
    (value) => `a string of ${length(value)}`,
  );
}

/** A string that matches; `what` says in words what a match is. The given value is not repeated: it may be a secret. */
export function matches(pattern: RegExp, what: string): Validator<string> {
  return rule(
    `must be ${what}`,
    (value) => new RegExp(pattern.source, pattern.flags.replace(/[gy]/g, "")).test(value),
    () => "something else",
  );
}

/** One of some values, which are shown; what was given is not. */
export function oneOf<T extends string | number>(...values: readonly T[]): Validator<T> {
  return rule(
    `must be one of ${values.map((value) => JSON.stringify(value)).join(", ")}`,
    (value) => values.includes(value),
    () => "another value",
  );
}

/** A number within bounds, both included. */
export function between(min: number, max = Infinity): Validator<number | Decimal> {
  return rule(range("", min, max), (value) => compareNumbers(value, min) >= 0 && compareNumbers(value, max) <= 0, numberToText);
}

/** A number without a fraction. */
export function integer(): Validator<number | Decimal> {
  return rule("must be an integer", (value) => !numberToText(value).includes("."), numberToText);
}

/** A list, set or map with so many elements. */
export function sizeBetween(min: number, max = Infinity): Validator<readonly unknown[] | Readonly<Record<string, unknown>>> {
  const size = (value: object): number => (Array.isArray(value) ? value.length : Object.keys(value).length);
  return rule(
    range("elements", min, max).replace("must be", "must have"),
    (value) => size(value) >= min && size(value) <= max,
    (value) => `${size(value)}`,
  );
}

/** Every element of a list or set obeys a validator; elements that are null or unknown are left alone. */
export function each<T>(validator: Validator<T>): Validator<readonly T[]> {
  return {
    description: `each element ${validator.description}`,
    validate({ value, path, diagnostics }) {
      value.forEach((element, index) => {
        if (element === null || isUnknown(element)) return;
        validator.validate({ value: element, path: path.index(index), diagnostics });
      });
    },
  };
}

/** A string of JSON. */
export function json(): Validator<string> {
  return rule(
    "must be JSON",
    (value) => {
      try {
        JSON.parse(value);
        return true;
      } catch {
        return false;
      }
    },
    () => "other text",
  );
}

/** No two elements of a list are equal. Unknown elements may turn out equal: they are judged once known. */
export function distinct(): Validator<readonly unknown[]> {
  return rule(
    "must not have an element twice",
    (value) => {
      const known = value.filter((element) => isWhollyKnown(element as CtyValue)).map((element) => JSON.stringify(element));
      return new Set(known).size === known.length;
    },
    () => "a repeated element",
  );
}
