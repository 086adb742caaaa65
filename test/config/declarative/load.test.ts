import { fc } from "../../support/properties";
import { stringify } from "yaml";
import type { Configuration } from "../../../config/configuration";
import { loadDeclarative, type LoadOptions } from "../../../config/declarative/load";
import { formatPath, formatProblem } from "../../../config/problem";
import { createReferenceSource } from "../../../config/references";

const env = {
  LINES: "sk-hidden\nsk-hidden",
  KEY: "sk-hidden-value",
  WEIGHT: "70",
  FLAG: "true",
  DECK_NAME: "gpt-4o",
  WORD: "seventy-hidden",
};
const options: LoadOptions = { references: createReferenceSource({ env }) };

const load = (text: string, more: Partial<LoadOptions> = {}) => loadDeclarative(text, { ...options, ...more });

/** `line:column severity path: message` of every problem. */
const list = (text: string, more: Partial<LoadOptions> = {}): string[] =>
  load(text, more).problems.map((problem) => formatProblem(problem));

function loaded(file: unknown, more: Partial<LoadOptions> = {}): Configuration {
  const { configuration, problems } = load(typeof file === "string" ? file : stringify(file), more);
  if (configuration === undefined) throw new Error(problems.map((problem) => formatProblem(problem)).join("\n"));
  return configuration;
}

const target = { route_type: "llm/v1/chat", model: { provider: "openai", name: "gpt-4o" } };
const advanced = { name: "ai-proxy-advanced", config: { targets: [target] } };
const chat = { name: "chat", paths: ["/chat"] };
const service = { name: "ai", url: "http://localhost:32000" };
const file = (content: object): object => ({ _format_version: "3.0", ...content });

const nested = `_format_version: "3.0"
services:
  - name: ai
    url: http://localhost:32000
    routes:
      - name: chat
        paths: [/chat, "~/v1/(?<model>[^/]+)$"]
        methods: [POST]
        headers: { X-Team: [red, blue] }
        plugins:
          - name: ai-proxy-advanced
            instance_name: main
            config:
              targets:
                - route_type: llm/v1/chat
                  weight: "{vault://env/weight}"
                  auth:
                    header_name: Authorization
                    header_value: Bearer {vault://env/key}
                  model:
                    provider: openai
                    name: \${{ env "DECK_NAME" }}
`;

