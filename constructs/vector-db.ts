import type { Construct } from "constructs";
import type { DistanceMetric } from "../config/types.generated";
import { secretOptions } from "./auth";
import { CloudAuth } from "./cloud-auth";
import { lowerOptions, plainOptions } from "./options";
import type { OptionTable } from "./options";
import type { Store, StoreKind, StoreOptions } from "./deployment";
import type { PgvectorFields } from "./props.generated";
import { REDIS_CONNECTION } from "./redis";
import type { RedisConnection } from "./redis";
import type { Secret } from "./secret";
import { Misuse } from "./tree";
import type { Tree } from "./tree";

/** What every vector store is told about the vectors. */
export interface VectorOptions {
  /** Length of the vectors; the embedding model's own. */
  readonly dimensions: number;
  /** How near two vectors are. */
  readonly distanceMetric: DistanceMetric;
  /** Largest distance at which a description still counts as near. @default - any distance */
  readonly threshold?: number;
}

/** A Redis or Valkey that is already there. */
export interface RedisOptions extends VectorOptions, RedisConnection {
  /** Short-lived credentials of a managed Redis. @default - none */
  readonly cloudAuth?: CloudAuth;
}

/** A Postgres with pgvector that is already there. */
export interface PgvectorOptions extends VectorOptions, Omit<PgvectorFields, "password" | "user"> {
  /** User of the database. @default "postgres" */
  readonly user?: string | Secret;
  /** Password of the database. @default - none */
  readonly password?: Secret;
}

/** A store that is deployed beside the gateway, in its private network. */
export interface ContainerStoreOptions extends VectorOptions, StoreOptions {}

/** Who can deploy a store beside itself: a gateway. */
export interface StoreHost extends Construct {
  /** @internal */
  _addStore(id: string, kind: StoreKind, options: StoreOptions): Store;
}

const VECTOR_OPTIONS: OptionTable = plainOptions(["dimensions", "distanceMetric", "threshold"]);

const REDIS_OPTIONS: OptionTable = { ...VECTOR_OPTIONS, ...plainOptions(REDIS_CONNECTION, "redis.") };

const PGVECTOR_OPTIONS: OptionTable = {
  ...VECTOR_OPTIONS,
  ...plainOptions(
    ["database", "host", "password", "port", "ssl", "sslCert", "sslCertKey", "sslRequired", "sslVerify", "sslVersion", "timeout", "user"],
    "pgvector.",
  ),
};

/** Where vectors are kept and searched. */
export class VectorDb {
  /** A Redis or Valkey (with vector search) that is already there. */
  static redis(options: RedisOptions): VectorDb {
    const { cloudAuth, ...rest } = options;
    const tree = lowerOptions("VectorDb.redis", REDIS_OPTIONS, secretOptions(rest));
    const credentials =
      cloudAuth instanceof CloudAuth ? cloudAuth._toKong() : new Misuse("must be a CloudAuth, e.g. CloudAuth.aws({ … }).");
    const redis = { ...(tree["redis"] as Tree | undefined), ...(cloudAuth === undefined ? {} : { cloud_authentication: credentials }) };
    return new VectorDb({ strategy: "redis", ...tree, ...(Object.keys(redis).length > 0 ? { redis } : {}) }, rest.host, rest.port);
  }

  /** A Postgres with pgvector that is already there. */
  static pgvector(options: PgvectorOptions): VectorDb {
    const tree = lowerOptions("VectorDb.pgvector", PGVECTOR_OPTIONS, secretOptions(options));
    return new VectorDb({ strategy: "pgvector", ...tree }, options.host, options.port);
  }

  /** A Redis that is deployed beside the gateway. It keeps nothing over a restart: the gateway embeds the descriptions again. */
  static redisContainer(gateway: StoreHost, id: string, options: ContainerStoreOptions): VectorDb {
    return VectorDb.container(gateway, id, "redis", options);
  }

  /** A Valkey that is deployed beside the gateway. It keeps nothing over a restart: the gateway embeds the descriptions again. */
  static valkeyContainer(gateway: StoreHost, id: string, options: ContainerStoreOptions): VectorDb {
    return VectorDb.container(gateway, id, "valkey", options);
  }

  /** A Postgres with pgvector that is deployed beside the gateway. It keeps nothing over a restart: the gateway embeds the descriptions again. */
  static pgvectorContainer(gateway: StoreHost, id: string, options: ContainerStoreOptions): VectorDb {
    return VectorDb.container(gateway, id, "pgvector", options);
  }

  private static container(gateway: StoreHost, id: string, kind: StoreKind, options: ContainerStoreOptions): VectorDb {
    const { dimensions, distanceMetric, threshold, ...rest } = options;
    const { host, port } = gateway._addStore(id, kind, rest);
    const vectors: VectorOptions = { dimensions, distanceMetric, ...(threshold === undefined ? {} : { threshold }) };
    return kind === "pgvector" ? VectorDb.pgvector({ ...vectors, host, port }) : VectorDb.redis({ ...vectors, host, port });
  }

  private constructor(
    private readonly tree: Tree,
    /** Host name of the store, as the gateway reaches it, if it was said. */
    readonly host: string | undefined,
    /** Port of the store, if it was said. */
    readonly port: number | string | undefined,
  ) {}

  /** @internal Kong's `vectordb` record. */
  _toKong(): Tree {
    return this.tree;
  }
}
