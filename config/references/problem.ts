/**
 * A reference that cannot be read or is not well formed. The message names the variable or the file and the remedy, never a value,
 * so it may be logged and shown as it is.
 */
export class ReferenceProblem extends Error {
  override readonly name = "ReferenceProblem";
}
