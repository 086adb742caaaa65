import type { CharacterSet, Expression, Node } from "./syntax";

/** In how many ways a text may be tried at most because alternatives begin alike; each costs one more pass. */
const MAX_WAYS = 32;
/** Characters that an expression which may begin anywhere can take at most, times its ways, as it begins anew at each character. */
const MAX_WIDTH = 256;

/**
 * Whether an engine that goes back and tries again (as JavaScript's does) surely needs no more than linear time for an expression, whatever the text.
 *
 * What is repeated must be a character or a fixed row of them, and must not begin like what can follow it. Then there is one place only where a
 * repetition can end: going back from it fails at once at each step, and the steps of several repetitions add up instead of multiplying. Alternatives
 * that begin alike do multiply; there may be few of them. An expression that may begin anywhere in the text must be short besides.
 */
export function isLinear(expression: Expression, { anchored }: { readonly anchored: boolean }): boolean {
  const check = new Check();
  if (check.first(expression, 0n) === undefined || check.ways > MAX_WAYS) return false;
  return anchored || expression.alternatives.every(beginsAtStart) || widthOf(expression) * check.ways <= MAX_WIDTH;
}

const beginsAtStart = ([first]: readonly Node[]): boolean => first?.kind === "assertion" && first.text === "^";

class Check {
  ways = 1;

  /** The characters with which a node and what follows can begin; undefined where it is not linear. `follow`: those of what follows. */
  first(node: Node, follow: CharacterSet): CharacterSet | undefined {
    switch (node.kind) {
      case "character":
        return node.set;
      case "assertion":
        return follow;
      case "choice":
        return this.firstOfChoice(node, follow);
      case "repeat":
        return this.firstOfRepeat(node, follow);
    }
  }

  private firstOfSequence(nodes: readonly Node[], follow: CharacterSet): CharacterSet | undefined {
    let first: CharacterSet | undefined = follow;
    for (const node of [...nodes].reverse()) {
      first = this.first(node, first);
      if (first === undefined) return undefined;
    }
    return first;
  }

  private firstOfChoice({ alternatives }: Expression, follow: CharacterSet): CharacterSet | undefined {
    let all: CharacterSet = 0n;
    let alike = false;
    for (const alternative of alternatives) {
      const first = this.firstOfSequence(alternative, follow);
      if (first === undefined) return undefined;
      alike ||= (all & first) !== 0n || (first === 0n && alternatives.length > 1);
      all |= first;
    }
    if (alike) this.ways *= alternatives.length;
    return all;
  }

  private firstOfRepeat({ node, least, most }: Extract<Node, { kind: "repeat" }>, follow: CharacterSet): CharacterSet | undefined {
    if (most === 0) return follow;
    const optional = most === 1;
    // Of an optional group that takes nothing the engines tell different captures.
    if (optional ? leastWidthOf(node) === 0 : !isFixed(node)) return undefined;
    const first = this.first(node, follow);
    if (first === undefined) return undefined;
    if (least !== most && (first & follow) !== 0n) {
      if (!optional) return undefined;
      this.ways *= 2;
    }
    return least === 0 ? first | follow : first;
  }
}

/** Whether a node always takes the same number of characters, at least one, and in one way only. */
function isFixed(node: Node): boolean {
  if (node.kind === "character") return true;
  if (node.kind !== "choice" || node.alternatives.length !== 1) return false;
  const [nodes = []] = node.alternatives;
  return nodes.length > 0 && nodes.every(isFixed);
}

/** Characters that a node takes at least. */
function leastWidthOf(node: Node): number {
  switch (node.kind) {
    case "character":
      return 1;
    case "assertion":
      return 0;
    case "choice":
      return Math.min(...node.alternatives.map((nodes) => nodes.reduce((sum, inner) => sum + leastWidthOf(inner), 0)));
    case "repeat":
      return node.least * leastWidthOf(node.node);
  }
}

/** Characters that a node takes at most. */
function widthOf(node: Node): number {
  switch (node.kind) {
    case "character":
      return 1;
    case "assertion":
      return 0;
    case "choice":
      return Math.max(...node.alternatives.map((nodes) => nodes.reduce((sum, inner) => sum + widthOf(inner), 0)));
    case "repeat":
      return node.most === 0 ? 0 : node.most * widthOf(node.node);
  }
}
