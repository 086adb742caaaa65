/** The whole of a provider's main file: `serve({ address, provider })`. Import it first there, so that stdout is safe before anything else is loaded. */
import { writeHandshake } from "./stdout";
import { createProviderServer, type Provider, type ProviderServer } from "../framework";
import { HandshakeError } from "./handshake";
import { createLogger, logLevelFrom, type Logger } from "./log";
import { watchParent } from "./parent";
import { startPlugin } from "./plugin";
import { serveForReattach } from "./reattach";

/** What to serve. */
export interface ServeOptions {
  /** The provider, or what loads it. */
  readonly provider: Provider | (() => Provider | Promise<Provider>);
  /** Source address with its host, such as `registry.terraform.io/acme/demo`. */
  readonly address: string;
}

const PARENT = process.ppid;
const PARENT_CHECK_MS = 1000;
/** Core hangs up as soon as it has its answer; it would kill after 2 s. */
const DRAIN_MS = 500;

function writeLine(line: string): void {
  process.stderr.write(line);
}

/** Core shows lines after `panic:` to the user when the process is gone. */
function crash(error: unknown): never {
  writeLine(`panic: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
  process.exit(1);
}

const onOneLine = (text: string): string =>
  text
    .split("\n")
    .map((line) => line.trim())
    .filter((line) => line !== "")
    .join(" ");

/** Before the handshake core shows nothing of stderr, but it quotes a line on stdout that is no handshake. */
function refuseToStart(error: unknown): never {
  const message = error instanceof Error ? error.message : String(error);
  writeHandshake(`${onOneLine(message)}\n`);
  crash(error);
}

/** An exception that no call can be blamed for. While something is being made or changed, losing its outcome would be worse than going on. */
function onStray(server: ProviderServer, log: Logger, error: unknown): void {
  if (server.appliesUnderWay === 0) crash(error);
  log.error("an exception outside of any call", { stack: error instanceof Error ? error.stack : String(error) });
}

/** Ctrl-C reaches the whole process group: core takes it as a wish, tells its providers (StopProvider), waits for them and then ends them. */
function leaveSignalsToCore(): void {
  for (const signal of ["SIGINT", "SIGTERM"] as const) process.on(signal, () => undefined);
}

async function serveCore(server: ProviderServer, log: Logger): Promise<void> {
  leaveSignalsToCore();
  const network = process.platform === "win32" ? "tcp" : "unix";
  const onShutdown = (): void => void listening.drain(DRAIN_MS).then(() => process.exit(0));
  const listening = await startPlugin({ server, env: process.env, network, log, writeHandshake, onShutdown });
  process.on("exit", () => listening.close());
  watchParent({
    parent: PARENT,
    parentId: () => process.ppid,
    everyMs: PARENT_CHECK_MS,
    onGone: () => {
      log.warn("the parent is gone");
      server.stop();
      process.exit(0);
    },
  });
}

async function serveDebugger(createServer: () => ProviderServer, address: string, log: Logger): Promise<void> {
  const served = await serveForReattach({ createServer, address, log });
  process.stdout.write(`The provider runs. Start terraform or tofu with this in its environment, and end the provider with Ctrl-C:\n\n`);
  process.stdout.write(`TF_REATTACH_PROVIDERS='${served.env.TF_REATTACH_PROVIDERS}'\n`);
  for (const signal of ["SIGINT", "SIGTERM"] as const) {
    process.once(signal, () => {
      served.close();
      process.exit(0);
    });
  }
}

/**
 * Runs the provider until core ends it; with `--debug` among the program's arguments, until Ctrl-C. Started by hand, the program says what it is and ends
 * with code 1, as it does where the provider's definition is wrong.
 */
export async function serve({ provider, address }: ServeOptions): Promise<void> {
  const log = createLogger({
    module: `provider.${address.slice(address.lastIndexOf("/") + 1)}`,
    level: logLevelFrom(process.env),
    write: writeLine,
  });
  try {
    const loaded = typeof provider === "function" ? await provider() : provider;
    const createServer = (): ProviderServer =>
      createProviderServer(loaded, { log: (level, message, fields) => log[level](message, fields) });
    const server = createServer();
    for (const event of ["uncaughtException", "unhandledRejection"] as const) process.on(event, (error) => onStray(server, log, error));
    await (process.argv.includes("--debug") ? serveDebugger(createServer, address, log) : serveCore(server, log));
  } catch (error) {
    if (!(error instanceof HandshakeError)) refuseToStart(error);
    writeLine(`${error.message}\n`);
    process.exit(1);
  }
}
