/** The stand-in's schema is that of the provider that it stands in for: every attribute and block of four resources and of the provider itself. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { createProviderServer, type SchemaBlockMessage } from "../../provider/framework";
import { dockerProvider } from "../support/docker-provider/provider";

interface PublishedAttribute {
  readonly type: unknown;
  readonly required?: boolean;
  readonly optional?: boolean;
  readonly computed?: boolean;
  readonly sensitive?: boolean;
  readonly deprecated?: boolean;
}

interface PublishedBlock {
  readonly attributes?: Readonly<Record<string, PublishedAttribute>>;
  readonly block_types?: Readonly<Record<string, { nesting_mode: string; min_items?: number; max_items?: number; block: PublishedBlock }>>;
}

interface PublishedSchema {
  readonly version: number;
  readonly block: PublishedBlock;
}

interface Published {
  readonly provider: PublishedSchema;
  readonly resource_schemas: Readonly<Record<string, PublishedSchema>>;
}

const published = JSON.parse(
  readFileSync(join(__dirname, "../../../shared/reference/docker-provider-3.6.2-schema.json"), "utf8"),
) as Published;

const RESOURCES = ["docker_image", "docker_container", "docker_network", "docker_volume"] as const;
const NESTING = ["invalid", "single", "list", "set", "map", "group"] as const;

/** What a schema says of one attribute or block, in one form for both sides. */
type Facts = Readonly<Record<string, unknown>>;

function publishedFacts({ attributes = {}, block_types = {} }: PublishedBlock, path: string): [string, Facts][] {
  return [
    ...Object.entries(attributes).map(([name, one]): [string, Facts] => [
      `${path}.${name}`,
      {
        type: one.type,
        required: one.required ?? false,
        optional: one.optional ?? false,
        computed: one.computed ?? false,
        sensitive: one.sensitive ?? false,
        deprecated: one.deprecated ?? false,
        writeOnly: false,
      },
    ]),
    ...Object.entries(block_types).flatMap(([name, one]): [string, Facts][] => [
      [`${path}.${name}{}`, { nesting: one.nesting_mode, min: one.min_items ?? 0, max: one.max_items ?? 0 }],
      ...publishedFacts(one.block, `${path}.${name}{}`),
    ]),
  ];
}

function ownFacts({ attributes, blockTypes }: SchemaBlockMessage, path: string): [string, Facts][] {
  return [
    ...attributes.map((one): [string, Facts] => [
      `${path}.${one.name}`,
      {
        type: JSON.parse(Buffer.from(one.type ?? []).toString()) as unknown,
        required: one.required ?? false,
        optional: one.optional ?? false,
        computed: one.computed ?? false,
        sensitive: one.sensitive ?? false,
        deprecated: one.deprecated ?? false,
        writeOnly: one.writeOnly ?? false,
      },
    ]),
    ...blockTypes.flatMap(({ typeName, block, nesting, minItems, maxItems }): [string, Facts][] => [
      [`${path}.${typeName}{}`, { nesting: NESTING[nesting], min: minItems ?? 0, max: maxItems ?? 0 }],
      ...ownFacts(block, `${path}.${typeName}{}`),
    ]),
  ];
}

const theirs = new Map([
  ...publishedFacts(published.provider.block, "provider"),
  ...RESOURCES.flatMap((name) => publishedFacts(published.resource_schemas[name]!.block, name)),
]);

async function ownSchemas() {
  const { provider, resourceSchemas } = await createProviderServer(dockerProvider()).getProviderSchema();
  return { provider: provider, resources: resourceSchemas };
}

let ours: ReadonlyMap<string, Facts>;

beforeAll(async () => {
  const { provider, resources } = await ownSchemas();
  ours = new Map([
    ...ownFacts(provider.block, "provider"),
    ...Object.entries(resources).flatMap(([name, { block }]) => ownFacts(block, name)),
  ]);
});

test.each([...theirs.keys()])("%s", (path) => {
  expect(ours.get(path)).toEqual(theirs.get(path));
});

test("there is nothing that the provider does not have", () => {
  expect([...ours.keys()].filter((path) => !theirs.has(path))).toEqual([]);
  expect(theirs.size).toBeGreaterThan(200);
});

test("schema versions are the provider's, so either can read the other's state", async () => {
  const { resources } = await ownSchemas();
  expect(Object.fromEntries(Object.entries(resources).map(([name, { version }]) => [name, version]))).toEqual(
    Object.fromEntries(RESOURCES.map((name) => [name, published.resource_schemas[name]!.version])),
  );
});
