import type { GatewayStatus } from "../status";

/** The status of a process that serves nothing yet. */
export const NOT_STARTED: GatewayStatus = { ready: false, draining: false, configuration: { state: "none" } };

const RANK = { served: 0, refused: 1, none: 2 } as const;

/**
 * The status of all processes together: ready where each of the `expected` ones is, the configuration's state that of the worst.
 * A digest is given only where all serve the same text.
 */
export function combineStatuses(statuses: readonly GatewayStatus[], expected: number): GatewayStatus {
  const all = statuses.length < expected ? [...statuses, NOT_STARTED] : statuses;
  const [first = NOT_STARTED, ...others] = all;
  const worst = others.reduce(
    (left, right) => (RANK[right.configuration.state] > RANK[left.configuration.state] ? right : left),
    first,
  ).configuration;
  const isSame = all.every((status) => status.configuration.digest === first.configuration.digest);
  const digest = isSame ? first.configuration.digest : undefined;
  return {
    ready: all.every((status) => status.ready),
    draining: all.some((status) => status.draining),
    configuration: {
      state: worst.state,
      ...(worst.reason === undefined ? {} : { reason: worst.reason }),
      ...(worst.problems === undefined ? {} : { problems: worst.problems }),
      ...(digest === undefined ? {} : { digest }),
    },
  };
}
