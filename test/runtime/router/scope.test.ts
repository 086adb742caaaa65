import type {
  AiConfig,
  AiPlugin,
  Configuration,
  FileLogPlugin,
  PluginEntity,
  PluginScope,
  RouteEntity,
  ServiceEntity,
} from "../../../config/configuration";
import { pluginLabel, PluginScopes, servedRoutes, type SelectedPlugins } from "../../../runtime/router/scope";

const route: RouteEntity = {
  key: "route",
  service: "service",
  protocols: ["http"],
  strip_path: true,
  preserve_host: false,
  regex_priority: 0,
};
const service: ServiceEntity = { key: "service", enabled: true };

function configuration(plugins: readonly PluginEntity[], fields: Partial<Configuration> = {}): Configuration {
  return { services: [service], routes: [route], consumers: [], consumer_groups: [], plugins, ...fields };
}

function ai(id: string, scope: PluginScope, fields: Partial<AiPlugin> = {}): AiPlugin {
  return { id, name: "ai-proxy-advanced", enabled: true, scope, config: {} as AiConfig, ...fields };
}

function fileLog(id: string, scope: PluginScope): FileLogPlugin {
  return { id, name: "file-log", enabled: true, scope, config: { path: "/tmp/x", reopen: false } };
}

const selectPlugins = ({ plugins }: Configuration, of: RouteEntity): SelectedPlugins => new PluginScopes(plugins).select(of);

describe("PluginScopes", () => {
  const scopes: readonly (readonly [string, PluginScope])[] = [
    ["route and service", { route: "route", service: "service" }],
    ["route", { route: "route" }],
    ["service", { service: "service" }],
    ["global", {}],
  ];

  test.each(scopes.map(([name], index) => [name, index] as const))("%s is the most specific of what is left", (name, index) => {
    const plugins = scopes.slice(index).map(([id, scope]) => ai(id, scope));
    expect(selectPlugins(configuration(plugins), route).ai?.id).toBe(name);
    expect(selectPlugins(configuration([...plugins].reverse()), route).ai?.id).toBe(name);
  });

  test.each<[string, PluginScope]>([
    ["another route", { route: "other" }],
    ["another service", { service: "other" }],
    ["the route below another service", { route: "route", service: "other" }],
    ["a consumer", { consumer: "c" }],
    ["a consumer on the route", { consumer: "c", route: "route" }],
    ["a consumer group", { consumer_group: "g" }],
  ])("a plugin of %s does not run", (_, scope) => expect(selectPlugins(configuration([ai("x", scope)]), route)).toEqual({}));

  test("a disabled plugin leaves its place to the next", () => {
    const plugins = [ai("off", { route: "route" }, { enabled: false }), ai("on", {})];
    expect(selectPlugins(configuration(plugins), route).ai?.id).toBe("on");
  });

  test("ai-proxy and ai-proxy-advanced compete: scope first, then the advanced one", () => {
    const simple = ai("simple", { route: "route" }, { name: "ai-proxy" });
    expect(selectPlugins(configuration([ai("global", {}), simple]), route).ai?.id).toBe("simple");
    expect(selectPlugins(configuration([simple, ai("advanced", { route: "route" })]), route).ai?.id).toBe("advanced");
    expect(selectPlugins(configuration([ai("advanced", { route: "route" }), simple]), route).ai?.id).toBe("advanced");
  });

  test("each plugin is chosen by itself", () => {
    const selected = selectPlugins(
      configuration([fileLog("global log", {}), ai("ai", { route: "route" }), fileLog("service log", { service: "service" })]),
      route,
    );
    expect([selected.ai?.id, selected.fileLog?.id]).toEqual(["ai", "service log"]);
  });

  test("a route without a service takes no service's plugin", () => {
    const alone: RouteEntity = { key: "alone", protocols: ["http"], strip_path: true, preserve_host: false, regex_priority: 0 };
    expect(selectPlugins(configuration([ai("x", { service: "service" })]), alone)).toEqual({});
  });
});

test("servedRoutes leaves out the routes of disabled services", () => {
  const services = [service, { key: "off", enabled: false }];
  const routes = [route, { ...route, key: "b", service: "off" }];
  expect(servedRoutes(configuration([], { services, routes })).map(({ key }) => key)).toEqual(["route"]);
});

test.each([
  [{}, "global"],
  [{ route: "chat" }, "route:chat"],
  [{ service: "ai" }, "service:ai"],
  [{ route: "chat", service: "ai" }, "route:chat,service:ai"],
])("a plugin of %j is called %s", (scope, label) => expect(pluginLabel({ scope })).toBe(label));
