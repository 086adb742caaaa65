import type { None } from "./none";
import type { Attributes } from "./attribute";
import type { Blocks, Body } from "./block";

/** A schema of a resource, data source, ephemeral resource or provider. */
export interface Schema<A extends Attributes = Attributes, B extends Blocks = Blocks> extends Body {
  readonly attributes: A;
  readonly blocks: B;
  /** Grows when a state of before can no longer be read; see `upgrades`. */
  readonly version: number;
  readonly description?: string;
  readonly deprecated?: string;
}

/** What an author writes of a schema. */
export interface SchemaOptions<A extends Attributes, B extends Blocks> {
  readonly attributes: A;
  /** @default - none */
  readonly blocks?: B;
  /** @default 0 */
  readonly version?: number;
  /** For the documentation, in Markdown. @default - none */
  readonly description?: string;
  /** Shown as a warning wherever the type is used. @default - not deprecated */
  readonly deprecated?: string;
}

/** Makes a schema; its attributes and blocks are inferred, and type everything that is made from it. */
export function defineSchema<A extends Attributes, B extends Blocks = None>(options: SchemaOptions<A, B>): Schema<A, B> {
  return {
    attributes: options.attributes,
    blocks: options.blocks ?? ({} as B),
    version: options.version ?? 0,
    ...(options.description === undefined ? {} : { description: options.description }),
    ...(options.deprecated === undefined ? {} : { deprecated: options.deprecated }),
  };
}