describe("entities", () => {
  test("nested ones become a flat configuration with defaults", () => {
    const { services, routes, plugins } = loaded(nested);
    expect(services).toEqual([{ key: "ai", name: "ai", enabled: true }]);
    expect(routes).toEqual([
      {
        key: "chat",
        name: "chat",
        service: "ai",
        paths: ["/chat", "~/v1/(?<model>[^/]+)$"],
        methods: ["POST"],
        headers: { "x-team": ["red", "blue"] },
        protocols: ["http", "https"],
        strip_path: true,
        preserve_host: false,
        regex_priority: 0,
      },
    ]);
    expect(plugins).toHaveLength(1);
    expect(plugins[0]).toMatchObject({ name: "ai-proxy-advanced", instance_name: "main", enabled: true, scope: { route: "chat" } });
    expect(plugins[0]?.id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-8[0-9a-f]{3}-[0-9a-f]{12}$/);
    expect(plugins[0]?.config).toMatchObject({
      balancer: { algorithm: "round-robin" },
      targets: [{ weight: 70, auth: { header_value: "Bearer {vault://env/key}" }, model: { name: "gpt-4o" } }],
    });
  });

  test("flat ones mean the same as nested ones, in YAML and JSON", () => {
    const flat = file({
      services: [service],
      routes: [{ ...chat, service: { name: "ai" } }],
      plugins: [{ ...advanced, route: "chat" }],
    });
    const deep = file({ services: [{ ...service, routes: [{ ...chat, plugins: [advanced] }] }] });
    expect(loaded(flat)).toEqual(loaded(deep));
    expect(loaded(JSON.stringify(flat))).toEqual(loaded(stringify(flat)));
  });

  const id = "4b0ee1d2-7b5f-4c37-8d58-0e1b8a1f5e11";
  test.each<[string, object, object]>([
    ["global", { plugins: [advanced] }, {}],
    ["nested in a service", { services: [{ ...service, plugins: [advanced] }] }, { service: "ai" }],
    ["service by id", { services: [{ ...service, id }], plugins: [{ ...advanced, service: { id } }] }, { service: "ai" }],
    ["nested in a top-level route", { routes: [{ ...chat, plugins: [advanced] }] }, { route: "chat" }],
    ["route by name", { routes: [chat], plugins: [{ ...advanced, route: { name: "chat" } }] }, { route: "chat" }],
    [
      "an entity without a name is known by its id",
      { routes: [{ paths: ["/"], id }], plugins: [{ ...advanced, route: id }] },
      { route: id },
    ],
    ["an entity with neither is known by its place", { routes: [{ paths: ["/"], plugins: [advanced] }] }, { route: "routes[0]" }],
    ["nested in a consumer", { consumers: [{ username: "alice", plugins: [advanced] }] }, { consumer: "alice" }],
    [
      "consumer by { username }",
      { consumers: [{ username: "alice" }], plugins: [{ ...advanced, consumer: { username: "alice" } }] },
      { consumer: "alice" },
    ],
    ["nested in a group", { consumer_groups: [{ name: "gold", plugins: [advanced] }] }, { consumer_group: "gold" }],
    [
      "a combination of flat keys",
      {
        services: [service],
        routes: [{ ...chat, service: "ai" }],
        consumers: [{ username: "bob" }],
        plugins: [{ ...advanced, service: "ai", route: "chat", consumer: "bob" }],
      },
      { service: "ai", route: "chat", consumer: "bob" },
    ],
    [
      "nesting and a flat key",
      { consumer_groups: [{ name: "gold" }], routes: [{ ...chat, plugins: [{ ...advanced, consumer_group: "gold" }] }] },
      { route: "chat", consumer_group: "gold" },
    ],
    ["foreign keys of null", { plugins: [{ ...advanced, route: null, service: null, consumer: null }] }, {}],
  ])("scope of a plugin: %s", (_name, content, scope) => {
    expect(loaded(file(content)).plugins.map((plugin) => plugin.scope)).toEqual([scope]);
  });

  test("consumers know their groups, from either side", () => {
    const content = {
      consumer_groups: [{ name: "gold", consumers: [{ username: "bob" }] }, { name: "silver" }],
      consumers: [
        { username: "alice", groups: [{ name: "gold" }, "silver"] },
        { username: "bob", custom_id: "7" },
      ],
    };
    expect(loaded(file(content)).consumers).toEqual([
      { key: "alice", username: "alice", groups: ["gold", "silver"] },
      { key: "bob", username: "bob", custom_id: "7", groups: ["gold"] },
    ]);
  });

  test("derived ids of plugins differ by scope and stay the same when the file is reordered", () => {
    const one = { ...advanced, route: "chat" };
    const two = { ...advanced, route: "other" };
    const routes = [chat, { name: "other", paths: ["/other"] }];
    const [first, second] = loaded(file({ routes, plugins: [one, two] })).plugins;
    const [third, fourth] = loaded(file({ routes, plugins: [two, one] })).plugins;
    expect(first?.id).not.toBe(second?.id);
    expect([fourth?.id, third?.id]).toEqual([first?.id, second?.id]);
  });

  test("file-log and a disabled plugin of any name", () => {
    const content = {
      plugins: [
        { name: "file-log", config: { path: "/tmp/x.log" } },
        { name: "key-auth", enabled: false, config: { x: 1 } },
      ],
    };
    expect(loaded(file(content)).plugins).toMatchObject([
      { name: "file-log", enabled: true, config: { path: "/tmp/x.log", reopen: false } },
    ]);
  });

  test("ai-proxy is held as one target", () => {
    const [plugin] = loaded(file({ plugins: [{ name: "ai-proxy", config: target }] })).plugins;
    expect(plugin).toMatchObject({ name: "ai-proxy", config: { targets: [{ model: { name: "gpt-4o" } }], balancer: { retries: 0 } } });
  });

  test("anchors and merge keys", () => {
    const text = `_format_version: "3.0"
routes:
  - &base {name: one, paths: [/one], strip_path: false}
  - <<: *base
    name: two
`;
    expect(loaded(text).routes.map(({ name, paths, strip_path }) => ({ name, paths, strip_path }))).toEqual([
      { name: "one", paths: ["/one"], strip_path: false },
      { name: "two", paths: ["/one"], strip_path: false },
    ]);
  });
});

