import type { Usage } from "../conversation/usage";

/** Tokens a word of a prompt makes. Source: Kong counts plain requests with 1.0 and streams with 1.8. */
const TOKENS_PER_WORD = { plain: 1, stream: 1.8 };

/** Characters of generated text that make a token. Source: Kong's documentation of `ai-proxy`. */
const CHARACTERS_PER_TOKEN = 4;

/** Bodies longer than this are estimated by their length alone, as counting words would hold up other requests. */
const MAX_COUNTED_BYTES = 256 * 1024;

function words(body: Buffer): number {
  if (body.length > MAX_COUNTED_BYTES) return Math.round(body.length / 6);
  let count = 0;
  let inside = false;
  for (let at = 0; at < body.length; at++) {
    const byte = body[at] as number;
    const letter =
      byte > 0x7f || (byte >= 0x30 && byte <= 0x39) || (byte >= 0x41 && byte <= 0x5a) || (byte >= 0x61 && byte <= 0x7a) || byte === 0x27;
    if (letter && !inside) count++;
    inside = letter;
  }
  return count;
}

/** A rough usage where the provider reported none: from the words of the prompt and the characters of the answer. */
export function estimateUsage(prompt: Buffer, characters: number, stream: boolean): Usage {
  const prompt_tokens = Math.round(words(prompt) * (stream ? TOKENS_PER_WORD.stream : TOKENS_PER_WORD.plain));
  const completion_tokens = Math.ceil(characters / CHARACTERS_PER_TOKEN);
  return { prompt_tokens, completion_tokens, total_tokens: prompt_tokens + completion_tokens };
}
