/** Half-lives after which amounts are counted from a new origin, long before their factor (2^64 then) would overflow. */
const MAX_HALF_LIVES = 64;

/** A decaying sum, in the units of the scale that it was last brought up to. */
export interface Decaying {
  /** The scale's `origin` that the sums are counted from. */
  origin: number;
  /** Multiplies all sums. */
  scale(factor: number): void;
}

/**
 * Exponential decay without touching what decays: instead of making old amounts smaller, new ones are made bigger, by a factor that doubles with every
 * half-life from an origin on. Sums in this scale compare as the decayed ones would; divided by the factor they are the decayed ones.
 */
export class DecayScale {
  /** Of the factor 1; milliseconds on the caller's clock. */
  origin: number;

  constructor(
    now: number,
    private readonly halfLifeMs: number,
  ) {
    this.origin = now;
  }

  /** What an amount of now counts; moves the origin from time to time, after which sums must be brought up to date. */
  factor(now: number): number {
    if (now - this.origin > MAX_HALF_LIVES * this.halfLifeMs) this.origin = now;
    return 2 ** ((now - this.origin) / this.halfLifeMs);
  }

  /** Converts sums that are counted from an earlier origin. */
  update(sums: Decaying): void {
    if (sums.origin === this.origin) return;
    sums.scale(2 ** ((sums.origin - this.origin) / this.halfLifeMs));
    sums.origin = this.origin;
  }
}
