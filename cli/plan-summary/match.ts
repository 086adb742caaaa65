/** One item before and after; a side is missing where it was added or removed. */
export interface Pair<Item> {
  readonly before?: Item;
  readonly after?: Item;
  /** Index of the sides in their lists. */
  readonly beforeIndex?: number;
  readonly afterIndex?: number;
}

/** Says which items count as the same; undefined where an item cannot be told by it. */
export type Identity<Item> = (item: Item) => string | undefined;

/**
 * Pairs the items of two lists: by the first identity as far as that goes, the rest by the second, and so on. Among items of equal identity the order
 * decides. The answer has the order of `after`, with the removed ones last.
 */
export function match<Item>(before: readonly Item[], after: readonly Item[], identities: readonly Identity<Item>[]): readonly Pair<Item>[] {
  const partner = new Map<number, number>();
  const left = new Set(before.keys());
  for (const identity of identities) {
    const waiting = new Map<string, number[]>();
    for (const index of left) {
      const key = identityOf(before, index, identity);
      if (key === undefined) continue;
      const queue = waiting.get(key);
      if (queue === undefined) waiting.set(key, [index]);
      else queue.push(index);
    }
    const taken = new Map<string, number>();
    for (const index of after.keys()) {
      const key = partner.has(index) ? undefined : identityOf(after, index, identity);
      if (key === undefined) continue;
      const at = taken.get(key) ?? 0;
      const found = waiting.get(key)?.[at];
      if (found === undefined) continue;
      taken.set(key, at + 1);
      partner.set(index, found);
      left.delete(found);
    }
  }
  const kept = [...after.entries()].map(([afterIndex, item]): Pair<Item> => {
    const beforeIndex = partner.get(afterIndex);
    const old = beforeIndex === undefined ? undefined : before[beforeIndex];
    return { after: item, afterIndex, ...(old === undefined || beforeIndex === undefined ? {} : { before: old, beforeIndex }) };
  });
  const removed = [...left].flatMap((beforeIndex): Pair<Item>[] => {
    const item = before[beforeIndex];
    return item === undefined ? [] : [{ before: item, beforeIndex }];
  });
  return [...kept, ...removed];
}

function identityOf<Item>(items: readonly Item[], index: number, identity: Identity<Item>): string | undefined {
  const item = items[index];
  return item === undefined ? undefined : identity(item);
}
