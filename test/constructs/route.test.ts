import { TerraformVariable } from "cdktf";
import { AiProxy, AiProxyAdvanced, Target } from "../../index";
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
    ["nothing to match", {}, "A route must set one of paths, methods, hosts, headers."],
    ["empty lists", { paths: [], headers: {} }, "A route must set one of paths, methods, hosts, headers."],
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

describe("what the loader would refuse of a route fails the synth", () => {
  it.each<[string, RouteProps, string]>([
    ["methods in small letters", { paths: ["/a"], methods: ["post"] }, "methods[0] must be a method in capital letters"],
    ["no regular expression", { paths: ["~/a("] }, "paths[0] must be a valid regular expression"],
    ["a path with a query", { paths: ["/a?x=1"] }, "paths[0] must consist of characters that a URL path may have"],
    ["an empty segment", { paths: ["/a//b"] }, "paths[0] must not have an empty segment"],
    ["two wildcards", { hosts: ["*.example.*"] }, "hosts[0] must be a host name"],
    ["a header's name", { headers: { "x team": ["a"] } }, "The name of a header must consist of"],
    ["the header Host", { headers: { Host: ["a"] } }, "The Host header is matched by hosts"],
    ["a header twice", { headers: { "x-a": ["a"], "X-A": ["b"] } }, "occurs twice"],
    ["a header without values", { headers: { "x-a": [] } }, "must have at least 1 item"],
    ["a header's regular expression", { headers: { "x-a": ["~*("] } }, "must be a valid regular expression"],
    ["a protocol of streams", { paths: ["/a"], protocols: ["tcp"] }, "protocols[0] must be one of http, https"],
    ["no protocols", { paths: ["/a"], protocols: [] }, "protocols must have at least 1 item"],
    ["a priority that is no integer", { paths: ["/a"], regexPriority: 1.5 }, "regex_priority must be an integer"],
    ["an empty tag", { paths: ["/a"], tags: [""] }, "tags[0] must not be empty"],
  ])("%s", (_name, props, message) => {
    expect(problemsOf(props)).toEqual([expect.stringContaining(`[test/Gateway/chat]`) as string]);
    expect(problemsOf(props)[0]).toContain(message);
  });

  it("a name with a space", () => {
    const { stack, gateway } = gatewayStack();
    gateway.route("Team Chat", { paths: ["/a"] });
    expect(problems(stack).join()).toContain("must consist of letters, digits and . - _ ~");
  });

  it("tokens and references pass", () => {
    const { stack, gateway } = gatewayStack();
    const text = new TerraformVariable(stack, "text", { type: "string" });
    const texts = new TerraformVariable(stack, "texts", { type: "list(string)" });
    const bool = new TerraformVariable(stack, "bool", { type: "bool" });
    const number = new TerraformVariable(stack, "number", { type: "number" });
    gateway.route("chat", {
      paths: [text.stringValue, "{vault://env/PATH_PREFIX}"],
      methods: texts.listValue,
      hosts: [text.stringValue],
      headers: { "x-a": texts.listValue, "x-b": [text.stringValue] },
      protocols: texts.listValue,
      regexPriority: number.numberValue,
      stripPath: bool.booleanValue,
      preserveHost: bool.booleanValue,
    });
    expect(problems(stack)).toEqual([]);
  });
});

describe("walks over props end", () => {
  const loop: Record<string, unknown> = {};
  loop["self"] = { below: [loop, loop] };
  const deep = Array.from({ length: 5_000 }).reduce<unknown>((below) => ({ below }), "x") as Record<string, unknown>;

  it.each([
    ["contains itself", loop, "must not contain itself"],
    ["is deeper than any configuration", deep, "must be nested at most 64 levels"],
  ])("an object that %s", (_name, value, message) => {
    const wrong = value as never;
    for (const put of [
      { metadata: wrong },
      { logging: wrong },
      { logging: { logStatistics: wrong } },
      { options: wrong },
      { options: { temperature: wrong } },
      { weight: wrong },
    ]) {
      const { stack, gateway } = gatewayStack();
      new AiProxyAdvanced(stack, "Chat", { route: gateway.route("chat", { paths: ["/a"] }), targets: [Target.openai("gpt-4o", put)] });
      expect([Object.keys(put), problems(stack).join()]).toEqual([Object.keys(put), expect.stringMatching(/Chat/)]);
    }
    expect(problemsOf({ paths: ["/a"], headers: wrong }).join()).toContain(message);
    expect(problemsOf({ paths: wrong }).join()).toContain(message);
    const { stack, gateway } = gatewayStack();
    AiProxyAdvanced.fromKong(stack, "Chat", { route: gateway.route("chat", { paths: ["/a"] }), config: wrong });
    expect(problems(stack).join()).toContain(message);
  });

  it("tokens of every type stand for options of theirs", () => {
    const { stack, gateway } = gatewayStack();
    const bool = new TerraformVariable(stack, "bool", { type: "bool" });
    const number = new TerraformVariable(stack, "number", { type: "number" });
    const any = new TerraformVariable(stack, "any", { type: "any" });
    new AiProxyAdvanced(stack, "Chat", {
      route: gateway.route("chat", { paths: ["/a"] }),
      targets: [
        Target.openai("gpt-4o", {
          logging: { logStatistics: bool.booleanValue, logPayloads: bool.booleanValue },
          weight: number.numberValue,
          metadata: { plan: any.value as unknown },
          options: { temperature: number.numberValue },
        }),
      ],
    });
    expect(problems(stack)).toEqual([]);
    expect(JSON.stringify(synth(stack).locals)).toContain("${var.bool}");
  });
});
