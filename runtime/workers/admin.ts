import type { AdminFunctions } from "../http/admin-server";
import { WorkerTotals } from "../metrics/worker-totals";
import { combineFullStatuses } from "./full-status";
import type { WorkerPool } from "./pool";

/** What the admin port of a primary process serves: the answers of its workers, joined. */
export function adminOfPool(pool: Pick<WorkerPool, "status" | "ask">): AdminFunctions {
  const totals = new WorkerTotals();
  return {
    status: () => pool.status(),
    async fullStatus() {
      const { answers, expected } = await pool.ask({ kind: "status" });
      return combineFullStatuses(pool.status(), [...answers.values()], expected);
    },
    async metrics() {
      return totals.text(await pool.ask({ kind: "metrics" }));
    },
    // which worker gave the answer that is scored is not known here; the others say no
    async score(requestId, score) {
      const { answers } = await pool.ask({ kind: "score", requestId, score });
      return [...answers.values()].includes(true);
    },
  };
}
