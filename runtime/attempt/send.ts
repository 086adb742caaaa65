import { causeOf } from "../credentials/problem";
import type { PoolSettings } from "../upstream/pools";
import type { Attempt } from "./attempt";
import type { AttemptOrder } from "./contract";
import { noCredentials } from "./upstream-error";

/** Sends an attempt's request as soon as it has its credentials; without them the attempt ends. */
export function send(attempt: Attempt, { target, request }: AttemptOrder, pool: PoolSettings, maxQueue: number): void {
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
