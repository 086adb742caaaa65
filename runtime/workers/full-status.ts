import { STATUS_VERSION, type FullStatus, type GatewayStatus, type PluginStatus, type TargetStatus } from "../status";
import type { BreakerPhase } from "../targets/breaker";

const RANK: Readonly<Record<BreakerPhase, number>> = { closed: 0, "half-open": 1, open: 2 };

/**
 * The full status of all workers together: per target, what is counted is added up, the worst circuit is named with how many workers are in which
 * phase, figures are means. `status` is what health checks tell of all; `expected` is how many workers there are to be.
 */
export function combineFullStatuses(status: GatewayStatus, workers: readonly FullStatus[], expected: number): FullStatus {
  return {
    version: STATUS_VERSION,
    ...status,
    workers: { expected, answered: workers.length },
    plugins: grouped(
      workers.flatMap(({ plugins }) => plugins),
      ({ plugin }) => plugin,
    ).map(combinePlugins),
  };
}

/** At least one of each; a list that is grouped has no empty groups. */
type Some<T> = readonly [T, ...T[]];

function combinePlugins(plugins: Some<PluginStatus>): PluginStatus {
  const targets = grouped(
    plugins.flatMap((plugin) => plugin.targets),
    ({ target }) => target,
  );
  return { ...plugins[0], targets: targets.map(combineTargets) };
}

function combineTargets(targets: Some<TargetStatus>): TargetStatus {
  const worst = targets.reduce((left, right) => (RANK[right.breaker.phase] > RANK[left.breaker.phase] ? right : left));
  const last = targets
    .map(({ last_error }) => last_error)
    .filter((error) => error !== undefined)
    .sort((left, right) => right.at.localeCompare(left.at))[0];
  const [first] = targets;
  return {
    target: first.target,
    ...(first.alias !== undefined && { alias: first.alias }),
    weight: first.weight,
    breaker: {
      phase: worst.breaker.phase,
      workers: phases(targets),
      failures: Math.max(...targets.map(({ breaker }) => breaker.failures)),
      opens_again_in_ms: Math.max(...targets.map(({ breaker }) => breaker.opens_again_in_ms)),
    },
    resting_ms: Math.max(...targets.map(({ resting_ms }) => resting_ms)),
    in_flight: sum(targets.map(({ in_flight }) => in_flight)),
    queue: sum(targets.map(({ queue }) => queue)),
    attempts: sum(targets.map(({ attempts }) => attempts)),
    failures: sum(targets.map(({ failures }) => failures)),
    figures: means(targets.map(({ figures }) => figures)),
    ...combineCredentials(targets),
    ...(last !== undefined && { last_error: last }),
  };
}

function combineCredentials(targets: Some<TargetStatus>): Pick<TargetStatus, "credential"> {
  const credentials = targets.map(({ credential }) => credential).filter((credential) => credential !== undefined);
  if (credentials.length === 0) return {};
  const problem = credentials.find((credential) => credential.problem !== undefined)?.problem;
  return { credential: { valid_ms: Math.min(...credentials.map(({ valid_ms }) => valid_ms)), ...(problem !== undefined && { problem }) } };
}

function phases(targets: Some<TargetStatus>): Partial<Record<BreakerPhase, number>> {
  const counts: Partial<Record<BreakerPhase, number>> = {};
  for (const { breaker } of targets) counts[breaker.phase] = (counts[breaker.phase] ?? 0) + 1;
  return counts;
}

function means(all: readonly Readonly<Record<string, number>>[]): Record<string, number> {
  const names = new Set(all.flatMap((figures) => Object.keys(figures)));
  return Object.fromEntries(
    [...names].map((name) => {
      const values = all.map((figures) => figures[name]).filter((value) => value !== undefined);
      return [name, sum(values) / values.length];
    }),
  );
}

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);

/** Groups by key, in the order of first appearance. */
function grouped<T>(items: readonly T[], keyOf: (item: T) => string): Some<T>[] {
  const groups = new Map<string, [T, ...T[]]>();
  for (const item of items) {
    const group = groups.get(keyOf(item));
    if (group === undefined) groups.set(keyOf(item), [item]);
    else group.push(item);
  }
  return [...groups.values()];
}
