import type { EmbeddingsProvider } from "../config/types.generated";
import type { Auth, AuthKind } from "./auth";
import { lowerOptions } from "./options";
import { EMBEDDINGS_RENAMES } from "./renames";
import type { AzureModelOptions, BedrockSettings, HuggingfaceSettings, TextAuth, VertexSettings } from "./target-options";
import { lowerAuth } from "./target";
import type { Tree } from "./tree";

/** Settings that every embedding model has. */
export interface EmbeddingsModelSettings {
  /** Complete URL to call instead of the provider's own. @default - the provider's address; needed for Ollama */
  readonly upstreamUrl?: string;
}

/** What every embedding model takes. */
export interface EmbeddingsOptions<A extends AuthKind, O> {
  /** The credential that is sent to the provider. @default - none */
  readonly auth?: Auth<A>;
  /** Settings of the model. @default - the provider's own */
  readonly options?: EmbeddingsModelSettings & O;
}

type AzureSettings = Partial<Pick<AzureModelOptions, "instance" | "deploymentId" | "apiVersion">>;

const TEXT_AUTH: readonly AuthKind[] = ["header", "query", "body"];

/** A model that turns texts into vectors. */
export class Embeddings {
  /** Azure OpenAI. */
  static azure(model: string, options: EmbeddingsOptions<TextAuth | "azure", AzureSettings> = {}): Embeddings {
    return new Embeddings("azure", model, options, [...TEXT_AUTH, "azure"]);
  }

  /** AWS Bedrock. */
  static bedrock(model: string, options: EmbeddingsOptions<"aws" | "header", BedrockSettings> = {}): Embeddings {
    return new Embeddings("bedrock", model, options, ["aws", "header"]);
  }

  /** Google: the public Gemini API, or Vertex. */
  static gemini(model: string, options: EmbeddingsOptions<TextAuth | "gcp", VertexSettings> = {}): Embeddings {
    return new Embeddings("gemini", model, options, [...TEXT_AUTH, "gcp"]);
  }

  /** Hugging Face. */
  static huggingface(model: string, options: EmbeddingsOptions<TextAuth, HuggingfaceSettings> = {}): Embeddings {
    return new Embeddings("huggingface", model, options, TEXT_AUTH);
  }

  /** Mistral. */
  static mistral(model: string, options: EmbeddingsOptions<TextAuth, unknown> = {}): Embeddings {
    return new Embeddings("mistral", model, options, TEXT_AUTH);
  }

  /** An Ollama server at `options.upstreamUrl`. */
  static ollama(model: string, options: EmbeddingsOptions<TextAuth, unknown>): Embeddings {
    return new Embeddings("ollama", model, options, TEXT_AUTH);
  }

  /** OpenAI, or anything that speaks its API at `options.upstreamUrl`. */
  static openai(model: string, options: EmbeddingsOptions<TextAuth, unknown> = {}): Embeddings {
    return new Embeddings("openai", model, options, TEXT_AUTH);
  }

  private readonly tree: Tree;

  private constructor(
    provider: EmbeddingsProvider,
    model: string,
    given: EmbeddingsOptions<AuthKind, unknown>,
    kinds: readonly AuthKind[],
  ) {
    const factory = `Embeddings.${provider}`;
    const { auth, options = {}, ...rest } = given;
    const lowered = lowerOptions(`${factory}({ options })`, { upstreamUrl: "upstream_url", ...EMBEDDINGS_RENAMES[provider] }, options);
    this.tree = {
      ...(auth === undefined ? {} : { auth: lowerAuth(factory, auth, kinds) }),
      model: { provider, name: model, ...(Object.keys(lowered).length > 0 ? { options: lowered } : {}) },
      ...lowerOptions(factory, {}, rest),
    };
  }

  /** @internal Kong's `embeddings` record. */
  _toKong(): Tree {
    return this.tree;
  }
}
