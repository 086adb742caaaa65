/**
 * The handshake between core and a provider process (go-plugin, core protocol 1): what core says in the environment, and the one line that answers it.
 * Pure; the line is printed once the server listens.
 */

/** Tells a process that core started it. Not a secret: it only keeps people from starting a provider by hand and waiting for something to happen. */
export const MAGIC_COOKIE = {
  name: "TF_PLUGIN_MAGIC_COOKIE",
  value: "d602bf8f470bc67ca7faa0386276bbdd4330efaf76d1a219cb4d6991ca9872b2",
} as const;

/** The only provider protocol spoken here. */
export const PROTOCOL_VERSION = 6;

/** Longest path of a UNIX socket in bytes, final NUL excluded, that works everywhere (macOS has 104 with it). */
export const MAX_SOCKET_PATH_BYTES = 103;

/** What core asked for. */
export interface HandshakeRequest {
  /** PEM of core's certificate; absent where TLS was turned off. */
  readonly clientCertificate: string | undefined;
  /** Folder for the socket; absent: the system's folder for temporary files. */
  readonly socketFolder: string | undefined;
  /** Who but the owner may open the socket: a group's name or number. */
  readonly socketGroup: string | undefined;
  /** Lowest and highest TCP port to choose from. */
  readonly ports: PortRange;
  /** Whether core understands a seventh field about multiplexing, which must then be there. */
  readonly multiplexField: boolean;
}

/** Both ends included. */
export interface PortRange {
  readonly lowest: number;
  readonly highest: number;
}

/** Where a provider listens. */
export type Endpoint =
  { readonly network: "unix"; readonly path: string } | { readonly network: "tcp"; readonly host: "127.0.0.1"; readonly port: number };

/** The text that tells a person who started the program by hand what it is. */
export const STARTED_BY_HAND = [
  "This program is a plugin of Terraform and OpenTofu, which start it themselves; it does nothing when started by hand.",
  "Name it in required_providers of a configuration and run terraform init there, or start it with --debug to attach a debugger.",
  "",
].join("\n");

type Environment = Readonly<Record<string, string | undefined>>;

function present(text: string | undefined): string | undefined {
  return text === undefined || text === "" ? undefined : text;
}

function port(env: Environment, name: string, fallback: number): number {
  const text = present(env[name]);
  const value = text === undefined ? fallback : Number(text);
  if (Number.isInteger(value) && value >= 0 && value <= 65_535) return value;
  throw new HandshakeError(`${name} must be a port from 0 to 65535, but it is "${text ?? ""}".`);
}

/** What core asks for cannot be done, or it was not core that asked. The message is meant for people. */
export class HandshakeError extends Error {
  override readonly name = "HandshakeError";
}

/** Reads what core put into the environment. Throws HandshakeError where the cookie is missing or wrong, or a value cannot be used. */
export function parseHandshake(env: Environment): HandshakeRequest {
  if (env[MAGIC_COOKIE.name] !== MAGIC_COOKIE.value) throw new HandshakeError(STARTED_BY_HAND);
  const ports = { lowest: port(env, "PLUGIN_MIN_PORT", 10_000), highest: port(env, "PLUGIN_MAX_PORT", 25_000) };
  if (ports.lowest > ports.highest)
    throw new HandshakeError(`PLUGIN_MIN_PORT (${ports.lowest}) must not be above PLUGIN_MAX_PORT (${ports.highest}).`);
  return {
    clientCertificate: present(env["PLUGIN_CLIENT_CERT"]),
    socketFolder: present(env["PLUGIN_UNIX_SOCKET_DIR"]),
    socketGroup: present(env["PLUGIN_UNIX_SOCKET_GROUP"]),
    ports,
    multiplexField: present(env["PLUGIN_MULTIPLEX_GRPC"]) !== undefined,
  };
}

/**
 * Whether core offers the protocol spoken here. Its list is comma-separated and in random order; a runner that sends none takes what it gets. The answer
 * is the same line in any case: core itself then says best that the versions do not fit, and which ones would.
 */
export function isProtocolOffered(env: Environment): boolean {
  const versions = present(env["PLUGIN_PROTOCOL_VERSIONS"]);
  return versions === undefined || versions.split(",").some((version) => version.trim() === String(PROTOCOL_VERSION));
}

/** Base64 in Go's raw standard form: no padding. */
export function rawBase64(bytes: Uint8Array): string {
  return Buffer.from(bytes)
    .toString("base64")
    .replace(/={1,2}$/, "");
}

/** What the answer says. */
export interface HandshakeAnswer {
  readonly endpoint: Endpoint;
  /** DER of the server's certificate; absent where TLS is off. */
  readonly certificate: Uint8Array | undefined;
  readonly multiplexField: boolean;
}

/** The line that goes to stdout, newline included. */
export function handshakeLine({ endpoint, certificate, multiplexField }: HandshakeAnswer): string {
  const address = endpoint.network === "unix" ? endpoint.path : `${endpoint.host}:${endpoint.port}`;
  const fields = [
    "1",
    String(PROTOCOL_VERSION),
    endpoint.network,
    address,
    "grpc",
    certificate === undefined ? "" : rawBase64(certificate),
  ];
  if (multiplexField) fields.push("false");
  return `${fields.join("|")}\n`;
}

/** The value of TF_REATTACH_PROVIDERS that makes core use a provider which runs already. `address` is the provider's source address, host included. */
export function reattachValue(address: string, endpoint: Endpoint, pid: number): string {
  const where = endpoint.network === "unix" ? endpoint.path : `${endpoint.host}:${endpoint.port}`;
  return JSON.stringify({
    [address]: {
      Protocol: "grpc",
      ProtocolVersion: PROTOCOL_VERSION,
      Pid: pid,
      Test: true,
      Addr: { Network: endpoint.network, String: where },
    },
  });
}
