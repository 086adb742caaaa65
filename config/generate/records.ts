import type { Field } from "../schema/describe";
import { pluginField } from "../schema/describe";

/** A record of the model together with where it stands first. */
export interface NamedRecord {
  /** Name of the record's interface with defaults applied: `TargetConfig`, `ModelOptions`. */
  readonly title: string;
  readonly field: Field;
  /** Where it stands, as the documentation prints it: `config.targets[].auth`; outside `ai-proxy-advanced` with ` of <plugin>`. */
  readonly paths: readonly string[];
}

/** A closed word list of the model. */
export interface NamedEnum {
  readonly title: string;
  readonly values: readonly string[];
  readonly paths: readonly string[];
}

/** Everything in the model that has a name, in the order of first use. */
export interface Names {
  readonly records: readonly NamedRecord[];
  readonly enums: readonly NamedEnum[];
}

/** Order in which places are named: targets before the rest, as that is where people meet a record first. */
function byImportance(left: string, right: string): number {
  return Number(right.startsWith("config.targets")) - Number(left.startsWith("config.targets"));
}

class Collector {
  private readonly records = new Map<string, { readonly field: Field; readonly paths: string[] }>();
  private readonly enums = new Map<string, { readonly field: Field; readonly paths: string[] }>();

  visit(field: Field, path: string, suffix: string): void {
    if (field.item !== undefined) this.visit(field.item, `${path}[]`, suffix);
    if (field.values !== undefined) this.note(this.enums, field, path + suffix);
    if (field.fields === undefined) return;
    this.note(this.records, field, path + suffix);
    for (const [name, member] of field.fields) this.visit(member, `${path}.${name}`, suffix);
  }

  private note(names: Map<string, { readonly field: Field; readonly paths: string[] }>, field: Field, path: string): void {
    if (field.title === undefined) throw new Error(`The record or enum at ${path} has no name.`);
    const before = names.get(field.title);
    if (before === undefined) names.set(field.title, { field, paths: [path] });
    else if (content(before.field) !== content(field))
      throw new Error(`Two different records or enums are named ${field.title}: at ${path}.`);
    else before.paths.push(path);
  }

  get names(): Names {
    const sorted = (paths: readonly string[]): string[] => [...paths].sort(byImportance);
    return {
      records: [...this.records].map(([title, { field, paths }]) => ({ title, field, paths: sorted(paths) })),
      enums: [...this.enums].map(([title, { field, paths }]) => ({ title, values: field.values ?? [], paths: sorted(paths) })),
    };
  }
}

function content(field: Field): string {
  return [...(field.fields?.keys() ?? field.values ?? [])].join();
}

/**
 * Walks all plugins and collects records and enums once each.
 * @throws Error where two different records or enums have the same name, or one has none.
 */
export function collectNames(): Names {
  const collector = new Collector();
  collector.visit(pluginField("ai-proxy-advanced"), "config", "");
  collector.visit(pluginField("ai-proxy"), "config", " of ai-proxy");
  collector.visit(pluginField("file-log"), "config", " of file-log");
  return collector.names;
}

/** `TargetConfig` -> `TargetInput`, `ModelOptions` -> `ModelOptionsInput`. */
export function inputName(title: string): string {
  return `${title.replace(/Config$/, "")}Input`;
}

/** `TargetConfig` -> `TargetFields`, `ModelOptions` -> `ModelOptionsFields`. */
export function fieldsName(title: string): string {
  return `${title.replace(/Config$/, "")}Fields`;
}
