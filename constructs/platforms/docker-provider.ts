import type { Construct } from "constructs";
import { TerraformProvider, TerraformStack } from "../cdktf";
import { DockerProvider } from "./docker-resources";

/**
 * Makes sure that the stack has a Docker provider: one that is there serves, else one is made. One that the app adds later would be a second one of
 * the same name, which a validation says.
 */
export function ensureProvider(scope: Construct, daemon: string | undefined): void {
  const stack = TerraformStack.of(scope);
  if (dockerProviders(stack).length === 0) new DockerProvider(stack, "docker", daemon === undefined ? {} : { host: daemon });
  scope.node.addValidation({
    validate: () => {
      const unnamed = dockerProviders(stack).filter(({ alias }) => alias === undefined);
      if (unnamed.length <= 1) return [];
      const paths = unnamed.map(({ node }) => node.path).join(" and ");
      return [
        `a stack must have one DockerProvider without alias, but ${paths} are two. Create yours before the Gateway, or give it an alias.`,
      ];
    },
  });
}

function dockerProviders(stack: Construct): readonly TerraformProvider[] {
  return stack.node
    .findAll()
    .filter((node) => TerraformProvider.isTerraformProvider(node))
    .filter(({ terraformResourceType }) => terraformResourceType === "docker");
}
