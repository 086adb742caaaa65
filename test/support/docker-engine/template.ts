import type { Attributes } from "./attributes";
import { evaluate, referencesIn, type Lookup } from "./expression";

/** The docker_* resources that can be created. */
export const RESOURCE_TYPES = ["docker_image", "docker_network", "docker_volume", "docker_container"] as const;
/** One of {@link RESOURCE_TYPES}. */
export type ResourceType = (typeof RESOURCE_TYPES)[number];

/** One resource block of a `cdk.tf.json`, its templates not yet evaluated. */
export interface ResourceBlock {
  /** `docker_volume.x`. */
  readonly address: string;
  readonly type: ResourceType;
  readonly attributes: Attributes;
  /** Addresses of the resources that must exist before. */
  readonly dependsOn: readonly string[];
  /** A replacement comes first, what it replaces goes last. */
  readonly createBeforeDestroy: boolean;
}

/** A parsed `cdk.tf.json`. */
export interface Template {
  /** In an order in which they can be created. */
  readonly resources: readonly ResourceBlock[];
  readonly locals: Attributes;
  /** Defaults of the variables; undefined where there is none. */
  readonly variables: ReadonlyMap<string, unknown>;
  readonly outputs: ReadonlyMap<string, unknown>;
}

type Json = Record<string, unknown>;

const SECTIONS = new Set(["//", "terraform", "provider", "resource", "locals", "variable", "output"]);
/** Meta-arguments that are no attributes of the resource; an explicit provider changes nothing here. */
const META = new Set(["//", "provider", "depends_on", "lifecycle"]);
const REFUSED = new Set(["count", "for_each", "provisioner", "connection"]);

/** Parses a synthesized `cdk.tf.json`. Throws on sections, resource types and meta-arguments that it does not know, and on a circle of references. */
export function parseTemplate(text: string): Template {
  const root = JSON.parse(text) as Json;
  for (const section of Object.keys(root))
    if (!SECTIONS.has(section)) throw new Error(`cdk.tf.json: no support for the section "${section}".`);
  const locals = (root["locals"] ?? {}) as Attributes;
  const declared = Object.entries((root["resource"] ?? {}) as Record<string, Record<string, Json>>).flatMap(([type, blocks]) =>
    Object.entries(blocks).map(([name, block]) => resource(type, name, block, locals)),
  );
  return {
    resources: inOrder(declared),
    locals,
    variables: section(root["variable"], "default"),
    outputs: section(root["output"], "value"),
  };
}

/** A lookup for a template: resources by `state`, variables by what is given or their default. Throws on an undeclared or missing value. */
export function lookupIn(
  template: Template,
  given: ReadonlyMap<string, unknown>,
  attribute: (address: string, name: string) => unknown,
): Lookup {
  const lookup: Lookup = (reference) => {
    const [kind, name, ...rest] = reference.split(".");
    if (kind === "var" && name !== undefined && rest.length === 0) return variable(template, given, name);
    if (kind === "local" && name !== undefined) {
      if (!(name in template.locals)) throw new Error(`${reference}: no such local.`);
      return rest.reduce<unknown>((value, key) => (value as Json | undefined)?.[key], evaluate(template.locals[name], lookup));
    }
    if (rest.length !== 1) throw new Error(`${reference}: only an attribute of a resource can be referred to.`);
    return attribute(`${kind}.${name}`, rest[0]!);
  };
  return lookup;
}

function variable(template: Template, given: ReadonlyMap<string, unknown>, name: string): unknown {
  if (!template.variables.has(name)) throw new Error(`var.${name}: no such variable.`);
  const value = given.get(name) ?? template.variables.get(name);
  if (value === undefined) throw new Error(`var.${name} has no default and must be given.`);
  return value;
}

function section(value: unknown, key: string): ReadonlyMap<string, unknown> {
  return new Map(Object.entries((value ?? {}) as Record<string, Json>).map(([name, block]) => [name, block[key]]));
}

function resource(type: string, name: string, block: Json, locals: Attributes): ResourceBlock {
  const address = `${type}.${name}`;
  if (!isResourceType(type)) throw new Error(`${address}: no support for resources of that type. Known: ${RESOURCE_TYPES.join(", ")}.`);
  for (const key of Object.keys(block)) if (REFUSED.has(key)) throw new Error(`${address}: no support for "${key}".`);
  const attributes = Object.fromEntries(Object.entries(block).filter(([key]) => !META.has(key)));
  const explicit = (block["depends_on"] ?? []) as string[];
  const dependsOn = [...new Set([...explicit, ...resourcesReferredTo(attributes, locals)])];
  return { address, type, attributes, dependsOn, createBeforeDestroy: createBeforeDestroy(address, block["lifecycle"]) };
}

function createBeforeDestroy(address: string, lifecycle: unknown): boolean {
  const [given = {}] = (Array.isArray(lifecycle) ? lifecycle : [lifecycle ?? {}]) as Json[];
  for (const key of Object.keys(given))
    if (key !== "create_before_destroy") throw new Error(`${address}: no support for lifecycle.${key}.`);
  return given["create_before_destroy"] === true;
}

function isResourceType(type: string): type is ResourceType {
  return (RESOURCE_TYPES as readonly string[]).includes(type);
}

function resourcesReferredTo(value: unknown, locals: Attributes): string[] {
  return referencesIn(value).flatMap((reference) => {
    const [kind, name] = reference.split(".");
    if (kind === "var") return [];
    return kind === "local" ? resourcesReferredTo(locals[name!], locals) : [`${kind}.${name}`];
  });
}

function inOrder(blocks: readonly ResourceBlock[]): ResourceBlock[] {
  const byAddress = new Map(blocks.map((block) => [block.address, block]));
  const done = new Set<string>();
  const ordered: ResourceBlock[] = [];
  const visit = (address: string, path: readonly string[]): void => {
    if (done.has(address)) return;
    const block = byAddress.get(address);
    if (!block) throw new Error(`${path.at(-1) ?? "cdk.tf.json"} refers to ${address}, which is not in the file.`);
    if (path.includes(address)) throw new Error(`References go in a circle: ${[...path, address].join(" -> ")}.`);
    for (const dependency of block.dependsOn) visit(dependency, [...path, address]);
    done.add(address);
    ordered.push(block);
  };
  for (const { address } of blocks) visit(address, []);
  return ordered;
}
