import { formatPath, type Path } from "../problem";
import { hasReference } from "../references";
import { didYouMean } from "../suggest";
import type { RawEntity } from "./collect";
import type { LoadContext } from "./context";
import { isRecord, show } from "./fields";

/** What an entity is called; `name` is a consumer's `username`. */
export interface EntityNames {
  readonly name?: string | undefined;
  readonly id?: string | undefined;
}

/** The entities of one kind by name and id; notes what occurs twice and what is referred to in vain. */
export class EntityIndex {
  readonly #keys = new Map<string, string>();
  readonly #keyOf = new Map<RawEntity, string>();

  /** @param word The kind in messages, in the singular: "route". */
  constructor(readonly word: string) {}

  /** Registers an entity and returns its key: its name, else its id, else its place in the file. */
  add(entity: RawEntity, names: EntityNames, context: LoadContext): string {
    const key = names.name ?? names.id ?? formatPath(entity.path);
    this.#keyOf.set(entity, key);
    for (const [field, value] of Object.entries({ name: names.name, id: names.id })) {
      if (value === undefined) continue;
      if (this.#keys.has(value)) {
        context.error(
          [...entity.path, field],
          `The ${field} of a ${this.word} must be unique in the file, but "${value}" occurs twice: rename one of them.`,
        );
      } else this.#keys.set(value, key);
    }
    return key;
  }

  /** Key of an entity that was added. */
  keyOf(entity: RawEntity): string | undefined {
    return this.#keyOf.get(entity);
  }

  /** Key of the entity that a foreign field names: a name or id, `{ name }`, `{ username }` or `{ id }`. A dangling one is an error. */
  find(value: unknown, path: Path, context: LoadContext): string | undefined {
    const given = nameIn(value);
    if (given === undefined) {
      context.error(
        path,
        `A ${this.word} must be given by its name or id, as a text or as { name: … } or { id: … }, but ${show(value)} was given.`,
      );
      return undefined;
    }
    const name = hasReference(given) ? context.resolve(given, path) : given;
    if (name === undefined) return undefined;
    const key = this.#keys.get(name);
    if (key !== undefined) return key;
    context.error(
      path,
      () => `There is no ${this.word} "${name}" in this file: add it or correct the name.${didYouMean(name, this.#keys.keys())}`,
    );
    return undefined;
  }
}

function nameIn(value: unknown): string | undefined {
  if (typeof value === "string") return value;
  if (!isRecord(value)) return undefined;
  const entries = Object.entries(value).filter(([, member]) => member !== null);
  const only = entries.length === 1 ? entries[0] : undefined;
  return only !== undefined && ["name", "username", "id"].includes(only[0]) && typeof only[1] === "string" ? only[1] : undefined;
}
