/**
 * The target whose description is nearest to the prompt serves it. The vectors are kept in a Redis that is deployed beside the gateway. This version's
 * gateway does not serve the algorithm yet: `signalbox check` says so, and the route answers 501.
 */
import { App, LocalBackend, TerraformStack } from "cdktf";
import { AiProxyAdvanced, Auth, Balancer, Embeddings, Gateway, Platform, Secret, Target, VectorDb } from "../index";

const app = new App();
const stack = new TerraformStack(app, "semantic-routing");
new LocalBackend(stack, { path: "terraform.tfstate" });

const gateway = new Gateway(stack, "Gateway", { platform: Platform.docker({ port: 8000 }) });
const openai = Auth.bearer(Secret.file("secrets/openai.key"));
const mistral = Auth.bearer(Secret.file("secrets/mistral.key"));

new AiProxyAdvanced(stack, "Chat", {
  route: gateway.route("chat", { paths: ["/chat"] }),
  balancer: Balancer.semantic({
    embeddings: Embeddings.openai("text-embedding-3-small", { auth: openai }),
    vectorDb: VectorDb.redisContainer(gateway, "Vectors", { dimensions: 1536, distanceMetric: "cosine", threshold: 0.75 }),
  }),
  targets: [
    Target.openai("gpt-4o", { auth: openai, description: "mathematics, algebra, proofs" }),
    Target.openai("gpt-4o-mini", { auth: openai, description: "cooking, recipes, food" }),
    Target.mistral("mistral-large-latest", { auth: mistral, description: Target.CATCHALL }),
  ],
});

app.synth();
