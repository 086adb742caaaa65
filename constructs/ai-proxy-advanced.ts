import type { Construct } from "constructs";
import type { AiProxyAdvancedInput } from "../config/types.generated";
import { AiPlugin } from "./ai-plugin";
import { Balancer } from "./balancer";
import type { SemanticBalancer } from "./balancer";
import { readKong } from "./from-kong";
import type { FromKong, FromKongFile } from "./from-kong";
import { lowerOptions, mergeTrees, omit, plainOptions } from "./options";
import type { AiProxyAdvancedFields, ExtensionsFields } from "./props.generated";
import { Resilience } from "./resilience";
import type { Route } from "./route";
import { SharedState } from "./shared-state";
import { Target } from "./target";
import type { DescribedTarget } from "./target";
import { Misuse } from "./tree";
import type { Tree } from "./tree";

/** What a target has to be for a balancer: one with a description where prompts are compared with it. */
export type TargetFor<B extends Balancer> = B extends SemanticBalancer ? DescribedTarget : Target;

/** Properties of {@link AiProxyAdvanced}. Names, units and defaults are Kong's. */
export interface AiProxyAdvancedProps<B extends Balancer = Balancer>
  extends
    Omit<AiProxyAdvancedFields, "balancer" | "embeddings" | "extensions" | "targets" | "vectordb">,
    Pick<ExtensionsFields, "allowedOrigins"> {
  /** The route that is served. */
  readonly route: Route;
  /** How a target is chosen, and what happens when it fails. @default Balancer.roundRobin() */
  readonly balancer?: B;
  /** How requests outlive failing targets, beyond Kong; the balancer's own options win. @default - what Kong does */
  readonly resilience?: Resilience;
  /** Where circuit breakers and usage are kept for all gateways together. @default - each process goes by what it saw itself */
  readonly sharedState?: SharedState;
  /** The models that serve the route; at least one. */
  readonly targets: readonly TargetFor<B>[];
}

const PLUGIN = "ai-proxy-advanced";

/** Options of the plugin itself, which both AI plugins have. */
export const PLUGIN_OPTIONS = plainOptions(["genaiCategory", "llmFormat", "maxRequestBodySize", "modelNameHeader", "responseStreaming"]);

/** Several models behind one route: balanced, with retries and failover. Kong's `ai-proxy-advanced`. */
export class AiProxyAdvanced<B extends Balancer = Balancer> extends AiPlugin {
  /**
   * A configuration in Kong's own form, checked in the same way.
   *
   * @throws Error if a text or file cannot be read.
   */
  static fromKong(
    scope: Construct,
    id: string,
    props: { readonly route: Route } & (FromKong<AiProxyAdvancedInput> | FromKongFile),
  ): AiPlugin {
    return new ImportedAiProxyAdvanced(scope, id, props.route, readKong(PLUGIN, props));
  }

  constructor(scope: Construct, id: string, props: AiProxyAdvancedProps<B>) {
    super(scope, id, PLUGIN, props.route, lower(props));
  }
}

class ImportedAiProxyAdvanced extends AiPlugin {
  constructor(scope: Construct, id: string, route: Route, tree: Tree) {
    super(scope, id, PLUGIN, route, tree);
  }
}

function lower<B extends Balancer>(props: AiProxyAdvancedProps<B>): Tree {
  const { allowedOrigins, balancer, resilience, sharedState, targets } = props;
  const rest = omit(props, "route", "allowedOrigins", "balancer", "resilience", "sharedState", "targets");
  return {
    ...lowerOptions("AiProxyAdvanced", { ...PLUGIN_OPTIONS, acls: "acls" }, rest),
    ...mergeTrees(lowerOrigins(allowedOrigins), lowerResilience(resilience), lowerSharedState(sharedState), lowerBalancer(balancer)),
    targets: Array.isArray(targets) ? (targets as readonly unknown[]).map(lowerTarget) : targets,
  };
}

function lowerOrigins(origins: unknown): Tree {
  return origins === undefined ? {} : { extensions: { allowed_origins: origins } };
}

function lowerResilience(resilience: unknown): Tree {
  if (resilience === undefined) return {};
  if (resilience instanceof Resilience) return resilience._toKong();
  return {
    resilience: new Misuse(`must be a Resilience, but a ${typeof resilience} was given. Use Resilience.recommended() or Resilience.of(…).`),
  };
}

function lowerSharedState(state: unknown): Tree {
  if (state === undefined) return {};
  if (state instanceof SharedState) return state._toKong();
  return {
    sharedState: new Misuse(`must be a SharedState, but a ${typeof state} was given. Use SharedState.redis(…) or another factory.`),
  };
}

function lowerBalancer(balancer: unknown): Tree {
  if (balancer === undefined) return {};
  if (balancer instanceof Balancer) return balancer._toKong();
  return { balancer: new Misuse(`must be a Balancer, but a ${typeof balancer} was given. Use Balancer.roundRobin() or another factory.`) };
}

function lowerTarget(target: unknown): Tree | Misuse {
  if (target instanceof Target) return target._toKong();
  return new Misuse(`must be a Target, but a ${typeof target} was given. Use Target.openai("…") or another factory.`);
}
