import { EnvHttpProxyAgent, Pool, type Dispatcher } from "undici";
import type { TargetState } from "../targets/state";

/** Idle connections are kept this long; longer than a chat user thinks, shorter than what providers' load balancers keep. */
const KEEP_ALIVE_MS = 30_000;

/** A connection is not used for longer than this, busy or not, so that a name that leads elsewhere now is looked up again. */
const CONNECTION_LIFE_MS = 60_000;

/** A connection that is being opened is given up this long after the attempt that wanted it. */
const CONNECT_GRACE_MS = 1_000;

/** Addresses of one target at most. They may come from templates; the one that was used longest ago goes first, after its requests have ended. */
const MAX_ORIGINS_PER_TARGET = 64;

/** How a target's connections are opened. */
export interface PoolSettings {
  /** Kong `balancer.connect_timeout`, in milliseconds. */
  readonly connectTimeoutMs: number;
  /** `extensions.max_connections`. */
  readonly maxConnections: number;
}

interface TargetPools extends PoolSettings {
  readonly byOrigin: Map<string, Dispatcher>;
}

/**
 * Connection pools, one per target and address: a target whose requests hang takes no connection from another one, be it at the same provider. They are
 * shared by all snapshots, so that a reload keeps warm connections.
 */
export class Pools {
  private readonly targets = new Map<TargetState, TargetPools>();

  get(state: TargetState, origin: string, settings: PoolSettings): Dispatcher {
    let pools = this.targets.get(state);
    if (pools === undefined || pools.connectTimeoutMs !== settings.connectTimeoutMs || pools.maxConnections !== settings.maxConnections) {
      if (pools !== undefined) closeAll(pools);
      pools = { ...settings, byOrigin: new Map() };
      this.targets.set(state, pools);
    }
    const known = pools.byOrigin.get(origin);
    if (known !== undefined) {
      if (pools.byOrigin.size > 1) {
        pools.byOrigin.delete(origin);
        pools.byOrigin.set(origin, known);
      }
      return known;
    }
    if (pools.byOrigin.size >= MAX_ORIGINS_PER_TARGET) dropOldest(pools.byOrigin);
    const created = createDispatcher(origin, settings);
    pools.byOrigin.set(origin, created);
    return created;
  }

  /** Closes the pools of all other targets, after their requests have ended. */
  retain(states: ReadonlySet<TargetState>): void {
    for (const [state, pools] of this.targets) {
      if (states.has(state)) continue;
      this.targets.delete(state);
      closeAll(pools);
    }
  }

  /** Ends all connections at once. */
  async destroy(): Promise<void> {
    const all = [...this.targets.values()].flatMap(({ byOrigin }) => [...byOrigin.values()]);
    this.targets.clear();
    await Promise.all(all.map((pool) => pool.destroy()));
  }
}

function closeAll({ byOrigin }: TargetPools): void {
  for (const pool of byOrigin.values()) void pool.close();
}

function dropOldest(pools: Map<string, Dispatcher>): void {
  for (const [origin, pool] of pools) {
    pools.delete(origin);
    void pool.close();
    return;
  }
}

const proxied = (): boolean => ["HTTPS_PROXY", "https_proxy", "HTTP_PROXY", "http_proxy"].some((name) => process.env[name]);

function createDispatcher(origin: string, { connectTimeoutMs, maxConnections }: PoolSettings): Dispatcher {
  const settings = {
    connections: maxConnections,
    pipelining: 1,
    keepAliveTimeout: KEEP_ALIVE_MS,
    clientTtl: CONNECTION_LIFE_MS,
    // attempts have timers of their own, which are exact and pause for slow clients
    headersTimeout: 0,
    bodyTimeout: 0,
    connect: { timeout: connectTimeoutMs + CONNECT_GRACE_MS, noDelay: true },
  };
  return proxied() ? new EnvHttpProxyAgent(settings) : new Pool(origin, settings);
}
