import type { RedisConfig } from "../../config/types.generated";
import type { Clock, Timer } from "../clock";
import { addressOf, answerTimeoutMs, connect, type RedisClient, type RedisCredentials } from "./connection";
import { readReply, scriptArguments, SYNC_SCRIPT } from "./script";
import { SharedPlugin } from "./shared-plugin";
import { randomName } from "./usage-exchange";

/** Time between two calls of a plugin instance, in milliseconds. News takes one interval to Redis and one to the others at most. */
const SYNC_MS = 250;

/** What is urgent waits this long, so that what happens together goes together. */
const URGENT_MS = 10;

/** A client that has given up is started again after this time at the earliest. */
const RESTART_MS = 2000;

/** A call that has not ended after this many timeouts never will. */
const ABANDON_TIMEOUTS = 3;

/** An outage is logged after this time again at the earliest. */
const WARN_EVERY_MS = 60_000;

/** What is written to the log; pino's logger fits. */
export interface SharedStateLog {
  info(details: Readonly<Record<string, unknown>>, message: string): void;
  warn(details: Readonly<Record<string, unknown>>, message: string): void;
}

export interface SharedStateOptions extends RedisCredentials {
  readonly clock: Clock;
  readonly log: SharedStateLog;
}

/** For metrics and the status page. */
export interface SharedStateStatus {
  /** Whether the last call went well. */
  readonly connected: boolean;
  /** Since the last call that went well; undefined before the first. */
  readonly lastSyncAgeMs: number | undefined;
  /** Calls that failed. */
  readonly errors: number;
  /** Failures and amounts of usage that others never heard of. */
  readonly dropped: number;
}

interface Flight {
  readonly startedAt: number;
  /** Whether something urgent came meanwhile. */
  again: boolean;
}

/** The client with the script as a command. */
type ScriptClient = RedisClient & { signalboxSync(...keysAndArguments: string[]): Promise<unknown> };

/**
 * Shares circuit breakers and usage with all processes that use the same Redis (`extensions.shared_state`, docs/behaviour.md "Balancing"). Each plugin instance makes one
 * short call every 250 ms, and at once when a circuit changes; no request ever waits for one. Without Redis every process goes by what it sees itself.
 *
 * What is promised: failures of all processes add up, and an opening or closing is known everywhere within a second. Where requests keep coming, one process
 * is given the right to probe before the circuit's time is over. Where they are rare a process takes it if none is known to have it, so that each process may
 * send one probe before it hears of the others', which takes half a second; a process that dies with its probe under way is waited for 3 s.
 */
export class SharedState {
  private readonly process = randomName();
  private readonly client: ScriptClient;
  private readonly plugins = new Map<string, SharedPlugin>();
  /** Calls under way, one per plugin instance at most. */
  private readonly flights = new Map<SharedPlugin, Flight>();
  private readonly timer: Timer;
  private urgentTimer: Timer | undefined;
  private readonly urgent = new Set<string>();
  private isClosed = false;
  private connected = false;
  private lastSyncAt: number | undefined;
  private errors = 0;
  private dropped = 0;
  private connectionError: string | undefined;
  private warnedAt: number | undefined;
  private isOutageLogged = false;
  private restartedAt = 0;

  /** @throws SharedStateProblem where the connection is one that this version cannot use */
  constructor(
    private readonly config: RedisConfig,
    private readonly options: SharedStateOptions,
  ) {
    const client = connect(config, options);
    // without a listener the client writes to the console
    client.on("error", (error: Error) => (this.connectionError = error.message));
    client.on("ready", () => (this.connectionError = undefined));
    client.defineCommand("signalboxSync", { numberOfKeys: 2, lua: SYNC_SCRIPT });
    this.client = client as ScriptClient;
    this.timer = options.clock.start(() => this.tick(), SYNC_MS, undefined);
  }

  /** What a plugin instance shares; the same object for the same id until `retain` leaves it out. */
  plugin(pluginId: string): SharedPlugin {
    let plugin = this.plugins.get(pluginId);
    if (plugin === undefined) {
      plugin = new SharedPlugin(pluginId, this.process, () => this.hurry(pluginId));
      this.plugins.set(pluginId, plugin);
    }
    return plugin;
  }

