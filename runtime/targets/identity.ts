import { createHash } from "node:crypto";
import type { TargetConfig } from "../../config/types.generated";

/** Options of a model that say nothing of where its requests go. */
const NOT_IDENTITY: ReadonlySet<string> = new Set([
  "cache_read_cost",
  "cache_write_cost",
  "cache_write_cost_list",
  "context_window_factor",
  "input_cost",
  "max_tokens",
  "output_cost",
  "service_tier_factor",
  "temperature",
  "top_k",
  "top_p",
]);

/** JSON text with sorted keys: the same for equal values. */
function canonical(value: unknown): string {
  return JSON.stringify(value, (_key, member: unknown) =>
    typeof member === "object" && member !== null && !Array.isArray(member)
      ? Object.fromEntries(Object.entries(member).sort(([left], [right]) => (left < right ? -1 : 1)))
      : member,
  );
}

function hashOf({ auth, model, route_type }: TargetConfig): string {
  const options = Object.entries(model.options ?? {}).filter(([name]) => !NOT_IDENTITY.has(name));
  const identity = { provider: model.provider, route_type, name: model.name, options: Object.fromEntries(options), auth };
  return createHash("sha256").update(canonical(identity)).digest("hex").slice(0, 32);
}

/**
 * The identities of a plugin's targets, in their order (docs/behaviour.md "Balancing"): a hash of provider, route type, model, endpoint options and auth reference,
 * with an ordinal among equals. Weight, alias, prices and description do not count, so that changing them keeps what was learnt.
 */
export function targetIds(targets: readonly TargetConfig[]): string[] {
  return targets.map(nextTargetId());
}

/** Gives the identities of a plugin's targets one by one. */
export function nextTargetId(): (target: TargetConfig) => string {
  const seen = new Map<string, number>();
  return (target) => {
    const hash = hashOf(target);
    const ordinal = seen.get(hash) ?? 0;
    seen.set(hash, ordinal + 1);
    return ordinal === 0 ? hash : `${hash}-${ordinal}`;
  };
}

/**
 * What a target is called in logs, metrics and errors.
 * @param index its place in `config.targets`
 */
export const labelOf = (index: number, { model }: Pick<TargetConfig, "model">): string =>
  `${index}:${model.provider}/${model.name ?? "(from request)"}`;
