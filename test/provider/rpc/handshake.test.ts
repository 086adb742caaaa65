import { fc } from "../../support/properties";
import {
  handshakeLine,
  HandshakeError,
  isProtocolOffered,
  MAGIC_COOKIE,
  parseHandshake,
  rawBase64,
  reattachValue,
  STARTED_BY_HAND,
} from "../../../provider/rpc/handshake";

const cookie = { [MAGIC_COOKIE.name]: MAGIC_COOKIE.value };
const unix = { network: "unix", path: "/tmp/provider-x/socket" } as const;

describe("parseHandshake", () => {
  test("reads what core sends", () => {
    const env = {
      ...cookie,
      PLUGIN_CLIENT_CERT: "-----BEGIN CERTIFICATE-----",
      PLUGIN_MIN_PORT: "20000",
      PLUGIN_MAX_PORT: "20010",
      PLUGIN_UNIX_SOCKET_DIR: "/run/sockets",
      PLUGIN_UNIX_SOCKET_GROUP: "staff",
      PLUGIN_MULTIPLEX_GRPC: "true",
    };
    expect(parseHandshake(env)).toEqual({
      clientCertificate: "-----BEGIN CERTIFICATE-----",
      socketFolder: "/run/sockets",
      socketGroup: "staff",
      ports: { lowest: 20_000, highest: 20_010 },
      multiplexField: true,
    });
  });

  test("does with the cookie alone, and takes an empty value for an absent one", () => {
    const expected = {
      clientCertificate: undefined,
      socketFolder: undefined,
      socketGroup: undefined,
      ports: { lowest: 10_000, highest: 25_000 },
      multiplexField: false,
    };
    expect(parseHandshake(cookie)).toEqual(expected);
    expect(
      parseHandshake({ ...cookie, PLUGIN_CLIENT_CERT: "", PLUGIN_MIN_PORT: "", PLUGIN_UNIX_SOCKET_DIR: "", PLUGIN_MULTIPLEX_GRPC: "" }),
    ).toEqual(expected);
  });

  test.each([
    ["no cookie", {}],
    ["another cookie", { [MAGIC_COOKIE.name]: "d602" }],
  ])("tells a person what the program is: %s", (_name, env) => {
    expect(() => parseHandshake(env)).toThrow(new HandshakeError(STARTED_BY_HAND));
  });

  test.each([
    ["no number", { PLUGIN_MIN_PORT: "many" }, /PLUGIN_MIN_PORT must be a port from 0 to 65535, but it is "many"/],
    ["too high", { PLUGIN_MAX_PORT: "65536" }, /PLUGIN_MAX_PORT must be a port/],
    ["upside down", { PLUGIN_MIN_PORT: "30000" }, /PLUGIN_MIN_PORT \(30000\) must not be above PLUGIN_MAX_PORT \(25000\)/],
  ])("refuses ports that are none: %s", (_name, env, message) => {
    expect(() => parseHandshake({ ...cookie, ...env })).toThrow(message);
  });
});

test.each([
  ["5,6", true],
  ["6,5", true],
  [" 6", true],
  ["6", true],
  ["5", false],
  ["5,16,60", false],
  ["", true],
  [undefined, true],
])("of the offered protocols %p, ours is there: %p", (offered, expected) => {
  expect(isProtocolOffered({ PLUGIN_PROTOCOL_VERSIONS: offered })).toBe(expected);
});

describe("handshakeLine", () => {
  test.each([
    [
      "a socket with TLS",
      { endpoint: unix, certificate: Buffer.from("certificate"), multiplexField: false },
      "1|6|unix|/tmp/provider-x/socket|grpc|Y2VydGlmaWNhdGU\n",
    ],
    ["a socket without", { endpoint: unix, certificate: undefined, multiplexField: false }, "1|6|unix|/tmp/provider-x/socket|grpc|\n"],
    [
      "a port, and a runner that knows of multiplexing",
      { endpoint: { network: "tcp", host: "127.0.0.1", port: 10_001 } as const, certificate: undefined, multiplexField: true },
      "1|6|tcp|127.0.0.1:10001|grpc||false\n",
    ],
  ])("%s", (_name, answer, line) => {
    expect(handshakeLine(answer)).toBe(line);
  });
});

test("base64 goes without padding and line breaks, and decodes to the same bytes", () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 600 }), (bytes) => {
      const text = rawBase64(bytes);
      expect(text).toMatch(/^[A-Za-z0-9+/]*$/);
      expect(Buffer.from(text, "base64")).toEqual(Buffer.from(bytes));
    }),
  );
});

test("the value of TF_REATTACH_PROVIDERS", () => {
  expect(JSON.parse(reattachValue("registry.terraform.io/acme/demo", unix, 123))).toEqual({
    "registry.terraform.io/acme/demo": {
      Protocol: "grpc",
      ProtocolVersion: 6,
      Pid: 123,
      Test: true,
      Addr: { Network: "unix", String: "/tmp/provider-x/socket" },
    },
  });
});