describe("references", () => {
  const withTarget = (more: object): string =>
    stringify(file({ plugins: [{ name: "ai-proxy-advanced", config: { targets: [{ ...target, ...more }] } }] }));

  test("are read as the field's type, also in entities", () => {
    const text = stringify(file({ routes: [{ ...chat, strip_path: "{vault://env/flag}", regex_priority: "{vault://env/weight}" }] }));
    expect(loaded(text).routes[0]).toMatchObject({ strip_path: true, regex_priority: 70 });
    expect(loaded(withTarget({ logging: { log_statistics: "{vault://env/flag}" } })).plugins[0]?.config).toMatchObject({
      targets: [{ logging: { log_statistics: true } }],
    });
  });

  test.each([
    ["a missing one in a plain field", withTarget({ weight: "{vault://env/none}" }), ["weight: The environment variable NONE"]],
    [
      "a missing one in a secret field",
      withTarget({ auth: { header_name: "a", header_value: "{vault://env/none}" } }),
      ["header_value: The environment variable NONE"],
    ],
    [
      "one of two lines in a header",
      withTarget({ auth: { header_name: "a", header_value: "Bearer {vault://env/lines}" } }),
      ["auth.header_value: What {vault://env/lines} stands for must be one line of ASCII, as it travels in a header, but a line break"],
    ],
    [
      "a header's name with a space",
      withTarget({ auth: { header_name: "x {vault://env/word}", header_value: "{vault://env/key}" } }),
      ["auth.header_name: must be the name of a header that can carry a credential"],
    ],
    [
      "one of two lines in a parameter",
      withTarget({ auth: { param_name: "a", param_value: "{vault://env/lines}", param_location: "query" } }),
      ["auth.param_value: What {vault://env/lines} stands for must be one line of text, but a line break"],
    ],
    [
      "a text where a number must be",
      withTarget({ weight: "{vault://env/word}" }),
      ["weight: must be an integer, but what the reference stands for is not."],
    ],
    ["a number out of range", withTarget({ weight: "-{vault://env/weight}" }), ["weight: must be an integer between 1 and 65535"]],
    ["a word outside an enum", withTarget({ model: { provider: "{vault://env/word}" } }), ["provider: must be one of"]],
    ["an unknown vault", withTarget({ description: "{vault://aws/x}" }), ['description: The vault "aws" is not served']],
    [
      "a text where true or false must be",
      stringify(file({ routes: [{ ...chat, strip_path: "{vault://env/word}" }] })),
      ["strip_path: must be true or false"],
    ],
  ])("%s is one problem, without the value", (_name, text, parts) => {
    const found = list(text).filter((line) => line.includes(": error: "));
    expect(found).toHaveLength(parts.length);
    for (const part of parts) expect(found.join("\n")).toContain(part);
    expect(found.join("\n")).not.toMatch(/seventy-hidden|sk-hidden|-70/);
  });
});

