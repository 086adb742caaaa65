import type { ServerResponse } from "node:http";
import type { Socket } from "node:net";
import { formatProblem, hasErrors } from "../config/problem";
import { systemClock, type Clock } from "./clock";
import { ConfigurationRefused } from "./configuration-refused";
import { GatewayEvents } from "./events";
import { LinkedList } from "./linked-list";
import type { Balancer } from "./balancers/balancer";
import { Exchange, type ExchangeContext } from "./exchange/exchange";
import type { GatewayError } from "./errors";
import { RecentAnswers } from "./accuracy/recent-answers";
import { WaitQueues } from "./attempt/wait-queues";
import { createAdminServer, type AdminFunctions } from "./http/admin-server";
import type { Listener } from "./http/listener";
import { exceedsOpenFiles, maxClientConnections, openFilesLimit } from "./http/open-files";
import { createProxyServer } from "./http/proxy-server";
import { FileLogs } from "./ledger/file-log";
import { createLog, type Log } from "./ledger/log";
import { factsOf, type TargetFacts } from "./metrics/facts";
import { GatewayMetrics } from "./metrics/gateway-metrics";
import type { MetricJson } from "./metrics/series";
import { servedPlugins } from "./metrics/served-plugins";
import { DeclarativeLoader } from "./reload/declarative-loader";
import { Reloader, type Loaded, type ReloadStatus } from "./reload/reloader";
import { CredentialRegistry } from "./credentials/registry";
import { createSecretStore } from "./secrets/store";
import { isConfigurationProblem } from "./snapshot/problem";
import { SharedStates, type Sharing } from "./shared-state/registry";
import { inSteps, type Steps } from "./steps";
import { compileSnapshot, type CompileContext, type Snapshot } from "./snapshot/compile";
import { fullStatusOf, statusOf, type FullStatus, type GatewayStatus } from "./status";
import type { TargetState } from "./targets/state";
import { Pools } from "./upstream/pools";
import { readProxyEnvironment } from "./upstream/proxy-environment";
import { serviceCalls } from "./upstream/service-calls";
import { within } from "./within";

export type { GatewayStatus } from "./status";

/** How a gateway is run; each member is a flag of `signalbox serve`. */
export interface GatewayOptions {
  /** The declarative configuration file (YAML or JSON). */
  readonly config: string;
  /** Address to listen on. Default 127.0.0.1. */
  readonly host?: string;
  /** 0 = any free port; undefined = it does not listen, connections are handed to `accept`. */
  readonly port: number | undefined;
  readonly adminHost?: string;
  /** Names besides addresses and localhost that requests to the admin port may call it by. Default: none. */
  readonly adminHostNames?: readonly string[];
  /** Port of health checks; undefined = no admin listener. */
  readonly adminPort?: number | undefined;
  /** File with the token that the admin port asks for before it changes anything; absent = nothing can be changed there. */
  readonly adminTokenFile?: string | undefined;
  /** Folder of `{vault://file/...}` references. */
  readonly secretsDir?: string | undefined;
  /** Where the last good configuration is kept over a restart. */
  readonly stateDir?: string | undefined;
  /** Seconds that streams get to finish after SIGTERM. Default 30. */
  readonly drainTimeoutSeconds?: number;
  /** Connections of clients that this process holds at most. Default: half of what the limit of open files leaves beyond 64, at most 16,384. */
  readonly maxClientConnections?: number | undefined;
  /** Names of plugins that are left out instead of refused. */
  readonly ignorePlugins?: readonly string[];
  /** File for the log; default standard output. */
  readonly logDestination?: string | undefined;
  /** Called whenever readiness or the configuration's state changes. */
  readonly onStatusChange?: (status: GatewayStatus) => void;
  /** Default: the system's. */
  readonly clock?: Clock;
  /** Uniform in 0..1, 1 excluded; for exploration, ties and back-off. Default Math.random. */
  readonly random?: () => number;
}

/** A running gateway. */
export interface Gateway {
  /** 0 if it does not listen. */
  readonly port: number;
  readonly adminPort: number | undefined;
  status(): GatewayStatus;
  /** What `/status` tells. */
  fullStatus(): FullStatus;
  /** All metrics as plain data, for a primary process to add up. */
  metrics(): Promise<MetricJson[]>;
  /** Takes the score (1 to 100) of an answer; false where it is not known. */
  score(requestId: string, score: number): boolean;
  /** Takes a connection that another process accepted. */
  accept(socket: Socket): void;
  /** Writes an exception that belongs to no exchange into the log; `origin` says where it arrived. */
  reportStrayError(error: unknown, origin: string): void;
  /** Resolves when the lines of all exchanges that have ended are in the log. */
  flushLog(): Promise<void>;
  /** Not ready at once; exchanges under way get `drainTimeoutSeconds` to finish, then an error inside their stream; then everything is closed. */
  drain(): Promise<void>;
  /** Ends everything at once. */
  close(): Promise<void>;
}

