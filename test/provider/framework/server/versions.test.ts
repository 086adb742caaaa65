import { decodeMsgpack, encodeMsgpack, t, type DiagnosticMessage } from "../../../../provider/framework";
import { TestCore } from "../../../../provider/framework/testing";
import { fixtureProvider } from "../fixture/provider";

const typeName = "fixture_versioned";
const identity = t.object({ id: t.string });
const texts = (diagnostics: readonly DiagnosticMessage[]): string => diagnostics.map(({ detail }) => detail).join("\n");
const start = (): Promise<TestCore> => TestCore.start(fixtureProvider());

describe("upgradeResourceState", () => {
  it.each<[string, number, string]>([
    ["two versions back", 0, '{"id":"1","title":"n","size":18446744073709551617,"label":"l"}'],
    ["one version back", 1, '{"id":"1","name":"n","size":"18446744073709551617","label":"l"}'],
    ["the current version", 2, '{"id":"1","name":"n","size":18446744073709551617,"labels":["l"],"gone":true}'],
  ])("takes a state of %s, numbers exact", async (_name, version, json) => {
    const resource = (await start()).resource(typeName);
    await resource.upgrade(version, json);
    expect(resource.state).toMatchObject({ id: "1", name: "n", size: { text: "18446744073709551617" }, labels: ["l"] });
  });

  it.each<[string, number, string, RegExp]>([
    ["a newer version", 3, "{}", /stored with version 3, but this provider knows versions up to 2/],
    ["what an upgrade forgot to take away", 1, '{"id":"1","name":"n","extra":1}', /extra: is no attribute of the schema/],
    ["broken JSON", 2, "{", /JSON/],
    ["nothing", 2, "", /must be JSON/],
  ])("refuses %s", async (_name, version, json, message) => {
    const resource = (await start()).resource(typeName);
    await expect(resource.upgrade(version, json)).rejects.toThrow(message);
  });
});

describe("moveResourceState", () => {
  const request = {
    sourceProviderAddress: "registry.terraform.io/acme/old",
    sourceTypeName: "old_thing",
    sourceSchemaVersion: 1,
    sourceState: { json: Buffer.from('{"key":"7","title":"moved"}') },
    targetTypeName: typeName,
  };

  it("makes a state of another type one of this type", async () => {
    const core = await start();
    const response = await core.server.moveResourceState(request);
    expect(response.diagnostics).toEqual([]);
    const schema = core.provider.resources[typeName]!.schema;
    expect(core.decode(schema, response.targetState)).toMatchObject({ id: "7", name: "moved", size: null, labels: null });
    expect(decodeMsgpack(identity, response.targetIdentity!.identityData!.msgpack!)).toEqual({ id: "7" });
  });

  it.each([{ sourceTypeName: "other" }, { sourceProviderAddress: "registry.terraform.io/evil/acme-old" }, { sourceSchemaVersion: 2 }])(
    "refuses %j",
    async (change) => {
      const core = await start();
      expect(texts((await core.server.moveResourceState({ ...request, ...change })).diagnostics)).toContain("cannot take over");
    },
  );
});

describe("identity", () => {
  it("is in the schema, and with every resource", async () => {
    const core = await start();
    expect((await core.server.getResourceIdentitySchemas()).identitySchemas).toEqual({
      [typeName]: {
        version: 1,
        identityAttributes: [{ name: "id", type: Buffer.from('"string"'), requiredForImport: true, optionalForImport: false }],
      },
    });
    const resource = core.resource(typeName);
    await resource.apply(await resource.plan({ name: "a" }));
    const of = (): unknown => decodeMsgpack(identity, resource.identity!.identityData!.msgpack!);
    expect(of()).toEqual({ id: "id-1" });
    await resource.read();
    expect(of()).toEqual({ id: "id-1" });
    await resource.apply(await resource.plan({ name: "b" }));
    expect(of()).toEqual({ id: "id-1" });
  });

  it("imports", async () => {
    const core = await start();
    const given = { identityData: { msgpack: encodeMsgpack(identity, { id: "9" }) } };
    const response = await core.server.importResourceState({ typeName, identity: given });
    expect(response.diagnostics).toEqual([]);
    expect(core.decode(core.provider.resources[typeName]!.schema, response.importedResources[0]!.state)).toMatchObject({ id: "9" });
    expect(decodeMsgpack(identity, response.importedResources[0]!.identity!.identityData!.msgpack!)).toEqual({ id: "9" });
  });

  it("is upgraded", async () => {
    const core = await start();
    const response = await core.server.upgradeResourceIdentity({ typeName, version: 0, rawIdentity: { json: Buffer.from('{"key":"5"}') } });
    expect(decodeMsgpack(identity, response.upgradedIdentity!.identityData!.msgpack!)).toEqual({ id: "5" });
    expect(texts((await core.server.upgradeResourceIdentity({ typeName: "fixture_fixed", version: 0 })).diagnostics)).toContain(
      "has no identity",
    );
  });
});
