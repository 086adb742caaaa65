import {
  attribute,
  block,
  requiresReplace,
  useStateForUnknown,
  type Attributes,
  type Blocks,
  type Validator,
} from "../../../provider/framework";

/** Title of every such diagnostic. */
const REFUSED = "Not supported by the stand-in";

/**
 * Refuses an attribute or block that has no effect on the Engine here. Without it, a test would pass on something that was never asked for.
 *
 * @param why what is missing, or what to use instead
 * @param harmless values that ask for nothing, such as false
 */
export function refused(why: string, ...harmless: readonly unknown[]): Validator<unknown> {
  return {
    description: `is not supported: ${why}`,
    validate({ value, path, diagnostics }) {
      if (harmless.includes(value) || (Array.isArray(value) && value.length === 0)) return;
      diagnostics.error(REFUSED, `${path.toString()} is not acted on: ${why}.`, path);
    },
  };
}

const isComputed = (mode: string): boolean => mode === "computed" || mode === "optionalComputed";

/**
 * The attributes, made to replace the resource on a change unless they are named. What the Engine finds out stays as it is until then.
 *
 * @param inPlace names of attributes that change without a replacement
 */
export function replacing<A extends Attributes>(attributes: A, inPlace: ReadonlySet<string> = new Set()): A {
  const entries = Object.entries(attributes).map(([name, one]) => {
    const keep = isComputed(one.mode) ? [useStateForUnknown()] : [];
    const replace = inPlace.has(name) || one.mode === "computed" ? [] : [requiresReplace()];
    return [name, { ...one, planModifiers: [...keep, ...one.planModifiers, ...replace] }] as const;
  });
  return Object.fromEntries(entries) as unknown as A;
}

/** The blocks, made to replace the resource on a change; those with modifiers of their own are left as they are. */
export function replacingBlocks<B extends Blocks>(blocks: B): B {
  const entries = Object.entries(blocks).map(([name, one]) => {
    return [name, one.planModifiers.length > 0 ? one : { ...one, planModifiers: [requiresReplace()] }] as const;
  });
  return Object.fromEntries(entries) as unknown as B;
}

/** The id, which the provider alone sets although its schema lets a user try. */
export const idAttribute = attribute.string({ optional: true, computed: true, validators: [refused("the Engine gives the id")] });

/** `labels { label, value }`, as containers, networks, volumes and mounts have them. */
export const labelsBlock = block.set({
  attributes: { label: attribute.string({ required: true }), value: attribute.string({ required: true }) },
});

/** Labels of the Engine in the form of {@link labelsBlock}. */
export function labelsOf(labels: Readonly<Record<string, string>> | null | undefined): { label: string; value: string }[] {
  return Object.entries(labels ?? {}).map(([label, value]) => ({ label, value }));
}
