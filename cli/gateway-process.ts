import { createServer } from "node:net";
import { once } from "node:events";
import { ConfigurationRefused } from "../runtime/configuration-refused";
import { createAdminServer } from "../runtime/http/admin-server";
import { readToken } from "../runtime/http/admin-token";
import type { Listener } from "../runtime/http/listener";
import { maxClientConnections } from "../runtime/http/open-files";
import type { GatewayStatus } from "../runtime/status";
import { Acceptor } from "../runtime/workers/acceptor";
import { forkWorker, isWorkerProcess, leavePrimary, primaryChannel } from "../runtime/workers/cluster";
import { adminOfPool } from "../runtime/workers/admin";
import { StartFailure } from "../runtime/workers/messages";
import { WorkerPool } from "../runtime/workers/pool";
import { within } from "../runtime/within";
import { runWorker, type WorkerGateway } from "../runtime/workers/worker";
import { CannotRun, describeError, EXIT } from "./errors";
import { formatProblems } from "./format-problems";
import type { Io } from "./io";
import type { ServeOptions } from "./serve-options";
import type { Ending, Signals } from "./signals";
import { stackOf, surviveStrayErrors } from "./stray-errors";

/** How many crashes of workers are made good for. */
const RESPAWN_LIMIT = { crashes: 10, withinMs: 60_000 };
/** Time beyond the drain timeout that a process has to end by itself, in milliseconds. */
const GRACE_MS = 3000;
/** Time that open requests have after SIGINT, in milliseconds. */
const QUICK_MS = 1000;

/** A gateway as this command deals with it. */
export type ServedGateway = WorkerGateway & {
  readonly port: number;
  readonly adminPort: number | undefined;
  /** Writes an exception that belongs to no exchange into the log. */
  reportStrayError(error: unknown, origin: string): void;
};

/** What a process of the gateway does besides serving. */
export interface ProcessRole {
  /** Undefined: it does not listen, connections are handed to it. */
  readonly port: number | undefined;
  /** Undefined: it has no admin port. */
  readonly adminPort: number | undefined;
  readonly onStatusChange?: (status: GatewayStatus) => void;
}

/** Starts a gateway in this process. Its errors may carry `problems` of the configuration. */
export type StartGateway = (options: ServeOptions, role: ProcessRole) => Promise<ServedGateway>;

/**
 * Runs a gateway until a signal ends it: in this process, or in as many worker processes as were asked for. Returns the exit code.
 * @throws CannotRun if a port cannot be had, or the token file holds no token.
 */
export async function superviseGateway(startGateway: StartGateway, options: ServeOptions, io: Io, signals: Signals): Promise<number> {
  const start: StartGateway = (...given) => startServing(startGateway, ...given);
  if (isWorkerProcess()) return serveAsWorker(start, options, io, signals);
  try {
    await checkTokenFile(options.adminTokenFile);
    const adminPort = await chooseAdminPort(options, io);
    const code = await (options.workers === 1 ? serveAlone : serveWithWorkers)({ start, options, adminPort, io, signals });
    // If something forgotten keeps the process running, it ends all the same.
    setTimeout(() => process.exit(code), GRACE_MS).unref();
    return code;
  } catch (error) {
    if (error instanceof CannotRun) throw error;
    if (!(error instanceof StartFailure)) throw new CannotRun(`The gateway cannot run: ${describeListening(error)}.`);
    for (const line of formatProblems(options.config, error.fault.problems, false)) io.stderr(line);
    io.stderr(`signalbox: ${error.message}\n`);
    return EXIT.problems;
  }
}

interface Serving {
  readonly start: StartGateway;
  readonly options: ServeOptions;
  readonly adminPort: number | undefined;
  readonly io: Io;
  readonly signals: Signals;
}

async function serveAlone({ start, options, adminPort, io, signals }: Serving): Promise<number> {
  const starting = start(options, { port: options.port, adminPort });
  const gateway = await Promise.race([starting, signals.first]);
  if (typeof gateway === "string") {
    const ended = starting.then((late) => late.close());
    await within(GRACE_MS, ended).catch(() => undefined);
    return EXIT.ok;
  }
  const untrusted = surviveStrayErrors(process, strayErrorReport(io, gateway)).then(() => undefined);
  announce(options, gateway.port, gateway.adminPort, io);
  const ending = await Promise.race([signals.first, untrusted]);
  tellEnding(ending, options, io);
  if (ending === "drain") await gateway.drain();
  else await within(QUICK_MS, gateway.drain());
  await gateway.close();
  return ending === undefined ? EXIT.problems : EXIT.ok;
}

