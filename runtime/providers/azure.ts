import type { ModelOptions, RouteType, TargetConfig } from "../../config/types.generated";
import type { Ask } from "../codecs/ask";
import type { Codec } from "../codecs/codec";
import { PassThrough } from "../codecs/pass-through";
import type { TellModel } from "../codecs/require-model";
import { entraCredential } from "../credentials/entra";
import { memberAnywhere, PassingOpenAi, readRefusal, type PassingTraits } from "../dialects/openai";
import { PassingEmbeddings, type EmbeddingsTraits } from "../dialects/openai/embeddings";
import { endpointOf } from "./endpoint";
import { traitsOf } from "./openai-like";
import type { Provider, Service, Traits } from "./provider";
import { configuredWins } from "./query";

/** Azure OpenAI refuses what OpenAI refuses. Source: Azure OpenAI REST API reference. */
export const AZURE_REQUESTS: PassingTraits = { refuses: ["top_k"] };

/** What a token of Entra is for. Source: Azure OpenAI, "Configure Azure OpenAI with Microsoft Entra ID". */
const RESOURCE = "https://cognitiveservices.azure.com";

const VERSION = "api-version";

/** Versions of the v1 API, which has no dates. Source: Azure OpenAI, "API version lifecycle". */
const V1_VERSIONS: ReadonlySet<string> = new Set(["v1", "preview"]);

/** The first version of chats that knows `stream_options`. Source: Azure REST API specifications, cognitiveservices, AzureOpenAI. */
const USAGE_SINCE = "2024-09-01";

/** Paths below a deployment, or below `/openai/v1`. Source: Azure OpenAI REST API reference. */
const PATHS: Readonly<Partial<Record<RouteType, string>>> = {
  "llm/v1/chat": "/chat/completions",
  "llm/v1/completions": "/completions",
  "llm/v1/embeddings": "/embeddings",
};

/** What Azure OpenAI makes of embeddings. Source: Azure OpenAI, "How to generate embeddings"; its v1 API names the limit of tokens. */
export const AZURE_EMBEDDINGS: EmbeddingsTraits = {
  maxInputs: 2048,
  maxTokens: 300_000,
  base64: true,
  dimensions: "dimensions",
  tokens: true,
  refuses: [],
};

/** What passes on each surface if this is how the model is told. */
function codecs(model: TellModel): (type: RouteType) => Codec {
  const passing = new PassingOpenAi({ ...AZURE_REQUESTS, model });
  const embeddings = new PassingEmbeddings({ ...AZURE_EMBEDDINGS, model });
  return (type) => (type === "llm/v1/embeddings" ? embeddings : passing);
}

const host = ({ azure_instance }: ModelOptions): string => `https://${azure_instance ?? ""}.openai.azure.com`;

/** The value of a part of a query that is a version; undefined for any other. Names are read as Azure reads them: decoded, in any case. */
function versionOf(part: string): string | undefined {
  const end = part.indexOf("=");
  const name = end < 0 ? part : part.slice(0, end);
  if (!MAY_BE_VERSION.test(name)) return undefined;
  const [parameter] = new URLSearchParams(part);
  return parameter?.[0].toLowerCase() === VERSION ? parameter[1] : undefined;
}

/** Written out, or escaped. */
const MAY_BE_VERSION = /%|^api-version$/i;

/** The `api-version` of a query, of several the first; undefined if it has none. */
function versionIn(query: string): string | undefined {
  for (const part of query.split("&")) {
    const version = versionOf(part);
    if (version !== undefined) return version;
  }
  return undefined;
}

/** A query without a version, and this one behind it; what a query cannot hold is escaped. */
const withVersion = (query: string, version: string): string =>
  `${query === "" ? "" : `${query}&`}${new URL(`http://query/?${VERSION}=${version}`).search.slice(1)}`;

/** A query without its version; other parameters keep their bytes. */
const withoutVersion = (query: string): string =>
  query
    .split("&")
    .filter((part) => versionOf(part) === undefined)
    .join("&");

/** What differs between the API of deployments, which has dated versions, and the v1 API. */
interface Api {
  /** Path of a surface. */
  path(below: string, options: ModelOptions): string;
  /** The version that is asked for if neither the client nor `upstream_url` names one. */
  version(options: ModelOptions): string | undefined;
  /** Whether a version of the client's means something on its paths. */
  knows(version: string): boolean;
  codec(type: RouteType): Codec;
  readonly usageInStreams: Traits["usageInStreams"];
}

/** Chats over one's own data know no `stream_options`. Source: github.com/openai/openai-python/issues/2296. */
const hasOwnData = (ask: Ask): boolean => memberAnywhere(ask, "data_sources") !== undefined;

const DEPLOYMENTS: Api = {
  path: (below, { azure_deployment_id }) => `/openai/deployments/${azure_deployment_id ?? ""}${below}`,
  version: ({ azure_api_version }) => azure_api_version,
  knows: () => true,
  // the path says which model it is
  codec: codecs(({ model }) => model),
  usageInStreams: (ask, query) => (versionIn(query) ?? "") >= USAGE_SINCE && !hasOwnData(ask),
};

const V1: Api = {
  path: (below) => `/openai/v1${below}`,
  version: ({ azure_api_version }) => (azure_api_version === "v1" ? undefined : azure_api_version),
  knows: (version) => V1_VERSIONS.has(version),
  // a deployment is what this API calls a model
  codec: codecs(({ model, options }) => options.azure_deployment_id ?? model),
  usageInStreams: (ask) => !hasOwnData(ask),
};

function servicesOf(api: Api): ReadonlyMap<RouteType, Service> {
  const traits = traitsOf(api.usageInStreams);
  const service = (codec: Codec, below: string | undefined): Service => ({
    codec,
    traits,
    addressedByCall: false,
    address(options) {
      const endpoint = endpointOf(host(options), below === undefined ? undefined : api.path(below, options), options);
      const version = versionIn(endpoint.query) === undefined ? api.version(options) : undefined;
      return version === undefined ? endpoint : { ...endpoint, query: withVersion(endpoint.query, version) };
    },
    query(client, configured) {
      const version = versionIn(client);
      if (version === undefined) return configuredWins(client, configured);
      const wins = below === undefined || api.knows(version);
      return wins ? configuredWins(client, withoutVersion(configured)) : configuredWins(withoutVersion(client), configured);
    },
  });
  return new Map<RouteType, Service>([
    ["preserve", service(new PassThrough(readRefusal), undefined)],
    ...(Object.entries(PATHS) as [RouteType, string][]).map(([type, below]): [RouteType, Service] => [
      type,
      service(api.codec(type), below),
    ]),
  ]);
}

const deployments = servicesOf(DEPLOYMENTS);
const v1 = servicesOf(V1);

/** A template in the version stands for a dated one. */
const isV1 = ({ model }: TargetConfig): boolean => V1_VERSIONS.has(model.options?.azure_api_version ?? "");

/** Azure OpenAI. Source: Azure OpenAI REST API reference; Kong's driver, for whose `api-version` wins. */
export const azure: Provider = {
  name: "azure",
  serve: ({ routeType }, target) => (isV1(target) ? v1 : deployments).get(routeType),
  credential: ({ auth }, registry) => entraCredential(auth, RESOURCE, registry),
};
