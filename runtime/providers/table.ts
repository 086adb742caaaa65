/** One provider per `model.provider` that this version serves; each further one is a file and a line here, and lines in `config/served-matrix.ts`. */
export { anthropic } from "./anthropic";
export { openai } from "./openai";
