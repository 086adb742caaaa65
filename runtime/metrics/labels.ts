import type { TargetPlan } from "../targets/target-plan";

/** The label `model` where the name comes from a template or from the client, who could otherwise make series without end. */
const FROM_REQUEST = "(from request)";

/** Labels that name a target; all of them are configured. */
export interface TargetLabels extends Readonly<Record<string, string>> {
  readonly provider: string;
  readonly model: string;
  /** `<index>:<provider>/<configured model>` */
  readonly target: string;
}

export function targetLabels(target: TargetPlan): TargetLabels {
  return {
    provider: target.provider.name,
    model: typeof target.model === "string" ? target.model : FROM_REQUEST,
    target: target.label,
  };
}

/** Statuses with a label of their own; an upstream may answer any number, and each would be a series per route. */
const OWN_LABEL = new Set([
  ...[200, 201, 202, 204, 301, 302, 304, 307, 308, 400, 401, 402, 403, 404, 405, 408, 409, 410, 413, 414, 415, 422, 424, 429, 431, 499],
  ...[500, 501, 502, 503, 504, 520, 521, 522, 523, 524, 529],
]);

/** The label `status`. */
export const statusLabel = (status: number): string => (OWN_LABEL.has(status) ? String(status) : statusClass(status));

/** The label `status_class`; what is no status counts as the server's fault. */
export function statusClass(status: number): string {
  const first = Math.floor(status / 100);
  return first >= 1 && first <= 5 ? `${first}xx` : "5xx";
}
