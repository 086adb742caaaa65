import { secretOptions } from "./auth";
import type { StoreKind, StoreOptions } from "./deployment";
import { lowerOptions, plainOptions } from "./options";
import { REDIS_CONNECTION } from "./redis";
import type { RedisConnection } from "./redis";
import type { Tree } from "./tree";
import type { StoreHost } from "./vector-db";

const REDIS_OPTIONS = plainOptions(REDIS_CONNECTION);

/**
 * Where circuit breakers and usage are kept, so that all gateways and workers share them. A gateway never waits for it: while it cannot be reached,
 * each goes by what it saw itself.
 */
export class SharedState {
  /** A Redis or Valkey that is already there. Its managed logins (`CloudAuth`) are not served by this version. */
  static redis(options: RedisConnection): SharedState {
    return new SharedState(lowerOptions("SharedState.redis", REDIS_OPTIONS, secretOptions(options)));
  }

  /** A Redis that is deployed beside the gateway. It keeps nothing over a restart: every circuit is closed then. */
  static redisContainer(gateway: StoreHost, id: string, options: StoreOptions = {}): SharedState {
    return SharedState.container(gateway, id, "redis", options);
  }

  /** A Valkey that is deployed beside the gateway. It keeps nothing over a restart: every circuit is closed then. */
  static valkeyContainer(gateway: StoreHost, id: string, options: StoreOptions = {}): SharedState {
    return SharedState.container(gateway, id, "valkey", options);
  }

  private static container(gateway: StoreHost, id: string, kind: StoreKind, options: StoreOptions): SharedState {
    const { host, port } = gateway._addStore(id, kind, options);
    return SharedState.redis({ host, port });
  }

  private constructor(private readonly redis: Tree) {}

  /** @internal The members that it adds to the plugin's configuration. */
  _toKong(): Tree {
    return { extensions: { shared_state: "redis", redis: this.redis } };
  }
}
