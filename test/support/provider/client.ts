/** What core is to a provider: a gRPC client. */
import { type ChannelCredentials, Client, credentials, Metadata, type MethodDefinition, type ServiceError } from "@grpc/grpc-js";
import type { Endpoint } from "../../../provider/rpc/handshake";
import { serviceDefinition } from "../../../provider/rpc/messages";
import type { ProviderMethods } from "../../../provider/rpc/messages.generated";

/** A client's own certificate and the one it expects of the server, in PEM. */
export interface ClientTls {
  readonly serverCertificate: string;
  readonly own?: { readonly certificatePem: string; readonly privateKeyPem: string };
}

/** A connection to one provider. */
export interface ProviderClient {
  /** Calls a method of `tfplugin6.Provider`. */
  call<M extends keyof ProviderMethods>(method: M, request: ProviderMethods[M][0]): Promise<ProviderMethods[M][1]>;
  /** Calls any unary method. */
  unary(service: string, method: string, request: object): Promise<object>;
  readonly raw: Client;
  close(): void;
}

function credentialsOf(tls: ClientTls | undefined): ChannelCredentials {
  if (tls === undefined) return credentials.createInsecure();
  const { serverCertificate, own } = tls;
  const pem = (text: string | undefined): Buffer | null => (text === undefined ? null : Buffer.from(text));
  return credentials.createSsl(Buffer.from(serverCertificate), pem(own?.privateKeyPem), pem(own?.certificatePem));
}

/** Turns the handshake line's certificate into PEM. */
export function certificateOfLine(line: string): string {
  const base64 = line.trim().split("|")[5] ?? "";
  return [
    "-----BEGIN CERTIFICATE-----",
    ...(Buffer.from(base64, "base64")
      .toString("base64")
      .match(/.{1,64}/g) ?? []),
    "-----END CERTIFICATE-----",
    "",
  ].join("\n");
}

/** Reads the address out of a handshake line. */
export function endpointOfLine(line: string): Endpoint {
  const [, , network, address = ""] = line.trim().split("|");
  return network === "unix" ? { network, path: address } : { network: "tcp", host: "127.0.0.1", port: Number(address.split(":")[1]) };
}

/** Connects, as core does, under the name localhost. The connection is made by the first call. */
export function connect(endpoint: Endpoint, tls?: ClientTls): ProviderClient {
  const target = endpoint.network === "unix" ? `unix:${endpoint.path}` : `${endpoint.host}:${endpoint.port}`;
  const raw = new Client(target, credentialsOf(tls), {
    "grpc.max_receive_message_length": -1,
    "grpc.max_send_message_length": -1,
    "grpc.default_authority": "localhost",
    ...(tls === undefined ? {} : { "grpc.ssl_target_name_override": "localhost" }),
  });
  const unary = (service: string, method: string, request: object): Promise<object> => {
    const definition: MethodDefinition<object, object> = serviceDefinition(service)[method]!;
    return new Promise((resolve, reject) => {
      const done = (error: ServiceError | null, response?: object): void => (error === null ? resolve(response ?? {}) : reject(error));
      raw.makeUnaryRequest(definition.path, definition.requestSerialize, definition.responseDeserialize, request, new Metadata(), done);
    });
  };
  return {
    call: (method, request) => unary("tfplugin6.Provider", method, request),
    unary,
    raw,
    close: () => raw.close(),
  };
}
