import type { IConstruct } from "constructs";
import { TerraformElement, TerraformStack } from "./cdktf";
import { terraformName } from "./names";

/** A readable Terraform name of a construct, from its path in the stack: `House/Gateway` → `house_gateway`. */
export function readableId(construct: IConstruct): string {
  return pathInStack(construct).map(terraformName).join("_");
}

/** A readable name for things outside Terraform, stack included: `acme-house-gateway`. */
export function readableName(construct: IConstruct): string {
  const parts = [TerraformStack.of(construct).node.id, ...pathInStack(construct)];
  return parts.map((part) => terraformName(part).replaceAll("_", "-").replace(/^-+/, "")).join("-");
}

/** One message per pair of elements in the construct's stack that came to the same Terraform name; Terraform would merge them silently. */
export function collidingIds(construct: IConstruct): readonly string[] {
  const places = new Map<string, string>();
  const messages: string[] = [];
  for (const node of TerraformStack.of(construct).node.findAll()) {
    const address = addressOf(node);
    if (address === undefined) continue;
    const other = places.get(address);
    if (other === undefined) places.set(address, node.node.path);
    else
      messages.push(
        `Terraform names must be unique, but ${address} is both ${other} and ${node.node.path}. Give one of the constructs another id.`,
      );
  }
  return messages;
}

function addressOf(node: IConstruct): string | undefined {
  if (!TerraformElement.isTerraformElement(node)) return undefined;
  const { terraformResourceType } = node as { terraformResourceType?: unknown };
  const kind = typeof terraformResourceType === "string" ? terraformResourceType : node.constructor.name;
  return `${kind}.${node.friendlyUniqueId}`;
}

function pathInStack(construct: IConstruct): readonly string[] {
  const stack = TerraformStack.of(construct);
  return construct.node.scopes.slice(stack.node.scopes.length).map((scope) => scope.node.id);
}
