import type { RoutePlan } from "../snapshot/route-plan";
import type { Attempt, AttemptOrder } from "../attempt/attempt";
import { noCredentials } from "../attempt/upstream-error";
import { causeOf } from "../credentials/problem";

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
    authorized = target.credential.authorize(request, attempt);
  } catch (error) {
    refuse(attempt, error);
    return;
  }
  if (authorized instanceof Promise) {
    authorized
      .then(
        () => attempt.start(pool, maxQueue),
        (error: unknown) => refuse(attempt, error),
      )
      .catch((error: unknown) => attempt.crashed(error));
  } else attempt.start(pool, maxQueue);
}

const refuse = (attempt: Attempt, error: unknown): void => attempt.refuse("credentials", noCredentials(causeOf(error)));
