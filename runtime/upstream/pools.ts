import type { Dispatcher } from "undici";
import type { Clock } from "../clock";
import type { TargetState } from "../targets/state";
import { createDispatcher } from "./dispatcher";
import { Slots } from "./slots";

/** Idle connections are kept this long; longer than a chat user thinks, shorter than what providers' load balancers keep. */
const KEEP_ALIVE_MS = 30_000;

/** A pool takes requests for this long and ends with its last one, so that a name that leads elsewhere now is looked up again. */
const POOL_LIFE_MS = 60_000;

/** Addresses of one target at most. They may come from templates; the one that was used longest ago goes first, after its requests have ended. */
const MAX_ORIGINS_PER_TARGET = 64;

/** How a target's connections are opened. */
export interface PoolSettings {
  /** Kong `balancer.connect_timeout`, in milliseconds. */
  readonly connectTimeoutMs: number;
  /** `extensions.max_connections`. */
  readonly maxConnections: number;
}

interface AddressPool {
  readonly dispatcher: Dispatcher;
  readonly bornAt: number;
}

interface TargetPools extends PoolSettings {
  readonly byOrigin: Map<string, AddressPool>;
  readonly slots: Slots;
}

/**
 * Connection pools, one per target and address: a target whose requests hang takes no connection from another one, be it at the same provider. They are
 * shared by all snapshots, so that a reload keeps warm connections.
 */
export class Pools {
  private readonly targets = new Map<TargetState, TargetPools>();

  constructor(private readonly clock: Clock) {}

  /** The target's connections, over all its addresses. */
  slots(state: TargetState, settings: PoolSettings): Slots {
    return this.of(state, settings).slots;
  }

  /** Whoever dispatches a client's request has taken a slot before. */
  get(state: TargetState, origin: string, settings: PoolSettings): Dispatcher {
    const pools = this.of(state, settings);
    const now = this.clock.now();
    const known = pools.byOrigin.get(origin);
    if (known !== undefined && now - known.bornAt < POOL_LIFE_MS) {
      if (pools.byOrigin.size > 1) {
        pools.byOrigin.delete(origin);
        pools.byOrigin.set(origin, known);
      }
      return known.dispatcher;
    }
    if (known !== undefined) void known.dispatcher.close();
    else if (pools.byOrigin.size >= MAX_ORIGINS_PER_TARGET) dropOldest(pools.byOrigin);
    const dispatcher = createDispatcher(origin, {
      connections: settings.maxConnections,
      connectTimeoutMs: settings.connectTimeoutMs,
      keepAliveTimeoutMs: KEEP_ALIVE_MS,
    });
    pools.byOrigin.set(origin, { dispatcher, bornAt: now });
    return dispatcher;
  }

  private of(state: TargetState, settings: PoolSettings): TargetPools {
    const known = this.targets.get(state);
    if (known?.connectTimeoutMs === settings.connectTimeoutMs && known.maxConnections === settings.maxConnections) return known;
    if (known !== undefined) closeAll(known);
    // calls under way keep their slots, and those who wait their places
    const slots = known?.slots ?? new Slots(state, settings.maxConnections);
    slots.limit = settings.maxConnections;
    const pools = { ...settings, byOrigin: new Map<string, AddressPool>(), slots };
    this.targets.set(state, pools);
    return pools;
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
    await Promise.all(all.map(({ dispatcher }) => dispatcher.destroy()));
  }
}

function closeAll({ byOrigin }: TargetPools): void {
  for (const { dispatcher } of byOrigin.values()) void dispatcher.close();
}

function dropOldest(pools: Map<string, AddressPool>): void {
  for (const [origin, { dispatcher }] of pools) {
    pools.delete(origin);
    void dispatcher.close();
    return;
  }
}
