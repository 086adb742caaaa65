const ZERO = 48;

/** Decimal digits without the zeros at their end. In linear time; the expression `/0+$/` begins anew at every zero. */
export function withoutEndingZeros(digits: string): string {
  let end = digits.length;
  while (end > 0 && digits.charCodeAt(end - 1) === ZERO) end--;
  return digits.slice(0, end);
}
