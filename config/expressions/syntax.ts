/**
 * Reads the plain part of the language of regular expressions, in which RE2 and JavaScript mean the same by the same text. Whatever is not surely in it is
 * not read, so that such an expression goes to the other engine.
 */

/** A set of characters: bit n stands for the character n, bit 256 for all beyond Latin-1. */
export type CharacterSet = bigint;

/** A piece of an expression. */
export type Node =
  | { readonly kind: "character"; readonly set: CharacterSet }
  /** Takes no character: `^`, `$`, `\b`, `\B`. */
  | { readonly kind: "assertion"; readonly text: string }
  /** A group, or the whole: its alternatives, each a sequence. */
  | { readonly kind: "choice"; readonly alternatives: readonly (readonly Node[])[] }
  | { readonly kind: "repeat"; readonly node: Node; readonly least: number; readonly most: number; readonly lazy: boolean };

/** The whole of an expression. */
export type Expression = Extract<Node, { kind: "choice" }>;

const ALL: CharacterSet = (1n << 257n) - 1n;
const bit = (code: number): CharacterSet => 1n << BigInt(code);
const range = (from: number, to: number): CharacterSet => (1n << BigInt(to + 1)) - (1n << BigInt(from));
const between = (from: string, to: string): CharacterSet => range(from.charCodeAt(0), to.charCodeAt(0));

const DIGIT = between("0", "9");
const WORD = DIGIT | between("A", "Z") | between("a", "z") | bit(0x5f);
const CLASSES: Readonly<Record<string, CharacterSet>> = { d: DIGIT, D: ALL & ~DIGIT, w: WORD, W: ALL & ~WORD };
const LINE_ENDS = bit(0x0a) | bit(0x0d);

