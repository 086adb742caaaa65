import { evaluate } from "./expression";
import { lookupIn, parseTemplate } from "./template";

const text = (parts: Record<string, unknown>) => JSON.stringify(parts);

describe("cdk.tf.json", () => {
  test("resources come in an order in which they can be created, also through locals and depends_on", () => {
    const { resources } = parseTemplate(
      text({
        resource: {
          docker_container: {
            g: { name: "g", image: "${docker_image.i.image_id}", depends_on: ["docker_container.d"] },
            d: { name: "d", image: "${local.image}" },
          },
          docker_image: { i: { "//": { metadata: {} }, name: "i" } },
        },
        locals: { image: "${docker_image.i.image_id}" },
      }),
    );
    expect(resources.map(({ address }) => address)).toEqual(["docker_image.i", "docker_container.d", "docker_container.g"]);
    expect(resources[0]?.attributes).toEqual({ name: "i" });
  });

  test("locals, variables with default and given, attributes of resources", () => {
    const template = parseTemplate(
      text({ variable: { a: { default: 1 }, b: {} }, locals: { x: { y: "${var.a}" } }, output: { o: { value: "${local.x}" } } }),
    );
    const lookup = lookupIn(template, new Map([["b", "given"]]), (address, name) => `${address}/${name}`);
    expect(evaluate([template.outputs.get("o"), "${local.x.y}", "${var.b}", "${docker_image.i.image_id}"], lookup)).toEqual([
      { y: 1 },
      1,
      "given",
      "docker_image.i/image_id",
    ]);
    expect(() => lookup("var.c")).toThrow("var.c: no such variable.");
    expect(() => lookup("local.z")).toThrow("local.z: no such local.");
    expect(() => lookupIn(template, new Map(), () => "")("var.b")).toThrow("var.b has no default and must be given.");
  });

  test("create_before_destroy is taken from the lifecycle, and is no attribute", () => {
    const { resources } = parseTemplate(
      text({ resource: { docker_image: { a: { name: "a", lifecycle: { create_before_destroy: true } }, b: { name: "b" } } } }),
    );
    expect(resources.map(({ attributes, createBeforeDestroy }) => [attributes, createBeforeDestroy])).toEqual([
      [{ name: "a" }, true],
      [{ name: "b" }, false],
    ]);
  });

  test.each([
    [{ module: {} }, 'no support for the section "module"'],
    [{ resource: { null_resource: { x: {} } } }, "null_resource.x: no support for resources of that type"],
    [{ resource: { docker_volume: { x: { count: 2 } } } }, 'docker_volume.x: no support for "count"'],
    [
      { resource: { docker_volume: { x: { name: "${docker_volume.y.name}" } } } },
      "docker_volume.x refers to docker_volume.y, which is not in the file",
    ],
    [{ resource: { docker_volume: { x: { depends_on: ["docker_volume.x"] } } } }, "References go in a circle"],
  ])("refuses %j", (parts, message) => {
    expect(() => parseTemplate(text(parts))).toThrow(message);
  });
});
