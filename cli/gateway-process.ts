import { createServer } from "node:net";
import { once } from "node:events";
import { createAdminServer } from "../runtime/http/admin-server";
import { readToken } from "../runtime/http/admin-token";
import type { GatewayStatus } from "../runtime/status";
import { forkWorker, isWorkerProcess, leavePrimary, primaryChannel } from "../runtime/workers/cluster";
import { adminOfPool } from "../runtime/workers/admin";
import { ConfigurationRefused } from "../runtime/gateway";
import { StartFailure } from "../runtime/workers/messages";
import { WorkerPool } from "../runtime/workers/pool";
import { runWorker, type RunningGateway } from "../runtime/workers/worker";
import { formatProblems } from "./check";
import { CannotRun, describeError, EXIT } from "./errors";
import type { Io } from "./io";
import { superviseSignals } from "./signals";

/** Arguments of `signalbox serve`. */
export interface ServeOptions {
  /** Path of the declarative file; it is watched. */
  readonly config: string;
  readonly port: number;
  readonly host: string;
  /** Undefined: none. */
  readonly adminPort: number | undefined;
  /** Whether the admin port was asked for; one that was not is left out where it is taken, so that several gateways can run beside each other. */
  readonly adminPortGiven: boolean;
  readonly adminHost: string;
  readonly workers: number;
  readonly secretsDir: string | undefined;
  readonly drainTimeoutSeconds: number;
  readonly ignorePlugins: readonly string[];
  readonly stateDir: string | undefined;
  /** Holds the token that changes over the admin port ask for; undefined: nothing can be changed over it. */
  readonly adminTokenFile: string | undefined;
}

/** How many crashes of workers are made good for. */
const RESPAWN_LIMIT = { crashes: 10, withinMs: 60_000 };
/** Time beyond the drain timeout that a process has to end by itself, in milliseconds. */
const GRACE_MS = 3000;
/** Time that open requests have after SIGINT, in milliseconds. */
const QUICK_MS = 1000;

/** A gateway as this command deals with it. */
export type ServedGateway = RunningGateway & { readonly adminPort: number | undefined };

/** Starts a gateway in this process; without an admin port where `adminPort` is undefined. Its errors may carry `problems` of the configuration. */
export type StartGateway = (
  options: ServeOptions,
  adminPort: number | undefined,
  onStatusChange?: (status: GatewayStatus) => void,
) => Promise<ServedGateway>;

/**
 * Runs a gateway until a signal ends it: in this process, or in as many worker processes as were asked for. Returns the exit code.
 * @throws CannotRun where a port cannot be had, or the token file holds no token.
 */
export async function superviseGateway(startGateway: StartGateway, options: ServeOptions, io: Io): Promise<number> {
  const start: StartGateway = (...given) => startServing(startGateway, ...given);
  if (isWorkerProcess()) return serveAsWorker(start, options);
  await checkTokenFile(options.adminTokenFile);
  try {
    const admin = await chooseAdminPort(options, io);
    await (options.workers === 1 ? serveAlone(start, options, admin, io) : serveWithWorkers(options, admin, io));
    // Where something forgotten keeps the process running, it ends all the same.
    setTimeout(() => process.exit(EXIT.ok), GRACE_MS).unref();
    return EXIT.ok;
  } catch (error) {
    if (!(error instanceof StartFailure)) throw new CannotRun(`The gateway cannot run: ${describeListening(error)}.`);
    for (const line of formatProblems(options.config, error.fault.problems, false)) io.stderr(line);
    io.stderr(`signalbox: ${error.message}\n`);
    return EXIT.problems;
  }
}

async function serveAlone(start: StartGateway, options: ServeOptions, adminPort: number | undefined, io: Io): Promise<void> {
  const gateway = await start(options, adminPort);
  announce(options, gateway.port, gateway.adminPort, io);
  const close = (): Promise<void> => gateway.close();
  const drain = async (): Promise<void> => {
    await gateway.drain();
    await close();
  };
  await untilSignalled({ drain, quick: () => withinMoment(gateway.drain(), close) }, options, io);
}

async function serveWithWorkers(options: ServeOptions, adminPort: number | undefined, io: Io): Promise<void> {
  const pool = new WorkerPool({
    count: options.workers,
    fork: forkWorker,
    limit: RESPAWN_LIMIT,
    drainMs: options.drainTimeoutSeconds * 1000 + GRACE_MS,
    onCrash: (text) => {
      io.stderr(`signalbox: ${text}\n`);
    },
  });
  const admin = adminPort === undefined ? undefined : await listenForAdmin(options, adminPort, pool);
  try {
    await pool.start();
    announce(options, pool.port, admin?.port, io);
    const signalled = untilSignalled(
      { drain: () => pool.drain(), quick: () => withinMoment(pool.drain(), () => pool.stop()) },
      options,
      io,
    );
    const reason = await Promise.race([signalled, pool.collapsed]);
    if (typeof reason === "string") throw new StartFailure({ message: `The gateway gave up: ${reason}.`, problems: [] });
  } finally {
    await admin?.close();
  }
}

