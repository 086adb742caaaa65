import type { Construct } from "constructs";
import { DEFAULT_BASE_IMAGE } from "../../config/container-layout";
import { AssetType, TerraformAsset, TerraformStack } from "../cdktf";
import { named } from "./docker-common";
import type { DockerOptions } from "./docker-options";
import { Image } from "./docker-resources";
import { RUNTIME_CONTEXT_KEY, runtimeBundle } from "./runtime-bundle";

const ASSET_ID = "signalbox_runtime";

/**
 * The gateway's image: the one that was named, else built from the packaged runtime.
 *
 * @returns its id (an expression), which changes with its content; a tag would not
 */
export function dockerImage(scope: Construct, options: DockerOptions): string {
  const image =
    options.image === undefined ? builtImage(scope, options) : new Image(scope, "Image", { name: options.image, keepLocally: true });
  return named(image, scope).imageId;
}

/**
 * The build's folder is copied beside the synthesized stack: its path is the same on every machine, and the output can be applied elsewhere.
 * The old image stays on the daemon, as a rollback needs it. Terraform stops the old gateway while the new image is still being built, as no destroy
 * waits for a create: `terraform apply -target` on the image first keeps that time short.
 */
function builtImage(scope: Construct, { baseImage = DEFAULT_BASE_IMAGE }: DockerOptions): Image {
  const { folder, hash } = runtimeBundle(scope.node.tryGetContext(RUNTIME_CONTEXT_KEY) as string | undefined);
  const asset = sharedAsset(scope, folder, hash);
  return new Image(scope, "Image", {
    name: `signalbox-gateway:${hash.slice(0, 12)}`,
    buildAttribute: { context: asset.path, dockerfile: "Dockerfile", buildArgs: { BASE_IMAGE: baseImage } },
    triggers: { runtime: hash },
    keepLocally: true,
    lifecycle: { createBeforeDestroy: true },
  });
}

/** Several gateways of a stack are built from one copy. */
function sharedAsset(scope: Construct, folder: string, hash: string): TerraformAsset {
  const stack = TerraformStack.of(scope);
  const present = stack.node.tryFindChild(ASSET_ID);
  if (present instanceof TerraformAsset) return present;
  return new TerraformAsset(stack, ASSET_ID, { path: folder, type: AssetType.DIRECTORY, assetHash: hash.slice(0, 16) });
}
