import { z } from "zod";
import { LONGEST_MS } from "./balancer";
import { about, named } from "./meta";
import { REDIS_AUTH_PROVIDERS, SENTINEL_ROLES } from "./vocabulary";

const SECRET = { referenceable: true, secret: true } as const;
const REFERENCEABLE = { referenceable: true } as const;
const LOCALHOST = "127.0.0.1";
const REDIS_PORT = 6379;

const port = () => z.int().min(0).max(65535).default(REDIS_PORT);
const timeout = () => z.int().min(0).max(LONGEST_MS).default(2000);

const cloudAuthentication = z
  .strictObject({
    auth_provider: z
      .enum(REDIS_AUTH_PROVIDERS)
      .meta(named("RedisAuthProvider"))
      .optional()
      .meta(about("3.13", "Cloud whose tokens log in to the managed Redis.", REFERENCEABLE)),
    aws_access_key_id: z
      .string()
      .optional()
      .meta(about("3.13", "Static AWS access key id.", { ...SECRET, absent: "the credentials of the environment" })),
    aws_assume_role_arn: z
      .string()
      .optional()
      .meta(about("3.13", "IAM role to assume.", { ...SECRET, absent: "no role is assumed" })),
    aws_cache_name: z
      .string()
      .optional()
      .meta(about("3.13", "Name of the ElastiCache cache or MemoryDB cluster.", REFERENCEABLE)),
    aws_is_serverless: z.boolean().default(true).meta(about("3.13", "Whether the cache is a serverless one.")),
    aws_region: z
      .string()
      .optional()
      .meta(about("3.13", "AWS region of the cache.", REFERENCEABLE)),
    aws_role_session_name: z
      .string()
      .optional()
      .meta(about("3.13", "Session name of the assumed role.", SECRET)),
    aws_secret_access_key: z
      .string()
      .optional()
      .meta(about("3.13", "Secret that belongs to the static AWS access key id.", SECRET)),
    azure_client_id: z
      .string()
      .optional()
      .meta(about("3.13", "Client id of the identity.", SECRET)),
    azure_client_secret: z
      .string()
      .optional()
      .meta(about("3.13", "Client secret of the service principal.", SECRET)),
    azure_tenant_id: z
      .string()
      .optional()
      .meta(about("3.13", "Entra (Azure AD) tenant.", SECRET)),
    gcp_service_account_json: z
      .string()
      .optional()
      .meta(about("3.13", "Google service account key, as JSON text.", SECRET)),
  })
  .meta(named("CloudAuthenticationConfig"));

const clusterNode = z
  .strictObject({
    ip: z.string().default(LOCALHOST).meta(about("3.8", "Host name or address of the node.")),
    port: port().meta(about("3.8", "Port of the node.")),
  })
  .meta(named("RedisClusterNode"))
  .meta(about("3.8", "One cluster node."));

const sentinelNode = z
  .strictObject({
    host: z.string().default(LOCALHOST).meta(about("3.8", "Host name or address of the Sentinel.")),
    port: port().meta(about("3.8", "Port of the Sentinel.")),
  })
  .meta(named("RedisSentinelNode"))
  .meta(about("3.8", "One Sentinel."));

/** Connection to Redis, Valkey or a managed one. Source: `config.vectordb.redis`. */
export const redis = z
  .strictObject({
    cloud_authentication: cloudAuthentication
      .optional()
      .meta(about("3.13", "Login to a managed Redis with short-lived cloud tokens.", { absent: "user name and password" })),
    cluster_max_redirections: z.int().default(5).meta(about("3.8", "How many redirections of a cluster are followed for one command.")),
    cluster_nodes: z
      .array(clusterNode)
      .min(1)
      .optional()
      .meta(about("3.8", "Nodes to learn a cluster from; giving them selects cluster mode.", { absent: "no cluster" })),
    connect_timeout: timeout().meta(about("3.8", "Time to open a connection.", { unit: "ms" })),
    connection_is_proxied: z.boolean().default(false).meta(about("3.8", "Whether host and port belong to a proxy such as Envoy.")),
    database: z.int().default(0).meta(about("3.8", "Number of the database.")),
    host: z
      .string()
      .default(LOCALHOST)
      .meta(about("3.8", "Host name or address.", REFERENCEABLE)),
    keepalive_backlog: z
      .int()
      .min(0)
      .max(LONGEST_MS)
      .optional()
      .meta(about("3.8", "Most connections that are open at once; further ones wait.", { unit: "connections", absent: "no limit" })),
    keepalive_pool_size: z
      .int()
      .min(1)
      .max(LONGEST_MS)
      .default(256)
      .meta(about("3.8", "Most idle connections that are kept.", { unit: "connections" })),
    password: z
      .string()
      .optional()
      .meta(about("3.8", "Password.", { ...SECRET, absent: "no login" })),
    port: port().meta(about("3.8", "Port.", REFERENCEABLE)),
    read_timeout: timeout().meta(about("3.8", "Time to wait for an answer.", { unit: "ms" })),
    send_timeout: timeout().meta(about("3.8", "Time to send a command.", { unit: "ms" })),
    sentinel_master: z
      .string()
      .optional()
      .meta(about("3.8", "Name of the master that Sentinels watch; giving it selects Sentinel mode.", { absent: "no Sentinel" })),
    sentinel_nodes: z
      .array(sentinelNode)
      .min(1)
      .optional()
      .meta(about("3.8", "Sentinels to ask; giving them selects Sentinel mode.", { absent: "no Sentinel" })),
    sentinel_password: z
      .string()
      .optional()
      .meta(about("3.8", "Password of the Sentinels.", { ...SECRET, absent: "no login" })),
    sentinel_role: z
      .enum(SENTINEL_ROLES)
      .meta(named("SentinelRole"))
      .optional()
      .meta(about("3.8", "Which server behind the Sentinels to connect to.")),
    sentinel_username: z
      .string()
      .optional()
      .meta(about("3.8", "User name at the Sentinels.", REFERENCEABLE)),
    server_name: z
      .string()
      .optional()
      .meta(about("3.8", "Name that TLS asks for (SNI) and checks.", { ...REFERENCEABLE, absent: "the host" })),
    ssl: z.boolean().default(false).meta(about("3.8", "Whether to connect with TLS.")),
    ssl_verify: z.boolean().default(true).meta(about("3.8", "Whether the server's certificate must be one that we trust.")),
    username: z
      .string()
      .optional()
      .meta(about("3.8", "User name, for servers with access control lists (Redis 6 and later).", REFERENCEABLE)),
  })
  .meta(named("RedisConfig"));
