import { AttributeReader, UnsupportedAttribute } from "./attributes";

const reader = (attributes: Record<string, unknown>) => new AttributeReader("docker_x.y", attributes);

describe("attributes of a resource", () => {
  test.each([
    ["a number written as text", (r: AttributeReader) => r.number("a"), { a: "8000" }, 8000],
    ["a boolean written as text", (r: AttributeReader) => r.boolean("a"), { a: "false" }, false],
    ["a number where a text belongs", (r: AttributeReader) => r.string("a"), { a: 20 }, "20"],
    ["a number in a list of strings", (r: AttributeReader) => r.strings("a"), { a: ["--x", 20] }, ["--x", "20"]],
    ["null as not given", (r: AttributeReader) => r.string("a"), { a: null }, undefined],
    ["numbers in a map of strings", (r: AttributeReader) => r.stringMap("a"), { a: { x: 1, y: true } }, { x: "1", y: "true" }],
    ["label blocks as a map", (r: AttributeReader) => r.labels("a"), { a: [{ label: "k", value: "v" }] }, { k: "v" }],
    ["one block without a list around it", (r: AttributeReader) => r.block("a")?.string("x"), { a: { x: "1" } }, "1"],
  ])("reads %s", (_, read, attributes, expected) => {
    expect(read(reader(attributes))).toEqual(expected);
  });

  test.each([
    [
      "a text where a number belongs",
      (r: AttributeReader) => r.number("a"),
      { a: "x" },
      "docker_x.y.a must be a number, but a string was given.",
    ],
    [
      "a list where a text belongs",
      (r: AttributeReader) => r.string("a"),
      { a: [] },
      "docker_x.y.a must be a string, but a list was given.",
    ],
    [
      "an object in a list of strings",
      (r: AttributeReader) => r.strings("a"),
      { a: [{}] },
      "docker_x.y.a must be a list of strings, but a list was given.",
    ],
    ["a missing required text", (r: AttributeReader) => r.requiredString("a"), {}, "docker_x.y.a is required."],
    [
      "two blocks where one belongs",
      (r: AttributeReader) => r.block("a"),
      { a: [{}, {}] },
      "docker_x.y.a takes one block, but 2 were given.",
    ],
  ])("refuses %s", (_, read, attributes, message) => {
    expect(() => read(reader(attributes))).toThrow(new UnsupportedAttribute(message));
  });

  test("end refuses what nobody read, and names it", () => {
    const read = reader({ known: "1", gpus: "all", absent: null, none: [] });
    read.string("known");
    expect(() => read.end()).toThrow('docker_x.y: no mapping for "gpus".');
  });
});
