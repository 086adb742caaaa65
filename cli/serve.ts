import { startGateway } from "../runtime/gateway";
import { superviseGateway, type ServeOptions } from "./gateway-process";
import type { Io } from "./io";

/**
 * Runs the gateway until a signal ends it; returns the exit code.
 * @throws CannotRun where a port cannot be had.
 */
export function serve(options: ServeOptions, io: Io): Promise<number> {
  return superviseGateway(
    (
      { config, host, port, adminHost, adminTokenFile, drainTimeoutSeconds, ignorePlugins, secretsDir, stateDir },
      adminPort,
      onStatusChange,
    ) =>
      startGateway({
        ...{ config, host, port, adminHost, adminPort, adminTokenFile, drainTimeoutSeconds, ignorePlugins, secretsDir, stateDir },
        ...(onStatusChange === undefined ? {} : { onStatusChange }),
      }),
    options,
    io,
  );
}
