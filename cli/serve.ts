import { startGateway } from "../runtime/gateway";
import { superviseGateway } from "./gateway-process";
import type { Io } from "./io";
import type { ServeOptions } from "./serve-options";
import type { Signals } from "./signals";

/**
 * Runs the gateway until a signal ends it; returns the exit code.
 * @throws CannotRun if a port cannot be had.
 */
export function serve(options: ServeOptions, io: Io, signals: Signals): Promise<number> {
  return superviseGateway((given, role) => startGateway({ ...given, ...role }), options, io, signals);
}
