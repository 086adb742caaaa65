/** Attributes of one resource or block as Terraform's JSON gives them: snake_case names; null counts as not given. */
export type Attributes = Readonly<Record<string, unknown>>;

/** Thrown where the mapping meets something that it does not know; the real provider may well take it, this one must then learn it. */
export class UnsupportedAttribute extends Error {
  override readonly name = "UnsupportedAttribute";
}

/**
 * Reads attributes by name and type and remembers which were read, so that {@link AttributeReader.end} can refuse whatever no mapping looked at.
 * Without that a forgotten attribute would be dropped in silence and the end-to-end tests would pass on containers that nobody described.
 */
export class AttributeReader {
  private readonly read = new Set<string>();

  constructor(
    readonly where: string,
    private readonly attributes: Attributes,
  ) {}

  /** A string, or undefined where the attribute is absent or null. Terraform also takes a number or a boolean and writes it as text. */
  string(name: string): string | undefined {
    const value = this.take(name);
    if (value === undefined) return undefined;
    if (isPrimitive(value)) return String(value);
    throw this.wrongType(name, "a string", value);
  }

  /** A string that must be given. */
  requiredString(name: string): string {
    const value = this.string(name);
    if (value === undefined) throw new UnsupportedAttribute(`${this.where}.${name} is required.`);
    return value;
  }

  /** A number; Terraform also takes one written as a string. */
  number(name: string): number | undefined {
    const value = this.take(name);
    if (value === undefined || typeof value === "number") return value;
    if (typeof value === "string" && /^-?\d+(\.\d+)?$/.test(value)) return Number(value);
    throw this.wrongType(name, "a number", value);
  }

  /** A number that must be given. */
  requiredNumber(name: string): number {
    const value = this.number(name);
    if (value === undefined) throw new UnsupportedAttribute(`${this.where}.${name} is required.`);
    return value;
  }

  /** A boolean; Terraform also takes "true" and "false". */
  boolean(name: string): boolean | undefined {
    const value = this.take(name);
    if (value === undefined || typeof value === "boolean") return value;
    if (value === "true" || value === "false") return value === "true";
    throw this.wrongType(name, "a boolean", value);
  }

  /** A list or set of strings, converted as {@link AttributeReader.string} does. */
  strings(name: string): string[] | undefined {
    const value = this.take(name);
    if (value === undefined) return undefined;
    if (Array.isArray(value) && value.every(isPrimitive)) return value.map(String);
    throw this.wrongType(name, "a list of strings", value);
  }

  /** A map of strings, converted as {@link AttributeReader.string} does. */
  stringMap(name: string): Record<string, string> | undefined {
    const value = this.take(name);
    if (value === undefined) return undefined;
    if (!isObject(value)) throw this.wrongType(name, "a map of strings", value);
    const entries = Object.entries(value).map(([key, item]) => {
      if (isPrimitive(item)) return [key, String(item)] as const;
      throw this.wrongType(`${name}.${key}`, "a string", item);
    });
    return Object.fromEntries(entries);
  }

  /** Nested blocks, in order: Terraform's JSON takes one object or a list of them. */
  blocks(name: string): AttributeReader[] {
    const value = this.take(name);
    if (value === undefined) return [];
    const items: unknown[] = Array.isArray(value) ? value : [value];
    return items.map((item, index) => {
      if (typeof item === "object" && item !== null && !Array.isArray(item))
        return new AttributeReader(`${this.where}.${name}[${index}]`, item as Attributes);
      throw this.wrongType(name, "a block", item);
    });
  }

  /** The only block of that name, or undefined; throws where there are several. */
  block(name: string): AttributeReader | undefined {
    const [first, ...more] = this.blocks(name);
    if (more.length > 0) throw new UnsupportedAttribute(`${this.where}.${name} takes one block, but ${more.length + 1} were given.`);
    return first;
  }

  /** `labels { label, value }` blocks as a map; undefined where there are none. */
  labels(name = "labels"): Record<string, string> | undefined {
    const entries = this.blocks(name).map((block) => {
      const entry = [block.requiredString("label"), block.requiredString("value")] as const;
      block.end();
      return entry;
    });
    return entries.length === 0 ? undefined : Object.fromEntries(entries);
  }

  /** Refuses every given attribute that nobody read. Call it last, on every block too. */
  end(): void {
    const unread = Object.entries(this.attributes).filter(([name, value]) => isGiven(value) && !this.read.has(name));
    if (unread.length > 0) {
      throw new UnsupportedAttribute(
        `${this.where}: no mapping for ${unread.map(([name]) => `"${name}"`).join(", ")}. Add it to the mapping, or leave it out.`,
      );
    }
  }

  private take(name: string): unknown {
    this.read.add(name);
    return this.attributes[name] ?? undefined;
  }

  private wrongType(name: string, expected: string, value: unknown): UnsupportedAttribute {
    const given = Array.isArray(value) ? "a list" : value === null ? "null" : `a ${typeof value}`;
    return new UnsupportedAttribute(`${this.where}.${name} must be ${expected}, but ${given} was given.`);
  }
}

function isPrimitive(value: unknown): value is string | number | boolean {
  return typeof value === "string" || typeof value === "number" || typeof value === "boolean";
}

function isObject(value: unknown): value is Attributes {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function isGiven(value: unknown): boolean {
  return value !== null && value !== undefined && !(Array.isArray(value) && value.length === 0);
}

/** The object without its undefined entries: the Engine API tells an absent field from an empty one. */
export function compact<T extends object>(fields: { [K in keyof T]: T[K] | undefined }): T {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as T;
}
