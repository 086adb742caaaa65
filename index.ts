export { AiPlugin, type AiPluginName } from "./constructs/ai-plugin";
export { AiProxy, type AiProxyProps } from "./constructs/ai-proxy";
export { AiProxyAdvanced, type AiProxyAdvancedProps, type TargetFor } from "./constructs/ai-proxy-advanced";
export {
  Auth,
  type AuthKind,
  type AwsAuthOptions,
  type AzureAuthOptions,
  type GcpAuthOptions,
  type TextAuthOptions,
} from "./constructs/auth";
export {
  Balancer,
  SemanticBalancer,
  type AccuracyOptions,
  type BalancerOptions,
  type ConsistentHashingOptions,
  type LowestLatencyOptions,
  type LowestUsageOptions,
  type SemanticOptions,
  type UsageOptions,
} from "./constructs/balancer";
export { CloudAuth, type AwsCloudAuthOptions, type AzureCloudAuthOptions, type GcpCloudAuthOptions } from "./constructs/cloud-auth";
export { Delivery } from "./constructs/delivery";
export type { StoreOptions } from "./constructs/deployment";
export { Embeddings, type EmbeddingsModelSettings, type EmbeddingsOptions } from "./constructs/embeddings";
export type { FromKong, FromKongFile } from "./constructs/from-kong";
export { Gateway, type GatewayProps } from "./constructs/gateway";
export { Judge, type JudgeOptions } from "./constructs/judge";
export { Platform } from "./constructs/platform";
export type { DockerOptions } from "./constructs/platforms/docker-options";
export { Policies, type Policy } from "./constructs/policies";
export type { RedisConnection } from "./constructs/redis";
export { Resilience, type ResilienceOptions } from "./constructs/resilience";
export { Route, type RoutePlugin, type RouteProps } from "./constructs/route";
export { Secret, type SecretSource } from "./constructs/secret";
export { SharedState } from "./constructs/shared-state";
export { Target, type DescribedTarget } from "./constructs/target";
export type * from "./constructs/target-options";
export { VectorDb, type ContainerStoreOptions, type PgvectorOptions, type RedisOptions, type VectorOptions } from "./constructs/vector-db";
export type {
  AiProxyAdvancedConfig,
  AiProxyAdvancedInput,
  AiProxyConfig,
  AiProxyInput,
  Algorithm,
  FailoverCriterion,
  LlmFormat,
  Provider,
  RouteType,
} from "./config/types.generated";