describe("problems", () => {
  test("are found all at once, each at its place, in the order of the file", () => {
    const text = `_format_version: "3.0"
servces: []
services:
  - name: ai
    url: http://localhost
    retires: 3
    routes:
      - name: chat
        paths: ["~/(", chat]
        plugins:
          - name: key-auth
          - name: ai-proxy-advanced
            config:
              targets:
                - route_type: llm/v1/chat
                  weight: 0
                  model: {provider: openai, nme: gpt}
plugins:
  - {name: file-log, route: chatt, config: {}}
`;
    expect(list(text)).toEqual([
      '2:1: error: servces: is no known field here. Did you mean "services"?',
      '6:5: error: services[0].retires: is no known field here. Did you mean "retries"?',
      expect.stringMatching(/^9:17: error: services\[0\]\.routes\[0\]\.paths\[0\]: must be a valid regular expression/),
      expect.stringMatching(/^9:24: error: services\[0\]\.routes\[0\]\.paths\[1\]: must begin with "\/"/),
      expect.stringMatching(/^11:13: error: services\[0\]\.routes\[0\]\.plugins\[0\]\.name: The plugin key-auth is not served/),
      expect.stringMatching(
        /^16:19: error: services\[0\]\.routes\[0\]\.plugins\[1\]\.config\.targets\[0\]\.weight: must be an integer between 1 and 65535, but 0/,
      ),
      expect.stringMatching(
        /^17:45: error: services\[0\]\.routes\[0\]\.plugins\[1\]\.config\.targets\[0\]\.model\.nme: .*Did you mean "name"\?$/,
      ),
      '19:22: error: plugins[0].route: There is no route "chatt" in this file: add it or correct the name. Did you mean "chat"?',
      expect.stringMatching(/^19:36: error: plugins\[0\]\.config.*path/),
    ]);
  });

  const route = (more: object) => ({ routes: [{ name: "r", ...more }] });
  const plugin = (more: object) => ({ plugins: [{ ...advanced, ...more }] });
  test.each<[string, object, string, string]>([
    ["a service that is no map", { services: ["ai"] }, "services[0]", "must be a map"],
    ["services that are no list", { services: {} }, "services", "must be a list, but a map was given"],
    ["a wrong type", { services: [{ ...service, enabled: "yes" }] }, "services[0].enabled", 'must be true or false, but "yes" was given'],
    ["a wrong word", { services: [{ ...service, protocol: "htp" }] }, "services[0].protocol", "must be one of http, https"],
    ["a number out of range", { services: [{ ...service, port: 70_000 }] }, "services[0].port", "from 0 to 65535, but 70000"],
    ["a bad url", { services: [{ name: "ai", url: "localhost" }] }, "services[0].url", "must be a full URL"],
    ["a bad name", { services: [{ ...service, name: "a b" }] }, "services[0].name", "must consist of letters"],
    ["a bad id", { services: [{ ...service, id: "7" }] }, "services[0].id", "must be a UUID"],
    ["a name that occurs twice", { services: [service, service] }, "services[1].name", '"ai" occurs twice'],
    ["a dangling service", route({ paths: ["/"], service: "ia" }), "routes[0].service", 'There is no service "ia"'],
    ["a foreign key of a wrong form", route({ paths: ["/"], service: { host: "x" } }), "routes[0].service", "by its name or id"],
    ["a route without criteria", route({}), "routes[0]", "must set one of paths, methods, hosts, headers"],
    ["a route with empty criteria", route({ paths: [], headers: {} }), "routes[0]", "must set one of"],
    ["a route with SNIs alone", route({ snis: ["a.example"] }), "routes[0].snis", "ends no TLS"],
    ["a stream route", route({ paths: ["/"], protocols: ["tcp"] }), "routes[0].protocols[0]", "must be one of http"],
    ["no protocols", route({ paths: ["/"], protocols: [] }), "routes[0].protocols", "at least 1 item"],
    ["an expression", route({ expression: 'http.path == "/"', paths: ["/"] }), "routes[0].expression", "expressions router"],
    ["sources", route({ paths: ["/"], sources: [{ ip: "10.0.0.1" }] }), "routes[0].sources", "not served"],
    ["a method in small letters", route({ methods: ["post"] }), "routes[0].methods[0]", "capital letters"],
    [
      "a redirect code",
      route({ paths: ["/"], https_redirect_status_code: 200 }),
      "routes[0].https_redirect_status_code",
      "must be one of 426",
    ],
    [
      "a nested plugin that names another route",
      {
        routes: [
          { ...chat, plugins: [{ ...advanced, route: "b" }] },
          { name: "b", paths: ["/b"] },
        ],
      },
      "routes[0].plugins[0].route",
      'nested in ("chat")',
    ],
    ["a consumer without a name", { consumers: [{ tags: ["a"] }] }, "consumers[0]", "username or a custom_id"],
    [
      "a consumer in an unknown group",
      { consumers: [{ username: "a", groups: [{ name: "x" }] }] },
      "consumers[0].groups[0]",
      "There is no consumer group",
    ],
    ["a group without a name", { consumer_groups: [{}] }, "consumer_groups[0]", "must have a name"],
    ["a plugin without a name", { plugins: [{ config: {} }] }, "plugins[0]", "must have a name"],
    ["a plugin without a config", { plugins: [{ name: "ai-proxy" }] }, "plugins[0]", "must have a config"],
    ["a config that is no map", plugin({ config: [] }), "plugins[0].config", "must be"],
    ["a misspelled plugin", plugin({ name: "ai-proxy-advance" }), "plugins[0].name", 'Did you mean "ai-proxy-advanced"?'],
    ["a plugin twice in a scope", { plugins: [advanced, advanced] }, "plugins[1]", "plugins[0] has the same"],
    [
      "both AI plugins in a scope",
      { plugins: [advanced, { name: "ai-proxy", config: target }] },
      "plugins[1]",
      "Only one of ai-proxy and ai-proxy-advanced",
    ],
    ["a condition", plugin({ condition: 'http.path == "/"' }), "plugins[0].condition", "restricts when a plugin runs"],
    ["partials", plugin({ partials: [{ name: "redis" }] }), "plugins[0].partials", "not served yet"],
    [
      "Lua in file-log",
      { plugins: [{ name: "file-log", config: { path: "/x", custom_fields_by_lua: { a: "return 1" } } }] },
      "plugins[0].config.custom_fields_by_lua",
      "no Lua",
    ],
    ["defaults of decK", { _info: { defaults: { route: { strip_path: false } } } }, "_info.defaults", "not filled in"],
    ["an unknown list", { service: [] }, "service", 'Did you mean "services"?'],
  ])("%s", (_name, content, path, part) => {
    const errors = load(stringify(file(content))).problems.filter((problem) => problem.severity === "error");
    expect(errors.map((problem) => formatPath(problem.path))).toEqual([path]);
    expect(errors[0]?.message).toContain(part);
    expect(load(stringify(file(content))).configuration).toBeUndefined();
  });

  test.each<[string, object, string, string]>([
    ["decK's keys", { _transform: true }, "_transform", "means nothing here"],
    ["lists without use", { upstreams: [{ name: "u" }] }, "upstreams", "not used here"],
    [
      "credentials of a consumer",
      { consumers: [{ username: "a", keyauth_credentials: [{ key: "k" }] }] },
      "consumers[0].keyauth_credentials",
      "not used here",
    ],
    ["an ordering", plugin({ ordering: { before: { access: ["x"] } } }), "plugins[0].ordering", "no effect"],
    ["a consumer's plugin", { consumers: [{ username: "a", plugins: [advanced] }] }, "consumers[0].plugins[0]", "will not run"],
    ["a service without url", { services: [{ name: "a" }] }, "services[0]", "Kong refuses"],
    ["SNIs beside other criteria", route({ paths: ["/"], snis: ["a.example"] }), "routes[0].snis", "ends no TLS"],
    ["path handling v1", route({ paths: ["/"], path_handling: "v1" }), "routes[0].path_handling", "v0"],
  ])("only a warning: %s", (_name, content, path, part) => {
    const { problems, configuration } = load(stringify(file(content)));
    expect(problems.map((problem) => [problem.severity, formatPath(problem.path)])).toEqual([["warning", path]]);
    expect(problems[0]?.message).toContain(part);
    expect(configuration).toBeDefined();
  });

  test("a plugin that is not served is an error, unless it is to be ignored", () => {
    const text = stringify(file({ plugins: [{ name: "key-auth", config: {} }] }));
    expect(list(text)).toEqual([expect.stringContaining("--ignore-plugins key-auth")]);
    const { problems, configuration } = load(text, { ignorePlugins: ["key-auth"] });
    expect(problems).toMatchObject([{ severity: "warning", path: ["plugins", 0, "name"] }]);
    expect(configuration?.plugins).toEqual([]);
  });

  test.each([
    [{}, "1:1: error: _format_version must be"],
    [{ _format_version: 3 }, "put it in quotes"],
    [{ _format_version: "1.1" }, "deck file convert"],
    [{ _format_version: "2.1" }, "deck file convert"],
    [{ _format_version: "4.0" }, 'but "4.0" was given'],
  ])("_format_version in %j", (content, part) => expect(list(stringify(content)).join("\n")).toContain(part));
});

