import type { ImageBuildOptions } from "dockerode";
import { AttributeReader, compact, type Attributes } from "./attributes";

/** What a `docker_image` asks of the Engine. */
export interface ImageRequest {
  readonly name: string;
  /** Build instead of pull; the context is a folder, relative to where Terraform runs. */
  readonly build?: { readonly context: string; readonly options: ImageBuildOptions };
  /** The image stays when the resource is destroyed. */
  readonly keepLocally: boolean;
  /** Remove the image although containers use it. */
  readonly forceRemove: boolean;
}

/**
 * The Engine's request for a `docker_image` (`POST /build`). `triggers` and `pull_triggers` only decide on replacement and are not sent.
 * Throws UnsupportedAttribute; so for everything that needs BuildKit.
 */
export function imageRequest(attributes: Attributes, where = "docker_image"): ImageRequest {
  const reader = new AttributeReader(where, attributes);
  const name = reader.requiredString("name");
  reader.stringMap("triggers");
  reader.strings("pull_triggers");
  const build = reader.block("build");
  const request = compact<ImageRequest>({
    name,
    build: build && buildRequest(build, name),
    keepLocally: reader.boolean("keep_locally") ?? false,
    forceRemove: reader.boolean("force_remove") ?? false,
  });
  reader.end();
  return request;
}

function buildRequest(build: AttributeReader, name: string): NonNullable<ImageRequest["build"]> {
  const context = build.requiredString("context");
  const options = compact<ImageBuildOptions>({
    t: [name, ...(build.strings("tag") ?? [])] as unknown as string,
    dockerfile: build.string("dockerfile") ?? "Dockerfile",
    buildargs: build.stringMap("build_args"),
    labels: { ...build.stringMap("label"), ...build.stringMap("labels") },
    target: build.string("target"),
    platform: build.string("platform"),
    nocache: build.boolean("no_cache"),
    rm: build.boolean("remove") ?? true,
    forcerm: build.boolean("force_remove"),
    networkmode: build.string("network_mode"),
    version: "1",
  });
  build.end();
  return { context, options };
}
