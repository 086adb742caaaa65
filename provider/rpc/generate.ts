/**
 * Compiles proto/*.proto into messages.generated.ts: the descriptor (so that nothing is parsed at start, which would cost 100 ms in each of the several
 * processes of one terraform command) and an interface per message.
 *
 * `tsx provider/rpc/generate.ts` writes the file; with `--check` it writes nothing and exits 1 where the file is not current.
 */
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Enum, type Field, MapField, type NamespaceBase, parse, type ReflectionObject, Root, Service, Type } from "protobufjs";

const sources = join(__dirname, "proto");

/** Where the generated module is. */
export const GENERATED_PATH = join(__dirname, "messages.generated.ts");

const SCALARS: Readonly<Record<string, string>> = { bytes: "Uint8Array", string: "string", bool: "boolean" };

function elementType(field: Field): string {
  if (field.resolvedType instanceof Type) return field.resolvedType.name;
  return SCALARS[field.type] ?? "number";
}

function fieldType(field: Field): string {
  field.resolve();
  if (field instanceof MapField) return `Readonly<Record<string, ${elementType(field)}>>`;
  return field.repeated ? `readonly ${elementType(field)}[]` : elementType(field);
}

function declaration(type: Type): string {
  if (type.fieldsArray.length === 0) return `/** ${type.fullName.slice(1)} */\nexport type ${type.name} = Readonly<Record<string, never>>;`;
  const fields = type.fieldsArray.map((field) => `  readonly ${field.name}?: ${fieldType(field)} | undefined;`);
  return [`/** ${type.fullName.slice(1)} */`, `export interface ${type.name} {`, ...fields, "}"].join("\n");
}

function descendants(namespace: NamespaceBase): ReflectionObject[] {
  return namespace.nestedArray.flatMap((one) => ("nestedArray" in one ? [one, ...descendants(one as NamespaceBase)] : [one]));
}

/** The generated module's text: a pure function of the .proto files. */
export function render(): string {
  const root = new Root();
  for (const name of readdirSync(sources).sort()) parse(readFileSync(join(sources, name), "utf8"), root);
  root.resolveAll();
  const all = descendants(root);
  const types = all.filter((one): one is Type => one instanceof Type);
  const services = all.filter((one): one is Service => one instanceof Service);
  const kinds = all.filter((one): one is Enum => one instanceof Enum);
  const constants = kinds.map(
    (one) => `/** ${one.fullName.slice(1)} */\nexport const ${one.name} = ${JSON.stringify(one.values)} as const;`,
  );
  const methods = services.map(({ name, fullName, methodsArray }) =>
    [
      `/** ${fullName.slice(1)}: request and response of each method. */`,
      `export interface ${name}Methods {`,
      ...methodsArray.map((method) => `  readonly ${method.name}: [request: ${method.requestType}, response: ${method.responseType}];`),
      "}",
    ].join("\n"),
  );
  return [
    '/* Generated from provider/rpc/proto by provider/rpc/generate.ts. Do not edit. */\nimport type { INamespace } from "protobufjs/light";',
    ...types.map(declaration),
    ...constants,
    ...methods,
    `/** All messages and services in protobufjs' JSON form. */\nexport const DESCRIPTOR = JSON.parse(\n  ${JSON.stringify(JSON.stringify(root.toJSON()))},\n) as INamespace;`,
    "",
  ].join("\n\n");
}

function main(): void {
  const text = render();
  const isCurrent = readFileSync(GENERATED_PATH, { encoding: "utf8", flag: "a+" }) === text;
  if (isCurrent) return;
  if (process.argv.includes("--check")) {
    process.stderr.write("provider/rpc/messages.generated.ts is not current: run tsx provider/rpc/generate.ts.\n");
    process.exitCode = 1;
  } else {
    writeFileSync(GENERATED_PATH, text);
  }
}

if (require.main === module) main();
