const NANOSECONDS: Readonly<Record<string, number>> = { ns: 1, us: 1e3, ms: 1e6, s: 1e9, m: 60e9, h: 3600e9 };

/** Nanoseconds of a Go duration such as `1m30s` or `500ms` (the provider's healthcheck times). Throws on anything else. */
export function nanoseconds(duration: string): number {
  if (duration === "0") return 0;
  if (!/^(\d+(\.\d+)?(ns|us|ms|s|m|h))+$/.test(duration))
    throw new Error(`A duration is written like "1s" or "1m30s", but "${duration}" was given.`);
  let sum = 0;
  for (const [, amount, , unit] of duration.matchAll(/(\d+(\.\d+)?)(ns|us|ms|s|m|h)/g)) sum += Number(amount) * NANOSECONDS[unit!]!;
  return sum;
}
