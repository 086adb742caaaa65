import type { RedisFields } from "./props.generated";
import type { Secret } from "./secret";

/** How a Redis or Valkey is reached that is already there. */
export interface RedisConnection extends Omit<
  RedisFields,
  "cloudAuthentication" | "password" | "sentinelPassword" | "sentinelUsername" | "username"
> {
  /** User of the server. @default - none */
  readonly username?: string | Secret;
  /** Password of the server. @default - none */
  readonly password?: Secret;
  /** User of the sentinels. @default - none */
  readonly sentinelUsername?: string | Secret;
  /** Password of the sentinels. @default - none */
  readonly sentinelPassword?: Secret;
}

/** The options of a {@link RedisConnection}; each has Kong's name in camelCase. */
export const REDIS_CONNECTION: readonly (keyof RedisConnection)[] = [
  "clusterMaxRedirections",
  "clusterNodes",
  "connectTimeout",
  "connectionIsProxied",
  "database",
  "host",
  "keepaliveBacklog",
  "keepalivePoolSize",
  "password",
  "port",
  "readTimeout",
  "sendTimeout",
  "sentinelMaster",
  "sentinelNodes",
  "sentinelPassword",
  "sentinelRole",
  "sentinelUsername",
  "serverName",
  "ssl",
  "sslVerify",
  "username",
];
