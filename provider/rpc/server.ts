/** A gRPC server for one client: core. Mutual TLS wherever core asks for it, no limit to the size of a message. */
import { Server, ServerCredentials, type ServiceDefinition, type UntypedServiceImplementation } from "@grpc/grpc-js";
import type { Certificate } from "./certificate";
import type { Endpoint, PortRange } from "./handshake";
import { makeSocketFolder, type SocketOptions } from "./socket";

/** One gRPC service. */
export interface ServiceImplementation {
  readonly definition: ServiceDefinition;
  readonly implementation: UntypedServiceImplementation;
}

/** Where to listen: on a socket in a folder of its own, or on a loopback port of a range (both 0: any). */
export type ListenPlace = ({ readonly network: "unix" } & SocketOptions) | { readonly network: "tcp"; readonly ports: PortRange };

/** How the two ends prove who they are. */
export interface MutualTls {
  /** PEM; a client that has another certificate, or none, is refused. */
  readonly clientCertificate: string;
  readonly certificate: Certificate;
}

/** What to serve, and where. */
export interface ListenOptions {
  readonly place: ListenPlace;
  /** Absent only where core turned TLS off, or attaches to a provider that runs already. */
  readonly tls: MutualTls | undefined;
  readonly services: readonly ServiceImplementation[];
}

/** A server that listens. */
export interface ListeningServer {
  readonly endpoint: Endpoint;
  /**
   * Takes no new calls, lets those under way end and the client hang up, for `limitMs` at most; then closes. An answer that was just given needs this
   * to get through: with TLS it takes some more turns of the event loop.
   */
  drain(limitMs: number): Promise<void>;
  /** Serves nobody any more and takes the socket away, without regard to calls under way. May be called twice. */
  close(): void;
}

const OPTIONS = {
  "grpc.max_receive_message_length": -1,
  "grpc.max_send_message_length": -1,
  "grpc.enable_channelz": 0,
} as const;

function credentials(tls: MutualTls | undefined): ServerCredentials {
  if (tls === undefined) return ServerCredentials.createInsecure();
  const pair = { cert_chain: Buffer.from(tls.certificate.certificatePem), private_key: Buffer.from(tls.certificate.privateKeyPem) };
  return ServerCredentials.createSsl(Buffer.from(tls.clientCertificate), [pair], true);
}

function bind(server: Server, address: string, tls: MutualTls | undefined): Promise<number> {
  return new Promise((resolve, reject) => {
    server.bindAsync(address, credentials(tls), (error, port) => (error === null ? resolve(port) : reject(error)));
  });
}

async function bindToRange(server: Server, { lowest, highest }: PortRange, tls: MutualTls | undefined): Promise<number> {
  let failure: unknown;
  for (let port = lowest; port <= highest; port += 1) {
    try {
      return await bind(server, `127.0.0.1:${port}`, tls);
    } catch (error) {
      failure = error;
    }
  }
  throw new Error(`No port from ${lowest} to ${highest} of 127.0.0.1 is free for the provider.`, { cause: failure });
}

function listening(server: Server, endpoint: Endpoint, onClose: () => void): ListeningServer {
  const close = (): void => {
    server.forceShutdown();
    onClose();
  };
  const drain = (limitMs: number): Promise<void> =>
    new Promise((resolve) => {
      const end = (): void => {
        clearTimeout(timer);
        close();
        resolve();
      };
      const timer = setTimeout(end, limitMs);
      server.tryShutdown(end);
    });
  return { endpoint, drain, close };
}

/** Starts to listen. Throws where the socket or no port of the range can be had. */
export async function listen({ place, tls, services }: ListenOptions): Promise<ListeningServer> {
  const server = new Server(OPTIONS);
  for (const { definition, implementation } of services) server.addService(definition, implementation);
  if (place.network === "tcp") {
    const port = await bindToRange(server, place.ports, tls);
    return listening(server, { network: "tcp", host: "127.0.0.1", port }, () => undefined);
  }
  const folder = makeSocketFolder(place);
  const opened = listening(server, { network: "unix", path: folder.path }, () => folder.remove());
  try {
    await bind(server, `unix:${folder.path}`, tls);
    folder.share();
  } catch (error) {
    opened.close();
    throw error;
  }
  return opened;
}
