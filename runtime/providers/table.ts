/**
 * Providers with a file of their own; each further one is a file and a line here, and lines in `config/served-matrix.ts`. One that speaks OpenAI's dialect
 * is a row in `openai-like-rows.ts` instead.
 */
export { anthropic } from "./anthropic";
export { azure } from "./azure";
