/**
 * Runs the fuzzer in a process of its own, which ends with it: a socket that is reset at the wrong moment leaves a handle in Node that nothing closes, and
 * thousands are reset here. Takes one JSON argument and prints one JSON value.
 */
import { fuzz, smallest, type FuzzOptions } from "./fuzz";

/** What is wanted: a run, or the smallest list of connections that shows a fault again. */
export interface FuzzOrder {
  readonly options: FuzzOptions;
  readonly suspects?: readonly number[];
}

async function main(): Promise<void> {
  const { options, suspects } = JSON.parse(process.argv[2] ?? "") as FuzzOrder;
  const result = suspects === undefined ? await fuzz(options) : await smallest(options, suspects);
  process.stdout.write(JSON.stringify(result), () => process.exit(0));
}

if (require.main === module) void main();
