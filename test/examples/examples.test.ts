import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { unserved } from "../../config/served";
import { EXAMPLES, NAMES, runExample, runtimeFolder, stackText } from "./support";

interface Plugin {
  readonly name: "ai-proxy" | "ai-proxy-advanced";
  readonly config: { readonly targets: readonly object[] };
}

interface Stack {
  readonly locals: Record<string, { services: { routes: { name: string; plugins: Plugin[] }[] }[] }>;
  readonly resource: Record<string, Record<string, object>>;
  readonly output: Record<string, object>;
  readonly terraform: { readonly backend: object };
}

const runtime = runtimeFolder();
const synthesized = new Map(NAMES.map((name) => [name, runExample(name, runtime)]));
const textOf = (name: string): string => stackText(synthesized.get(name)!, name);
const stackOf = (name: string): Stack => JSON.parse(textOf(name)) as Stack;
const addresses = (name: string): readonly string[] =>
  Object.entries(stackOf(name).resource)
    .flatMap(([type, elements]) => Object.keys(elements).map((id) => `${type}.${id}`))
    .sort();

/** What examples show that this version's gateway does not serve. */
const NOT_SERVED: Readonly<Record<string, readonly string[]>> = {
  "semantic-routing": ['algorithm "semantic"', "embeddings", "vectordb"],
};

/** Terraform would destroy and create anew what changes its name: these are a promise. */
const GATEWAY = [
  "docker_container.gateway",
  "docker_container.gateway_delivery",
  "docker_image.gateway",
  "docker_network.gateway",
  "docker_volume.gateway_configuration",
  "docker_volume.gateway_state",
];

it("there are the four that the README names", () => {
  expect(NAMES).toEqual(expect.arrayContaining(["house-style", "least-connections", "quickstart", "semantic-routing"]));
});

describe.each(NAMES)("%s", (name) => {
  it("fits on a screen", () => {
    expect(
      readFileSync(join(EXAMPLES, `${name}.ts`), "utf8")
        .trimEnd()
        .split("\n").length,
    ).toBeLessThanOrEqual(60);
  });

  it("is the same twice", () => {
    expect(stackText(runExample(name, runtime), name)).toBe(textOf(name));
  });

  it("comes out as HCL too", () => {
    process.env["SYNTH_HCL_OUTPUT"] = "true";
    try {
      const hcl = readFileSync(join(runExample(name, runtime), "stacks", name, "cdk.tf"), "utf8");
      for (const address of addresses(name)) expect(hcl).toContain(`resource "${address.replace(".", '" "')}" {`);
      expect(hcl).toContain("gateway_configuration = {");
    } finally {
      delete process.env["SYNTH_HCL_OUTPUT"];
    }
  });

  it("has names that stay", () => {
    expect(addresses(name)).toEqual(expect.arrayContaining(GATEWAY));
    expect(Object.keys(stackOf(name).locals)).toEqual(["gateway_configuration"]);
    expect(Object.keys(stackOf(name).output)).toContain("gateway_configuration");
    expect(addresses(name).join()).not.toMatch(/_[0-9A-F]{8}\b/);
  });

  it("holds its state where every machine finds it", () => {
    expect(stackOf(name).terraform.backend).toEqual({ local: { path: "terraform.tfstate" } });
  });

  it("brings the image's sources along", () => {
    const { build } = Object.values(stackOf(name).resource["docker_image"]!)[0] as { build: { context: string } };
    expect(existsSync(join(synthesized.get(name)!, "stacks", name, build.context, "Dockerfile"))).toBe(true);
  });

  it("is served, but for what is known not to be", () => {
    const plugins = stackOf(name).locals["gateway_configuration"]!.services.flatMap(({ routes }) =>
      routes.flatMap(({ plugins }) => plugins),
    );
    expect(plugins.length).toBeGreaterThan(0);
    const missing = plugins.flatMap((plugin) => unserved(plugin.name, plugin.config).map(({ what }) => what));
    expect(missing).toEqual(NOT_SERVED[name] ?? []);
  });

  it("names secrets and holds none", () => {
    expect(textOf(name)).toMatch(/\{vault:\/\/file\/[a-z]+\.key\}/);
    expect(textOf(name)).not.toMatch(/sk-|"Bearer [^{]/);
  });
});

describe("quickstart", () => {
  it("shares 70 to 30, knows an alias and asks OpenAI itself", () => {
    const [route] = stackOf("quickstart").locals["gateway_configuration"]!.services[0]!.routes;
    expect(route).toMatchObject({
      name: "chat",
      paths: ["/chat"],
      plugins: [
        {
          config: {
            targets: [
              { weight: 70, model: { name: "gpt-4o" } },
              { weight: 30, model: { name: "gpt-4o-mini", model_alias: "quick" } },
            ],
          },
        },
      ],
    });
    expect(textOf("quickstart")).not.toContain("upstream_url");
  });

  it("takes another server from the environment", () => {
    process.env["OPENAI_BASE_URL"] = "http://127.0.0.1:9/v1";
    try {
      const text = stackText(runExample("quickstart", runtime), "quickstart");
      expect(text.match(/"upstream_url": "http:\/\/127\.0\.0\.1:9\/v1\/chat\/completions"/g)).toHaveLength(2);
    } finally {
      delete process.env["OPENAI_BASE_URL"];
    }
  });
});
