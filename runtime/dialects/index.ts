/** Wire formats. So far the one that needs no conversion; each further one is a file and a line here. */
export { openai } from "./openai";
