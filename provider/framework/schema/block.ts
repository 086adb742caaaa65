import type { None } from "./none";
import { objectType, type Attributes, type PlanModifier, type Validator } from "./attribute";
import type { CtyType } from "../cty/type";

/** How blocks are held: `single` may be absent, `group` is always there, the others are collections, empty when absent. */
export type BlockNesting = "single" | "group" | "list" | "set" | "map";

/** What a schema and every block in it consist of. */
export interface Body {
  readonly attributes: Attributes;
  readonly blocks: Blocks;
}

/** A block of a schema; made by `block`. */
export interface Block<
  N extends BlockNesting = BlockNesting,
  A extends Attributes = Attributes,
  B extends Blocks = Blocks,
  R extends boolean = boolean,
> extends Body {
  readonly kind: "block";
  readonly nesting: N;
  readonly attributes: A;
  readonly blocks: B;
  /** Whether a single block must be there. */
  readonly required: R;
  readonly minItems: number;
  /** 0: any number. */
  readonly maxItems: number;
  readonly description?: string;
  readonly deprecated?: string;
  readonly validators: readonly Validator<unknown>[];
  readonly planModifiers: readonly PlanModifier[];
}

/** Blocks by name. Not a `Record`, which cannot refer to itself. */
export interface Blocks {
  readonly [name: string]: Block;
}

interface BlockOptions<A extends Attributes, B extends Blocks> {
  readonly attributes: A;
  /** @default - none */
  readonly blocks?: B;
  /** @default - none */
  readonly description?: string;
  /** @default - not deprecated */
  readonly deprecated?: string;
  /** Given the block, or the collection of blocks. @default - none */
  readonly validators?: readonly Validator<never>[];
  /** Given the block, or the collection of blocks; they may ask for a replacement, but not change the value. @default - none */
  readonly planModifiers?: readonly PlanModifier[];
}

interface CollectionOptions<A extends Attributes, B extends Blocks> extends BlockOptions<A, B> {
  /** @default 0 */
  readonly minItems?: number;
  /** @default 0, which is any number */
  readonly maxItems?: number;
}

function make<N extends BlockNesting, A extends Attributes, B extends Blocks, R extends boolean>(
  nesting: N,
  options: BlockOptions<A, B>,
  limits: { readonly required: R; readonly minItems?: number | undefined; readonly maxItems?: number | undefined },
): Block<N, A, B, R> {
  return {
    kind: "block",
    nesting,
    attributes: options.attributes,
    blocks: options.blocks ?? ({} as B),
    required: limits.required,
    minItems: limits.minItems ?? 0,
    maxItems: limits.maxItems ?? 0,
    validators: options.validators ?? [],
    planModifiers: options.planModifiers ?? [],
    ...(options.description === undefined ? {} : { description: options.description }),
    ...(options.deprecated === undefined ? {} : { deprecated: options.deprecated }),
  };
}

/** Builders for blocks. New schemas do better with nested attributes; blocks are for what already has them. */
export const block = {
  single<A extends Attributes, B extends Blocks = None, const R extends boolean = false>(
    options: BlockOptions<A, B> & { /** @default false */ readonly required?: R },
  ): Block<"single", A, B, R> {
    const required = (options.required ?? false) as R;
    // core takes a single block's limits only where they agree: one, or none at all
    const count = required ? 1 : 0;
    return make("single", options, { required, minItems: count, maxItems: count });
  },
  group<A extends Attributes, B extends Blocks = None>(options: BlockOptions<A, B>): Block<"group", A, B, true> {
    return make("group", options, { required: true });
  },
  list<A extends Attributes, B extends Blocks = None>(options: CollectionOptions<A, B>): Block<"list", A, B, false> {
    return make("list", options, { required: false, minItems: options.minItems, maxItems: options.maxItems });
  },
  set<A extends Attributes, B extends Blocks = None>(options: CollectionOptions<A, B>): Block<"set", A, B, false> {
    return make("set", options, { required: false, minItems: options.minItems, maxItems: options.maxItems });
  },
  map<A extends Attributes, B extends Blocks = None>(options: BlockOptions<A, B>): Block<"map", A, B, false> {
    return make("map", options, { required: false });
  },
} as const;

const types = new WeakMap<Body, CtyType & { readonly kind: "object" }>();

/** The type of a block's value, or of a whole resource's. */
export function bodyType(body: Body): CtyType & { readonly kind: "object" } {
  let type = types.get(body);
  if (type === undefined) {
    const own = objectType(body.attributes) as CtyType & { readonly kind: "object" };
    const blocks = Object.entries(body.blocks).map(([name, nested]) => [name, blockType(nested)] as const);
    type = { kind: "object", attributes: { ...own.attributes, ...Object.fromEntries(blocks) } };
    types.set(body, type);
  }
  return type;
}

/** The type of the value under a block's name. */
export function blockType(nested: Block): CtyType {
  const element = bodyType(nested);
  return nested.nesting === "single" || nested.nesting === "group" ? element : { kind: nested.nesting, element };
}
