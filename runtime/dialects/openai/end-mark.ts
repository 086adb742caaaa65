/** What ends each stream of OpenAI's dialect. Source: OpenAI API reference. */
export const DONE = "data: [DONE]\n\n";
