import type { ConsumerEntity, ConsumerGroupEntity, RouteEntity, ServiceEntity } from "../configuration";
import type { RawEntities, RawEntity } from "./collect";
import type { LoadContext } from "./context";
import { consumerFields, consumerGroupFields, routeFields, serviceFields } from "./entity-fields";
import { EntityIndex } from "./entity-index";
import { readFields, show } from "./fields";
import { readHeaderCriteria } from "./route-criteria";

/** An entity list and the way from names, ids and places in the file to keys. */
export interface Loaded<T> {
  readonly list: readonly T[];
  readonly index: EntityIndex;
}

/** All entities that plugins can be scoped to. */
export interface LoadedEntities {
  readonly services: Loaded<ServiceEntity>;
  readonly routes: Loaded<RouteEntity>;
  readonly consumers: Loaded<ConsumerEntity>;
  readonly consumer_groups: Loaded<ConsumerGroupEntity>;
}

/** Reads services, routes, consumers and consumer groups; every problem is noted in the context. */
export function loadEntities(raw: RawEntities, context: LoadContext): LoadedEntities {
  const services = load("service", raw.services, context, loadService);
  const consumer_groups = load("consumer group", raw.consumer_groups, context, loadConsumerGroup);
  const routes = load("route", raw.routes, context, (entity, index) => loadRoute(entity, index, services.index, context));
  const consumers = load("consumer", raw.consumers, context, (entity, index) =>
    loadConsumer(entity, index, consumer_groups.index, context),
  );
  return { services, routes, consumers: withMembers(raw.consumer_groups, consumers, consumer_groups.index, context), consumer_groups };
}

type Loader<T> = (entity: RawEntity, index: EntityIndex, context: LoadContext) => T;

function load<T>(word: string, raw: readonly RawEntity[], context: LoadContext, loader: Loader<T>): Loaded<T> {
  const index = new EntityIndex(word);
  return { list: raw.map((entity) => loader(entity, index, context)), index };
}

/** The members that have a value; the type follows. */
function present<T extends object>(members: T): { [K in keyof T]?: NonNullable<T[K]> } {
  return Object.fromEntries(Object.entries(members).filter(([, value]) => value !== undefined && value !== null)) as {
    [K in keyof T]?: NonNullable<T[K]>;
  };
}

function isSet(entity: RawEntity, field: string): boolean {
  return entity.value[field] !== undefined && entity.value[field] !== null;
}

const loadService: Loader<ServiceEntity> = (entity, index, context) => {
  const { id, name, enabled } = readFields(entity.value, entity.path, serviceFields, context);
  if (!isSet(entity, "url") && !isSet(entity, "host")) {
    context.warning(
      entity.path,
      "Kong refuses a service without url or host; here it is not used: set a dummy such as http://localhost:32000.",
    );
  }
  return { key: index.add(entity, { name, id }, context), ...present({ id, name }), enabled: enabled ?? true };
};

const loadConsumerGroup: Loader<ConsumerGroupEntity> = (entity, index, context) => {
  const { id, name } = readFields(entity.value, entity.path, consumerGroupFields, context);
  if (!isSet(entity, "name")) context.error(entity.path, "A consumer group must have a name.");
  return { key: index.add(entity, { name, id }, context), ...present({ id, name }) };
};

const CRITERIA = ["paths", "methods", "hosts", "headers"] as const;

function loadRoute(entity: RawEntity, index: EntityIndex, services: EntityIndex, context: LoadContext): RouteEntity {
  const fields = readFields(entity.value, entity.path, routeFields, context);
  const { id, name, methods, hosts, paths } = fields;
  const headers = fields.headers === undefined ? undefined : readHeaderCriteria(fields.headers, [...entity.path, "headers"], context);
  const isUsed = (field: string): boolean => {
    const value = entity.value[field];
    return typeof value === "object" && value !== null ? Object.keys(value).length > 0 : isSet(entity, field);
  };
  const isRestricted = CRITERIA.some(isUsed);
  if (isUsed("snis")) {
    const fault = "is no criterion here, as the gateway ends no TLS";
    if (isRestricted) context.warning([...entity.path, "snis"], `${fault}: the route matches by its other fields alone.`);
    else context.error([...entity.path, "snis"], `${fault}: set paths, methods, hosts or headers.`);
  } else if (!isRestricted) context.error(entity.path, "A route must set one of paths, methods, hosts, headers.");
  if (fields.path_handling === "v1") context.warning([...entity.path, "path_handling"], "v1 is not served: paths are handled as with v0.");
  const service = foreignKey(entity, "service", services, context);
  return {
    key: index.add(entity, { name, id }, context),
    ...present({ id, name, service, methods, hosts, paths, headers }),
    protocols: fields.protocols ?? ["http", "https"],
    strip_path: fields.strip_path ?? true,
    preserve_host: fields.preserve_host ?? false,
    regex_priority: fields.regex_priority ?? 0,
  };
}

function loadConsumer(entity: RawEntity, index: EntityIndex, groups: EntityIndex, context: LoadContext): ConsumerEntity {
  const { id, username, custom_id } = readFields(entity.value, entity.path, consumerFields, context);
  if (!isSet(entity, "username") && !isSet(entity, "custom_id"))
    context.error(entity.path, "A consumer must have a username or a custom_id.");
  return {
    key: index.add(entity, { name: username, id }, context),
    ...present({ id, username, custom_id }),
    groups: foreignKeys(entity, "groups", groups, context),
  };
}

/** decK also lists consumers inside their groups. */
function withMembers(
  rawGroups: readonly RawEntity[],
  consumers: Loaded<ConsumerEntity>,
  groups: EntityIndex,
  context: LoadContext,
): Loaded<ConsumerEntity> {
  const more = new Map<string, Set<string>>();
  for (const entity of rawGroups) {
    const group = groups.keyOf(entity);
    for (const consumer of foreignKeys(entity, "consumers", consumers.index, context)) {
      const found = more.get(consumer) ?? new Set();
      if (group !== undefined) more.set(consumer, found.add(group));
    }
  }
  const list = consumers.list.map((consumer) => ({
    ...consumer,
    groups: [...new Set([...consumer.groups, ...(more.get(consumer.key) ?? [])])],
  }));
  return { list, index: consumers.index };
}

function foreignKeys(entity: RawEntity, field: string, index: EntityIndex, context: LoadContext): string[] {
  const value = entity.value[field];
  const path = [...entity.path, field];
  if (value === undefined || value === null) return [];
  if (!Array.isArray(value)) {
    context.error(path, `must be a list of names or ids, but ${show(value)} was given.`);
    return [];
  }
  return value.map((item: unknown, position) => index.find(item, [...path, position], context)).filter((key) => key !== undefined);
}

/** The key that an entity's foreign field or its nesting gives; both at once must agree. */
export function foreignKey(
  entity: RawEntity,
  field: "service" | "route" | "consumer" | "consumer_group",
  index: EntityIndex,
  context: LoadContext,
): string | undefined {
  const nested = entity.owner?.field === field ? index.keyOf(entity.owner.entity) : undefined;
  const path = [...entity.path, field];
  const given = isSet(entity, field) ? index.find(entity.value[field], path, context) : undefined;
  if (nested !== undefined && given !== undefined && nested !== given) {
    context.error(path, `must be left out or name the ${index.word} it is nested in ("${nested}"), but "${given}" was given.`);
  }
  return nested ?? given;
}
