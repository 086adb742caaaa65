/** OpenAI's wire format of embeddings. Source: OpenAI API reference. */
export { PassingEmbeddings } from "./passing";
export type { EmbeddingsTraits } from "./traits";
