import type { Random } from "./random";

/** What one end of a connection does, one after the other. */
export type Step =
  | { readonly do: "write"; readonly bytes: Buffer }
  /** Does nothing for so many milliseconds. */
  | { readonly do: "wait"; readonly ms: number }
  /** Reads nothing for so many milliseconds. */
  | { readonly do: "hold"; readonly ms: number }
  /** Says that nothing more will be sent, and goes on reading. */
  | { readonly do: "half-close" }
  | { readonly do: "close" }
  /** Waits until so many answers have come on this connection, or it has ended. */
  | { readonly do: "answered"; readonly count: number }
  | { readonly do: "reset" };

/** Waits of a few milliseconds, and now and then one around a limit of the gateway. */
function pauseOf(random: Random, limits: readonly number[]): number {
  return random.chance(0.12) ? Math.max(0, random.pick(limits) + random.int(-25, 25)) : random.int(0, 8);
}

/** Writes bytes in pieces, with pauses between them; sometimes byte by byte, sometimes in one. */
export function inPieces(random: Random, bytes: Buffer, limits: readonly number[]): Step[] {
  if (random.chance(0.55) || bytes.length < 2) return [{ do: "write", bytes }];
  const byteByByte = bytes.length < 3_000 && random.chance(0.1);
  const pieces = byteByByte ? bytes.length : random.int(2, 6);
  const steps: Step[] = [];
  for (let index = 0; index < pieces; index++) {
    const from = Math.floor((bytes.length * index) / pieces);
    steps.push({ do: "write", bytes: bytes.subarray(from, Math.floor((bytes.length * (index + 1)) / pieces)) });
    if (!byteByByte && index + 1 < pieces) steps.push({ do: "wait", ms: pauseOf(random, limits) });
  }
  return steps;
}

/** What becomes of a connection behind (or, cut short, within) what it sent; mostly nothing. */
export function ending(random: Random, steps: Step[], ends: number): Step[] {
  if (!random.chance(ends)) return steps;
  const kept = random.chance(0.5) ? steps : steps.slice(0, random.int(0, steps.length));
  return [...kept, { do: random.pick(["half-close", "close", "reset"] as const) }];
}
