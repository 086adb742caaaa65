/** A provider that core attaches to instead of starting it: for debuggers and for tests in process. Without TLS: core knows no certificate of it. */
import type { ProviderServer } from "../framework";
import { type MethodName, providerService } from "./handlers";
import { reattachValue } from "./handshake";
import { createLogger, type Logger } from "./log";
import { runnerServices } from "./runner";
import { listen, type ListenPlace } from "./server";

/** Which provider to serve. */
export interface ReattachOptions {
  /** Makes the server; once at the start, and once after each time that core stopped it. */
  readonly createServer: () => ProviderServer;
  /** Source address with its host, such as `registry.terraform.io/acme/demo`. */
  readonly address: string;
  readonly log?: Logger;
}

/** A provider that is being served. */
export interface ReattachableProvider {
  /** To be put into the environment of terraform or tofu. */
  readonly env: { readonly TF_REATTACH_PROVIDERS: string };
  /** Ends it. */
  close(): void;
}

const silent = createLogger({ module: "provider", level: undefined, write: () => undefined });

/** A server that was stopped does nothing more, which is right for a process that ends then; here the next command configures a new one. */
function renewedAfterStop(create: () => ProviderServer): (method: MethodName) => ProviderServer {
  let server = create();
  let isStopped = false;
  return (method) => {
    if (method === "ConfigureProvider" && isStopped) {
      server = create();
      isStopped = false;
    }
    if (method === "StopProvider") isStopped = true;
    return server;
  };
}

/**
 * Serves the provider in this process, for any number of commands one after the other. Core's wish to end it is answered and not followed. All provider
 * instances of a command meet in the one server, so what the provider keeps from its configuration is that of the last one.
 */
export async function serveForReattach({ createServer, address, log = silent }: ReattachOptions): Promise<ReattachableProvider> {
  const serverFor = renewedAfterStop(createServer);
  const services = [providerService(serverFor, log), ...runnerServices(() => undefined)];
  const place: ListenPlace =
    process.platform === "win32" ? { network: "tcp", ports: { lowest: 0, highest: 0 } } : { network: "unix", folder: undefined };
  const listening = await listen({ place, tls: undefined, services });
  return { env: { TF_REATTACH_PROVIDERS: reattachValue(address, listening.endpoint, process.pid) }, close: () => listening.close() };
}
