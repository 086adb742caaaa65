import { isUnknown, type CtyValue } from "../cty/value";
import type { ModifyRequest, PlanModifier } from "./attribute";

/** What the user did not ask for is no reason to replace: the provider itself is yet to find the value. */
function isOwnUnknown({ plan, config }: ModifyRequest): boolean {
  return isUnknown(plan) && config === null;
}

/** A change of the value replaces the resource. */
export function requiresReplace(): PlanModifier {
  return requiresReplaceIf(() => true, "a change replaces the resource");
}

/** A change of the value replaces the resource when the condition holds. `prior` and `plan` may be null, `plan` may be unknown. */
export function requiresReplaceIf(condition: (prior: CtyValue, plan: CtyValue) => boolean, description: string): PlanModifier {
  return {
    description,
    modify(request) {
      if (request.isCreate) return undefined;
      if (!request.isChanged) return undefined;
      if (isOwnUnknown(request)) return undefined;
      return condition(request.prior, request.plan) ? { requiresReplace: true } : undefined;
    },
  };
}

/** A change of the value replaces the resource, but only where the user has set it. */
export function requiresReplaceIfConfigured(): PlanModifier {
  return {
    description: "a change replaces the resource where the value is configured",
    modify(request) {
      if (request.isCreate || !request.isChanged) return undefined;
      if (request.config === null) return undefined;
      return { requiresReplace: true };
    },
  };
}

/** A computed value that never changes once it is there: it stays as it is in plans, instead of "known after apply". */
export function useStateForUnknown(): PlanModifier {
  return {
    description: "the value stays as it is when other attributes change",
    modify({ plan, config, prior }) {
      // Without a state there is nothing to keep; null in a state is as much as nothing, for instance after a failed create.
      if (prior === null) return undefined;
      if (!isUnknown(plan)) return undefined;
      // The user has set it to something that is not known yet: the state may turn out to be wrong.
      if (config !== null) return undefined;
      return { plan: prior };
    },
  };
}
