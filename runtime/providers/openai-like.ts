import { meets, servedRow } from "../../config/served-matrix";
import type { Provider as ProviderName, RouteType } from "../../config/types.generated";
import type { Codec } from "../codecs/codec";
import { PassThrough } from "../codecs/pass-through";
import { PassingEmbeddings, type EmbeddingsTraits } from "../dialects/openai/embeddings";
import { PassingOpenAi, readRefusal, type PassingTraits } from "../dialects/openai";
import type { UpstreamUrl } from "./endpoint";
import type { Provider, Service, Traits } from "./provider";
import { serviceAt, type Origin } from "./service";

/** A provider that speaks OpenAI's dialect. Each value names its source. */
export interface OpenAiLike {
  readonly name: ProviderName;
  readonly origin: Origin;
  /** The path of each surface that it serves; `preserve` needs none. */
  readonly paths: Readonly<Partial<Record<RouteType, string>>>;
  /** What `upstream_url` names. Default: `whole`. */
  readonly upstreamUrl?: UpstreamUrl;
  /** What it makes of requests. */
  readonly requests: PassingTraits;
  /** Whether the stream of a chat or completion can be asked for its usage by `stream_options`. Default: true. */
  readonly usageInStreams?: Traits["usageInStreams"];
  /** What it makes of requests for embeddings; undefined if it serves none. */
  readonly embeddings?: EmbeddingsTraits;
  /** How its models continue a text of the assistant. Default: they do not. */
  readonly prefill?: Traits["prefill"];
}

/** How a surface of OpenAI's API passes between a client and a provider that both speak it. */
const codecs = ({ requests, embeddings }: Pick<OpenAiLike, "requests" | "embeddings">): Readonly<Partial<Record<RouteType, Codec>>> => {
  const passing = new PassingOpenAi(requests);
  return {
    "llm/v1/chat": passing,
    "llm/v1/completions": passing,
    ...(embeddings !== undefined && { "llm/v1/embeddings": new PassingEmbeddings(embeddings) }),
  };
};

const noPrefill: Traits["prefill"] = () => undefined;

/** What providers of OpenAI's dialect have in common. */
export const traitsOf = (usageInStreams: Traits["usageInStreams"], prefill: Traits["prefill"] = noPrefill): Traits => ({
  usageInStreams,
  prefill,
});

/** The provider of a row. What it serves under which options says `config/served-matrix.ts`. */
export function openAiLike(row: OpenAiLike): Provider {
  const { name, origin, paths, upstreamUrl } = row;
  const service = serviceAt(origin, traitsOf(row.usageInStreams ?? true, row.prefill), upstreamUrl);
  const services = new Map<RouteType, Service>([["preserve", service(new PassThrough(readRefusal), undefined)]]);
  for (const [routeType, codec] of Object.entries(codecs(row)) as [RouteType, Codec][]) {
    const path = paths[routeType];
    if (path !== undefined) services.set(routeType, service(codec, path));
  }
  return {
    name,
    serve: ({ routeType }, { model }) => (meets(servedRow(name, routeType)?.when, model.options) ? services.get(routeType) : undefined),
    credential: ({ auth }, registry) => registry.placed(auth),
  };
}
