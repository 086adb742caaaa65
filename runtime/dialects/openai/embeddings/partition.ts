import type { EmbeddingsRequest } from "./input";
import type { EmbeddingsTraits } from "./traits";

/** Calls that one request makes at most. */
export const MAX_PARTS = 256;

/** Bytes of JSON text that a token takes at least in nearly all texts. Too many calls cost little; a call of too many tokens is refused. */
const BYTES_A_TOKEN = 3;

/**
 * Where each call of a request ends, as the index behind its last input: as few calls as the provider's limits allow, with the inputs in order. An input
 * that is too large by itself makes a call of its own, which is the provider's to refuse.
 */
export function partition({ count, starts, ends }: EmbeddingsRequest, { maxInputs, maxTokens }: EmbeddingsTraits): readonly number[] {
  if (starts.length === 0) return [count];
  const most = maxTokens === undefined ? Infinity : maxTokens * BYTES_A_TOKEN;
  const parts: number[] = [];
  let first = 0;
  let bytes = 0;
  for (let at = 0; at < count; at++) {
    const length = (ends[at] as number) - (starts[at] as number);
    if (at > first && (at - first === maxInputs || bytes + length > most)) {
      parts.push(at);
      first = at;
      bytes = 0;
    }
    bytes += length;
  }
  parts.push(count);
  return parts;
}