/**
 * Starts a gateway: resolves when it listens.
 * @throws ConfigurationRefused; ProxyEnvironmentProblem if a proxy variable is not usable; the system's error where a port cannot be had
 */
export async function startGateway(options: GatewayOptions): Promise<Gateway> {
  readProxyEnvironment(process.env);
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

/** A judge has a few connections of its own. */
const JUDGE_POOL = { connectTimeoutMs: 10_000, maxConnections: 8 };

/** Time that each step of the shutdown has, in milliseconds. */
const STEP_MS = 1000;

class RunningGateway implements Gateway {
  private snapshot: Snapshot | undefined;
  private draining = false;
  private closing: Promise<void> | undefined;
  private readonly active = new LinkedList<Exchange>();
  private readonly pools: Pools;
  private readonly clock: Clock;
  private readonly random: () => number;
  private readonly counted: GatewayMetrics;
  private readonly events: GatewayEvents;
  private readonly answers = new RecentAnswers();
  private readonly fileLogs: FileLogs;
  private readonly secrets;
  private readonly credentials: CredentialRegistry;
  private readonly sharedStates: SharedStates;
  private readonly loader: DeclarativeLoader;
  private readonly reloader: Reloader<Snapshot>;
  private readonly proxy: Listener;
  private readonly admin: Listener | undefined;

  constructor(
    private readonly options: GatewayOptions,
    private readonly log: Log,
  ) {
    const { logger } = log;
    this.clock = options.clock ?? systemClock;
    this.random = options.random ?? Math.random;
    this.pools = new Pools(this.clock);
    this.counted = new GatewayMetrics({
      clock: this.clock,
      collect: () => this.targetFacts(),
      status: () => this.status(),
      requestsInFlight: () => this.active.size,
      logLinesDropped: () => log.dropped() + this.fileLogs.dropped,
      sharedState: () => this.sharedStates.status(),
    });
    this.events = new GatewayEvents(logger, this.clock, this.counted, this.answers);
    this.fileLogs = new FileLogs({
      onTrouble: (error, path, dropped) => logger.error({ path, err: error, lines_dropped: dropped }, "file-log cannot be written"),
      ...(options.logDestination === undefined ? { standardOutput: (line: string) => log.write(line) } : {}),
    });
    this.secrets = createSecretStore({ env: process.env, secretsDir: options.secretsDir, log: logger });
    this.credentials = new CredentialRegistry({
      clock: this.clock,
      random: this.random,
      log: logger,
      secrets: this.secrets,
      call: serviceCalls(this.clock),
      environment: process.env,
    });
    this.sharedStates = new SharedStates({ clock: this.clock, log: logger, secrets: this.secrets });
    this.loader = new DeclarativeLoader({
      references: this.secrets,
      secretsDir: options.secretsDir,
      ignorePlugins: options.ignorePlugins ?? [],
    });
    this.reloader = new Reloader({
      path: options.config,
      stateDir: options.stateDir,
      load: (content) => this.load(content),
      apply: (snapshot) => this.apply(snapshot),
      onStatus: (status) => this.reloaded(status),
    });
    const context: ExchangeContext = {
      clock: this.clock,
      waits: new WaitQueues(this.clock),
      random: this.random,
      pools: this.pools,
      active: this.active,
      log,
      events: this.events,
      metrics: this.counted,
      draining: () => this.draining,
    };
    const limits = {
      maxConnections: maxClientConnections(options.maxClientConnections),
      onRefused: (refused: number) => logger.warn({ refused }, "connections refused: --max-client-connections is reached"),
    };
    this.proxy = createProxyServer(
      (request, response) => new Exchange(context, request, response).run(this.snapshot),
      limits,
      (error, response) => this.bytesRefused(error, response),
    );
    this.admin = options.adminPort === undefined ? undefined : this.adminServer();
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

  fullStatus(): FullStatus {
    return fullStatusOf(this.status(), this.counted.plugins());
  }

  metrics(): Promise<MetricJson[]> {
    return this.counted.json();
  }

  score(requestId: string, score: number): boolean {
    return this.answers.score(requestId, score);
  }

  accept(socket: Socket): void {
    this.proxy.accept(socket);
  }

  reportStrayError(error: unknown, origin: string): void {
    this.log.logger.error({ err: error, origin }, "an exception that belongs to no exchange");
  }

  flushLog(): Promise<void> {
    return this.log.flush();
  }

  /** Bytes that make no request are counted like a request without a route, or end the exchange whose body they should have been. */
  private bytesRefused(error: GatewayError, response: ServerResponse | undefined): void {
    if (response === undefined) this.counted.exchangeEnded({ route: undefined, status: error.status, milliseconds: 0 });
    else
      this.active.forEach((exchange) => {
        if (exchange.client.response === response) exchange.refuse(error);
      });
  }

  private adminServer(): Listener {
    const { adminHost, adminHostNames = [], adminTokenFile } = this.options;
    const functions: AdminFunctions = {
      status: () => this.status(),
      fullStatus: () => this.fullStatus(),
      metrics: () => this.counted.text(),
      score: (requestId, score) => this.score(requestId, score),
    };
    const hostNames = [...(adminHost === undefined ? [] : [adminHost]), ...adminHostNames];
    return createAdminServer(functions, { tokenFile: adminTokenFile, hostNames });
  }

  private targetFacts(): TargetFacts[] {
    const now = this.clock.now();
    return servedPlugins(this.snapshot?.actions.values() ?? []).flatMap((plugin) => factsOf(plugin, now));
  }

  async start(): Promise<void> {
    const status = await this.reloader.start();
    if (this.snapshot === undefined) throw new ConfigurationRefused(status.reason ?? "there is no configuration", status.problems ?? []);
    const { host = "127.0.0.1", port, maxClientConnections: asked } = this.options;
    if (asked !== undefined && exceedsOpenFiles(asked))
      this.log.logger.warn(
        { max_client_connections: asked, open_files: openFilesLimit() },
        "--max-client-connections leaves no descriptors for connections to providers: raise the limit of open files",
      );
    if (port !== undefined) await this.proxy.listen(host, port);
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

  /** No step can keep the process: what is stuck is left behind. */
  private async shutDown(): Promise<void> {
    this.loader.close();
    const step = (ended: Promise<unknown>): Promise<void> =>
      within(STEP_MS, ended).catch((error: unknown) => this.log.logger.error({ err: error }, "not ended as it should"));
    await step(this.reloader.close());
    await step(Promise.all([this.proxy.close(), this.admin?.close()]));
    for (const { balancer } of this.snapshot?.states.values() ?? []) this.closeBalancer(balancer);
    this.credentials.close();
    await step(this.pools.destroy());
    this.sharedStates.close();
    this.secrets.close();
    await this.fileLogs.close(STEP_MS);
    await this.log.close();
  }

  /** Resolves when no exchange is under way, or after so many milliseconds. */
  private async exchangesEnded(milliseconds: number): Promise<void> {
    const until = performance.now() + milliseconds;
    while (this.active.size > 0 && performance.now() < until) {
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }

  /** The change itself is one assignment; what follows from it is done in slices. */
  private async apply(snapshot: Snapshot): Promise<void> {
    const before = this.snapshot;
    this.snapshot = snapshot;
    await inSteps(this.settle(snapshot, before));
  }

  private *settle(snapshot: Snapshot, before: Snapshot | undefined): Steps<void> {
    yield* snapshot.activate();
    const inUse = new Set<TargetState>();
    const balancers = new Set<Balancer>();
    const sharings: Sharing[] = [];
    for (const state of snapshot.states.values()) {
      for (const target of state.all()) inUse.add(target);
      balancers.add(state.balancer);
      if (state.sharing !== undefined) sharings.push(state.sharing);
      yield;
    }
    this.pools.retain(inUse);
    this.credentials.retain(snapshot.credentials);
    yield;
    this.sharedStates.retain(sharings);
    yield;
    yield* this.counted.retain(snapshot.actions.values());
    for (const { balancer } of before?.states.values() ?? []) {
      if (balancers.has(balancer)) continue;
      this.closeBalancer(balancer);
      yield;
    }
  }

  private closeBalancer(balancer: Balancer): void {
    try {
      balancer.close?.();
    } catch (error) {
      this.log.logger.error({ err: error }, "a balancer was not closed as it should");
    }
  }

  private async load(content: Buffer): Promise<Loaded<Snapshot>> {
    const { problems, configuration } = await this.loader.load(content);
    if (configuration === undefined) return { problems };
    const context: CompileContext = {
      credentials: this.credentials,
      fileLogs: this.fileLogs,
      clock: this.clock,
      random: this.random,
      states: this.snapshot?.states ?? new Map(),
      sharedStates: this.sharedStates,
      dispatcher: (target, origin) => this.pools.get(target.state, origin, JUDGE_POOL),
      onBreaker: (plugin, target, from, to) => this.events.breakerChanged(plugin, target, from, to),
      onUnprepared: (plugin, error) =>
        this.log.logger.error({ plugin: plugin.id, err: error }, "a balancer could not make ready for its targets"),
    };
    try {
      return { problems, value: await inSteps(compileSnapshot(configuration, context)) };
    } catch (error) {
      // it may have opened some, and its targets will never use them
      this.credentials.retain(this.snapshot?.credentials ?? new Set());
      if (!isConfigurationProblem(error)) throw error;
      return { problems: [...problems, { severity: "error", path: [], message: error.message }] };
    }
  }

  private reloaded(status: ReloadStatus): void {
    const { logger } = this.log;
    const problems = status.problems ?? [];
    for (const problem of problems)
      logger[problem.severity === "error" ? "error" : "warn"]({ configuration: status.state }, formatProblem(problem));
    if (hasErrors(problems) || status.state !== "served") {
      this.counted.reloadRefused();
      logger.error({ reason: status.reason, serving: status.digest }, "configuration refused");
    } else logger.info({ digest: status.digest }, "configuration served");
    this.options.onStatusChange?.(this.status());
  }
}
