import { z } from "zod";
import { describe as describeSchema, fieldAt, pluginField } from "../../../config/schema/describe";

test.each([
  ["ai-proxy-advanced", ["targets", 0, "weight"], { kind: "integer", min: 1, max: 65535, default: 100, required: false }],
  ["ai-proxy-advanced", ["targets", 7, "model", "name"], { kind: "string", required: false }],
  ["ai-proxy-advanced", ["targets", 0, "metadata"], { kind: "free" }],
  ["ai-proxy-advanced", ["acls", "allow"], { kind: "array", minLength: 1 }],
  ["ai-proxy-advanced", ["vectordb", "redis", "port"], { kind: "integer", min: 0, max: 65535, meta: { referenceable: true } }],
  ["ai-proxy-advanced", ["targets", 0, "auth", "header_value"], { meta: { secret: true, referenceable: true } }],
  ["ai-proxy-advanced", ["extensions", "redis", "password"], { meta: { secret: true, referenceable: true } }],
  ["ai-proxy-advanced", ["extensions", "judge", "target", "auth", "header_value"], { meta: { secret: true, referenceable: true } }],
  ["ai-proxy", ["model", "provider"], { kind: "enum", title: "Provider", required: true }],
  ["ai-proxy", [], { kind: "object", title: "AiProxyConfig" }],
  ["file-log", ["path"], { kind: "string", required: true, minLength: 1 }],
] as const)("%s %j", (plugin, path, expected) => {
  expect(fieldAt(plugin, path)).toMatchObject(expected);
});

test.each([
  ["ai-proxy", ["targets"]],
  ["ai-proxy-advanced", ["targets", "weight"]],
  ["ai-proxy-advanced", ["targets", 0, "metadata", "owner"]],
  ["ai-proxy-advanced", ["constructor"]],
  ["ai-proxy-advanced", ["balancer", 0]],
] as const)("%s has no %j", (plugin, path) => {
  expect(fieldAt(plugin, path)).toBeUndefined();
});

test("every field says what it does and since when", () => {
  const visit = (field: ReturnType<typeof pluginField>, path: string): void => {
    expect(`${path}: ${field.meta.description}`).toMatch(/: .{4,}\.$/);
    expect(field.meta.since).toMatch(path.includes(".extensions") ? /^(3\.\d+|Signalbox \d+\.\d+$)/ : /^3\.\d+/);
    if (field.item) visit(field.item, `${path}[]`);
    for (const [name, member] of field.fields ?? []) visit(member, `${path}.${name}`);
  };
  for (const name of ["ai-proxy", "ai-proxy-advanced", "file-log"] as const) visit(pluginField(name), name);
});

test("a type that the model must not use is refused", () => {
  expect(() => describeSchema(z.union([z.string(), z.number()]))).toThrow("must not use: union");
  expect(() => describeSchema(z.string().transform(Number))).toThrow("must not use: pipe");
});
