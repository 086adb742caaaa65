import type { Answer } from "../../../../../runtime/codecs/answer";
import type { Call, Conversion } from "../../../../../runtime/codecs/codec";
import { PassingEmbeddings, type EmbeddingsTraits } from "../../../../../runtime/dialects/openai/embeddings";
import { embeddings } from "../../../../../runtime/surfaces/embeddings";

export const OPENAI: EmbeddingsTraits = {
  maxInputs: 2048,
  maxTokens: undefined,
  base64: true,
  dimensions: "dimensions",
  tokens: true,
  refuses: [],
};

export const callOf = (request: object | string, more: Partial<Call> = {}): Call => ({
  ask: embeddings.read(Buffer.from(typeof request === "string" ? request : JSON.stringify(request))),
  model: "m",
  parameters: { defaults: [["temperature", "0.5"]], maxTokens: 7 },
  options: { anthropic_version: "2023-06-01", azure_api_version: "2023-05-15" },
  stream: false,
  usage: "off",
  resume: undefined,
  keepText: false,
  maxBytes: 1024 * 1024,
  ...more,
});

export const begin = (request: object | string, traits: Partial<EmbeddingsTraits> = {}, more: Partial<Call> = {}): Conversion =>
  new PassingEmbeddings({ ...OPENAI, ...traits }).begin(callOf(request, more));

/** What the provider is sent in each call. */
export function sentBy(conversion: Conversion): string[] {
  const { parts } = conversion;
  const calls = parts === undefined ? [conversion] : Array.from({ length: parts.count }, (_, index) => parts.at(index));
  return calls.map(({ body }) => body!.toString());
}

/** What a complete answer says, and what the client gets. */
export function read(conversion: Conversion, answer: string): { readonly answer: Answer; readonly client: string } {
  const body = Buffer.from(answer);
  const said = conversion.readAnswer(body);
  return { answer: said, client: said.ok ? (said.written?.body ?? body).toString() : "" };
}

/** All calls of a request, answered; what the client gets. */
export function joined(conversion: Conversion, answer: (body: string) => string): string {
  const { parts } = conversion;
  if (parts === undefined) return read(conversion, answer(conversion.body!.toString())).client;
  for (let index = 0; index < parts.count; index++) {
    const part = index === 0 ? conversion : parts.at(index);
    const { answer: said } = read(part, answer(part.body!.toString()));
    if (!said.ok) throw new Error(said.reason);
  }
  const joining = parts.join();
  while (!joining.step());
  return joining.result().body.toString();
}