describe("any text", () => {
  test("never throws", () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 200 }), (text) => {
        expect(load(text).configuration).toBeUndefined();
      }),
    );
  });

  test("a valid file cut anywhere never throws, and is refused or a part of the whole", () => {
    const whole = loaded(nested);
    for (let end = 0; end < nested.length; end += 5) {
      const { problems, configuration } = load(nested.slice(0, end));
      if (configuration === undefined) expect(problems.length).toBeGreaterThan(0);
      else expect(configuration.routes.length).toBeLessThanOrEqual(whole.routes.length);
    }
  });

  test("JSON cut anywhere is always refused", () => {
    const text = JSON.stringify(file({ services: [{ ...service, routes: [{ ...chat, plugins: [advanced] }] }] }));
    for (let end = 0; end < text.length; end++) expect(load(text.slice(0, end)).configuration).toBeUndefined();
  });

  test("arbitrary content of the known fields never throws, and every problem has a place", () => {
    const word = fc.constantFrom(
      "services",
      "routes",
      "plugins",
      "consumers",
      "consumer_groups",
      "groups",
      "name",
      "id",
      "config",
      "paths",
      "headers",
      "service",
      "__proto__",
      "_info",
      "targets",
    );
    const { value } = fc.letrec((tie) => ({
      value: fc.oneof(
        { maxDepth: 5 },
        fc.string(),
        fc.integer(),
        fc.boolean(),
        fc.constant(null),
        fc.constantFrom("ai-proxy", "ai-proxy-advanced", "file-log", "{vault://env/x}", "{vault://env/key}"),
        fc.array(tie("value"), { maxLength: 3 }),
        fc.dictionary(word, tie("value"), { maxKeys: 5 }),
      ),
    }));
    fc.assert(
      fc.property(fc.dictionary(word, value, { maxKeys: 6 }), (content) => {
        const { problems, configuration } = load(JSON.stringify({ ...content, _format_version: "3.0" }));
        for (const problem of problems) expect([problem.line, problem.column]).toEqual([expect.any(Number), expect.any(Number)]);
        expect(configuration === undefined).toBe(problems.some((problem) => problem.severity === "error"));
      }),
    );
  });
});
