import type { ProviderServer } from "../../../provider/framework";
import { callProvider } from "../../../provider/rpc/handlers";
import { createLogger } from "../../../provider/rpc/log";
import { fakeServer } from "../../support/provider/fake-server";

const lines: Record<string, unknown>[] = [];
const log = createLogger({ module: "m", level: "trace", write: (line) => lines.push(JSON.parse(line) as Record<string, unknown>) });
const bytes = (text: string): { msgpack: Buffer } => ({ msgpack: Buffer.from(text) });

beforeEach(() => (lines.length = 0));

async function rejected(thrown: unknown): Promise<never> {
  await Promise.resolve();
  throw thrown;
}

const rejecting = (thrown: unknown): ProviderServer => new Proxy(fakeServer(), { get: () => () => rejected(thrown) });
const throwing = (): ProviderServer =>
  new Proxy(fakeServer(), {
    get: () => () => {
      throw new Error("boom");
    },
  });

test("a request goes through as it is; an absent type name is an empty one", async () => {
  const seen: unknown[] = [];
  const server = fakeServer({
    readResource: (request) => {
      seen.push(request);
      return Promise.resolve({ diagnostics: [], newState: bytes("new") });
    },
  });
  await expect(callProvider(server, "ReadResource", { typeName: "a", private: Buffer.from("p") }, log)).resolves.toEqual({
    diagnostics: [],
    newState: bytes("new"),
  });
  await callProvider(server, "ReadResource", {}, log);
  expect(seen).toEqual([{ typeName: "a", private: Buffer.from("p") }, { typeName: "" }]);
});

const METHODS = [
  "GetMetadata",
  "GetProviderSchema",
  "GetResourceIdentitySchemas",
  "ValidateProviderConfig",
  "ValidateResourceConfig",
  "ValidateDataResourceConfig",
  "ValidateEphemeralResourceConfig",
  "ConfigureProvider",
  "UpgradeResourceState",
  "UpgradeResourceIdentity",
  "ReadResource",
  "PlanResourceChange",
  "ApplyResourceChange",
  "ImportResourceState",
  "MoveResourceState",
  "ReadDataSource",
  "GetFunctions",
  "OpenEphemeralResource",
  "RenewEphemeralResource",
  "CloseEphemeralResource",
] as const;

describe.each(METHODS)("%s", (method) => {
  test.each([
    ["rejects", rejecting(new Error("boom"))],
    ["throws", throwing()],
  ])("that %s becomes an error diagnostic and a line in the log", async (_name, server) => {
    const response = await callProvider(server, method, { typeName: "demo_thing" }, log);
    const { diagnostics } = response as { diagnostics: { severity: number; summary: string; detail: string }[] };
    expect(diagnostics).toHaveLength(1);
    expect(diagnostics[0]).toMatchObject({ severity: 1, summary: "The provider failed" });
    expect(diagnostics[0]?.detail).toContain(`${method} of demo_thing: boom`);
    expect(diagnostics[0]?.detail).not.toContain("handlers.ts");
    expect(lines.find((line) => line["@level"] === "error")).toMatchObject({ rpc: method, type: "demo_thing" });
  });
});

test("an apply that throws gives back what was there before, so that nothing known is lost", async () => {
  const request = { typeName: "a", priorState: bytes("prior"), plannedState: bytes("planned"), plannedPrivate: Buffer.from("private") };
  await expect(callProvider(throwing(), "ApplyResourceChange", request, log)).resolves.toMatchObject({
    newState: bytes("prior"),
    private: Buffer.from("private"),
    diagnostics: [{ severity: 1 }],
  });
});

test("a read that throws gives back the state as it was", async () => {
  const request = {
    typeName: "a",
    currentState: bytes("current"),
    private: Buffer.from("private"),
    currentIdentity: { identityData: bytes("id") },
  };
  await expect(callProvider(throwing(), "ReadResource", request, log)).resolves.toMatchObject({
    newState: bytes("current"),
    private: Buffer.from("private"),
    newIdentity: { identityData: bytes("id") },
  });
});

test("a function's failure is its error, not a diagnostic; so is that of a stop", async () => {
  const error = await callProvider(throwing(), "CallFunction", { name: "f" }, log);
  expect(error.error?.text).toContain("CallFunction: boom");
  const stop = await callProvider(throwing(), "StopProvider", {}, log);
  expect(stop.Error).toContain("StopProvider: boom");
});

test.each([
  ["a text", "plain", "plain"],
  ["nothing", undefined, "an error without a message"],
  ["an error without a message", new Error(), "an error without a message"],
  ["an object", { code: 1 }, "an error without a message"],
])("what is thrown may be %s", async (_name, thrown, text) => {
  const { diagnostics } = await callProvider(rejecting(thrown), "ReadDataSource", { typeName: "d" }, log);
  expect(diagnostics?.[0]?.detail).toContain(`ReadDataSource of d: ${text}`);
});
