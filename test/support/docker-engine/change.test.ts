import { changedAttributes, decide } from "./change";
import { UNKNOWN } from "./expression";

const BEFORE = { name: "g", image: "sha256:1", env: ["A=1", "B=2"], memory: 64, healthcheck: { test: ["CMD"] } };

describe("what becomes of a resource", () => {
  test.each([
    ["nothing differs", BEFORE, "keep"],
    ["the order within a set", { ...BEFORE, env: ["B=2", "A=1"] }, "keep"],
    ["an attribute given as null", { ...BEFORE, hostname: null }, "keep"],
    ["limits and restart policy", { ...BEFORE, memory: 128, restart: "always" }, "update"],
    ["an environment variable", { ...BEFORE, env: ["A=2", "B=2"] }, "replace"],
    ["an image that is yet to be built", { ...BEFORE, image: UNKNOWN }, "replace"],
    ["limits beside an environment variable", { ...BEFORE, memory: 128, env: [] }, "replace"],
    ["an attribute that goes", { ...BEFORE, healthcheck: undefined }, "replace"],
    ["the order within a list", { ...BEFORE, command: ["b", "a"] }, "replace"],
  ] as const)("a container: %s", (_, after, action) => {
    expect(decide("docker_container", BEFORE, after)).toBe(action);
  });

  test("a resource that was not there is created", () => {
    expect(decide("docker_volume", undefined, { name: "v" })).toBe("create");
  });

  test("any other resource is replaced, an image's way of removal excepted", () => {
    expect(decide("docker_volume", { name: "v" }, { name: "v", driver: "local" })).toBe("replace");
    expect(decide("docker_image", { name: "i", triggers: { h: "1" } }, { name: "i", triggers: { h: "2" } })).toBe("replace");
    expect(decide("docker_image", { name: "i" }, { name: "i", keep_locally: true })).toBe("update");
  });

  test("the names of what differs", () => {
    expect(changedAttributes(BEFORE, { ...BEFORE, memory: 1, user: "1" })).toEqual(["memory", "user"]);
  });
});
