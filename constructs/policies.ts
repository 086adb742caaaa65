import type { IConstruct } from "constructs";
import { formatPath } from "../config/problem";
import type { Path } from "../config/problem";
import { hasReference } from "../config/references";
import { fieldAt } from "../config/schema/describe";
import type { Provider } from "../config/types.generated";
import { AiPlugin } from "./ai-plugin";
import { Annotations, TerraformStack, Token } from "./cdktf";
import { keyShapes } from "../config/key-shapes";
import { isRecord } from "./tree";

/** A rule over a tree of constructs, to be put there with `Aspects.of(scope).add(policy)`. A breach fails the synth. */
export interface Policy {
  visit(node: IConstruct): void;
}

/** House rules over everything below the construct that they are put on. */
export const Policies = {
  /**
   * No text of a stack may look like a credential, and no secret field may hold its value itself. Every gateway puts this one on its stack.
   * Messages name the place, never the text.
   */
  noInlineSecrets(): Policy {
    return NO_INLINE_SECRETS;
  },

  /**
   * Every `ai-proxy-advanced` has at least two targets, at least one retry and an outcome that moves a request on; `ai-proxy` has none of them and is
   * refused. With Kong's default criteria only a failed connection moves a POST on: `Resilience.recommended()` asks for more.
   */
  requireFailover(): Policy {
    return new PluginPolicy(({ targets, balancer }) => {
      if (targets.length < 2)
        return [`there must be at least two targets, but ${targets.length} was given. Add one that serves when the other fails.`];
      const { retries, failover_criteria: criteria } = balancer;
      return [
        ...(retries === 0 ? ["balancer.retries must be at least 1, but 0 was given. Leave it out for Kong's default of 5."] : []),
        ...(movesNothing(criteria)
          ? [
              "balancer.failover_criteria must list an outcome that moves a request on, but none was given. Leave it out for Kong's default.",
            ]
          : []),
      ];
    });
  },

  /** Targets and judges are at these providers alone, e.g. those with a contract. */
  onlyProviders(providers: readonly Provider[]): Policy {
    return new PluginPolicy(({ targets, judges }) =>
      [...targets, ...judges].flatMap(({ model, path }) => {
        const provider = model["provider"];
        if (typeof provider !== "string" || Token.isUnresolved(provider) || (providers as readonly string[]).includes(provider)) return [];
        return [`${formatPath([...path, "model", "provider"])} must be one of ${providers.join(", ")}, but ${provider} was given.`];
      }),
    );
  },

  /**
   * Every target and every judge says its price, and none is above the limit.
   *
   * @param limit Highest `inputCost` and `outputCost`, per million tokens.
   */
  maxPricePerMillionTokens(limit: number): Policy {
    return new PluginPolicy(({ targets, judges }) =>
      [...targets, ...judges].flatMap(({ options, path }) =>
        ["input_cost", "output_cost"].flatMap((name) => {
          const price = options[name];
          const place = formatPath([...path, "model", "options", name]);
          if (price === undefined) return [`${place} must be given, so that it can be compared with the limit of ${limit}.`];
          if (typeof price !== "number" || Token.isUnresolved(price) || price <= limit) return [];
          return [`${place} must be at most ${limit} per million tokens, but ${price} was given.`];
        }),
      ),
    );
  },
} as const;

interface TargetView {
  readonly path: Path;
  readonly model: Readonly<Record<string, unknown>>;
  readonly options: Readonly<Record<string, unknown>>;
}

interface PluginView {
  readonly targets: readonly TargetView[];
  /** Models that see prompts and answers and serve no client. */
  readonly judges: readonly TargetView[];
  readonly balancer: Readonly<Record<string, unknown>>;
}

class PluginPolicy implements Policy {
  constructor(private readonly breaches: (plugin: PluginView) => readonly string[]) {}

  visit(node: IConstruct): void {
    if (!(node instanceof AiPlugin)) return;
    const { targets, balancer, extensions, ...rest } = node.configuration;
    const judge = record(record(extensions)["judge"])["target"];
    const view: PluginView = {
      targets: Array.isArray(targets) ? targets.map((one: unknown, index) => viewTarget(one, ["targets", index])) : [viewTarget(rest, [])],
      judges: isRecord(judge) ? [viewTarget(judge, ["extensions", "judge", "target"])] : [],
      balancer: record(balancer),
    };
    for (const breach of this.breaches(view)) Annotations.of(node).addError(breach);
  }
}

class NoInlineSecrets implements Policy {
  visit(node: IConstruct): void {
    if (node instanceof AiPlugin) this.checkFields(node);
    if (TerraformStack.isStack(node)) this.checkTexts(node);
  }

  private checkFields(plugin: AiPlugin): void {
    walk(plugin.configuration, [], (text, path) => {
      if (fieldAt(plugin.plugin, path)?.meta.secret !== true || hasReference(text) || Token.isUnresolved(text)) return;
      Annotations.of(plugin).addError(
        `${formatPath(path)} must be a reference such as {vault://file/openai.key}, but a plain text was given. It would stand in the synthesized file.`,
      );
    });
  }

  private checkTexts(stack: TerraformStack): void {
    walk(stack.toTerraform(), [], (text, path) => {
      for (const shape of keyShapes(text)) {
        Annotations.of(stack).addError(
          `${formatPath(path)} must not hold a credential, but a text in it looks like ${shape}. Use Secret.file or Secret.env, and make the credential invalid if the file was shared.`,
        );
      }
    });
  }
}

/** One object, so that several gateways in a stack do not report the same place twice. */
const NO_INLINE_SECRETS = new NoInlineSecrets();

function walk(value: unknown, path: Path, visit: (text: string, path: Path) => void): void {
  if (typeof value === "string") visit(value, path);
  else if (Token.isUnresolved(value)) return;
  else if (Array.isArray(value)) value.forEach((item: unknown, index) => walk(item, [...path, index], visit));
  else if (isRecord(value)) for (const [key, member] of Object.entries(value)) walk(member, [...path, key], visit);
}

function viewTarget(target: unknown, path: Path): TargetView {
  const model = record(record(target)["model"]);
  return { path, model, options: record(model["options"]) };
}

/** Whether criteria are given, and none of them is an outcome. */
function movesNothing(criteria: unknown): boolean {
  return Array.isArray(criteria) && !Token.isUnresolved(criteria) && criteria.every((word) => word === "non_idempotent");
}

function record(value: unknown): Readonly<Record<string, unknown>> {
  return isRecord(value) ? value : {};
}
