import type { RoutePlan } from "../snapshot/route-plan";
import type { Attempt, AttemptOrder } from "./attempt";
import { noCredentials } from "./upstream-error";

/** Starts an attempt: the balancer hears of it, and the request is sent as soon as it has its credentials. Whatever fails ends the attempt. */
export function startAttempt(attempt: Attempt, { target, request }: AttemptOrder, { state, pool, maxQueue }: RoutePlan): void {
  try {
    state.balancer.started(target);
  } catch (error) {
    attempt.crashed(error);
    return;
  }
  let authorized;
  try {
    authorized = target.credential.authorize(request);
  } catch {
    attempt.refuse("credentials", noCredentials());
    return;
  }
  if (authorized instanceof Promise) {
    authorized.then(
      () => attempt.start(pool, maxQueue),
      () => attempt.refuse("credentials", noCredentials()),
    );
  } else attempt.start(pool, maxQueue);
}
