import type { CredentialStatus } from "../credentials/fetched-token";
import type { FetchedCredentialStatus, PluginStatus, TargetStatus } from "../status";
import type { TargetState } from "../targets/state";
import type { TargetFacts } from "./facts";
import type { Tally } from "./target-series";

/** Groups facts by plugin, and adds what became of the targets' calls so far. */
export function pluginStatuses(facts: Iterable<TargetFacts>, tallyOf: (state: TargetState) => Tally | undefined): PluginStatus[] {
  const plugins = new Map<string, Omit<PluginStatus, "targets"> & { readonly targets: TargetStatus[] }>();
  for (const each of facts) {
    const { plugin, routes, algorithm } = each;
    let known = plugins.get(plugin);
    if (known === undefined) plugins.set(plugin, (known = { plugin, routes, algorithm, targets: [] }));
    known.targets.push(targetStatus(each, tallyOf(each.state)));
  }
  return [...plugins.values()];
}

function targetStatus(facts: TargetFacts, tally: Tally | undefined): TargetStatus {
  const lastError = tally?.lastError;
  return {
    target: facts.labels.target,
    ...(facts.alias !== undefined && { alias: facts.alias }),
    weight: facts.weight,
    breaker: {
      phase: facts.phase,
      failures: facts.failures,
      opens_again_in_ms: facts.phase === "closed" ? 0 : Math.ceil(facts.opensAgainInMs),
    },
    resting_ms: Math.ceil(facts.restingMs),
    in_flight: facts.inFlight,
    queue: facts.queue,
    attempts: tally?.attempts ?? 0,
    failures: tally?.failures ?? 0,
    figures: facts.figures,
    ...(facts.credential !== undefined && { credential: credentialStatus(facts.credential) }),
    ...(lastError !== undefined && {
      last_error: { outcome: lastError.outcome, status: lastError.status, at: new Date(lastError.at).toISOString() },
    }),
  };
}

const credentialStatus = ({ validMs, problem }: CredentialStatus): FetchedCredentialStatus => ({
  valid_ms: Math.ceil(validMs),
  ...(problem !== undefined && { problem: { cause: problem.cause, since: new Date(problem.since).toISOString() } }),
});
