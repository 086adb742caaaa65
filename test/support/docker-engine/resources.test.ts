import { imageRequest } from "./image";
import { networkRequest } from "./network";
import { volumeRequest } from "./volume";

describe("requests for images, networks and volumes", () => {
  test("an image is built under its name and tags, without BuildKit", () => {
    const build = { context: "assets/x", dockerfile: "Dockerfile", build_args: { BASE_IMAGE: "node:24-slim" }, tag: ["signalbox:1"] };
    expect(imageRequest({ name: "signalbox", build: [build], triggers: { hash: "1" }, keep_locally: true })).toEqual({
      name: "signalbox",
      build: {
        context: "assets/x",
        options: {
          t: ["signalbox", "signalbox:1"],
          dockerfile: "Dockerfile",
          buildargs: { BASE_IMAGE: "node:24-slim" },
          labels: {},
          rm: true,
          version: "1",
        },
      },
      keepLocally: true,
      forceRemove: false,
    });
  });

  test("a network", () => {
    const request = networkRequest({
      name: "n",
      internal: true,
      labels: [{ label: "a", value: "b" }],
      ipam_config: [{ subnet: "10.9.0.0/24" }],
    });
    expect(request).toEqual({
      Name: "n",
      Internal: true,
      Labels: { a: "b" },
      IPAM: { Driver: "default", Options: {}, Config: [{ Subnet: "10.9.0.0/24" }] },
    });
  });

  test("a volume", () => {
    expect(volumeRequest({ name: "v", driver: "local", driver_opts: { type: "tmpfs" } })).toEqual({
      Name: "v",
      Driver: "local",
      DriverOpts: { type: "tmpfs" },
    });
  });

  test.each([
    ["docker_image.build[0]", () => imageRequest({ name: "x", build: { context: ".", secrets: [{ id: "s" }] } }), '"secrets"'],
    ["docker_network", () => networkRequest({ name: "x", scope: "swarm" }), '"scope"'],
    ["docker_volume", () => volumeRequest({ name: "x", size: 1 }), '"size"'],
  ])("%s refuses what it does not know", (where, map, name) => {
    expect(map).toThrow(`${where}: no mapping for ${name}.`);
  });
});
