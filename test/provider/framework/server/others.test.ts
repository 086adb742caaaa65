import { createProviderServer, decodeMsgpack, encodeMsgpack, t, UNKNOWN, type LogLevel } from "../../../../provider/framework";
import { Operation } from "../../../../provider/framework/server/operation";
import { Session } from "../../../../provider/framework/server/session";
import { LifeCycleError, TestCore } from "../../../../provider/framework/testing";
import { Backend } from "../fixture/backend";
import { fixtureProvider } from "../fixture/provider";

const providerType = t.object({ endpoint: t.string, api_key: t.string });
const unknownProvider = { msgpack: encodeMsgpack(providerType, { endpoint: UNKNOWN }) };

describe("the provider's schema", () => {
  it("is the same in every answer that lists it", async () => {
    const server = createProviderServer(fixtureProvider());
    const schema = await server.getProviderSchema();
    const metadata = await server.getMetadata();
    expect(metadata.resources.map(({ typeName }) => typeName)).toEqual(Object.keys(schema.resourceSchemas));
    expect(metadata.dataSources).toEqual([{ typeName: "fixture_lookup" }]);
    expect(metadata.ephemeralResources).toEqual([{ typeName: "fixture_token" }]);
    expect(metadata.functions).toEqual([{ name: "join" }, { name: "sum" }]);
    expect((await server.getFunctions()).functions).toEqual(schema.functions);
    expect(schema.serverCapabilities).toEqual({ planDestroy: true, getProviderSchemaOptional: true, moveResourceState: true });
    expect(schema.functions.join).toMatchObject({
      summary: "Joins texts",
      variadicParameter: { name: "parts", allowNullValue: true, allowUnknownValues: false },
    });
    expect(schema.provider.block.attributes.map(({ name }) => name)).toEqual(["endpoint", "api_key"]);
  });
});

describe("a provider whose configuration is not known yet", () => {
  it("plans, keeps what it is to read, and reads no data", async () => {
    const core = await TestCore.start(fixtureProvider());
    const resource = core.resource("fixture_fragile");
    await resource.apply(await resource.plan({ name: "a" }));
    expect((await core.server.configureProvider({ config: unknownProvider })).diagnostics).toEqual([]);
    expect(await resource.read()).toEqual([]);
    expect(resource.state).toMatchObject({ id: "id-1" });
    expect((await resource.plan({ name: "b" })).action).toBe("update");
    await expect(core.readDataSource("fixture_lookup", { name: "a" })).rejects.toThrow("values that are not known yet");
  });

  it("defers where core allows it", async () => {
    const core = await TestCore.start(fixtureProvider(), { clientCapabilities: { deferralAllowed: true } });
    await core.server.configureProvider({ config: unknownProvider });
    const { schema } = core.provider.dataSources.fixture_lookup!;
    const config = core.encode(schema, core.configOf(schema, { name: "a" }));
    const response = await core.server.readDataSource({
      typeName: "fixture_lookup",
      config,
      clientCapabilities: { deferralAllowed: true },
    });
    expect(response).toMatchObject({ deferred: { reason: 2 }, diagnostics: [] });
  });

  it("says why a configuration was refused, without its secrets", async () => {
    const failed = TestCore.start(fixtureProvider(), { config: { endpoint: "refused", api_key: "key-1234" } });
    await expect(failed).rejects.toThrow(LifeCycleError);
    await expect(failed).rejects.toThrow("could not log in with (sensitive value)");
  });
});

describe("data sources", () => {
  it("keep the configuration, fill in defaults, and find the rest", async () => {
    const backend = new Backend();
    backend.objects.set("id-1", {});
    const core = await TestCore.start(fixtureProvider(backend));
    expect(await core.readDataSource("fixture_lookup", { name: "a" })).toEqual({ name: "a", limit: 10, found: ["id-1"] });
    await expect(core.readDataSource("fixture_lookup", { name: "missing" })).rejects.toThrow("Not found: There is no missing.");
  });
});

describe("functions", () => {
  it("take their arguments in order, the variadic ones last", async () => {
    const core = await TestCore.start(fixtureProvider());
    expect(await core.call("join", "-", "a", null, "b")).toBe("a-b");
    expect(await core.call("join", "-")).toBe("");
    expect(await core.call("sum", [1, 2.5])).toBe(3.5);
  });

  it.each<[string, string, readonly unknown[], object]>([
    ["the argument at fault", "join", ["-", "a", "-"], { functionArgument: 2, text: "a part must not be the separator" }],
    ["null where it is not allowed", "join", [null], { functionArgument: 0, text: "separator must not be null" }],
    ["too few arguments", "join", [], { text: "1 arguments must be given, got 0" }],
    ["a function that does not exist", "toString", [], { text: 'a function must be one of join, sum, but "toString" was asked for' }],
  ])("report %s", async (_name, name, args, error) => {
    const server = createProviderServer(fixtureProvider());
    const response = await server.callFunction({ name, arguments: args.map((value) => ({ msgpack: encodeMsgpack(t.string, value) })) });
    expect(response).toEqual({ error });
  });

  it("refuse unknown values and too many arguments", async () => {
    const server = createProviderServer(fixtureProvider());
    const list = (value: unknown) => ({ msgpack: encodeMsgpack(t.list(t.number), value) });
    expect(await server.callFunction({ name: "sum", arguments: [list(UNKNOWN)] })).toEqual({
      error: { functionArgument: 0, text: "numbers must be known" },
    });
    expect(await server.callFunction({ name: "sum", arguments: [list([]), list([])] })).toMatchObject({ error: { functionArgument: 1 } });
  });
});

describe("ephemeral resources", () => {
  it("are opened, renewed and closed with their private data", async () => {
    const backend = new Backend();
    const core = await TestCore.start(fixtureProvider(backend));
    const typeName = "fixture_token";
    const type = t.object({ user: t.string, token: t.string });
    const config = { msgpack: encodeMsgpack(type, { user: "eve" }) };
    expect((await core.server.validateEphemeralResourceConfig({ typeName, config })).diagnostics).toEqual([]);
    const opened = await core.server.openEphemeralResource({ typeName, config });
    expect(opened).toMatchObject({ diagnostics: [], renewAt: { seconds: 1_700_000_000, nanos: 250_000_000 } });
    expect(decodeMsgpack(type, opened.result!.msgpack!)).toEqual({ user: "eve", token: "token-of-eve" });
    const renewed = await core.server.renewEphemeralResource({ typeName, private: opened.private });
    expect(renewed.renewAt).toEqual({ seconds: 1_700_000_060, nanos: 0 });
    await core.server.closeEphemeralResource({ typeName, private: renewed.private });
    expect(backend.log).toEqual(["open eve", 'renew "eve"', 'close "eve"']);
  });
});

describe("log lines of handlers", () => {
  it("have no secrets of the configuration", async () => {
    const lines: [LogLevel, string, unknown][] = [];
    const log = (level: LogLevel, message: string, fields: unknown): void => void lines.push([level, message, fields]);
    const core = await TestCore.start(fixtureProvider(), { log, config: { api_key: "key-1234" } });
    const session = new Session(core.provider, { log });
    session.secrets.add("key-1234");
    new Operation(session).log("info", "using key-1234", { header: "Bearer key-1234", count: 1 });
    expect(lines).toEqual([["info", "using (sensitive value)", { header: "Bearer (sensitive value)", count: 1 }]]);
  });
});
