/** Edit distance in which a swap of two neighbours counts once ("wieght"). Both words are short: field names and enum words. */
function distance(left: string, right: string): number {
  let beforeLast: number[] = [];
  let last = Array.from({ length: right.length + 1 }, (_, index) => index);
  for (let row = 1; row <= left.length; row++) {
    const current = [row];
    for (let column = 1; column <= right.length; column++) {
      const same = left[row - 1] === right[column - 1];
      let best = Math.min((last[column] ?? 0) + 1, (current[column - 1] ?? 0) + 1, (last[column - 1] ?? 0) + (same ? 0 : 1));
      if (left[row - 1] === right[column - 2] && left[row - 2] === right[column - 1])
        best = Math.min(best, (beforeLast[column - 2] ?? 0) + 1);
      current.push(best);
    }
    beforeLast = last;
    last = current;
  }
  return last[right.length] ?? 0;
}

/** Longer words are no misspelling of anything here, and comparing them would cost time. */
const LONGEST = 64;

/** Of a longer list the rest is left out: names of entities can be many, and near ones are worth no more time. */
const MOST_CANDIDATES = 2000;

const plain = (word: string): string => word.toLowerCase().replace(/[^a-z0-9]/g, "");

/**
 * The candidate that was most likely meant, or undefined where none is near enough (a third of the word's length, at least 1).
 * Case and punctuation count little: `maxTokens` suggests `max_tokens`. Of equally near ones the first wins.
 */
export function suggest(given: string, candidates: Iterable<string>): string | undefined {
  if (given.length > LONGEST) return undefined;
  const wanted = plain(given);
  if (wanted === "") return undefined;
  let best: string | undefined;
  let nearest = Math.max(1, Math.floor(wanted.length / 3)) + 1;
  let compared = 0;
  for (const candidate of candidates) {
    if (++compared > MOST_CANDIDATES) break;
    const word = plain(candidate);
    // Each character too many or too few is a step.
    if (Math.abs(word.length - wanted.length) >= nearest) continue;
    const away = distance(wanted, word);
    if (away < nearest) {
      nearest = away;
      best = candidate;
    }
  }
  return best;
}

/** ` Did you mean "x"?`, or nothing: the end of a message about an unknown word. */
export function didYouMean(word: string, candidates: Iterable<string>): string {
  const candidate = suggest(word, candidates);
  return candidate === undefined ? "" : ` Did you mean "${candidate}"?`;
}
