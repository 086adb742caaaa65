import { AiProxyAdvanced, Auth, Balancer, CloudAuth, Embeddings, Judge, Resilience, SharedState, Target, VectorDb } from "../../index";
import type { AiProxyAdvancedProps } from "../../index";
import { KEY, gatewayStack, problems } from "./support";

/** What somebody writes whom no compiler stops. */
const untyped = (value: unknown) => value as never;
const good = Target.openai("gpt-4o");
const embeddings = Embeddings.openai("text-embedding-3-small");
const vectorDb = VectorDb.redis({ host: "vectors", dimensions: 3, distanceMetric: "cosine" });

type Case = readonly [name: string, props: Partial<AiProxyAdvancedProps>, path: string, text: string];

const CASES: readonly Case[] = [
  [
    "a secret as a text",
    { targets: [Target.openai("m", { auth: Auth.bearer(untyped("hunter2")) })] },
    "targets[0].auth.header_value",
    "must be a Secret",
  ],
  [
    "a secret option as a text",
    { targets: [Target.bedrock("m", { auth: Auth.aws({ secretAccessKey: untyped("hunter2") }) })] },
    "targets[0].auth.aws_secret_access_key",
    "must be a Secret",
  ],
  ["a credential that is none", { targets: [Target.openai("m", { auth: untyped("hunter2") })] }, "targets[0].auth", "must be an Auth"],
  [
    "another cloud's credential",
    { targets: [Target.openai("m", { auth: untyped(Auth.aws()) })] },
    "targets[0].auth",
    "but Auth.aws was given",
  ],
  [
    "another provider's setting",
    { targets: [Target.openai("m", { options: untyped({ region: "eu" }) })] },
    "targets[0].model.options.region",
    "Target.openai({ options }) has no",
  ],
  ["a misspelt option", { targets: [Target.openai("m", untyped({ wieght: 3 }))] }, "targets[0].wieght", 'Did you mean "weight"?'],
  [
    "an operation that the provider lacks",
    { targets: [Target.deepseek("m", { routeType: untyped("llm/v1/embeddings") })] },
    "targets[0].route_type",
    "must be one that deepseek serves",
  ],
  [
    "an operation that nobody has",
    { targets: [Target.openai("m", { routeType: untyped("llm/v1/chats") })] },
    "targets[0].route_type",
    'Did you mean "llm/v1/chat"?',
  ],
  [
    "another algorithm's setting",
    { balancer: Balancer.roundRobin(untyped({ tokensCountStrategy: "cost" })) },
    "balancer.tokensCountStrategy",
    "Balancer.roundRobin has no option",
  ],
  [
    "semantic without embeddings",
    { balancer: Balancer.semantic(untyped({ vectorDb })), targets: [good] },
    "embeddings",
    "must be an Embeddings",
  ],
  ["semantic without a store", { balancer: Balancer.semantic(untyped({ embeddings })), targets: [good] }, "vectordb", "must be a VectorDb"],
  [
    "semantic without a description",
    { balancer: Balancer.semantic({ embeddings, vectorDb }), targets: [good] },
    "targets[0].description",
    "must be given",
  ],
  ["a balancer that is none", { balancer: untyped("round-robin") }, "balancer", "must be a Balancer"],
  ["a target that is none", { targets: [good, untyped("gpt-4o")] }, "targets[1]", "must be a Target"],
  ["targets that are no list", { targets: untyped("gpt-4o") }, "targets", "must be"],
  ["no targets at all", { targets: untyped(undefined) }, "targets", "must be given"],
  ["an unknown property", untyped({ llmformat: "openai" }), "llmformat", 'Did you mean "llmFormat"?'],
  ["Azure without its place", { targets: [Target.azure("m", untyped({}))] }, "targets[0].model.options.azure_instance", "must be given"],
  [
    "a store's password as a text",
    {
      balancer: Balancer.semantic({
        embeddings,
        vectorDb: VectorDb.redis(untyped({ dimensions: 3, distanceMetric: "cosine", password: "hunter2" })),
      }),
    },
    "vectordb.redis.password",
    "must be a Secret",
  ],
  [
    "a store's credentials that are none",
    {
      balancer: Balancer.semantic({
        embeddings,
        vectorDb: VectorDb.redis({ dimensions: 3, distanceMetric: "cosine", cloudAuth: untyped({}) }),
      }),
    },
    "vectordb.redis.cloud_authentication",
    "must be a CloudAuth",
  ],
  [
    "a store's wrong setting",
    {
      balancer: Balancer.semantic({
        embeddings,
        vectorDb: VectorDb.pgvector(untyped({ dimensions: 3, distanceMetric: "cosine", sentinelRole: "any" })),
      }),
    },
    "vectordb.sentinelRole",
    "VectorDb.pgvector has no option",
  ],
  [
    "a judge beside another algorithm",
    { balancer: Balancer.roundRobin(untyped({ judge: Judge.of(good) })) },
    "balancer.judge",
    "has no option",
  ],
  [
    "a judge beside another strategy",
    { balancer: Balancer.lowestUsage(untyped({ tokensCountStrategy: "cost", judge: Judge.of(good) })) },
    "extensions.judge",
    'must stand beside tokensCountStrategy "llm-accuracy", but "cost" was given.',
  ],
  [
    "a judge beside no strategy",
    { balancer: Balancer.lowestUsage(untyped({ judge: Judge.of(good) })) },
    "extensions.judge",
    "but none was given",
  ],
  [
    "a judge that is none",
    { balancer: Balancer.lowestUsage({ tokensCountStrategy: "llm-accuracy", judge: untyped("gpt-4o") }) },
    "extensions.judge",
    "must be a Judge",
  ],
  [
    "a judge's target that is none",
    { balancer: Balancer.lowestUsage({ tokensCountStrategy: "llm-accuracy", judge: Judge.of(untyped("gpt-4o")) }) },
    "extensions.judge.target",
    "must be a Target",
  ],
  [
    "a judge's misspelt option",
    { balancer: Balancer.lowestUsage({ tokensCountStrategy: "llm-accuracy", judge: Judge.of(good, untyped({ samples: 1 })) }) },
    "extensions.judge.samples",
    'Did you mean "sample"?',
  ],
  ["a resilience that is none", { resilience: untyped({ deadline: 5 }) }, "resilience", "must be a Resilience"],
  [
    "a resilience's misspelt option",
    { resilience: Resilience.of(untyped({ deadLine: 5 })) },
    "extensions.deadLine",
    'Did you mean "deadline"?',
  ],
  [
    "a balancer's option in a resilience",
    { resilience: Resilience.recommended(untyped({ retries: 3 })) },
    "extensions.retries",
    "has no option",
  ],
  ["extensions in Kong's form", untyped({ extensions: { deadline: 5 } }), "extensions", "AiProxyAdvanced has no option"],
  ["a shared state that is none", { sharedState: untyped("redis") }, "sharedState", "must be a SharedState"],
  [
    "a shared state's password as a text",
    { sharedState: SharedState.redis(untyped({ password: "hunter2" })) },
    "extensions.redis.password",
    "must be a Secret",
  ],
  [
    "a shared state's login that is not served",
    { sharedState: SharedState.redis(untyped({ cloudAuth: CloudAuth.gcp() })) },
    "extensions.redis.cloudAuth",
    "SharedState.redis has no option",
  ],
];

describe("what no compiler stopped fails at synth", () => {
  it.each(CASES)("%s", (_, props, path, text) => {
    const { stack, gateway } = gatewayStack();
    new AiProxyAdvanced(stack, "Chat", { route: gateway.route("chat", { paths: ["/chat"] }), targets: [good], ...props });
    const found = problems(stack);
    expect(found).toContainEqual(expect.stringContaining(`[test/Chat] ${path} `));
    expect(found.find((line) => line.startsWith(`[test/Chat] ${path} `))).toContain(text);
    expect(found.join("\n")).not.toContain("hunter2");
  });

  it("keeps right ones apart from it", () => {
    const { stack, gateway } = gatewayStack();
    const redis = VectorDb.redis({
      dimensions: 3,
      distanceMetric: "cosine",
      cloudAuth: CloudAuth.aws({ cacheName: "vec", region: "eu-west-1" }),
      password: KEY,
    });
    new AiProxyAdvanced(stack, "Chat", {
      route: gateway.route("chat", { paths: ["/chat"] }),
      balancer: Balancer.semantic({ embeddings, vectorDb: redis }),
      targets: [Target.openai("gpt-4o", { description: "all" })],
    });
    expect(problems(stack)).toEqual([]);
  });
});
