import type { Provider } from "../config/types.generated";
import type { AuthKind } from "./auth";
import { Auth } from "./auth";
import { lowerOptions, mergeTrees } from "./options";
import { COMMON_MODEL_OPTIONS, RENAMES } from "./renames";
import type { TargetOptionsByProvider } from "./target-options";
import { Misuse, misshape } from "./tree";
import type { Tree } from "./tree";

type Options = TargetOptionsByProvider;
type Described<O> = O & { readonly description: string };

/** A target with a description, which the semantic balancer needs. */
export type DescribedTarget = Target & { readonly description: string };

/** What Kong requires and everybody writes alike; written out, so that the plan shows it. */
const MODEL_DEFAULTS: Readonly<Partial<Record<Provider, Tree>>> = {
  anthropic: { anthropic_version: "2023-06-01" },
  mistral: { mistral_format: "openai" },
};

const DEFAULT_ROUTE_TYPE = "llm/v1/chat";

const TEXT_AUTH: readonly AuthKind[] = ["header", "query", "body"];
const AUTH_KINDS: Readonly<Partial<Record<Provider, readonly AuthKind[]>>> = {
  azure: [...TEXT_AUTH, "azure"],
  bedrock: ["aws", "header"],
  gemini: [...TEXT_AUTH, "gcp"],
};

const TARGET_OPTIONS = {
  weight: "weight",
  description: "description",
  modelAlias: "model.model_alias",
  routeType: "route_type",
  logging: "logging",
};

/** One configured model at a provider. There is a factory per provider; each takes the model's name there and what means something there. */
export class Target {
  /** Description of the target that serves what no other description comes near to. */
  static readonly CATCHALL = "CATCHALL";

  /** Anthropic. The API version is asked for as "2023-06-01" unless `options.version` says otherwise. */
  static anthropic(model: string, options: Described<Options["anthropic"]>): DescribedTarget;
  static anthropic(model: string, options?: Options["anthropic"]): Target;
  static anthropic(model: string, options: Options["anthropic"] = {}): Target {
    return new Target("anthropic", model, options);
  }

  /** Azure OpenAI; `options.instance` and `options.deploymentId` say where. */
  static azure(model: string, options: Described<Options["azure"]>): DescribedTarget;
  static azure(model: string, options: Options["azure"]): Target;
  static azure(model: string, options: Options["azure"]): Target {
    return new Target("azure", model, options);
  }

  /** AWS Bedrock, by model id, inference profile or ARN. */
  static bedrock(model: string, options: Described<Options["bedrock"]>): DescribedTarget;
  static bedrock(model: string, options?: Options["bedrock"]): Target;
  static bedrock(model: string, options: Options["bedrock"] = {}): Target {
    return new Target("bedrock", model, options);
  }

  /** Cerebras. */
  static cerebras(model: string, options: Described<Options["cerebras"]>): DescribedTarget;
  static cerebras(model: string, options?: Options["cerebras"]): Target;
  static cerebras(model: string, options: Options["cerebras"] = {}): Target {
    return new Target("cerebras", model, options);
  }

  /** Cohere. */
  static cohere(model: string, options: Described<Options["cohere"]>): DescribedTarget;
  static cohere(model: string, options?: Options["cohere"]): Target;
  static cohere(model: string, options: Options["cohere"] = {}): Target {
    return new Target("cohere", model, options);
  }

  /** Alibaba Cloud DashScope. */
  static dashscope(model: string, options: Described<Options["dashscope"]>): DescribedTarget;
  static dashscope(model: string, options?: Options["dashscope"]): Target;
  static dashscope(model: string, options: Options["dashscope"] = {}): Target {
    return new Target("dashscope", model, options);
  }

  /** Databricks; `options.workspaceInstanceId` says which workspace. */
  static databricks(model: string, options: Described<Options["databricks"]>): DescribedTarget;
  static databricks(model: string, options?: Options["databricks"]): Target;
  static databricks(model: string, options: Options["databricks"] = {}): Target {
    return new Target("databricks", model, options);
  }

  /** DeepSeek. */
  static deepseek(model: string, options: Described<Options["deepseek"]>): DescribedTarget;
  static deepseek(model: string, options?: Options["deepseek"]): Target;
  static deepseek(model: string, options: Options["deepseek"] = {}): Target {
    return new Target("deepseek", model, options);
  }

  /** Google: the public Gemini API, or Vertex where `options.projectId` and its companions are given. */
  static gemini(model: string, options: Described<Options["gemini"]>): DescribedTarget;
  static gemini(model: string, options?: Options["gemini"]): Target;
  static gemini(model: string, options: Options["gemini"] = {}): Target {
    return new Target("gemini", model, options);
  }

