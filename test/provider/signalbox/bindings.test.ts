import { App, Fn, TerraformLocal, TerraformOutput, TerraformStack, Testing, Token } from "cdktf";
import { DataSignalboxConfiguration, SignalboxProvider } from "../../../constructs/bindings";
import { camel } from "../../../config/generate/props";
import { PROVIDER_SOURCE } from "../../../provider/address";
import type { Attribute as Message } from "../../../provider/rpc/messages.generated";
import { server } from "./support";

const typeOf = ({ type }: Message): string => Buffer.from(type ?? []).toString();
const SAMPLES: Readonly<Record<string, unknown>> = {
  '"string"': "text",
  '"number"': 7,
  '"bool"': true,
  '["list","string"]': ["a", "b"],
  '["list","number"]': [1, 2],
  '["map",["list","string"]]': { "x-a": ["b"], "x.c": ["d"] },
};

function sample(attribute: Message, key: (name: string) => string): unknown {
  const nested = attribute.nestedType;
  if (nested === undefined) return SAMPLES[typeOf(attribute)];
  const record = everything(nested.attributes ?? [], key);
  return nested.nesting === 2 ? [record, record] : record;
}

/** Every attribute with a value of its type, computed ones left out. */
function everything(attributes: readonly Message[], key: (name: string) => string): Record<string, unknown> {
  const settable = attributes.filter(({ required, optional }) => required === true || optional === true);
  return Object.fromEntries(settable.map((attribute) => [key(attribute.name ?? ""), sample(attribute, key)]));
}

interface Schemas {
  readonly provider: { readonly block?: { readonly attributes?: readonly Message[] } };
  readonly dataSourceSchemas: Readonly<Record<string, { readonly block?: { readonly attributes?: readonly Message[] } }>>;
  readonly resourceSchemas?: Readonly<Record<string, unknown>>;
}

async function schemas(): Promise<Schemas> {
  return await server.getProviderSchema();
}

function stack(): TerraformStack {
  const made = new TerraformStack(new App(), "test");
  new SignalboxProvider(made, "signalbox");
  return made;
}

async function attributesOf(type: string): Promise<readonly Message[]> {
  return (await schemas()).dataSourceSchemas[type]?.block?.attributes ?? [];
}

test("there is a class for each type that core is told about", async () => {
  const { dataSourceSchemas, resourceSchemas = {}, provider } = await schemas();
  expect(Object.keys(dataSourceSchemas)).toEqual([DataSignalboxConfiguration.tfResourceType]);
  expect(Object.keys(resourceSchemas)).toEqual([]);
  expect(provider.block?.attributes ?? []).toEqual([]);
});

test("every attribute, however deep, comes out under core's name", async () => {
  const attributes = await attributesOf("signalbox_configuration");
  const made = stack();
  new DataSignalboxConfiguration(made, "main", everything(attributes, camel));
  const { data, terraform } = JSON.parse(Testing.synth(made)) as {
    data: { signalbox_configuration: { main: Record<string, unknown> } };
    terraform: { required_providers: unknown };
  };
  const synthesized = data.signalbox_configuration.main;
  delete synthesized["//"];
  expect(synthesized).toEqual(everything(attributes, (name) => name));
  expect(Object.keys(synthesized)).toEqual(["ai_proxy", "ai_proxy_advanced", "name"]);
  expect(terraform.required_providers).toEqual({ signalbox: { source: PROVIDER_SOURCE, version: "0.1.0" } });
});

test("every computed attribute has a getter", async () => {
  const made = stack();
  const data = new DataSignalboxConfiguration(made, "main");
  const computed = (await attributesOf("signalbox_configuration")).filter(({ computed }) => computed === true).map(({ name = "" }) => name);
  expect(computed).toEqual(["json", "yaml", "sha256"]);
  for (const name of computed) {
    new TerraformOutput(made, name, { value: data[camel(name) as "json"] });
    expect(Testing.synth(made)).toContain(`"value": "\${data.signalbox_configuration.main.${name}}"`);
  }
});

describe("as HCL", () => {
  const hcl = (config: ConstructorParameters<typeof DataSignalboxConfiguration>[2]): string => {
    const made = stack();
    new DataSignalboxConfiguration(made, "main", config);
    return String(Testing.synthHcl(made)).replace(/\s+/g, " ");
  };
  const element = { targets: [{ routeType: "llm/v1/chat", model: { provider: "openai" } }] };

  it("assigns objects and lists, and writes no block", () => {
    const route = { name: "chat", paths: ["/chat"], headers: { "x-a": ["b"], "x.c": ["d"] } };
    expect(hcl({ aiProxyAdvanced: [{ route, ...element }] })).toContain(
      'data "signalbox_configuration" "main" { ai_proxy_advanced = [ { route = { name = "chat" paths = [ "/chat" ] headers = { x-a = [ "b" ] "x.c" = [ "d" ] } } targets = [ { model = { provider = "openai" } route_type = "llm/v1/chat" } ] } ] }',
    );
  });

  it("keeps texts that look like HCL, quotes and backslashes", () => {
    const texts = { description: 'say "hi" \\o/\nnew line', metadata: '{"a":"b\\n"}' };
    const text = hcl({ aiProxyAdvanced: [{ route: { name: "{vault://env/X}" }, targets: [{ ...element.targets[0]!, ...texts }] }] });
    expect(text).toContain('name = "{vault://env/X}"');
    expect(text).toContain('description = "say \\"hi\\" \\\\o/\\nnew line"');
    expect(text).toContain('metadata = "{\\"a\\":\\"b\\\\n\\"}"');
  });

  it("writes tokens as expressions", () => {
    const made = stack();
    const local = new TerraformLocal(made, "weights", { large: 70 });
    new DataSignalboxConfiguration(made, "main", {
      aiProxyAdvanced: [
        { route: { name: "r" }, targets: [{ ...element.targets[0]!, weight: Token.asNumber(Fn.lookup(local.asAnyMap, "large")) }] },
      ],
    });
    expect(Testing.synthHcl(made)).toContain('weight = "${local.weights.large}"');
    expect(Testing.synth(made)).toContain('"weight": "${local.weights.large}"');
  });
});

test("values can be changed and left out after all", () => {
  const made = stack();
  const data = new DataSignalboxConfiguration(made, "main", { name: "a" });
  data.putName("b");
  expect(data.nameInput).toBe("b");
  data.resetName();
  expect(Testing.synth(made)).not.toContain('"b"');
});

test("a whole attribute can come from elsewhere", () => {
  const made = stack();
  const local = new TerraformLocal(made, "gateway", { ai_proxy: [] });
  new DataSignalboxConfiguration(made, "main", { aiProxy: Token.asAny(`\${${local.fqn}.ai_proxy}`) });
  expect(Testing.synth(made)).toContain('"ai_proxy": "${local.gateway.ai_proxy}"');
});
