/** What private state can hold. */
export type JsonValue = null | boolean | number | string | readonly JsonValue[] | { readonly [key: string]: JsonValue };

/**
 * Values that a resource keeps beside its state and nobody sees, such as an etag. They are in the state file and in plan files in
 * clear, so never a secret.
 */
export class PrivateState {
  private constructor(private readonly values: Map<string, JsonValue>) {}

  /** Reads what an earlier operation wrote. Bytes of another provider, as after a move, count as empty. */
  static decode(bytes: Uint8Array | undefined): PrivateState {
    const values = new Map<string, JsonValue>();
    if (bytes !== undefined && bytes.length > 0) {
      try {
        const text = Buffer.from(bytes).toString();
        const json = JSON.parse(text) as unknown;
        if (typeof json === "object" && json !== null && !Array.isArray(json)) {
          for (const [key, value] of Object.entries(json)) values.set(key, value as JsonValue);
        }
      } catch {
        values.clear();
      }
    }
    return new PrivateState(values);
  }

  get(key: string): JsonValue | undefined {
    return this.values.get(key);
  }

  set(key: string, value: JsonValue): void {
    this.values.set(key, value);
  }

  delete(key: string): void {
    this.values.delete(key);
  }

  /** The bytes to hand to core; none when nothing is stored. */
  encode(): Buffer {
    return this.values.size === 0 ? Buffer.alloc(0) : Buffer.from(JSON.stringify(Object.fromEntries(this.values)));
  }
}
