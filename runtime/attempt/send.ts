import type { PoolSettings } from "../upstream/pools";
import type { Attempt, AttemptOrder } from "./attempt";
import { noCredentials } from "./upstream-error";

/** Sends an attempt's request as soon as it has its credentials; without them the attempt ends. */
export function send(attempt: Attempt, { target, request }: AttemptOrder, pool: PoolSettings, maxQueue: number): void {
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
