import { readFileSync } from "node:fs";
import { GENERATED_PATH, render } from "../../../provider/rpc/generate";
import { messageCodec, serviceDefinition } from "../../../provider/rpc/messages";

test("the generated module is current", () => {
  expect(readFileSync(GENERATED_PATH, "utf8")).toBe(render());
});

const hex = (name: string, value: object): string => messageCodec(name).encode(value).toString("hex");

/** Worked out by hand from the field numbers: tag = number << 3 | wire type. */
test.each<[string, object, string]>([
  ["tfplugin6.DynamicValue", { msgpack: Buffer.from([0xc0]) }, "0a01c0"],
  ["tfplugin6.ValidateProviderConfigResponse", { diagnostics: [{ severity: 1, summary: "s", detail: "d" }] }, "12080801120173" + "1a0164"],
  [
    "tfplugin6.AttributePath",
    { steps: [{ attributeName: "a" }, { elementKeyInt: 0 }, { elementKeyString: "" }] },
    "0a030a01610a0218000a021200",
  ],
  ["tfplugin6.PlanResourceChangeResponse", { plannedPrivate: Buffer.from("p"), deferred: { reason: 2 } }, "1a017032020802"],
  ["tfplugin6.ApplyResourceChangeResponse", { private: Buffer.from("p"), newIdentity: {} }, "1201702a00"],
  ["tfplugin6.FunctionError", { text: "t", functionArgument: 0 }, "0a01741000"],
  ["tfplugin6.StopProviderResponse", { Error: "e" }, "0a0165"],
  ["tfplugin6.OpenEphemeralResourceResponse", { renewAt: { seconds: 4_102_444_800, nanos: 5 } }, "120808" + "80ae99a40f" + "1005"],
  ["tfplugin6.Attribute", { name: "n", type: Buffer.from('"string"'), writeOnly: true }, "0a016e" + "120822737472696e6722" + "5801"],
  ["grpc.health.v1.HealthCheckResponse", { status: 1 }, "0801"],
])("%s on the wire", (name, value, expected) => {
  expect(hex(name, value)).toBe(expected);
  expect(messageCodec(name).decode(Buffer.from(expected, "hex"))).toEqual(value);
});

test("what is absent stays absent, fields of a later protocol are passed over, and garbage is refused", () => {
  const { decode } = messageCodec("tfplugin6.ReadResourceRequest");
  expect(decode(Buffer.alloc(0))).toEqual({});
  expect(decode(Buffer.from("0a0161" + "fa3f0178", "hex"))).toEqual({ typeName: "a" });
  expect(() => decode(Buffer.from("0aff", "hex"))).toThrow(RangeError);
});

test("numbers of 64 bits are numbers", () => {
  const { encode, decode } = messageCodec("tfplugin6.UpgradeResourceStateRequest");
  for (const version of [0, 1, 2 ** 31, Number.MAX_SAFE_INTEGER]) expect(decode(encode({ version }))).toEqual({ version });
});

test("the provider's service has core's methods under core's paths", () => {
  const methods = serviceDefinition("tfplugin6.Provider");
  expect(Object.keys(methods)).toHaveLength(22);
  expect(methods["PlanResourceChange"]).toMatchObject({
    path: "/tfplugin6.Provider/PlanResourceChange",
    requestStream: false,
    responseStream: false,
  });
  expect(serviceDefinition("plugin.GRPCBroker")["StartStream"]).toMatchObject({ requestStream: true, responseStream: true });
});
