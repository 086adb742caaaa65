import { withoutEndingZeros } from "./digits";

/** Terraform's numbers have 512 bits, which are at most this many significant decimal digits in their shortest form. */
const MAX_DIGITS = 156;
/** Larger exponents would let a few bytes of input ask for megabytes of text. */
const MAX_EXPONENT = 10_000;

const DECIMAL = /^([+-]?)(\d*)(?:\.(\d*))?(?:[eE]([+-]?\d{1,9}))?$/;
const MIN_INT64 = -(2n ** 63n);
const MAX_INT64 = 2n ** 63n - 1n;

/** A number that JavaScript's `number` cannot hold exactly, kept as decimal text. Made by `numberFromText`. */
export class Decimal {
  private constructor(
    /** Plain decimal text: no exponent, no superfluous zeros, such as "18446744073709551615" or "-0.1000000000000000000001". */
    readonly text: string,
  ) {}

  /** @internal */
  static ofPlainText(text: string): Decimal {
    return new Decimal(text);
  }

  /** The integer. @throws SyntaxError when the number has a fraction. */
  toBigInt(): bigint {
    return BigInt(this.text);
  }

  toString(): string {
    return this.text;
  }

  toJSON(): string {
    return this.text;
  }
}

/** Brings decimal text, with an exponent or not, into plain form. Undefined where it is no number or beyond 512 bits. */
function plainText(text: string): string | undefined {
  const match = DECIMAL.exec(text);
  if (match === null) return undefined;
  const [, sign = "", whole = "", fraction = "", exponentText = "0"] = match;
  if (whole === "" && fraction === "") return undefined;
  const exponent = Number(exponentText);
  if (Math.abs(exponent) > MAX_EXPONENT) return undefined;
  const leading = /^0*/.exec(whole + fraction)?.[0].length ?? 0;
  const digits = withoutEndingZeros((whole + fraction).slice(leading));
  if (digits === "") return "0";
  if (digits.length > MAX_DIGITS) return undefined;
  const point = whole.length - leading + exponent;
  const prefix = sign === "-" ? "-" : "";
  if (point <= 0) return `${prefix}0.${"0".repeat(-point)}${digits}`;
  if (point >= digits.length) return `${prefix}${digits}${"0".repeat(point - digits.length)}`;
  return `${prefix}${digits.slice(0, point)}.${digits.slice(point)}`;
}

/**
 * The number that decimal text stands for: a JavaScript number where that is exact, else a `Decimal`.
 *
 * @throws RangeError when the text is no decimal number, or has more than 512 bits of precision.
 */
export function numberFromText(text: string): number | Decimal {
  const plain = plainText(text);
  if (plain === undefined)
    throw new RangeError(`a number must be decimal text of at most 512 bits, got ${JSON.stringify(text.slice(0, 40))}`);
  const value = Number(plain);
  return Number.isFinite(value) && plainText(String(value)) === plain ? value : Decimal.ofPlainText(plain);
}

/** The number of a BigInt. */
export function numberFromBigInt(value: bigint): number | Decimal {
  return numberFromText(value.toString());
}

/** A finite number as plain decimal text, the shortest that names it. */
export function numberToText(value: number | Decimal): string {
  return value instanceof Decimal ? value.text : (plainText(String(value)) ?? String(value));
}

/** Whether two numbers are the same number. */
export function sameNumber(a: number | Decimal, b: number | Decimal): boolean {
  // A Decimal never holds what a number can, so a pair of the two kinds differs.
  return a instanceof Decimal ? b instanceof Decimal && a.text === b.text : a === b;
}

function scaled(text: string): { digits: bigint; decimals: number } {
  const point = text.indexOf(".");
  if (point < 0) return { digits: BigInt(text), decimals: 0 };
  return { digits: BigInt(text.slice(0, point) + text.slice(point + 1)), decimals: text.length - point - 1 };
}

/** Orders two numbers by value. */
export function compareNumbers(a: number | Decimal, b: number | Decimal): number {
  if (typeof a === "number" && typeof b === "number") return a - b;
  const infinite = (value: number | Decimal): value is number => typeof value === "number" && !Number.isFinite(value);
  if (infinite(a)) return a;
  if (infinite(b)) return -b;
  const left = scaled(numberToText(a));
  const right = scaled(numberToText(b));
  const difference = left.digits * 10n ** BigInt(right.decimals) - right.digits * 10n ** BigInt(left.decimals);
  return difference < 0n ? -1 : difference > 0n ? 1 : 0;
}

/** Whether a double is exactly the number that plain text with a fraction names, and not only the nearest to it. */
function isExactDouble(value: number, text: string): boolean {
  const view = new DataView(new ArrayBuffer(8));
  view.setFloat64(0, value);
  const bits = view.getBigUint64(0);
  const exponentBits = Number((bits >> 52n) & 0x7ffn);
  const mantissa = (bits & 0xfffffffffffffn) | (exponentBits === 0 ? 0n : 1n << 52n);
  const exponent = (exponentBits === 0 ? 1 : exponentBits) - 1075;
  const { digits, decimals } = scaled(text.replace("-", ""));
  // Both sides times 10^decimals and 2^-exponent are integers; a value with a fraction always has a negative exponent.
  return exponent < 0 && mantissa * 10n ** BigInt(decimals) === digits << BigInt(-exponent);
}

/** How go-cty writes a number: an exact int64, else an exact double with a fraction, else decimal text. */
export function wireNumber(
  value: number | Decimal,
): { readonly int: bigint } | { readonly smallInt: number } | { readonly float: number } | { readonly text: string } {
  if (typeof value === "number" && Number.isSafeInteger(value)) return { smallInt: value };
  if (typeof value === "number" && !Number.isFinite(value)) return { float: value };
  const text = numberToText(value);
  if (!text.includes(".")) {
    const int = BigInt(text);
    return int >= MIN_INT64 && int <= MAX_INT64 ? { int } : { text };
  }
  const double = Number(text);
  return isExactDouble(double, text) ? { float: double } : { text };
}
