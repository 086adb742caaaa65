import type { Construct } from "constructs";
import type { AiProxyInput } from "../config/types.generated";
import { AiPlugin } from "./ai-plugin";
import { PLUGIN_OPTIONS } from "./ai-proxy-advanced";
import { readKong } from "./from-kong";
import type { FromKong, FromKongFile } from "./from-kong";
import { lowerOptions, omit } from "./options";
import type { AiProxyFields } from "./props.generated";
import type { Route } from "./route";
import { Target } from "./target";
import { Misuse } from "./tree";
import type { Tree } from "./tree";

/** Properties of {@link AiProxy}. Names, units and defaults are Kong's. */
export interface AiProxyProps extends Omit<AiProxyFields, "auth" | "logging" | "model" | "routeType"> {
  /** The route that is served. */
  readonly route: Route;
  /** The model that serves the route; it has neither weight nor description nor metadata. */
  readonly target: Target;
}

const PLUGIN = "ai-proxy";

/** One model behind a route. Kong's `ai-proxy`. */
export class AiProxy extends AiPlugin {
  /**
   * A configuration in Kong's own form, checked in the same way.
   *
   * @throws Error if a text or file cannot be read.
   */
  static fromKong(scope: Construct, id: string, props: { readonly route: Route } & (FromKong<AiProxyInput> | FromKongFile)): AiPlugin {
    return new ImportedAiProxy(scope, id, props.route, readKong(PLUGIN, props));
  }

  constructor(scope: Construct, id: string, props: AiProxyProps) {
    super(scope, id, PLUGIN, props.route, lower(props));
  }
}

class ImportedAiProxy extends AiPlugin {
  constructor(scope: Construct, id: string, route: Route, tree: Tree) {
    super(scope, id, PLUGIN, route, tree);
  }
}

function lower(props: AiProxyProps): Tree {
  return { ...lowerOptions("AiProxy", PLUGIN_OPTIONS, omit(props, "route", "target")), ...lowerTarget(props.target) };
}

function lowerTarget(target: unknown): Tree {
  if (target instanceof Target) return target._toKong();
  return { target: new Misuse(`must be a Target, but a ${typeof target} was given. Use Target.openai("…") or another factory.`) };
}