async function serveWithWorkers({ options, adminPort, io, signals }: Serving): Promise<number> {
  const acceptor = new Acceptor(maxClientConnections(options.maxClientConnections));
  const pool = new WorkerPool({
    acceptor,
    count: options.workers,
    fork: forkWorker,
    limit: RESPAWN_LIMIT,
    drainMs: options.drainTimeoutSeconds * 1000 + GRACE_MS,
    onCrash: (text) => {
      io.stderr(`signalbox: ${text}\n`);
    },
  });
  let admin: Listener | undefined;
  try {
    await acceptor.listen(options.host, options.port);
    if (adminPort !== undefined) admin = await listenForAdmin(options, adminPort, pool);
    const starting = pool.start();
    const early = await Promise.race([starting, signals.first]);
    if (early !== undefined) {
      starting.catch(() => undefined);
      await pool.stop();
      return EXIT.ok;
    }
    const untrusted = surviveStrayErrors(process, strayErrorReport(io)).then(() => "its first process met too many exceptions");
    announce(options, acceptor.port, admin?.port, io);
    const ending = await Promise.race([signals.first, pool.collapsed, untrusted]);
    if (ending !== "drain" && ending !== "quick") {
      await pool.stop();
      throw new StartFailure({ message: `The gateway gave up: ${ending}.`, problems: [] });
    }
    tellEnding(ending, options, io);
    acceptor.close();
    if (ending === "drain") await pool.drain();
    else {
      await within(QUICK_MS, pool.drain());
      await pool.stop();
    }
    return EXIT.ok;
  } finally {
    acceptor.close();
    await admin?.close();
  }
}

async function serveAsWorker(start: StartGateway, options: ServeOptions, io: Io, signals: Signals): Promise<number> {
  // A terminal signals the whole group; what a worker does is the primary's decision.
  signals.ignore();
  let untrusted: (gateway: ServedGateway) => void = () => undefined;
  const replaced = new Promise<ServedGateway>((resolve) => (untrusted = resolve)).then(async (gateway) => {
    await within(QUICK_MS, gateway.drain());
    return EXIT.problems;
  });
  const served = runWorker(async (onStatusChange) => {
    const gateway = await start(options, { port: undefined, adminPort: undefined, onStatusChange });
    void surviveStrayErrors(process, strayErrorReport(io, gateway)).then(() => untrusted(gateway));
    return gateway;
  }, primaryChannel());
  const code = await Promise.race([served, replaced]);
  setTimeout(() => process.exit(code), GRACE_MS).unref();
  // leaving the primary ends a worker with code 0, which is not how one ends that is to be replaced
  if (code !== EXIT.ok) process.exit(code);
  leavePrimary();
  return code;
}

/** Tells an exception on stderr and in the log. */
function strayErrorReport(io: Io, gateway?: ServedGateway): (error: unknown, origin: string) => void {
  return (error, origin) => {
    io.stderr(`signalbox: ${origin} that belongs to no exchange, the process goes on: ${stackOf(error)}\n`);
    gateway?.reportStrayError(error, origin);
  };
}

/** The admin port of the primary process, which serves no requests itself. */
async function listenForAdmin(
  { adminHost, adminHostNames, adminTokenFile }: ServeOptions,
  port: number,
  pool: WorkerPool,
): Promise<Listener> {
  const server = createAdminServer(adminOfPool(pool), { tokenFile: adminTokenFile, hostNames: [adminHost, ...adminHostNames] });
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

function tellEnding(ending: Ending | undefined, { drainTimeoutSeconds }: ServeOptions, io: Io): void {
  const how =
    ending === "drain"
      ? `draining for at most ${drainTimeoutSeconds} s`
      : ending === "quick"
        ? "ending"
        : "too many exceptions that belong to no exchange, ending so that the process is replaced";
  io.stderr(`signalbox: ${how}; a second signal ends at once\n`);
}

function describeListening(error: unknown): string {
  const port = typeof error === "object" && error !== null && "port" in error ? ` (port ${String(error.port)})` : "";
  return `${describeError(error)}${port}`;
}
