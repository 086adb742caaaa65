import { Token } from "cdktf";
import type { Path } from "../../config/problem";
import { fieldAt, pluginField } from "../../config/schema/describe";
import type { Field } from "../../config/schema/describe";
import { EMBEDDINGS_PROVIDERS, PROVIDERS } from "../../config/schema/vocabulary";
import { camelName } from "../../constructs/names";
import type { OptionTable } from "../../constructs/options";
import { AUTH_RENAMES, CLOUD_AUTH_RENAMES, COMMON_MODEL_OPTIONS, EMBEDDINGS_RENAMES, RENAMES } from "../../constructs/renames";
import { AiProxyAdvanced, Auth, Balancer, CloudAuth, Embeddings, Judge, Resilience, SharedState, Target, VectorDb } from "../../index";
import { KEY, gatewayStack, pluginConfig, problems } from "./support";

const MODEL: Path = ["targets", 0, "model", "options"];
const EMBEDDINGS: Path = ["embeddings", "model", "options"];
const CLOUD: Path = ["vectordb", "redis", "cloud_authentication"];
const AUTH: Path = ["targets", 0, "auth"];

/** A value that only a deploy knows, of the field's kind; a secret field takes a secret. */
function tokenFor(field: Field | undefined): unknown {
  if (field === undefined) throw new Error("The table names a field that Kong does not have.");
  if (field.meta.secret === true) return KEY;
  const unknown = { resolve: () => "${var.x}" };
  if (field.kind === "integer" || field.kind === "number") return Token.asNumber(unknown);
  if (field.kind === "boolean") return Token.asAny(unknown);
  if (field.kind === "array" && field.item?.kind === "object") return [memberTokens(field.item)];
  if (field.kind === "array") return Token.asList(unknown);
  if (field.kind === "object") return memberTokens(field);
  return field.kind === "free" ? { any: Token.asString(unknown) } : Token.asString(unknown);
}

function memberTokens(field: Field, leaveOut: readonly string[] = []): Record<string, unknown> {
  const members = [...(field.fields ?? [])].filter(([name]) => !leaveOut.includes(name));
  return Object.fromEntries(members.map(([name, member]) => [camelName(name), tokenFor(member)]));
}

const optionTokens = (table: OptionTable, base: Path): Record<string, unknown> =>
  Object.fromEntries(
    Object.entries(table).map(([option, path]) => [option, tokenFor(fieldAt("ai-proxy-advanced", [...base, ...path.split(".")]))]),
  );

const at = (...path: Path): Field => fieldAt("ai-proxy-advanced", path)!;

/** Any static factory, with options that no type checks. */
const factory = (owner: object, name: string) => (owner as Record<string, (...args: readonly unknown[]) => never>)[name]!.bind(owner);

/** Paths of all fields below, records excluded; indices are 0. */
function leaves(field: Field, path: Path = []): readonly string[] {
  if (field.kind === "object") return [...field.fields!].flatMap(([name, member]) => leaves(member, [...path, name]));
  if (field.kind === "array" && field.item?.kind === "object") return leaves(field.item, [...path, 0]);
  return [path.join(".")];
}

/** Paths of all values below that the schema knows as leaves. */
function reached(value: unknown, all: ReadonlySet<string>, path: Path = []): readonly string[] {
  if (all.has(path.join("."))) return [path.join(".")];
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([name, member]) => reached(member, all, [...path, /^\d+$/.test(name) ? 0 : name]));
}

/** What rule 20 refuses: shared state is not served with it. */
const REFUSED = "extensions.redis.cloud_authentication.";

const ALL = new Set(leaves(pluginField("ai-proxy-advanced")).filter((path) => !path.startsWith(REFUSED)));
const ALGORITHM_OPTIONS: Readonly<Record<string, readonly string[]>> = {
  roundRobin: [],
  consistentHashing: ["hash_on_header"],
  leastConnections: [],
  lowestLatency: ["latency_strategy"],
  lowestUsage: ["tokens_count_strategy"],
  priority: [],
};
const OWN_OPTIONS = Object.values(ALGORITHM_OPTIONS).flat();

function balancer(name: string): Balancer {
  const leaveOut = ["algorithm", ...OWN_OPTIONS.filter((option) => !ALGORITHM_OPTIONS[name]!.includes(option))];
  return factory(Balancer, name)(memberTokens(at("balancer"), leaveOut));
}

const text = (): string => Token.asString({ resolve: () => "${var.x}" });
const override = { allowOverride: Token.asAny({ resolve: () => true }) } as never;
const auths = {
  header: Auth.header(text(), KEY, override),
  query: Auth.query(text(), KEY, override),
  body: Auth.body(text(), KEY, override),
  aws: factory(Auth, "aws")(optionTokens(AUTH_RENAMES.aws, AUTH)) as Auth,
  azure: factory(Auth, "azure")(optionTokens(AUTH_RENAMES.azure, AUTH)) as Auth,
  gcp: factory(Auth, "gcp")(optionTokens(AUTH_RENAMES.gcp, AUTH)) as Auth,
};
const CLOUD_OF: Readonly<Record<string, Auth>> = { azure: auths.azure, bedrock: auths.aws, gemini: auths.gcp };
const TEXTS = [auths.header, auths.query, auths.body];

