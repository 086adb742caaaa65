// What the programs of this folder have in common: an order comes as a line of JSON, and its outcome goes out as one.
import { createInterface } from "node:readline";

/**
 * Follows orders until there are no more.
 * @param actions by name; each takes the order and `heard`, which what an action has heard before it throws is put into
 * @param tell members of an error that the test looks at
 */
export async function follow(actions, tell) {
  for await (const line of createInterface({ input: process.stdin })) {
    const order = JSON.parse(line);
    const heard = {};
    const outcome = await actions[order.action](order, heard).catch((error) => ({ ...heard, thrown: tell(error) }));
    process.stdout.write(`${JSON.stringify(outcome)}\n`);
  }
}

export const CELSIUS = { Paris: 20, Oslo: -5 };
