import type { Path } from "../problem";
import type { LoadContext } from "./context";
import { isRecord, kindOf } from "./fields";

/** The entity lists that are read. */
export const KINDS = ["services", "routes", "consumers", "consumer_groups", "plugins"] as const;

/** One of the entity lists that are read. */
export type Kind = (typeof KINDS)[number];

/** Names of the fields by which an entity refers to another one. */
export type ForeignField = "service" | "route" | "consumer" | "consumer_group";

/** An entity as it stands in the file. */
export interface RawEntity {
  readonly path: Path;
  readonly value: Readonly<Record<string, unknown>>;
  /** The entity that it is nested in, and the foreign field that this nesting stands for. */
  readonly owner?: { readonly field: ForeignField; readonly entity: RawEntity };
}

/** All entities of a file, nested and flat ones alike, in the order of the file. */
export type RawEntities = Readonly<Record<Kind, RawEntity[]>>;

/** Which lists an entity may contain, and as whose members. */
const NESTED: Readonly<Partial<Record<Kind, { field: ForeignField; lists: readonly Kind[] }>>> = {
  services: { field: "service", lists: ["routes", "plugins"] },
  routes: { field: "route", lists: ["plugins"] },
  consumers: { field: "consumer", lists: ["plugins"] },
  consumer_groups: { field: "consumer_group", lists: ["plugins"] },
};

/** Takes a file's entities out of their nesting; what is no list or no map is an error. */
export function collectEntities(root: Readonly<Record<string, unknown>>, context: LoadContext): RawEntities {
  const entities: RawEntities = { services: [], routes: [], consumers: [], consumer_groups: [], plugins: [] };
  for (const kind of KINDS) collectList(kind, root[kind], [kind], undefined, entities, context);
  return entities;
}

function collectList(kind: Kind, list: unknown, path: Path, owner: RawEntity["owner"], entities: RawEntities, context: LoadContext): void {
  if (list === undefined || list === null) return;
  if (!Array.isArray(list)) {
    context.error(path, `must be a list, but ${kindOf(list)} was given.`);
    return;
  }
  for (const [index, value] of list.entries()) {
    const at = [...path, index];
    if (!isRecord(value)) {
      context.error(at, `must be a map with the fields of one of the ${kind}, but ${kindOf(value)} was given.`);
      continue;
    }
    const entity: RawEntity = { path: at, value, ...(owner === undefined ? {} : { owner }) };
    entities[kind].push(entity);
    const nested = NESTED[kind];
    for (const inner of nested?.lists ?? []) {
      if (nested !== undefined) collectList(inner, value[inner], [...at, inner], { field: nested.field, entity }, entities, context);
    }
  }
}
