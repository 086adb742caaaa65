/** A stream of numbers that a seed decides (mulberry32), so that every run can be repeated. */
export class Random {
  private state: number;

  /** Equal parts give equal streams. */
  constructor(...parts: readonly number[]) {
    this.state = parts.reduce((hash, part) => Math.imul(hash ^ part, 0x9e3779b1) ^ (hash >>> 15), 0x2545f491);
  }

  /** Uniform in 0..1, 1 excluded. */
  unit(): number {
    this.state = (this.state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(this.state ^ (this.state >>> 15), 1 | this.state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  }

  /** A whole number from `least` to `most`, both included. */
  int(least: number, most: number): number {
    return least + Math.floor(this.unit() * (most - least + 1));
  }

  chance(probability: number): boolean {
    return this.unit() < probability;
  }

  pick<Item>(items: readonly Item[]): Item {
    return items[this.int(0, items.length - 1)]!;
  }

  /** Where a text or a list of this length is cut. */
  cut(length: number): number {
    return this.int(0, Math.max(0, length - 1));
  }
}
