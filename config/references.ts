/**
 * References: texts that stand for a value kept elsewhere. They work as a whole value and inside a string (docs/behaviour.md "Configuration").
 * Secret fields keep them until the moment of use; other fields are resolved when a file is loaded.
 */

export type { Reference, ReferenceSource } from "./references/reference";
export { ReferenceProblem } from "./references/problem";
export { hasReference, parseReferences, referencesOf } from "./references/parse";
export { createReferenceSource, resolveText, type ReferenceSourceOptions } from "./references/source";
