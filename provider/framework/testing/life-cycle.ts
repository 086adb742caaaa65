import type { Provider } from "../provider";
import { LifeCycleError, requireNoErrors } from "./life-cycle-error";
import { TestCore, type TestCoreOptions } from "./test-core";
import type { Action } from "./tested-resource";

/**
 * Runs a resource through its life: for each configuration validate, plan, apply, read, and a plan that must be empty; destroyed at
 * the end. Core's rules are checked at every step.
 *
 * @returns what each configuration led to
 * @throws LifeCycleError at the first step that fails or breaks a rule.
 */
export async function runLifeCycle(
  provider: Provider,
  typeName: string,
  configs: readonly Readonly<Record<string, unknown>>[],
  options: TestCoreOptions = {},
): Promise<readonly Action[]> {
  const core = await TestCore.start(provider, options);
  const resource = core.resource(typeName);
  const actions: Action[] = [];
  for (const config of configs) {
    requireNoErrors(`validating ${typeName}`, await resource.validate(config));
    const planned = await resource.plan(config);
    requireNoErrors(`planning ${typeName}`, planned.diagnostics);
    actions.push(planned.action);
    requireNoErrors(`applying ${typeName}`, (await resource.apply(planned)).diagnostics);
    requireNoErrors(`reading ${typeName}`, await resource.read());
    if (resource.state === null) throw new LifeCycleError(`${typeName} is gone right after it was applied`);
    const next = await resource.plan(config);
    requireNoErrors(`planning ${typeName} again`, next.diagnostics);
    if (next.action !== "none") throw new LifeCycleError(`${typeName}: the plan after an apply must be empty, but is to ${next.action}`);
  }
  const destroyed = await resource.apply(await resource.plan(null));
  requireNoErrors(`destroying ${typeName}`, destroyed.diagnostics);
  return actions;
}