  /** Hugging Face. */
  static huggingface(model: string, options: Described<Options["huggingface"]>): DescribedTarget;
  static huggingface(model: string, options?: Options["huggingface"]): Target;
  static huggingface(model: string, options: Options["huggingface"] = {}): Target {
    return new Target("huggingface", model, options);
  }

  /** A self-hosted Llama server; `options.format` and `options.upstreamUrl` say which. */
  static llama2(model: string, options: Described<Options["llama2"]>): DescribedTarget;
  static llama2(model: string, options: Options["llama2"]): Target;
  static llama2(model: string, options: Options["llama2"]): Target {
    return new Target("llama2", model, options);
  }

  /** Mistral, or a server that speaks like it. The wire format is "openai" unless `options.format` says otherwise. */
  static mistral(model: string, options: Described<Options["mistral"]>): DescribedTarget;
  static mistral(model: string, options?: Options["mistral"]): Target;
  static mistral(model: string, options: Options["mistral"] = {}): Target {
    return new Target("mistral", model, options);
  }

  /** An Ollama server at `options.upstreamUrl`. */
  static ollama(model: string, options: Described<Options["ollama"]>): DescribedTarget;
  static ollama(model: string, options: Options["ollama"]): Target;
  static ollama(model: string, options: Options["ollama"]): Target {
    return new Target("ollama", model, options);
  }

  /** OpenAI, or anything that speaks its API at `options.upstreamUrl`. */
  static openai(model: string, options: Described<Options["openai"]>): DescribedTarget;
  static openai(model: string, options?: Options["openai"]): Target;
  static openai(model: string, options: Options["openai"] = {}): Target {
    return new Target("openai", model, options);
  }

  /** A vLLM server at `options.upstreamUrl`. */
  static vllm(model: string, options: Described<Options["vllm"]>): DescribedTarget;
  static vllm(model: string, options: Options["vllm"]): Target;
  static vllm(model: string, options: Options["vllm"]): Target {
    return new Target("vllm", model, options);
  }

  /** xAI. */
  static xai(model: string, options: Described<Options["xai"]>): DescribedTarget;
  static xai(model: string, options?: Options["xai"]): Target;
  static xai(model: string, options: Options["xai"] = {}): Target {
    return new Target("xai", model, options);
  }

  /** What the target is good at, if it was said. */
  readonly description?: string;
  private readonly tree: Tree;

  private constructor(
    /** Name of the provider, as Kong spells it. */
    readonly provider: Provider,
    /** Name of the model at the provider. */
    readonly model: string,
    options: Options[Provider],
  ) {
    if (options.description !== undefined) this.description = options.description;
    this.tree = lowerTarget(provider, model, options);
  }

  /** @internal Kong's `targets[]` record. */
  _toKong(): Tree {
    return this.tree;
  }
}

function lowerTarget(provider: Provider, model: string, given: Options[Provider]): Tree {
  const factory = `Target.${provider}`;
  const { auth, options = {}, metadata, ...rest } = given;
  const modelOptions = mergeTrees(
    MODEL_DEFAULTS[provider] ?? {},
    lowerOptions(`${factory}({ options })`, { ...COMMON_MODEL_OPTIONS, ...RENAMES[provider] }, options),
  );
  return mergeTrees(
    { route_type: DEFAULT_ROUTE_TYPE, model: { provider, name: model } },
    Object.keys(modelOptions).length > 0 ? { model: { options: modelOptions } } : {},
    auth === undefined ? {} : { auth: lowerAuth(factory, auth, AUTH_KINDS[provider] ?? TEXT_AUTH) },
    metadata === undefined ? {} : { metadata: misshape(metadata) ?? metadata },
    lowerOptions(factory, TARGET_OPTIONS, rest),
  );
}

/** Kong's `auth` record, or the mistake that it is. */
export function lowerAuth(factory: string, auth: Auth | undefined, kinds: readonly AuthKind[]): Tree | Misuse {
  if (!(auth instanceof Auth))
    return new Misuse(`must be an Auth, but a ${typeof auth} was given. Use Auth.bearer(Secret.file("path")) or another factory of Auth.`);
  if (!kinds.includes(auth.kind)) {
    return new Misuse(`must be an Auth that ${factory} takes (${kinds.join(", ")}), but Auth.${auth.kind} was given.`);
  }
  return auth._toKong();
}
