/**
 * Rules that concern several fields at once. They run over the tree as it was given, so that they speak up also where a field has a wrong type.
 * Numbers are the rows of docs/configuration.md: up to 18 Kong's own rules, from 19 on ours.
 */
import type { Path, Problem } from "./problem";
import { AUTH_RULES } from "./rules/auth";
import { BALANCER_RULES } from "./rules/balancer";
import { EXTENSION_RULES } from "./rules/extensions";
import { FAILOVER_RULES } from "./rules/failover";
import { FORMAT_RULES } from "./rules/formats";
import { PROVIDER_RULES } from "./rules/providers";
import { ROUTING_RULES } from "./rules/routing";
import { ORIGIN_RULES } from "./rules/origins";
import type { Rule } from "./rules/rule";
import { Tree } from "./rules/tree";
import type { AiPluginName } from "./schema/plugins";

/** All rules, by number. */
export const RULES: readonly Rule[] = [
  ...AUTH_RULES,
  ...PROVIDER_RULES,
  ...FORMAT_RULES,
  ...ROUTING_RULES,
  ...EXTENSION_RULES,
  ...ORIGIN_RULES,
  ...BALANCER_RULES,
  ...FAILOVER_RULES,
].sort((left, right) => left.id - right.id);

/** What the rules may know besides the tree. */
export interface RuleOptions {
  readonly path: Path;
  readonly isDeferred: (value: unknown) => boolean;
  /** Paths (with `path` before them) whose values are not printed. */
  readonly isHidden: (path: Path) => boolean;
  /** Protocols of the routes in question, where known. */
  readonly protocols?: readonly string[];
}

/** Runs every rule over a plugin's raw `config`. Never throws. */
export function brokenRules(name: AiPluginName, config: unknown, options: RuleOptions): Problem[] {
  const isHidden = (below: Path): boolean => options.isHidden([...options.path, ...below]);
  const tree = new Tree(name, config, { isDeferred: options.isDeferred, isHidden }, options.protocols);
  return RULES.flatMap((rule) =>
    rule.check(tree).map(({ path, message, severity = rule.severity }) => ({ severity, path: [...options.path, ...path], message })),
  );
}
