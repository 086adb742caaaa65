import { loadDeclarative } from "../config/declarative/load";
import { ReferenceProblem } from "../config/references";
import { formatProblem, hasErrors, type Problem } from "../config/problem";
import { ActiveList } from "./exchange/active";
import { Exchange, type ExchangeContext } from "./exchange/exchange";
import { GatewayError } from "./exchange/errors";
import { createAdminServer } from "./http/admin-server";
import type { Listener } from "./http/listener";
import { createProxyServer } from "./http/proxy-server";
import { FileLogs } from "./ledger/file-log";
import { createLog, type Log } from "./ledger/log";
import { Reloader, type Loaded, type ReloadStatus } from "./reload/reloader";
import { RouteProblem } from "./router/candidate";
import { createSecretStore } from "./secrets/store";
import { compileSnapshot, type CompileContext, type Snapshot } from "./snapshot/compile";
import { statusOf, type GatewayStatus } from "./status";
import { Pools } from "./upstream/pools";

export type { GatewayStatus } from "./status";

/** How a gateway is run; each member is a flag of `signalbox serve`. */
export interface GatewayOptions {
  /** The declarative configuration file (YAML or JSON). */
  readonly config: string;
  /** Address to listen on. Default 127.0.0.1. */
  readonly host?: string;
  /** 0 = any free port. */
  readonly port: number;
  readonly adminHost?: string;
  /** Port of health checks; undefined = no admin listener. */
  readonly adminPort?: number | undefined;
  /** Folder of `{vault://file/...}` references. */
  readonly secretsDir?: string | undefined;
  /** Where the last good configuration is kept over a restart. */
  readonly stateDir?: string | undefined;
  /** Seconds that streams get to finish after SIGTERM. Default 30. */
  readonly drainTimeoutSeconds?: number;
  /** Names of plugins that are left out instead of refused. */
  readonly ignorePlugins?: readonly string[];
  /** File for the log; default standard output. */
  readonly logDestination?: string | undefined;
  /** Called whenever readiness or the configuration's state changes. */
  readonly onStatusChange?: (status: GatewayStatus) => void;
}

/** A running gateway. */
export interface Gateway {
  readonly port: number;
  readonly adminPort: number | undefined;
  status(): GatewayStatus;
  /** Not ready at once; exchanges under way get `drainTimeoutSeconds` to finish, then an error inside their stream; then everything is closed. */
  drain(): Promise<void>;
  /** Ends everything at once. */
  close(): Promise<void>;
}

/** The configuration cannot be used and there is no earlier one to serve instead. */
export class ConfigurationRefused extends Error {
  override readonly name = "ConfigurationRefused";

  constructor(
    reason: string,
    readonly problems: readonly Problem[],
  ) {
    super(reason);
  }
}

/**
 * Starts a gateway: resolves when it listens.
 * @throws ConfigurationRefused; the system's error where a port cannot be had
 */
export async function startGateway(options: GatewayOptions): Promise<Gateway> {
  const log = createLog(options.logDestination === undefined ? {} : { path: options.logDestination });
  const running = new RunningGateway(options, log);
  try {
    await running.start();
  } catch (error) {
    await running.close();
    throw error;
  }
  return running;
}

class RunningGateway implements Gateway {
  private snapshot: Snapshot | undefined;
  private draining = false;
  private closing: Promise<void> | undefined;
  private readonly active = new ActiveList<Exchange>();
  private readonly pools = new Pools();
  private readonly fileLogs: FileLogs;
  private readonly secrets;
  private readonly reloader: Reloader<Snapshot>;
  private readonly proxy: Listener;
  private readonly admin: Listener | undefined;

  constructor(
    private readonly options: GatewayOptions,
    private readonly log: Log,
  ) {
    const { logger } = log;
    this.fileLogs = new FileLogs((error, path) => logger.error({ path, err: error }, "file-log cannot be written"));
    this.secrets = createSecretStore({ env: process.env, secretsDir: options.secretsDir, log: logger });
    this.reloader = new Reloader({
      path: options.config,
      stateDir: options.stateDir,
      load: (text) => this.load(text),
      apply: (snapshot) => {
        this.snapshot = snapshot;
      },
      onStatus: (status) => this.reloaded(status),
    });
    const context: ExchangeContext = { pools: this.pools, active: this.active, log, draining: () => this.draining };
    this.proxy = createProxyServer((request, response) => new Exchange(context, request, response).run(this.snapshot));
    this.admin = options.adminPort === undefined ? undefined : createAdminServer(() => this.status());
  }

  get port(): number {
    return this.proxy.port;
  }

  get adminPort(): number | undefined {
    return this.admin?.port;
  }

  status(): GatewayStatus {
    return statusOf(this.reloader.status, this.draining);
  }

  async start(): Promise<void> {
    const status = await this.reloader.start();
    if (this.snapshot === undefined) throw new ConfigurationRefused(status.reason ?? "there is no configuration", status.problems ?? []);
    await this.proxy.listen(this.options.host ?? "127.0.0.1", this.options.port);
    await this.admin?.listen(this.options.adminHost ?? "127.0.0.1", this.options.adminPort ?? 0);
    this.log.logger.info({ port: this.port, admin_port: this.adminPort }, "listening");
  }

  async drain(): Promise<void> {
    if (this.draining) return this.closing;
    this.draining = true;
    this.options.onStatusChange?.(this.status());
    const { drainTimeoutSeconds = 30 } = this.options;
    this.log.logger.info({ exchanges: this.active.size, drain_timeout_s: drainTimeoutSeconds }, "draining");
    this.proxy.stopAccepting();
    await this.exchangesEnded(drainTimeoutSeconds * 1000);
    this.active.forEach((exchange) => exchange.cutShort());
    await this.exchangesEnded(1_000);
    await this.close();
  }

  close(): Promise<void> {
    this.closing ??= this.shutDown();
    return this.closing;
  }

  private async shutDown(): Promise<void> {
    await this.reloader.close();
    await this.proxy.close();
    await this.admin?.close();
    await this.pools.destroy();
    this.secrets.close();
    await this.fileLogs.settled();
    await this.log.close();
  }

  /** Resolves when no exchange is under way, or after so many milliseconds. */
  private async exchangesEnded(milliseconds: number): Promise<void> {
    const until = performance.now() + milliseconds;
    while (this.active.size > 0 && performance.now() < until) {
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }

  private load(text: string): Loaded<Snapshot> {
    const { problems, configuration } = loadDeclarative(text, {
      references: this.secrets,
      ignorePlugins: this.options.ignorePlugins ?? [],
    });
    if (configuration === undefined) return { problems };
    const context: CompileContext = { secrets: this.secrets, fileLogs: this.fileLogs };
    try {
      return { problems, value: compileSnapshot(configuration, context) };
    } catch (error) {
      if (!(error instanceof GatewayError || error instanceof RouteProblem || error instanceof ReferenceProblem)) throw error;
      return { problems: [...problems, { severity: "error", path: [], message: error.message }] };
    }
  }

  private reloaded(status: ReloadStatus): void {
    const { logger } = this.log;
    const problems = status.problems ?? [];
    for (const problem of problems)
      logger[problem.severity === "error" ? "error" : "warn"]({ configuration: status.state }, formatProblem(problem));
    if (hasErrors(problems) || status.state !== "served")
      logger.error({ reason: status.reason, serving: status.digest }, "configuration refused");
    else logger.info({ digest: status.digest }, "configuration served");
    this.options.onStatusChange?.(this.status());
  }
}
