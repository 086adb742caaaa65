/** One provider process in the hands of core: from the handshake to the end that core, or core's death, brings. */
import { createCertificate } from "./certificate";
import { handshakeLine, isProtocolOffered, parseHandshake, type Endpoint } from "./handshake";
import type { ProviderServer } from "../framework";
import { providerService } from "./handlers";
import type { Logger } from "./log";
import { runnerServices } from "./runner";
import { listen, type ListeningServer, type ListenPlace, type MutualTls } from "./server";

/** What a plugin needs from outside. */
export interface PluginOptions {
  readonly server: ProviderServer;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** UNIX sockets everywhere but on Windows. */
  readonly network: Endpoint["network"];
  readonly log: Logger;
  /** Writes the one line that core reads; called once, when the server listens. */
  readonly writeHandshake: (line: string) => void;
  /** Core asked for the end, and was answered. */
  readonly onShutdown: () => void;
}

/** Serves core. Throws HandshakeError where core did not start this process or asked for what cannot be done. */
export async function startPlugin(options: PluginOptions): Promise<ListeningServer> {
  const { server, env, log } = options;
  const { clientCertificate, socketFolder, socketGroup, ports, multiplexField } = parseHandshake(env);
  if (!isProtocolOffered(env)) log.warn("core offers no protocol 6", { offered: env["PLUGIN_PROTOCOL_VERSIONS"] });
  const tls: MutualTls | undefined = clientCertificate === undefined ? undefined : { clientCertificate, certificate: createCertificate() };
  const place: ListenPlace =
    options.network === "tcp" ? { network: "tcp", ports } : { network: "unix", folder: socketFolder, group: socketGroup };
  const listening = await listen({ place, tls, services: [providerService(() => server, log), ...runnerServices(options.onShutdown)] });
  const { endpoint } = listening;
  log.debug("listening", { network: endpoint.network, tls: tls !== undefined });
  options.writeHandshake(handshakeLine({ endpoint, certificate: tls?.certificate.der, multiplexField }));
  return listening;
}
