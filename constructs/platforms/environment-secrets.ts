import type { Construct } from "constructs";
import { TerraformStack, TerraformVariable } from "../cdktf";

/** Secrets that reach a container as environment variables, each through a sensitive Terraform variable of the same name. */
export class EnvironmentSecrets {
  private readonly variables = new Map<string, TerraformVariable>();

  constructor(private readonly scope: Construct) {}

  /** Takes up a variable; of gateways in one stack, those that name the same variable share it. */
  add(name: string): void {
    if (this.variables.has(name)) return;
    const stack = TerraformStack.of(this.scope);
    const present = stack.node.tryFindChild(name);
    const variable =
      present instanceof TerraformVariable
        ? present
        : new TerraformVariable(stack, name, {
            type: "string",
            sensitive: true,
            nullable: false,
            description: `Secret for the gateway, given as TF_VAR_${name}.`,
          });
    this.variables.set(name, variable);
  }

  /** `NAME=value` for each, in order of their names. */
  assignments(): readonly string[] {
    return [...this.variables].map(([name, variable]) => `${name}=${variable.stringValue}`).sort();
  }
}
