import { isAlias, isMap, isNode, isPair, isScalar, isSeq, type Document, type Pair, type YAMLMap } from "yaml";
import type { Path } from "../problem";

/** A position in a file, both counted from 1. */
export interface Position {
  readonly line: number;
  readonly column: number;
}

/** Finds where the parts of a YAML document stand in its text. */
export class Locator {
  /** The pairs of the maps that were looked into, by key, as the library's own look-up goes through all of them. */
  readonly #pairs = new Map<YAMLMap, ReadonlyMap<string, Pair>>();

  /** @param at gives the position of an offset */
  constructor(
    private readonly document: Document.Parsed,
    private readonly at: (offset: number) => Position,
  ) {}

  /** Position of the node at a path; where there is none, of its nearest ancestor. A map's member is found at its key. */
  readonly locate = (path: Path): Position => {
    let node: unknown = this.document.contents;
    let offset = offsetOf(node) ?? 0;
    for (const part of path) {
      const step = this.#child(this.#dereference(node), part);
      if (step === undefined) break;
      offset = offsetOf(step.mark) ?? offset;
      node = step.node;
    }
    return this.at(offset);
  };

  #child(node: unknown, part: string | number): { node: unknown; mark: unknown } | undefined {
    if (isSeq(node)) {
      const item = typeof part === "number" ? node.items[part] : undefined;
      return item === undefined ? undefined : { node: item, mark: item };
    }
    if (!isMap(node)) return undefined;
    const pair = this.#find(node, String(part), 0);
    return pair === undefined ? undefined : { node: pair.value, mark: pair.key };
  }

  /** Own keys first, then those that come in by `<<`; the depth bound ends chains of merges. */
  #find(map: YAMLMap, key: string, depth: number): Pair | undefined {
    const own = this.#pairsOf(map).get(key);
    if (own !== undefined || depth > 20) return own;
    for (const merge of map.items) {
      if (!isScalar(merge.key) || merge.key.source !== "<<") continue;
      const source = this.#dereference(merge.value);
      for (const candidate of isSeq(source) ? source.items : [source]) {
        const merged = this.#dereference(candidate);
        const found = isMap(merged) ? this.#find(merged, key, depth + 1) : undefined;
        if (found !== undefined) return found;
      }
    }
    return undefined;
  }

  #pairsOf(map: YAMLMap): ReadonlyMap<string, Pair> {
    let pairs = this.#pairs.get(map);
    if (pairs === undefined) {
      const first = new Map<string, Pair>();
      for (const pair of map.items) {
        if (isScalar(pair.key) && !first.has(String(pair.key.value))) first.set(String(pair.key.value), pair);
      }
      pairs = first;
      this.#pairs.set(map, pairs);
    }
    return pairs;
  }

  #dereference(node: unknown): unknown {
    return isAlias(node) ? node.resolve(this.document) : node;
  }
}

/** Where a node begins in the text; undefined where it does not stand there. */
export function offsetOf(node: unknown): number | undefined {
  if (isPair(node)) return offsetOf(node.key);
  return isNode(node) ? node.range?.[0] : undefined;
}
