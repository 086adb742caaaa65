/** The one door to the Docker provider's classes, by resource: its index would load everything. */
export { Container } from "@cdktf/provider-docker/lib/container";
export type { ContainerConfig, ContainerMounts } from "@cdktf/provider-docker/lib/container";
export { Image } from "@cdktf/provider-docker/lib/image";
export { Network } from "@cdktf/provider-docker/lib/network";
export { DockerProvider } from "@cdktf/provider-docker/lib/provider";
export { Volume } from "@cdktf/provider-docker/lib/volume";