/** Characters that stand for themselves, and those that do behind a backslash. */
const PLAIN = /^[A-Za-z0-9_\-/!"#%&',:;<=>@`~ ]$/;
const ESCAPED = /^[-/!"#%&',:;<=>@`~.*+?^${}()|[\]\\]$/;
const GROUP = /\((?:\?:|\?P?<([A-Za-z_][A-Za-z0-9_]{0,63})>|(?!\?))/y;
const QUANTIFIER = /(?:([*+?])|\{(\d{1,4})(,(\d{1,4})?)?\})(\?)?/y;
/** RE2 takes no larger repeat counts. */
const MAX_COUNT = 1000;
/** Levels of groups; deeper ones nobody writes. */
const MAX_DEPTH = 20;

/** The tree of an expression, or undefined where it is not in the plain language (or no expression at all). Never throws. */
export function parsePlain(text: string, ignoreCase: boolean): Expression | undefined {
  const reader = new Reader(text, ignoreCase);
  try {
    return reader.whole();
  } catch (error) {
    if (error instanceof NotPlain) return undefined;
    throw error;
  }
}

class NotPlain extends Error {
  override readonly name = "NotPlain";
}

class Reader {
  private at = 0;
  private readonly names = new Set<string>();

  constructor(
    private readonly text: string,
    private readonly ignoreCase: boolean,
  ) {}

  whole(): Expression {
    const tree = this.choice(0);
    if (this.at < this.text.length) throw new NotPlain();
    return tree;
  }

  private choice(depth: number): Expression {
    if (depth > MAX_DEPTH) throw new NotPlain();
    const alternatives = [this.sequence(depth)];
    while (this.take("|")) alternatives.push(this.sequence(depth));
    return { kind: "choice", alternatives };
  }

  private sequence(depth: number): readonly Node[] {
    const nodes: Node[] = [];
    while (this.at < this.text.length && this.peek() !== "|" && this.peek() !== ")") nodes.push(this.quantified(this.single(depth)));
    return nodes;
  }

  private single(depth: number): Node {
    if (this.peek() === "(") return this.group(depth);
    if (this.peek() === "[") return { kind: "character", set: this.characterClass() };
    const character = this.next();
    if (character === "^" || character === "$") return { kind: "assertion", text: character };
    if (character === ".") return { kind: "character", set: ALL & ~LINE_ENDS };
    if (character !== "\\") {
      if (!PLAIN.test(character)) throw new NotPlain();
      return { kind: "character", set: this.cased(bit(character.charCodeAt(0))) };
    }
    const escaped = this.peek();
    if (escaped !== "b" && escaped !== "B") return { kind: "character", set: this.cased(this.escape()) };
    this.at++;
    return { kind: "assertion", text: `\\${escaped}` };
  }

  private group(depth: number): Node {
    GROUP.lastIndex = this.at;
    const opening = GROUP.exec(this.text);
    if (opening === null) throw new NotPlain();
    const [whole, name] = opening;
    if (name !== undefined) {
      if (this.names.has(name)) throw new NotPlain();
      this.names.add(name);
    }
    this.at += whole.length;
    const inner = this.choice(depth + 1);
    if (!this.take(")")) throw new NotPlain();
    return inner;
  }

  private quantified(node: Node): Node {
    QUANTIFIER.lastIndex = this.at;
    const found = QUANTIFIER.exec(this.text);
    if (found === null) return node;
    if (node.kind === "assertion") throw new NotPlain();
    const [whole, sign, from, upTo, to, lazy] = found;
    this.at += whole.length;
    // A second quantifier: possessive or a mistake.
    if (/^[*+?{]/.test(this.peek())) throw new NotPlain();
    const least = sign === undefined ? Number(from) : sign === "+" ? 1 : 0;
    const most = sign === "?" ? 1 : sign !== undefined ? Infinity : upTo === undefined ? least : to === undefined ? Infinity : Number(to);
    if (least > most || least > MAX_COUNT || (most > MAX_COUNT && most !== Infinity)) throw new NotPlain();
    return { kind: "repeat", node, least, most, lazy: lazy !== undefined };
  }

  private characterClass(): CharacterSet {
    this.at++;
    const negated = this.take("^");
    let set = 0n;
    do {
      const from = this.classMember();
      if (this.peek() === "-" && this.text[this.at + 1] !== "]") {
        this.at++;
        const to = this.classMember();
        if (typeof from !== "number" || typeof to !== "number" || from > to) throw new NotPlain();
        set |= range(from, to);
      } else set |= typeof from === "number" ? bit(from) : from;
    } while (!this.take("]"));
    set = this.cased(set);
    return negated ? ALL & ~set : set;
  }

  /** A character's code, or the set of `\d` and its like. */
  private classMember(): number | CharacterSet {
    const character = this.next();
    if (character === "\\") {
      const escaped = this.peek();
      const set = this.escape();
      return CLASSES[escaped] === undefined ? escaped.charCodeAt(0) : set;
    }
    // A bracket may begin `[:class:]`, and two of the same kind mean something in other dialects.
    if (!PLAIN.test(character) && !/^[.*+?$(){}|]$/.test(character)) throw new NotPlain();
    return character.charCodeAt(0);
  }

  /** Behind the backslash. */
  private escape(): CharacterSet {
    const character = this.next();
    const known = CLASSES[character];
    if (known !== undefined) return known;
    if (!ESCAPED.test(character)) throw new NotPlain();
    return bit(character.charCodeAt(0));
  }

  private cased(set: CharacterSet): CharacterSet {
    if (!this.ignoreCase) return set;
    const capitals = set & between("A", "Z");
    const small = set & between("a", "z");
    return set | (capitals << 32n) | (small >> 32n);
  }

  private peek(): string {
    return this.text[this.at] ?? "";
  }

  private next(): string {
    const character = this.text[this.at++];
    if (character === undefined) throw new NotPlain();
    return character;
  }

  private take(character: string): boolean {
    if (this.text[this.at] !== character) return false;
    this.at++;
    return true;
  }
}
