import type { IResolvable } from "./cdktf";
import type { CohereInputType, Llama2Format, MistralFormat } from "../config/types.generated";
import type { RouteTypeOf } from "../config/schema/provider-matrix";
import type { Provider } from "../config/types.generated";
import type { Auth, AuthKind } from "./auth";
import type { LoggingFields, ModelOptionsFields } from "./props.generated";

/** Settings of a model that mean the same at every provider; Kong's `model.options`. */
export type CommonModelOptions = Pick<
  ModelOptionsFields,
  | "cacheReadCost"
  | "cacheWriteCost"
  | "cacheWriteCostList"
  | "contextWindowFactor"
  | "embeddingsDimensions"
  | "inputCost"
  | "maxTokens"
  | "outputCost"
  | "serviceTierFactor"
  | "temperature"
  | "topK"
  | "topP"
  | "upstreamPath"
  | "upstreamUrl"
>;

/** What every target takes, whichever provider serves it. */
export interface TargetOptions<P extends Provider, A extends AuthKind, O> {
  /** The credential that is sent to the provider. @default - none: the provider needs none, or the client brings its own */
  readonly auth?: Auth<A>;
  /**
   * Share of the requests, relative to the other targets' weights; order among targets where the algorithm chooses otherwise. 1…65535.
   * @default 100
   */
  readonly weight?: number;
  /** What this target is good at; the semantic balancer compares it with the prompt. @default - none */
  readonly description?: string;
  /** Name that clients may ask for in `model` to get this target. @default - none */
  readonly modelAlias?: string;
  /** API operation that the target serves. @default "llm/v1/chat" */
  readonly routeType?: RouteTypeOf<P>;
  /** What is logged about its requests. @default - nothing */
  readonly logging?: LoggingFields;
  /** Free data that travels with the target. @default - none */
  readonly metadata?: Readonly<Record<string, unknown>>;
  /** Settings of the model. @default - the provider's own */
  readonly options?: O;
}

/** Same options, where some of the model's settings are required. */
export type TargetOptionsWith<P extends Provider, A extends AuthKind, O> = Omit<TargetOptions<P, A, O>, "options"> & {
  readonly options: O;
};

/** Settings at Anthropic. */
export interface AnthropicModelOptions extends CommonModelOptions {
  /** Value of the `anthropic-version` header. @default "2023-06-01" */
  readonly version?: string;
}

/** Settings at Azure OpenAI. */
export interface AzureModelOptions extends CommonModelOptions {
  /** Name of the Azure resource: the first part of its host name. */
  readonly instance: string;
  /** Name of the deployment. */
  readonly deploymentId: string;
  /** `api-version`; one in the client's query wins. @default "2023-05-15" */
  readonly apiVersion?: string;
}

/** Settings of AWS Bedrock itself. */
export interface BedrockSettings {
  /** AWS region of the model. @default the region of the environment */
  readonly region?: string;
  /** IAM role to assume. @default - none */
  readonly assumeRoleArn?: string;
  /** Session name of the assumed role. @default a fixed name */
  readonly roleSessionName?: string;
  /** STS endpoint that hands out the assumed role. @default the region's own */
  readonly stsEndpointUrl?: string;
  /** S3 prefix of the input and results of batch jobs. @default - none */
  readonly batchBucketPrefix?: string;
  /** IAM role that is handed to a batch job. @default the role that the request names */
  readonly batchRoleArn?: string;
  /** Whether vectors have length one. @default false */
  readonly embeddingsNormalize?: boolean | IResolvable;
  /** Forces this `performanceConfig.latency`. @default - the client decides */
  readonly performanceConfigLatency?: string;
  /** S3 prefix of generated videos. @default - none; needed for video */
  readonly videoOutputS3Uri?: string;
}

/** Settings at AWS Bedrock. */
export interface BedrockModelOptions extends CommonModelOptions, BedrockSettings {}

/** Settings at Cohere. */
export interface CohereModelOptions extends CommonModelOptions {
  /** What the vectors will be used for. @default "classification" */
  readonly embeddingInputType?: CohereInputType;
  /** Whether to wait until the model is loaded. @default - the provider decides */
  readonly waitForModel?: boolean | IResolvable;
}

