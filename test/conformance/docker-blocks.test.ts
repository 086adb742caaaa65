import { readFileSync } from "node:fs";
import { join } from "node:path";
import { NAMES, runExample, runtimeFolder, stackText } from "../examples/support";

type Type = string | readonly [string, unknown];

interface Attribute {
  readonly type: Type;
  readonly required?: boolean;
  readonly computed?: boolean;
  readonly optional?: boolean;
  readonly deprecated?: boolean;
}

interface BlockType {
  readonly nesting_mode: string;
  readonly min_items?: number;
  readonly max_items?: number;
  readonly block: Block;
}

interface Block {
  readonly attributes?: Readonly<Record<string, Attribute>>;
  readonly block_types?: Readonly<Record<string, BlockType>>;
}

const { resource_schemas: schemas } = JSON.parse(
  readFileSync(join(__dirname, "../../../shared/reference/docker-provider-3.6.2-schema.json"), "utf8"),
) as {
  resource_schemas: Readonly<Record<string, { readonly block: Block }>>;
};

/** Terraform's own; they are no part of a resource's schema. */
const META = ["//", "depends_on", "lifecycle", "provider", "count", "for_each"];
const isExpression = (value: unknown): boolean => typeof value === "string" && /^\$\{[^{].*\}$/s.test(value);

function typeProblems(value: unknown, type: Type, path: string): readonly string[] {
  if (isExpression(value)) return [];
  if (typeof type === "string") {
    const expected = type === "bool" ? "boolean" : type;
    return typeof value === expected ? [] : [`${path} must be a ${type}, but is a ${typeof value}`];
  }
  const [collection, item] = type as readonly [string, Type];
  if (collection === "map") {
    if (typeof value !== "object" || value === null || Array.isArray(value)) return [`${path} must be a map`];
    return Object.entries(value).flatMap(([key, member]) => typeProblems(member, item, `${path}.${key}`));
  }
  if (!Array.isArray(value)) return [`${path} must be a ${collection}`];
  return value.flatMap((member: unknown, index) => typeProblems(member, item, `${path}[${index}]`));
}

function blockProblems(
  value: Readonly<Record<string, unknown>>,
  block: Block,
  path: string,
  meta: readonly string[] = [],
): readonly string[] {
  const { attributes = {}, block_types: blocks = {} } = block;
  const unknown = Object.keys(value).filter((name) => !meta.includes(name) && attributes[name] === undefined && blocks[name] === undefined);
  const missing = Object.entries(attributes).filter(([name, { required }]) => required === true && value[name] === undefined);
  return [
    ...unknown.map((name) => `${path}.${name} is not in the schema`),
    ...missing.map(([name]) => `${path}.${name} must be given`),
    ...Object.entries(attributes).flatMap(([name, attribute]) => {
      if (value[name] === undefined) return [];
      const { type, deprecated, computed, optional, required } = attribute;
      const readOnly = computed === true && optional !== true && required !== true;
      return [
        ...(deprecated === true ? [`${path}.${name} is deprecated`] : []),
        ...(readOnly ? [`${path}.${name} is read-only`] : []),
        ...typeProblems(value[name], type, `${path}.${name}`),
      ];
    }),
    ...Object.entries(blocks).flatMap(([name, nested]) => nestedProblems(value[name], nested, `${path}.${name}`)),
  ];
}

function nestedProblems(
  value: unknown,
  { min_items: min = 0, max_items: max = Infinity, block }: BlockType,
  path: string,
): readonly string[] {
  const items = value === undefined ? [] : Array.isArray(value) ? (value as readonly unknown[]) : [value];
  const count =
    items.length < min || items.length > max ? [`${path} must be there ${min} to ${max} times, but is ${items.length} times`] : [];
  return [
    ...count,
    ...items.flatMap((item, index) => blockProblems(item as Readonly<Record<string, unknown>>, block, `${path}[${index}]`)),
  ];
}

describe("the Docker provider's schema", () => {
  const runtime = runtimeFolder();

  it.each(NAMES)("takes every block of %s", (name) => {
    const { resource } = JSON.parse(stackText(runExample(name, runtime), name)) as {
      resource: Record<string, Record<string, Record<string, unknown>>>;
    };
    const docker = Object.entries(resource).filter(([type]) => type.startsWith("docker_"));
    expect(docker.map(([type]) => type)).toEqual(
      expect.arrayContaining(["docker_container", "docker_image", "docker_network", "docker_volume"]),
    );
    const found = docker.flatMap(([type, elements]) =>
      Object.entries(elements).flatMap(([id, value]) => blockProblems(value, schemas[type]!.block, `${type}.${id}`, META)),
    );
    expect(found).toEqual([]);
  });

  it("would not take wrong ones", () => {
    const { block } = schemas["docker_container"]!;
    const wrong = {
      name: 3,
      imag: "x",
      id: "x",
      ports: [{ external: "80" }],
      healthcheck: [{ test: [] }, { test: [] }],
      tmpfs: [],
      command: "serve",
    };
    expect(blockProblems(wrong, block, "c").toSorted()).toEqual([
      "c.command must be a list",
      "c.healthcheck must be there 0 to 1 times, but is 2 times",
      "c.imag is not in the schema",
      "c.image must be given",
      "c.name must be a string, but is a number",
      "c.ports[0].external must be a number, but is a string",
      "c.ports[0].internal must be given",
      "c.tmpfs must be a map",
    ]);
  });
});
