import { Cluster, Redis, type RedisOptions } from "ioredis";
import type { RedisConfig } from "../../config/types.generated";
import { SharedStateProblem } from "./problem";

/** An answer that takes longer is of no use, whatever `read_timeout` allows, in milliseconds. */
const LONGEST_ANSWER_MS = 5000;

/** Instead of a timeout that is 0. */
const DEFAULT_TIMEOUT_MS = 2000;

/** Waits between attempts to connect, in milliseconds; a random part keeps replicas from coming back together. */
const RECONNECT_MS = { first: 100, longest: 2000 } as const;

/** What logs in; read anew for each connection that is opened, as secrets change. Must not throw. */
export interface RedisCredentials {
  readonly password: () => string | undefined;
  /** Default: Sentinels ask for none. */
  readonly sentinelPassword?: (() => string | undefined) | undefined;
}

/** A connection to one server, be it found by Sentinels, or to a cluster. */
export type RedisClient = Redis | Cluster;

/** How long an answer is waited for, in milliseconds. */
export const answerTimeoutMs = (config: RedisConfig): number => Math.min(config.read_timeout || DEFAULT_TIMEOUT_MS, LONGEST_ANSWER_MS);

/**
 * Opens a connection that fails at once what it cannot send, keeps nothing for later, and comes back by itself.
 * @throws SharedStateProblem
 */
export function connect(config: RedisConfig, credentials: RedisCredentials): RedisClient {
  check(config);
  return config.cluster_nodes === undefined
    ? connectToServer(config, credentials)
    : connectToCluster(config.cluster_nodes, config, credentials);
}

/** Where the connection leads, for the log. */
export function addressOf({ cluster_nodes, sentinel_nodes, sentinel_master, host, port }: RedisConfig): string {
  if (cluster_nodes !== undefined) return `cluster of ${cluster_nodes.map((node) => `${node.ip}:${node.port}`).join(", ")}`;
  if (sentinel_nodes !== undefined) return `${sentinel_master} of ${sentinel_nodes.map((node) => `${node.host}:${node.port}`).join(", ")}`;
  return `${host}:${port}`;
}

/** What a connection must fulfil: field, whether it does not, and what then is to be said. */
const RULES: readonly (readonly [field: keyof RedisConfig, (config: RedisConfig) => boolean, message: string])[] = [
  [
    "cloud_authentication",
    (config) => config.cloud_authentication !== undefined,
    "is not served yet and comes with a later version; give username and password instead",
  ],
  [
    "sentinel_nodes",
    (config) => (config.sentinel_nodes === undefined) !== (config.sentinel_master === undefined),
    "must be given together with sentinel_master",
  ],
  ["sentinel_role", (config) => config.sentinel_role === "slave", "must be master or any, as shared state is written"],
  [
    "cluster_nodes",
    (config) => config.cluster_nodes !== undefined && config.sentinel_nodes !== undefined,
    "must not be given together with sentinel_nodes",
  ],
  ["database", (config) => config.cluster_nodes !== undefined && config.database !== 0, "must be 0 in a cluster, which has no other"],
];

function check(config: RedisConfig): void {
  for (const [field, fails, message] of RULES) {
    if (fails(config)) throw new SharedStateProblem(field, message);
  }
}

function connectToServer(config: RedisConfig, credentials: RedisCredentials): Redis {
  const sentinels = config.sentinel_nodes && {
    sentinels: config.sentinel_nodes.map(({ host, port }) => ({ host, port })),
    name: config.sentinel_master ?? "",
    role: "master" as const,
    sentinelUsername: config.sentinel_username,
    sentinelPassword: credentials.sentinelPassword?.(),
    sentinelCommandTimeout: answerTimeoutMs(config),
    sentinelRetryStrategy: reconnectDelay,
    enableTLSForSentinelMode: config.ssl,
    sentinelTLS: tlsOf(config),
  };
  const redis = new Redis({
    ...commonOptions(config, credentials),
    ...(sentinels ?? { host: config.host, port: config.port }),
    db: config.database,
    enableOfflineQueue: false,
    retryStrategy: reconnectDelay,
  });
  readAtEachConnect(redis.options, "password", credentials.password);
  if (credentials.sentinelPassword !== undefined) readAtEachConnect(redis.options, "sentinelPassword", credentials.sentinelPassword);
  return redis;
}

function connectToCluster(nodes: NonNullable<RedisConfig["cluster_nodes"]>, config: RedisConfig, credentials: RedisCredentials): Cluster {
  const cluster = new Cluster(
    nodes.map(({ ip, port }) => ({ host: ip, port })),
    {
      redisOptions: commonOptions(config, credentials),
      enableOfflineQueue: false,
      maxRedirections: config.cluster_max_redirections,
      slotsRefreshTimeout: answerTimeoutMs(config),
      clusterRetryStrategy: reconnectDelay,
    },
  );
  // the cluster copies its options once; a node takes over what it is told before it connects, which is after this event
  cluster.on("+node", (node: Redis) => readAtEachConnect(node.options, "password", credentials.password));
  return cluster;
}

function commonOptions(config: RedisConfig, { password }: RedisCredentials) {
  const timeout = answerTimeoutMs(config);
  return {
    username: config.username,
    password: password(),
    tls: tlsOf(config),
    connectTimeout: config.connect_timeout || DEFAULT_TIMEOUT_MS,
    commandTimeout: timeout,
    // a server that hangs keeps its commands in the client's list: the connection ends, and they with it
    socketTimeout: timeout,
    maxRetriesPerRequest: 0,
    autoResendUnfulfilledCommands: false,
    // proxies know neither INFO nor HELLO
    enableReadyCheck: !config.connection_is_proxied,
    protocol: 2,
    disableClientInfo: true,
    // after a failover the name of the master leads elsewhere
    reconnectOnError: (error: Error) => error.message.startsWith("READONLY"),
  } satisfies RedisOptions;
}

const tlsOf = ({ ssl, ssl_verify, server_name }: RedisConfig): RedisOptions["tls"] =>
  ssl ? { rejectUnauthorized: ssl_verify, ...(server_name !== undefined && { servername: server_name }) } : undefined;

const reconnectDelay = (times: number): number => {
  const delay = Math.min(RECONNECT_MS.first * 2 ** Math.min(times, 10), RECONNECT_MS.longest);
  return delay / 2 + (Math.random() * delay) / 2;
};

function readAtEachConnect(options: RedisOptions, name: "password" | "sentinelPassword", read: () => string | undefined): void {
  Object.defineProperty(options, name, { get: read, enumerable: true, configurable: true });
}
