/** The services beside the provider's own that core's plugin runner calls: end, output streams, connections between plugins, health. */
import { status, type UntypedServiceImplementation } from "@grpc/grpc-js";
import type { handleUnaryCall, ServerDuplexStream, ServerWritableStream } from "@grpc/grpc-js";
import { serviceDefinition } from "./messages";
import type { HealthCheckRequest, HealthCheckResponse } from "./messages.generated";
import type { ServiceImplementation } from "./server";

/** The name under which core's plugin runner asks for health. */
const HEALTH_SERVICE = "plugin";
const SERVING = 1;

/**
 * The runner's services. `onShutdown` is called after core's wish to end was answered: without that answer core waits for 2 s and kills.
 */
export function runnerServices(onShutdown: () => void): readonly ServiceImplementation[] {
  const shutdown: handleUnaryCall<object, object> = (_call, callback) => {
    callback(null, {});
    setImmediate(onShutdown);
  };
  const check: handleUnaryCall<HealthCheckRequest, HealthCheckResponse> = (call, callback) => {
    const service = call.request.service ?? "";
    if (service === HEALTH_SERVICE || service === "") callback(null, { status: SERVING });
    else callback({ code: status.NOT_FOUND, details: `There is no service "${service}" here.` });
  };
  /** Stays open and silent: what a provider has to say goes to stderr. */
  const streamStdio = (call: ServerWritableStream<object, object>): void => {
    call.on("cancelled", () => call.end());
  };
  /** Providers open no connections of their own, so nothing is answered. */
  const startStream = (call: ServerDuplexStream<object, object>): void => {
    call.on("data", () => undefined);
    call.on("end", () => call.end());
    call.on("error", () => call.end());
  };
  const implementations: Readonly<Record<string, UntypedServiceImplementation>> = {
    "plugin.GRPCController": { Shutdown: shutdown },
    "plugin.GRPCStdio": { StreamStdio: streamStdio },
    "plugin.GRPCBroker": { StartStream: startStream },
    "grpc.health.v1.Health": { Check: check as handleUnaryCall<object, object> },
  };
  return Object.entries(implementations).map(([name, implementation]) => ({ definition: serviceDefinition(name), implementation }));
}
