import { AiProxyAdvanced, Auth, Balancer, CloudAuth, Embeddings, Target, VectorDb } from "../../index";
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