const targets = PROVIDERS.map((provider, index): Target =>
  factory(Target, provider)(text(), {
    auth: CLOUD_OF[provider] ?? TEXTS[index % TEXTS.length],
    weight: Token.asNumber({ resolve: () => 1 }),
    description: text(),
    modelAlias: text(),
    routeType: text(),
    logging: memberTokens(at("targets", 0, "logging")),
    metadata: { any: text() },
    options: optionTokens({ ...COMMON_MODEL_OPTIONS, ...RENAMES[provider] }, MODEL),
  }),
);

const vectors = () => ({
  dimensions: Token.asNumber({ resolve: () => 3 }),
  distanceMetric: text(),
  threshold: Token.asNumber({ resolve: () => 0.5 }),
});
const stores: readonly VectorDb[] = [
  factory(VectorDb, "pgvector")({ ...vectors(), ...memberTokens(at("vectordb", "pgvector")) }),
  ...(["aws", "azure", "gcp"] as const).map((cloud): VectorDb => {
    const cloudAuth: CloudAuth = factory(CloudAuth, cloud)(optionTokens(CLOUD_AUTH_RENAMES[cloud], CLOUD));
    return factory(VectorDb, "redis")({ ...vectors(), ...memberTokens(at("vectordb", "redis"), ["cloud_authentication"]), cloudAuth });
  }),
];
const EMBEDDING_AUTH: Readonly<Record<string, Auth>> = { ...CLOUD_OF, mistral: auths.query };
const embeddings = EMBEDDINGS_PROVIDERS.map((provider): Embeddings =>
  factory(Embeddings, provider)(text(), {
    auth: EMBEDDING_AUTH[provider] ?? auths.header,
    options: optionTokens({ upstreamUrl: "upstream_url", ...EMBEDDINGS_RENAMES[provider] }, EMBEDDINGS),
  }),
);
const judges = targets.map((target) => Judge.of(target, memberTokens(at("extensions", "judge"), ["target"])));
const resilience: Resilience = factory(
  Resilience,
  "of",
)(memberTokens(at("extensions"), ["allowed_origins", "judge", "redis", "shared_state"]));
const NOT_ORIGINS = [...(at("extensions").fields?.keys() ?? [])].filter((name) => name !== "allowed_origins");
const sharedState: SharedState = factory(SharedState, "redis")(memberTokens(at("extensions", "redis"), ["cloud_authentication"]));
const balancers: readonly Balancer[] = [
  ...Object.keys(ALGORITHM_OPTIONS).map(balancer),
  ...judges.map((judge) => Balancer.lowestUsage({ tokensCountStrategy: "llm-accuracy", judge })),
  ...embeddings.map((model, index) => Balancer.semantic({ embeddings: model, vectorDb: stores[index % stores.length]! })),
];

const found = new Set<string>();

describe("with tokens in every property", () => {
  it.each(balancers.map((one, index) => [`${one.algorithm} ${index}`, one] as const))("%s is valid", (_, one) => {
    const { stack, gateway } = gatewayStack();
    new AiProxyAdvanced(stack, "Chat", {
      route: gateway.route("chat", { paths: Token.asList({ resolve: () => "${var.paths}" }) }),
      balancer: one as never,
      targets: targets as never,
      resilience,
      ...(memberTokens(at("extensions"), NOT_ORIGINS) as object),
      sharedState,
      ...(memberTokens(pluginField("ai-proxy-advanced"), ["balancer", "embeddings", "extensions", "targets", "vectordb"]) as object),
    });
    expect(problems(stack)).toEqual([]);
    for (const path of reached(pluginConfig(stack), ALL)) found.add(path);
  });

  it("every field of the schema has its place in the constructs", () => {
    expect([...ALL].filter((path) => !found.has(path))).toEqual([]);
  });
});

it("renames nothing that Kong does not have", () => {
  const places: readonly (readonly [OptionTable, Path])[] = [
    ...PROVIDERS.map((provider) => [RENAMES[provider], MODEL] as const),
    ...EMBEDDINGS_PROVIDERS.map((provider) => [EMBEDDINGS_RENAMES[provider], EMBEDDINGS] as const),
    ...Object.values(CLOUD_AUTH_RENAMES).map((table) => [table, CLOUD] as const),
    ...Object.values(AUTH_RENAMES).map((table) => [table, AUTH] as const),
  ];
  const unknown = places.flatMap(([table, base]) =>
    Object.values(table).filter((path) => fieldAt("ai-proxy-advanced", [...base, ...path.split(".")]) === undefined),
  );
  expect(unknown).toEqual([]);
});