/** The admin port of the primary process, which serves no requests itself. */
async function listenForAdmin(
  { adminHost, adminTokenFile }: ServeOptions,
  port: number,
  pool: WorkerPool,
): Promise<{ readonly port: number; close(): Promise<void> }> {
  const server = createAdminServer(adminOfPool(pool), { tokenFile: adminTokenFile });
  await server.listen(adminHost, port);
  return server;
}

/** A token that cannot be read is told at the start: later, only who wants to change something would hear of it. */
async function checkTokenFile(path: string | undefined): Promise<void> {
  if (path === undefined) return;
  try {
    await readToken(path);
  } catch (error) {
    const user = process.getuid === undefined ? "this user" : `the user with id ${process.getuid()}`;
    throw new CannotRun(
      `The token file ${path} (--admin-token-file) cannot be used: ${describeError(error)}. It must hold one token and be readable for ${user}; without the flag the admin port changes nothing.`,
    );
  }
}

async function serveAsWorker(start: StartGateway, options: ServeOptions): Promise<number> {
  // A terminal signals the whole group; what a worker does is the primary's decision.
  process.on("SIGINT", () => undefined);
  process.on("SIGTERM", () => undefined);
  const code = await runWorker((onStatusChange) => start(options, undefined, onStatusChange), primaryChannel());
  leavePrimary();
  setTimeout(() => process.exit(code), GRACE_MS).unref();
  return code;
}

/** An error that says what is wrong with the configuration becomes a StartFailure, whose problems are printed; others stay what they are. */
async function startServing(startGateway: StartGateway, ...given: Parameters<StartGateway>): Promise<ServedGateway> {
  try {
    return await startGateway(...given);
  } catch (error) {
    if (!(error instanceof ConfigurationRefused)) throw error;
    const why = error.problems.length > 0 ? "" : ` (${error.message})`;
    const message = `The configuration ${given[0].config} cannot be served${why}, and there is no last good one.`;
    throw new StartFailure({ message, problems: error.problems });
  }
}

/** A default admin port that is taken is left out; one that was asked for is not, so that its absence is never a surprise. */
async function chooseAdminPort(options: ServeOptions, io: Io): Promise<number | undefined> {
  const { adminPort, adminPortGiven, adminHost } = options;
  if (adminPort === undefined || adminPortGiven || (await isFree(adminPort, adminHost))) return adminPort;
  io.stderr(
    `signalbox: warning: the admin port ${adminPort} is taken, so this gateway runs without one: choose another with --admin-port.\n`,
  );
  return undefined;
}

async function isFree(port: number, host: string): Promise<boolean> {
  const server = createServer();
  server.listen(port, host);
  try {
    await once(server, "listening");
  } catch {
    return false;
  }
  const closed = once(server, "close");
  server.close();
  await closed;
  return true;
}

function announce(options: ServeOptions, port: number, adminPort: number | undefined, io: Io): void {
  const admin = adminPort === undefined ? "no admin port" : `admin port http://${options.adminHost}:${adminPort}`;
  io.stderr(`signalbox: serving ${options.config} on http://${options.host}:${port} (${admin})\n`);
}

async function untilSignalled(
  endings: { drain: () => Promise<void>; quick: () => Promise<void> },
  options: ServeOptions,
  io: Io,
): Promise<void> {
  const note = (text: string): void => {
    io.stderr(`signalbox: ${text}; a second signal ends at once\n`);
  };
  const signals = superviseSignals(process, {
    drain: () => {
      note(`draining for at most ${options.drainTimeoutSeconds} s`);
      return endings.drain();
    },
    quick: () => {
      note("ending");
      return endings.quick();
    },
    exit: (code) => process.exit(code),
  });
  try {
    await signals.stopped;
  } finally {
    signals.dispose();
  }
}

/** Waits for a drain, but only for a moment, and then closes. */
async function withinMoment(drained: Promise<void>, close: () => Promise<void>): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const moment = new Promise<void>((resolve) => (timer = setTimeout(resolve, QUICK_MS)));
  await Promise.race([drained, moment]);
  clearTimeout(timer);
  await close();
}

function describeListening(error: unknown): string {
  const port = typeof error === "object" && error !== null && "port" in error ? ` (port ${String(error.port)})` : "";
  return `${describeError(error)}${port}`;
}
