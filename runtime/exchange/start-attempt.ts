import { send } from "../attempt/send";
import { SplitAttempt } from "../attempt/split-attempt";
import type { RoutePlan } from "../snapshot/route-plan";
import type { Attempt } from "../attempt/attempt";
import type { AttemptOrder } from "../attempt/contract";

/** Starts an attempt: the balancer hears of it, and the request is sent as soon as it has its credentials. Whatever fails ends the attempt. */
export function startAttempt(attempt: Attempt | SplitAttempt, order: AttemptOrder, { state, pool, maxQueue }: RoutePlan): void {
  try {
    state.balancer.started(order.target);
  } catch (error) {
    attempt.crashed(error);
    return;
  }
  if (attempt instanceof SplitAttempt) attempt.start(pool, maxQueue);
  else send(attempt, order, pool, maxQueue);
}
