import type { ServerResponse } from "node:http";
import { sendJson, type UpstreamCall } from "./upstream";

type Input = string | readonly number[];

/** What a client asks of an embeddings endpoint. */
export interface EmbeddingsBody {
  readonly model?: string;
  readonly input: Input | readonly Input[];
  readonly encoding_format?: string;
  readonly dimensions?: number;
  readonly [member: string]: unknown;
}

/** One text or token list after the other. */
export function inputsOf({ input }: EmbeddingsBody): readonly Input[] {
  if (typeof input === "string") return [input];
  return typeof input[0] === "number" ? [input as readonly number[]] : (input as readonly Input[]);
}

/** A vector that says of which input it is; all its numbers are 32-bit floats. */
export function vectorOf(input: Input, dimensions = 3): number[] {
  let hash = 7;
  for (const one of typeof input === "string" ? Buffer.from(input) : input) hash = (Math.imul(hash, 31) + one) | 0;
  return Array.from({ length: dimensions }, (_, index) => Math.fround(Math.sin(hash + index)));
}

export const tokensOf = (input: Input): number => input.length + 1;

export const packed = (vector: readonly number[]): string => Buffer.from(Float32Array.from(vector).buffer).toString("base64");

/** What a right provider answers. */
export function embeddingsAnswer(body: EmbeddingsBody): {
  object: string;
  data: { object: string; index: number; embedding: unknown }[];
  model: string;
  usage: { prompt_tokens: number; total_tokens: number };
} {
  const inputs = inputsOf(body);
  const tokens = inputs.reduce((sum, input) => sum + tokensOf(input), 0);
  return {
    object: "list",
    data: inputs.map((input, index) => {
      const vector = vectorOf(input, body.dimensions);
      return { object: "embedding", index, embedding: body.encoding_format === "base64" ? packed(vector) : vector };
    }),
    model: body.model ?? "none",
    usage: { prompt_tokens: tokens, total_tokens: tokens },
  };
}

/** Answers a call as a right provider does. */
export const answerEmbeddings = (response: ServerResponse, call: UpstreamCall): void =>
  sendJson(response, 200, embeddingsAnswer(JSON.parse(call.body) as EmbeddingsBody));
