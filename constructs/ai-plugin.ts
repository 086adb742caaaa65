import { Construct } from "constructs";
import { missingOperations } from "../config/operations";
import type { Problem } from "../config/problem";
import { formatPath } from "../config/problem";
import { hasReference } from "../config/references";
import { unserved } from "../config/served";
import { validatePlugin } from "../config/validate";
import { Annotations, Token } from "./cdktf";
import type { Route } from "./route";
import { renderTree } from "./tree";
import type { Tree } from "./tree";

/** The AI plugins. */
export type AiPluginName = "ai-proxy" | "ai-proxy-advanced";

/** An AI plugin on a route: checks its configuration and says what this version does not serve yet. */
export abstract class AiPlugin extends Construct {
  /** @internal */
  protected constructor(
    scope: Construct,
    id: string,
    /** Name of the plugin, as Kong spells it. */
    readonly plugin: AiPluginName,
    /** The route that it serves. */
    readonly route: Route,
    private readonly tree: Tree,
  ) {
    super(scope, id);
    route.addPlugin({ name: plugin, tree });
    this.node.addValidation({ validate: () => this.problems().map(describe) });
    this.warn();
  }

  /**
   * The plugin's configuration in Kong's form, as it stands in the configuration document. Secrets are references; values that are not
   * known before the deploy are tokens.
   */
  get configuration(): Readonly<Record<string, unknown>> {
    return this.render().config;
  }

  private render() {
    return renderTree(this.tree, (secret) => this.route._reference(secret));
  }

  private validate(config: unknown): readonly Problem[] {
    const protocols = this.route._protocols;
    return validatePlugin(this.plugin, config, { isDeferred, ...(protocols && { protocols }) }).problems;
  }

  private problems(): readonly Problem[] {
    const { config, problems } = this.render();
    const taken = new Set(problems.map(({ path }) => formatPath(path)));
    const others = [...this.validate(config), ...missingOperations(this.plugin, config)];
    return [...problems, ...others.filter(({ severity, path }) => severity === "error" && !taken.has(formatPath(path)))];
  }

  private warn(): void {
    const { config } = this.render();
    const annotations = Annotations.of(this);
    for (const { severity, path, message } of this.validate(config)) {
      if (severity === "warning") annotations.addWarning(`${formatPath(path)} ${message}`);
    }
    for (const { path, what, kind } of unserved(this.plugin, config, { isKnown: (value) => !isDeferred(value) })) {
      const effect = kind === "route" ? "The route will answer 501 and name it." : "It has no effect.";
      annotations.addWarning(`${formatPath(path)}: ${what} is not served by this version yet. ${effect}`);
    }
  }
}

/** Values that are known at deploy or in the gateway only. */
function isDeferred(value: unknown): boolean {
  return Token.isUnresolved(value) || (typeof value === "string" && hasReference(value));
}

function describe({ path, message }: Problem): string {
  const advice = path.at(-1) === "weight" && message.includes("but 0 was given") ? " Leave the target out to send it nothing." : "";
  return `${formatPath(path)} ${message}${advice}`;
}
