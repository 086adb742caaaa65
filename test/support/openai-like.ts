/** Providers that speak OpenAI's dialect, and a target of each. */
import { PROVIDERS } from "../../config/schema/vocabulary";
import { SERVED_MATRIX } from "../../config/served-matrix";

/** What the rules and the matrix ask of some. */
const OPTIONS: Readonly<Record<string, object>> = {
  azure: { azure_instance: "i", azure_deployment_id: "d", azure_api_version: "2024-10-21" },
  llama2: { llama2_format: "openai" },
  mistral: { mistral_format: "openai" },
};

/** Those that serve a route type. */
export const likeProviders = (routeType = "llm/v1/chat"): readonly string[] =>
  PROVIDERS.filter((provider) =>
    SERVED_MATRIX.some((row) => row.provider === provider && row.routeType === routeType && row.form === "same dialect"),
  );

/** A target of such a provider at an upstream of ours. */
export function likeTarget(
  provider: string,
  upstreamUrl: string,
  {
    options,
    model,
    routeType = "llm/v1/chat",
    ...more
  }: { options?: object; model?: object; routeType?: string; [key: string]: unknown } = {},
): object {
  return {
    route_type: routeType,
    auth: { header_name: provider === "azure" ? "api-key" : "Authorization", header_value: "Bearer ours" },
    model: { provider, name: "m-1", options: { ...OPTIONS[provider], upstream_url: upstreamUrl, ...options }, ...model },
    ...more,
  };
}
