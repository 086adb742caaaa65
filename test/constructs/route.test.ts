import { AiProxy, Target } from "../../index";
import type { RouteProps } from "../../index";
import { gatewayStack, problems, synth } from "./support";

function routeOf(props: RouteProps): Record<string, unknown> {
  const { stack, gateway } = gatewayStack();
  gateway.route("chat", props);
  return synth(stack).locals["gateway_configuration"]!.services[0]!.routes[0]!;
}

function problemsOf(props: RouteProps): readonly string[] {
  const { stack, gateway } = gatewayStack();
  gateway.route("chat", props);
  return problems(stack);
}

describe("gateway.route", () => {
  it("says what was said, in Kong's names", () => {
    expect(
      routeOf({
        paths: ["/chat", "~/v(?<n>\\d+)"],
        methods: ["POST"],
        hosts: ["*.example.com"],
        headers: { "X-Team": ["a"] },
        stripPath: false,
        preserveHost: true,
        regexPriority: 2,
        protocols: ["https"],
        tags: ["t"],
      }),
    ).toEqual({
      name: "chat",
      paths: ["/chat", "~/v(?<n>\\d+)"],
      methods: ["POST"],
      hosts: ["*.example.com"],
      headers: { "X-Team": ["a"] },
      strip_path: false,
      preserve_host: true,
      regex_priority: 2,
      protocols: ["https"],
      tags: ["t"],
      plugins: [],
    });
  });

  it.each([
    ["nothing to match", {}, "one of paths, methods, hosts and headers must be given"],
    ["empty lists", { paths: [], headers: {} }, "one of paths, methods, hosts and headers must be given"],
    ["a path without a slash", { paths: ["chat"] }, 'paths[0] must begin with "/"'],
    [
      "an unknown property",
      { paths: ["/a"], path: "/b" },
      'path must not be given: gateway.route has no option "path". Did you mean "paths"?',
    ],
  ])("refuses %s", (_, props, text) => {
    expect(problemsOf(props)).toEqual([expect.stringContaining(`[test/Gateway/chat] ${text}`)]);
  });

  it("takes a plugin once", () => {
    const { stack, gateway } = gatewayStack();
    const route = gateway.route("chat", { paths: ["/chat"] });
    new AiProxy(stack, "A", { route, target: Target.openai("gpt-4o") });
    new AiProxy(stack, "B", { route, target: Target.openai("gpt-4o") });
    expect(problems(stack)).toEqual([expect.stringContaining("ai-proxy was put there 2 times")]);
  });

  it("takes other plugins too", () => {
    const { stack, gateway } = gatewayStack();
    gateway.route("chat", { paths: ["/chat"] }).addPlugin({ name: "file-log", tree: { path: "/dev/stdout" } });
    expect(synth(stack).locals["gateway_configuration"]!.services[0]!.routes[0]!.plugins).toEqual([
      { name: "file-log", config: { path: "/dev/stdout" } },
    ]);
  });
});
