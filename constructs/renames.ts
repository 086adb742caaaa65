import type { Provider } from "../config/types.generated";
import type { OptionTable } from "./options";
import { plainOptions } from "./options";

/**
 * Every name that is not Kong's name in camelCase at Kong's place: a factory that already says the provider or the store makes a prefix or
 * a level superfluous. Option → path in Kong's record (`model.options`, `vectordb.redis.cloud_authentication`, …).
 */
export const RENAMES = {
  anthropic: { version: "anthropic_version" },
  azure: { instance: "azure_instance", deploymentId: "azure_deployment_id", apiVersion: "azure_api_version" },
  bedrock: {
    region: "bedrock.aws_region",
    assumeRoleArn: "bedrock.aws_assume_role_arn",
    roleSessionName: "bedrock.aws_role_session_name",
    stsEndpointUrl: "bedrock.aws_sts_endpoint_url",
    batchBucketPrefix: "bedrock.batch_bucket_prefix",
    batchRoleArn: "bedrock.batch_role_arn",
    embeddingsNormalize: "bedrock.embeddings_normalize",
    performanceConfigLatency: "bedrock.performance_config_latency",
    videoOutputS3Uri: "bedrock.video_output_s3_uri",
  },
  cerebras: {},
  cohere: { embeddingInputType: "cohere.embedding_input_type", waitForModel: "cohere.wait_for_model" },
  dashscope: { international: "dashscope.international" },
  databricks: { workspaceInstanceId: "databricks.workspace_instance_id" },
  deepseek: {},
  gemini: {
    apiEndpoint: "gemini.api_endpoint",
    projectId: "gemini.project_id",
    locationId: "gemini.location_id",
    endpointId: "gemini.endpoint_id",
  },
  huggingface: { useCache: "huggingface.use_cache", waitForModel: "huggingface.wait_for_model" },
  llama2: { format: "llama2_format" },
  mistral: { format: "mistral_format" },
  ollama: {},
  openai: {},
  vllm: {},
  xai: {},
} as const satisfies Readonly<Record<Provider, OptionTable>>;

/** Renames of embedding models, whose records differ from the targets' at some providers. Paths in `embeddings.model.options`. */
export const EMBEDDINGS_RENAMES = {
  azure: { instance: "azure.instance", deploymentId: "azure.deployment_id", apiVersion: "azure.api_version" },
  bedrock: RENAMES.bedrock,
  gemini: { apiEndpoint: "gemini.api_endpoint", projectId: "gemini.project_id", locationId: "gemini.location_id" },
  huggingface: RENAMES.huggingface,
  mistral: {},
  ollama: {},
  openai: {},
} as const satisfies Readonly<Record<string, OptionTable>>;

/** Renames of a managed Redis's credentials. Paths in `vectordb.redis.cloud_authentication`. */
export const CLOUD_AUTH_RENAMES = {
  aws: {
    cacheName: "aws_cache_name",
    region: "aws_region",
    isServerless: "aws_is_serverless",
    accessKeyId: "aws_access_key_id",
    secretAccessKey: "aws_secret_access_key",
    assumeRoleArn: "aws_assume_role_arn",
    roleSessionName: "aws_role_session_name",
  },
  azure: { clientId: "azure_client_id", clientSecret: "azure_client_secret", tenantId: "azure_tenant_id" },
  gcp: { serviceAccountJson: "gcp_service_account_json" },
} as const satisfies Readonly<Record<string, OptionTable>>;

/** Renames of provider credentials. Paths in `auth`. */
export const AUTH_RENAMES = {
  text: { allowOverride: "allow_override" },
  aws: { accessKeyId: "aws_access_key_id", secretAccessKey: "aws_secret_access_key" },
  azure: {
    clientId: "azure_client_id",
    clientSecret: "azure_client_secret",
    tenantId: "azure_tenant_id",
    useManagedIdentity: "azure_use_managed_identity",
  },
  gcp: { serviceAccountJson: "gcp_service_account_json", metadataUrl: "gcp_metadata_url", oauthTokenUrl: "gcp_oauth_token_url" },
} as const satisfies Readonly<Record<string, OptionTable>>;

/** Settings of a model that every target takes under Kong's own name. */
export const COMMON_MODEL_OPTIONS: OptionTable = plainOptions([
  "cacheReadCost",
  "cacheWriteCost",
  "cacheWriteCostList",
  "contextWindowFactor",
  "embeddingsDimensions",
  "inputCost",
  "maxTokens",
  "outputCost",
  "serviceTierFactor",
  "temperature",
  "topK",
  "topP",
  "upstreamPath",
  "upstreamUrl",
]);
