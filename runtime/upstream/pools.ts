import { EnvHttpProxyAgent, Pool, type Dispatcher } from "undici";

/** Connections to one origin at most; requests beyond wait for one of them. */
const MAX_CONNECTIONS = 1024;

/** Idle connections are kept this long; longer than a chat user thinks, shorter than what providers' load balancers keep. */
const KEEP_ALIVE_MS = 30_000;

/** Origins at most. Addresses may come from templates; the one that was used longest ago goes first, after its requests have ended. */
const MAX_ORIGINS = 256;

/** Connection pools by origin, shared by all snapshots, so that a reload keeps warm connections. */
export class Pools {
  private readonly pools = new Map<string, Dispatcher>();

  /** `connectTimeoutMs`: how long opening a connection may take (Kong `balancer.connect_timeout`). */
  get(origin: string, connectTimeoutMs: number): Dispatcher {
    const key = connectTimeoutMs === 60_000 ? origin : `${origin} ${connectTimeoutMs}`;
    const known = this.pools.get(key);
    if (known !== undefined) {
      if (this.pools.size > MAX_ORIGINS / 2) {
        this.pools.delete(key);
        this.pools.set(key, known);
      }
      return known;
    }
    if (this.pools.size >= MAX_ORIGINS) this.dropOldest();
    const created = createDispatcher(origin, connectTimeoutMs);
    this.pools.set(key, created);
    return created;
  }

  /** Ends all connections at once. */
  async destroy(): Promise<void> {
    const all = [...this.pools.values()];
    this.pools.clear();
    await Promise.all(all.map((pool) => pool.destroy()));
  }

  private dropOldest(): void {
    for (const [key, pool] of this.pools) {
      this.pools.delete(key);
      void pool.close();
      return;
    }
  }
}

const proxied = (): boolean => ["HTTPS_PROXY", "https_proxy", "HTTP_PROXY", "http_proxy"].some((name) => process.env[name]);

function createDispatcher(origin: string, connectTimeoutMs: number): Dispatcher {
  const settings = {
    connections: MAX_CONNECTIONS,
    pipelining: 1,
    keepAliveTimeout: KEEP_ALIVE_MS,
    connect: { timeout: connectTimeoutMs, noDelay: true },
  };
  return proxied() ? new EnvHttpProxyAgent(settings) : new Pool(origin, settings);
}
