import { ReferenceProblem } from "../../config/references";
import { CredentialProblem } from "../credentials/problem";
import { GatewayError } from "../errors";
import { RouteProblem } from "../router/candidate";
import { SharedStateProblem } from "../shared-state/problem";

/** A target that cannot be used; the text says which one it is, as a file may have many with the same fields. */
export class TargetProblem extends Error {
  override readonly name = "TargetProblem";

  /** @param plugin what the target's plugin applies to */
  constructor(plugin: string, label: string, cause: Error) {
    super(`target ${label} of ${plugin}: ${cause.message}`, { cause });
  }
}

const KINDS = [CredentialProblem, GatewayError, ReferenceProblem, RouteProblem, SharedStateProblem, TargetProblem];

/** Whether an error says what is wrong with a configuration; any other one is a mistake of the gateway's own. */
export const isConfigurationProblem = (error: unknown): error is Error => KINDS.some((kind) => error instanceof kind);