  /** Forgets all other plugin instances; their breakers go on by themselves. */
  retain(pluginIds: ReadonlySet<string>): void {
    for (const id of this.plugins.keys()) if (!pluginIds.has(id)) this.plugins.delete(id);
  }

  status(): SharedStateStatus {
    const { connected, lastSyncAt, errors, dropped } = this;
    const lastSyncAgeMs = lastSyncAt === undefined ? undefined : this.options.clock.now() - lastSyncAt;
    return { connected, lastSyncAgeMs, errors, dropped };
  }

  /** Ends the connection and all timers; breakers go on by themselves. */
  close(): void {
    if (this.isClosed) return;
    this.isClosed = true;
    this.connected = false;
    const { clock } = this.options;
    clock.cancel(this.timer);
    if (this.urgentTimer !== undefined) clock.cancel(this.urgentTimer);
    this.client.disconnect();
  }

  private tick(): void {
    this.timer.refresh();
    this.restartClient();
    for (const plugin of this.plugins.values()) this.sync(plugin);
  }

  private hurry(pluginId: string): void {
    if (this.isClosed) return;
    this.urgent.add(pluginId);
    this.urgentTimer ??= this.options.clock.start(() => this.syncUrgent(), URGENT_MS, undefined);
  }

  private syncUrgent(): void {
    this.urgentTimer = undefined;
    for (const id of this.urgent) {
      const plugin = this.plugins.get(id);
      if (plugin !== undefined) this.sync(plugin, true);
    }
    this.urgent.clear();
  }

  private sync(plugin: SharedPlugin, isUrgent = false): void {
    const now = this.options.clock.now();
    const under = this.flights.get(plugin);
    if (under !== undefined) {
      under.again ||= isUrgent;
      if (now - under.startedAt < ABANDON_TIMEOUTS * answerTimeoutMs(this.config)) return;
      this.failed(plugin, under, new Error("a call never ended"));
    }
    const flight: Flight = { startedAt: now, again: false };
    this.flights.set(plugin, flight);
    this.client
      .signalboxSync(...plugin.keys, ...scriptArguments(plugin.request(now)))
      .then((reply) => this.replied(plugin, flight, reply))
      .catch((error: unknown) => this.failed(plugin, flight, error));
  }

  private replied(plugin: SharedPlugin, flight: Flight, reply: unknown): void {
    if (this.isClosed || this.flights.get(plugin) !== flight) return;
    const now = this.options.clock.now();
    plugin.replied(readReply(reply), now);
    this.flights.delete(plugin);
    this.connected = true;
    this.lastSyncAt = now;
    if (this.isOutageLogged) {
      this.isOutageLogged = false;
      this.options.log.info({ redis: addressOf(this.config) }, "shared state: Redis answers; state is shared again");
    }
    if (flight.again) this.hurry(plugin.id);
  }

  private failed(plugin: SharedPlugin, flight: Flight, error: unknown): void {
    if (this.isClosed || this.flights.get(plugin) !== flight) return;
    const { clock, log } = this.options;
    const now = clock.now();
    this.flights.delete(plugin);
    this.dropped += plugin.failed(now);
    this.errors++;
    this.connected = false;
    if (this.isOutageLogged || (this.warnedAt !== undefined && now - this.warnedAt < WARN_EVERY_MS)) return;
    this.warnedAt = now;
    this.isOutageLogged = true;
    // the message alone: errors of the client carry the command, which may be the one that logs in
    const reason = (this.connectionError ?? (error instanceof Error ? error.message : "unknown")).slice(0, 300);
    log.warn(
      { redis: addressOf(this.config), reason },
      "shared state: Redis cannot be used; this process goes by its own state until it can",
    );
  }

  /** The client gives up for good where it cannot even begin to connect, such as when all Sentinels refuse. */
  private restartClient(): void {
    const now = this.options.clock.now();
    if (this.client.status !== "end" || now - this.restartedAt < RESTART_MS) return;
    this.restartedAt = now;
    this.client.connect().catch((error: unknown) => {
      this.connectionError = error instanceof Error ? error.message : "unknown";
    });
  }
}
