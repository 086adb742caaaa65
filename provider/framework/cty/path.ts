import type { AttributePathMessage, AttributePathStep } from "../server/messages";
import { compareText } from "./text";

type Step =
  | { readonly kind: "attribute"; readonly name: string }
  | { readonly kind: "index"; readonly index: number }
  | { readonly kind: "key"; readonly key: string }
  | { readonly kind: "element" };

/** The place of a value inside a resource, data source or provider configuration. Immutable: every step makes a new path. */
export class Path {
  private constructor(private readonly steps: readonly Step[]) {}

  /** The whole object. */
  static readonly empty = new Path([]);

  /** A path that starts at an attribute or block of the root. */
  static root(name: string): Path {
    return Path.empty.attribute(name);
  }

  /** How many steps lead here. */
  get length(): number {
    return this.steps.length;
  }

  /** An attribute or block of the object here. */
  attribute(name: string): Path {
    return new Path([...this.steps, { kind: "attribute", name }]);
  }

  /** An element of the list or tuple here. */
  index(index: number): Path {
    return new Path([...this.steps, { kind: "index", index }]);
  }

  /** An element of the map here. */
  key(key: string): Path {
    return new Path([...this.steps, { kind: "key", key }]);
  }

  /** An element of the set here. Sets have no keys, so on the wire the path ends at the set. */
  setElement(): Path {
    return new Path([...this.steps, { kind: "element" }]);
  }

  /** The path as core takes it. */
  toMessage(): AttributePathMessage {
    const steps: AttributePathStep[] = [];
    for (const step of this.steps) {
      if (step.kind === "element") break;
      if (step.kind === "attribute") steps.push({ attributeName: step.name });
      else if (step.kind === "index") steps.push({ elementKeyInt: step.index });
      else steps.push({ elementKeyString: step.key });
    }
    return { steps };
  }

  /** The path as the language writes it: `targets["a"].weight`. */
  toString(): string {
    let text = "";
    for (const step of this.steps) {
      if (step.kind === "attribute") text += text === "" ? step.name : `.${step.name}`;
      else if (step.kind === "index") text += `[${step.index}]`;
      else if (step.kind === "key") text += `[${JSON.stringify(step.key)}]`;
      else text += "[*]";
    }
    return text;
  }

  /** Orders paths by their steps, indexes by number. */
  static compare(a: Path, b: Path): number {
    for (let index = 0; index < Math.min(a.steps.length, b.steps.length); index++) {
      const [left, right] = [a.steps[index], b.steps[index]];
      if (left?.kind === "index" && right?.kind === "index") {
        if (left.index !== right.index) return left.index - right.index;
        continue;
      }
      const order = compareText(JSON.stringify(left), JSON.stringify(right));
      if (order !== 0) return order;
    }
    return a.steps.length - b.steps.length;
  }
}

/** A value that does not fit its type or its encoding. The message never holds the value. */
export class ValueError extends Error {
  constructor(
    readonly path: Path,
    message: string,
  ) {
    super(path.length === 0 ? message : `${path.toString()}: ${message}`);
    this.name = "ValueError";
  }
}
