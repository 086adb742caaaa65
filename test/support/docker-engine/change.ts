import type { Attributes } from "./attributes";
import { containsUnknown } from "./expression";
import type { ResourceType } from "./template";

/** What an apply does with one resource. */
export type Action = "create" | "replace" | "update" | "keep" | "delete";

/** Attributes that change without a new resource, because the Engine can change them or because they matter at a later operation only; every other difference replaces. */
export const IN_PLACE: Readonly<Record<ResourceType, ReadonlySet<string>>> = {
  docker_image: new Set(["keep_locally", "force_remove", "timeouts"]),
  docker_network: new Set(),
  docker_volume: new Set(),
  docker_container: new Set([
    ...["restart", "max_retry_count", "memory", "memory_swap", "cpu_shares", "cpu_set"],
    ...["must_run", "remove_volumes", "destroy_grace_seconds", "wait", "wait_timeout"],
  ]),
};

/** Sets, in which the order says nothing. */
const SETS = new Set([
  ...["env", "labels", "mounts", "volumes", "upload", "networks_advanced", "host", "ulimit", "devices", "capabilities"],
  ...["dns", "dns_opts", "dns_search", "group_add", "security_opts", "pull_triggers", "ipam_config"],
]);

/** Names of the attributes that differ; what is known only after the apply counts as different. */
export function changedAttributes(before: Attributes, after: Attributes): string[] {
  const names = [...new Set([...Object.keys(before), ...Object.keys(after)])].sort();
  return names.filter((name) => containsUnknown(after[name]) || canonical(name, before[name]) !== canonical(name, after[name]));
}

/** What becomes of a resource whose evaluated attributes were `before` and are to be `after`. */
export function decide(type: ResourceType, before: Attributes | undefined, after: Attributes): Action {
  if (!before) return "create";
  const changed = changedAttributes(before, after);
  if (changed.length === 0) return "keep";
  return changed.every((name) => IN_PLACE[type].has(name)) ? "update" : "replace";
}

function canonical(name: string, value: unknown): string {
  if (value === null || value === undefined) return "";
  if (SETS.has(name) && Array.isArray(value)) return JSON.stringify(value.map((item: unknown) => JSON.stringify(sortKeys(item))).sort());
  return JSON.stringify(sortKeys(value));
}

function sortKeys(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sortKeys);
  if (typeof value !== "object" || value === null) return value;
  const entries = Object.entries(value).filter(([, item]) => item !== null && item !== undefined);
  return Object.fromEntries(entries.sort(([a], [b]) => (a < b ? -1 : 1)).map(([key, item]) => [key, sortKeys(item)]));
}