/** Settings at Alibaba Cloud. */
export interface DashscopeModelOptions extends CommonModelOptions {
  /** Whether the international host is used instead of the one in mainland China. @default true */
  readonly international?: boolean | IResolvable;
}

/** Settings at Databricks. */
export interface DatabricksModelOptions extends CommonModelOptions {
  /** Workspace part of the host name, e.g. `dbc-0123abcd-45ef`. @default - none; needed unless `upstreamUrl` is given */
  readonly workspaceInstanceId?: string;
}

/** Settings of Vertex, which replaces Google's public API where they are given; the three go together. */
export interface VertexSettings {
  /** Host name of the region. @default - Google's public API */
  readonly apiEndpoint?: string;
  /** Google Cloud project. @default - none */
  readonly projectId?: string;
  /** Google Cloud location. @default - none */
  readonly locationId?: string;
}

/** Settings at Google. */
export interface GeminiModelOptions extends CommonModelOptions, VertexSettings {
  /** Endpoint of a Model Garden deployment. @default - Google's published models */
  readonly endpointId?: string;
}

/** Settings of Hugging Face itself. */
export interface HuggingfaceSettings {
  /** Whether a cached answer may be used. @default - the provider decides */
  readonly useCache?: boolean | IResolvable;
  /** Whether to wait until the model is loaded. @default - the provider decides */
  readonly waitForModel?: boolean | IResolvable;
}

/** Settings at Hugging Face. */
export interface HuggingfaceModelOptions extends CommonModelOptions, HuggingfaceSettings {}

/** Settings of a self-hosted Llama server. */
export interface Llama2ModelOptions extends CommonModelOptions {
  /** Wire format of the server. */
  readonly format: Llama2Format;
  /** Complete URL of the server, path included. */
  readonly upstreamUrl: string;
}

/** Settings at Mistral. */
export interface MistralModelOptions extends CommonModelOptions {
  /** Wire format of the server; the hosted one speaks "openai". @default "openai" */
  readonly format?: MistralFormat;
}

/** Settings of a server that has no address of its own. */
export interface SelfHostedModelOptions extends CommonModelOptions {
  /** URL of the server. */
  readonly upstreamUrl: string;
}

/** Credentials that are placed as a text. */
export type TextAuth = "header" | "query" | "body";

/** Options of each provider's targets. */
export interface TargetOptionsByProvider {
  readonly anthropic: TargetOptions<"anthropic", TextAuth, AnthropicModelOptions>;
  readonly azure: TargetOptionsWith<"azure", TextAuth | "azure", AzureModelOptions>;
  readonly bedrock: TargetOptions<"bedrock", "aws" | "header", BedrockModelOptions>;
  readonly cerebras: TargetOptions<"cerebras", TextAuth, CommonModelOptions>;
  readonly cohere: TargetOptions<"cohere", TextAuth, CohereModelOptions>;
  readonly dashscope: TargetOptions<"dashscope", TextAuth, DashscopeModelOptions>;
  readonly databricks: TargetOptions<"databricks", TextAuth, DatabricksModelOptions>;
  readonly deepseek: TargetOptions<"deepseek", TextAuth, CommonModelOptions>;
  readonly gemini: TargetOptions<"gemini", TextAuth | "gcp", GeminiModelOptions>;
  readonly huggingface: TargetOptions<"huggingface", TextAuth, HuggingfaceModelOptions>;
  readonly llama2: TargetOptionsWith<"llama2", TextAuth, Llama2ModelOptions>;
  readonly mistral: TargetOptions<"mistral", TextAuth, MistralModelOptions>;
  readonly ollama: TargetOptionsWith<"ollama", TextAuth, SelfHostedModelOptions>;
  readonly openai: TargetOptions<"openai", TextAuth, CommonModelOptions>;
  readonly vllm: TargetOptionsWith<"vllm", TextAuth, SelfHostedModelOptions>;
  readonly xai: TargetOptions<"xai", TextAuth, CommonModelOptions>;
}
