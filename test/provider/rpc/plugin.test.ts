import { logVerbosity, setLogVerbosity, status, type StatusObject } from "@grpc/grpc-js";
import { existsSync, mkdtempSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import type { ProviderServer } from "../../../provider/framework";
import { createCertificate } from "../../../provider/rpc/certificate";
import { MAGIC_COOKIE } from "../../../provider/rpc/handshake";
import { createLogger } from "../../../provider/rpc/log";
import { serviceDefinition } from "../../../provider/rpc/messages";
import { startPlugin } from "../../../provider/rpc/plugin";
import { type ClientTls, certificateOfLine, connect, endpointOfLine, type ProviderClient } from "../../support/provider/client";
import { fakeServer } from "../../support/provider/fake-server";

const log = createLogger({ module: "provider.test", level: undefined, write: () => undefined });
const core = createCertificate();
const ends: (() => void)[] = [];

afterEach(() => {
  for (const end of ends.splice(0).reverse()) end();
});

interface Started {
  readonly line: string;
  readonly close: () => void;
  readonly shutdown: Promise<void>;
}

async function start(
  env: Record<string, string> = {},
  { server = fakeServer(), network = "unix" }: { server?: ProviderServer; network?: "unix" | "tcp" } = {},
): Promise<Started> {
  const lines: string[] = [];
  let onShutdown = (): void => undefined;
  const shutdown = new Promise<void>((resolve) => (onShutdown = resolve));
  const listening = await startPlugin({
    server,
    env: { [MAGIC_COOKIE.name]: MAGIC_COOKIE.value, ...env },
    network,
    log,
    writeHandshake: (line) => lines.push(line),
    onShutdown,
  });
  ends.push(() => listening.close());
  expect(lines).toHaveLength(1);
  return { line: lines[0]!, close: () => listening.close(), shutdown };
}

function client(line: string, tls?: ClientTls): ProviderClient {
  const made = connect(endpointOfLine(line), tls);
  ends.push(() => made.close());
  return made;
}

const asCore = { PLUGIN_CLIENT_CERT: core.certificatePem };
const coreTls = (line: string): ClientTls => ({ serverCertificate: certificateOfLine(line), own: core });

describe("mutual TLS: only core is served", () => {
  test.each<[string, string, (line: string) => ClientTls | undefined]>([
    ["the certificate that core named", "served", coreTls],
    ["another self-signed certificate", "refused", (line) => ({ ...coreTls(line), own: createCertificate() })],
    ["TLS without a certificate", "refused", (line) => ({ serverCertificate: certificateOfLine(line) })],
    ["no TLS at all", "refused", () => undefined],
  ])("%s: %s", async (_name, verdict, tls) => {
    const { line } = await start(asCore);
    const answer = client(line, tls(line)).call("StopProvider", {});
    if (verdict === "served") await expect(answer).resolves.toEqual({ Error: "" });
    else await expect(answer).rejects.toMatchObject({ code: status.UNAVAILABLE });
  });

  test("core, too, knows whom it talks to: another server's certificate is refused", async () => {
    const { line } = await start(asCore);
    const answer = client(line, { serverCertificate: createCertificate().certificatePem, own: core }).call("StopProvider", {});
    await expect(answer).rejects.toMatchObject({ code: status.UNAVAILABLE });
  });

  test("two providers at once have sockets, keys and certificates of their own", async () => {
    const [one, two] = [await start(asCore), await start(asCore)];
    expect(endpointOfLine(one.line)).not.toEqual(endpointOfLine(two.line));
    expect(certificateOfLine(one.line)).not.toBe(certificateOfLine(two.line));
    for (const { line } of [one, two]) await expect(client(line, coreTls(line)).call("StopProvider", {})).resolves.toEqual({ Error: "" });
  });

  test("where core turned TLS off, there is none, and no certificate in the line", async () => {
    const { line } = await start();
    expect(line).toMatch(/\|grpc\|\n$/);
    await expect(client(line).call("StopProvider", {})).resolves.toEqual({ Error: "" });
  });
});

describe("where it listens", () => {
  beforeAll(() => setLogVerbosity(logVerbosity.NONE));
  afterAll(() => setLogVerbosity(logVerbosity.ERROR));

  test("a socket in a folder that only its owner may enter, both gone afterwards", async () => {
    const { line, close } = await start(asCore);
    const endpoint = endpointOfLine(line);
    if (endpoint.network !== "unix") throw new Error("a socket was expected");
    expect(statSync(endpoint.path).isSocket()).toBe(true);
    expect(statSync(dirname(endpoint.path)).mode & 0o777).toBe(0o700);
    close();
    expect(existsSync(dirname(endpoint.path))).toBe(false);
    close();
  });

  test("in the folder that core names", async () => {
    const folder = mkdtempSync(join(tmpdir(), "s-"));
    ends.push(() => rmSync(folder, { recursive: true }));
    const { line } = await start({ PLUGIN_UNIX_SOCKET_DIR: folder });
    expect(line).toMatch(new RegExp(`^1\\|6\\|unix\\|${folder}/[^|]+\\|grpc\\|\n$`));
  });

  test("a folder whose path is too long for a socket is refused with a sentence", async () => {
    await expect(start({ PLUGIN_UNIX_SOCKET_DIR: `/tmp/${"long".repeat(25)}` })).rejects.toThrow(
      /path of the provider's socket may have 103 bytes.*PLUGIN_UNIX_SOCKET_DIR to a shorter one/,
    );
  });

  test("a group that is none is refused", async () => {
    await expect(start({ PLUGIN_UNIX_SOCKET_GROUP: "no-such-group" })).rejects.toThrow(/there is no "no-such-group"/);
  });

  test("a group may enter where core says so", async () => {
    const { line } = await start({ PLUGIN_UNIX_SOCKET_GROUP: String(process.getgid!()) });
    const endpoint = endpointOfLine(line);
    if (endpoint.network !== "unix") throw new Error("a socket was expected");
    expect(statSync(dirname(endpoint.path)).mode & 0o777).toBe(0o750);
    expect(statSync(endpoint.path).mode & 0o777).toBe(0o660);
  });

  test("a loopback port of core's range, the next one where it is taken, none where all are", async () => {
    const first = await start(asCore, { network: "tcp" });
    const endpoint = endpointOfLine(first.line);
    if (endpoint.network !== "tcp") throw new Error("a port was expected");
    expect(endpoint.port).toBeGreaterThanOrEqual(10_000);
    await expect(client(first.line, coreTls(first.line)).call("StopProvider", {})).resolves.toEqual({ Error: "" });
    const range = { PLUGIN_MIN_PORT: String(endpoint.port), PLUGIN_MAX_PORT: String(endpoint.port) };
    await expect(start(range, { network: "tcp" })).rejects.toThrow(
      `No port from ${endpoint.port} to ${endpoint.port} of 127.0.0.1 is free`,
    );
  });
});

describe("what core's plugin runner calls", () => {
  test("Shutdown is answered before anything ends", async () => {
    const { line, shutdown } = await start(asCore);
    await expect(client(line, coreTls(line)).unary("plugin.GRPCController", "Shutdown", {})).resolves.toEqual({});
    await shutdown;
  });

  test.each([
    ["plugin", { status: 1 }],
    ["", { status: 1 }],
  ])("health of %p", async (service, answer) => {
    const { line } = await start();
    await expect(client(line).unary("grpc.health.v1.Health", "Check", { service })).resolves.toEqual(answer);
  });

  test("health of what is not there", async () => {
    const { line } = await start();
    await expect(client(line).unary("grpc.health.v1.Health", "Check", { service: "other" })).rejects.toMatchObject({
      code: status.NOT_FOUND,
    });
  });

  test("the streams that core opens at once stay open and silent, and end with it", async () => {
    const { line } = await start();
    const core = client(line);
    const { raw } = core;
    const { StreamStdio } = serviceDefinition("plugin.GRPCStdio");
    const { StartStream } = serviceDefinition("plugin.GRPCBroker");
    const heard: unknown[] = [];
    const output = raw.makeServerStreamRequest(StreamStdio!.path, StreamStdio!.requestSerialize, StreamStdio!.responseDeserialize, {});
    const broker = raw.makeBidiStreamRequest(StartStream!.path, StartStream!.requestSerialize, StartStream!.responseDeserialize);
    const ended = [output, broker].map((stream) => {
      stream.on("data", () => heard.push("data")).on("error", () => undefined);
      return new Promise<StatusObject>((resolve) => stream.on("status", resolve));
    });
    for (const each of ended) void each.then(({ code }) => heard.push(code));
    broker.write({ serviceId: 1, network: "unix", address: "/tmp/x" });
    await core.call("StopProvider", {});
    expect(heard).toEqual([]);
    broker.end();
    await ended[1];
    output.cancel();
    await ended[0];
    expect(heard).toEqual([status.OK, status.CANCELLED]);
  });

  test("a method that is not spoken here is unimplemented", async () => {
    const { line } = await start();
    const { raw } = client(line);
    const answer = new Promise((resolve) =>
      raw.makeUnaryRequest(
        "/tfplugin6.Provider/PlanAction",
        () => Buffer.alloc(0),
        (bytes) => bytes,
        {},
        (error) => resolve(error?.code),
      ),
    );
    await expect(answer).resolves.toBe(status.UNIMPLEMENTED);
  });
});

test("messages beyond gRPC's usual 4 MiB and core's usual 64 MiB pass both ways", async () => {
  const size = 70 * 1024 * 1024;
  const sizes: number[] = [];
  const server = fakeServer({
    readResource: ({ currentState }) => {
      sizes.push(currentState?.msgpack?.length ?? 0);
      return Promise.resolve({ diagnostics: [], newState: currentState ?? {} });
    },
  });
  const { line } = await start(asCore, { server });
  const { newState } = await client(line, coreTls(line)).call("ReadResource", {
    typeName: "demo",
    currentState: { msgpack: Buffer.alloc(size, 1) },
  });
  expect(sizes).toEqual([size]);
  expect(newState?.msgpack?.length).toBe(size);
}, 60_000);
