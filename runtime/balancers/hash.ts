/** MurmurHash3's last step: every bit of the input changes about half of those of the result. */
function finalize(value: number): number {
  let hash = value ^ (value >>> 16);
  hash = Math.imul(hash, 0x85ebca6b);
  hash ^= hash >>> 13;
  hash = Math.imul(hash, 0xc2b2ae35);
  return hash ^ (hash >>> 16);
}

/** MurmurHash3 (x86, 32 bits) of a text's UTF-16 code units, two to a block. Unsigned. No cryptographic hash: who picks keys can make them collide. */
export function hashText(text: string, seed = 0): number {
  let hash = seed;
  for (let index = 0; index < text.length; index += 2) {
    // behind the end there is no code unit but NaN, which counts as 0; the length tells such texts apart
    let block = text.charCodeAt(index) | (text.charCodeAt(index + 1) << 16);
    block = Math.imul(block, 0xcc9e2d51);
    block = Math.imul((block << 15) | (block >>> 17), 0x1b873593);
    hash ^= block;
    hash = (Math.imul((hash << 13) | (hash >>> 19), 5) + 0xe6546b64) | 0;
  }
  return finalize(hash ^ (text.length * 2)) >>> 0;
}

/**
 * The `index`-th of a series of hashes that two seeds stand for. Two, as the series of one seed are all parts of one long cycle, and those of a thousand
 * targets would overlap now and then.
 */
export function hashSeries(seed: number, otherSeed: number, index: number): number {
  return finalize(finalize((seed + Math.imul(index, 0x9e3779b9)) | 0) ^ otherSeed) >>> 0;
}
