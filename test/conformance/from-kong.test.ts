import { readFileSync } from "node:fs";
import { join } from "node:path";
import { AiProxy, AiProxyAdvanced } from "../../index";
import { annotations, gatewayStack, problems, synth } from "../constructs/support";

interface Example {
  readonly id: string;
  readonly plugin: "ai-proxy" | "ai-proxy-advanced";
  readonly expect: "accepted" | "refused";
  readonly names?: string;
  readonly config: never;
}

const examples = JSON.parse(
  readFileSync(join(__dirname, "../../../shared/conformance/kong-docs/examples.json"), "utf8"),
) as readonly Example[];

/** What Terraform makes of a text in JSON syntax that has no expression. */
const terraform = (text: string): string => text.replace(/\$\$\{/g, () => "${").replace(/%%\{/g, () => "%{");

function stackWith({ plugin, config }: Example) {
  const { stack, gateway } = gatewayStack();
  const construct = plugin === "ai-proxy" ? AiProxy : AiProxyAdvanced;
  construct.fromKong(stack, "Chat", { route: gateway.route("chat", { paths: ["/chat"] }), config });
  return stack;
}

describe("fromKong with Kong's published examples", () => {
  const accepted = examples.filter((example) => example.expect === "accepted");
  const refused = examples.filter((example) => example.expect === "refused");

  it.each(accepted.map((example) => [example.id, example] as const))("%s comes out as it went in", (_, example) => {
    const stack = stackWith(example);
    const document = JSON.parse(terraform(JSON.stringify(synth(stack).locals["gateway_configuration"]))) as unknown;
    expect(document).toEqual({
      _format_version: "3.0",
      services: [
        {
          name: "test-gateway",
          url: "http://localhost:32000",
          routes: [{ name: "chat", paths: ["/chat"], plugins: [{ name: example.plugin, config: example.config }] }],
        },
      ],
    });
    expect(annotations(stack, "error")).toEqual([]);
  });

  it.each(refused.map((example) => [example.id, example] as const))("%s is refused by the field's name", (_, example) => {
    expect(problems(stackWith(example)).join("\n")).toContain(example.names ?? "[test/Chat]");
  });

  it("covers both plugins and both outcomes", () => {
    expect(accepted.length).toBeGreaterThan(50);
    expect(refused.length).toBeGreaterThan(0);
  });
});
