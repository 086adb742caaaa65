import { ReferenceProblem } from "../../config/references";

/**
 * A credential that cannot be had. The text may be logged and told in `/status`: it holds no secret, and no text of an answer's own. Clients are not told.
 */
export class CredentialProblem extends Error {
  override readonly name = "CredentialProblem";

  constructor(
    message: string,
    /** What the service asked to wait, in milliseconds; undefined if it did not. */
    readonly retryAfterMs?: number,
  ) {
    super(message);
  }
}

/** Codes of Node and of the HTTP client, and names of classes of errors. */
const NAME = /^[A-Za-z][A-Za-z0-9_]{0,63}$/;

/** What may be told of a failure: the text of those errors that are known to hold no secret, of all others no more than their code or name. */
export function causeOf(error: unknown): string {
  if (error instanceof CredentialProblem || error instanceof ReferenceProblem) return error.message;
  const { code, name } = (error ?? {}) as { readonly code?: unknown; readonly name?: unknown };
  const told = [code, name].find((one): one is string => typeof one === "string" && NAME.test(one));
  return told === undefined ? "the call failed" : `the call failed (${told})`;
}
