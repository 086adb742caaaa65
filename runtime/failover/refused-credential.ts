import type { FailedAttempt, History } from "./history";

/**
 * Whether a target that refused a credential may be asked again with another one: after 401, once in an exchange. Nothing of the answer has gone to the client
 * then. It is up to the credential whether there can be another one. Pure.
 */
export const mayRenew = ({ renewed }: Pick<History, "renewed">, { target, outcome, status }: FailedAttempt): boolean =>
  outcome === "status" && status === 401 && !renewed.includes(target);
