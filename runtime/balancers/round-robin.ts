import type { Balancer, BalancerOptions, CandidateSet, Choice, LeftOut, Pick, TargetPlan } from "../interfaces";
export class RoundRobin implements Balancer {
  private readonly cycles = new Map<string, number[]>();
  constructor(_options: BalancerOptions) {}
  choose(candidates: CandidateSet, _pick: Pick, leftOut: LeftOut | undefined): Choice | undefined {
    const credit = this.cycles.get(candidates.key) ?? candidates.targets.map(() => 0);
    this.cycles.set(candidates.key, credit);
    const live = candidates.targets.map((t, i) => ({ t, i })).filter(({ t }) => !leftOut?.(t));
    if (live.length === 0) return undefined;
    let total = 0;
    for (const { t, i } of live) {
      credit[i] = (credit[i] ?? 0) + t.weight;
      total += t.weight;
    }
    const best = live.reduce((a, b) => ((credit[b.i] ?? 0) > (credit[a.i] ?? 0) ? b : a));
    credit[best.i] = (credit[best.i] ?? 0) - total;
    const order = candidates.targets
      .map((t, i) => ({ t, i }))
      .sort((a, b) => (credit[b.i] ?? 0) - (credit[a.i] ?? 0))
      .map(({ t }) => t);
    return { target: best.t, next: (out) => order.find((t) => !out(t)) };
  }
  started(): void {
    /* */
  }
  finished(): void {
    /* */
  }
  figures(_t: TargetPlan): Record<string, number> {
    return {};
  }
}
