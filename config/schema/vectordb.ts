import { z } from "zod";
import { about, named } from "./meta";
import { redis } from "./redis";
import { DISTANCE_METRICS, SSL_VERSIONS, VECTORDB_STRATEGIES } from "./vocabulary";

const pgvector = z
  .strictObject({
    database: z.string().default("kong-pgvector").meta(about("3.10", "Name of the database.")),
    host: z.string().default("127.0.0.1").meta(about("3.10", "Host name or address.")),
    password: z
      .string()
      .optional()
      .meta(about("3.10", "Password.", { referenceable: true, secret: true, absent: "no password" })),
    port: z.int().default(5432).meta(about("3.10", "Port.")),
    ssl: z.boolean().default(false).meta(about("3.10", "Whether to connect with TLS.")),
    ssl_cert: z
      .string()
      .optional()
      .meta(about("3.10", "Path of the client certificate.", { absent: "no client certificate" })),
    ssl_cert_key: z.string().optional().meta(about("3.10", "Path of the client certificate's key.")),
    ssl_required: z.boolean().default(false).meta(about("3.10", "Whether to give up when the server has no TLS.")),
    ssl_verify: z.boolean().default(true).meta(about("3.10", "Whether the server's certificate must be one that we trust.")),
    ssl_version: z.enum(SSL_VERSIONS).meta(named("SslVersion")).default("tlsv1_2").meta(about("3.10", "TLS version to use.")),
    timeout: z
      .number()
      .default(5000)
      .meta(about("3.10", "Time to wait for the server.", { unit: "ms" })),
    user: z
      .string()
      .default("postgres")
      .meta(about("3.10", "User name.", { referenceable: true })),
  })
  .meta(named("PgvectorConfig"));

/** The store of vectors for semantic routing. Source: `config.vectordb`. */
export const vectordb = z
  .strictObject({
    dimensions: z.int().meta(about("3.8", "Length of the vectors; must be what the embedding model gives.", { unit: "dimensions" })),
    distance_metric: z
      .enum(DISTANCE_METRICS)
      .meta(named("DistanceMetric"))
      .meta(about("3.8", "How the distance of two vectors is measured.")),
    pgvector: pgvector.optional().meta(about("3.10", "Connection to Postgres with pgvector, for the strategy `pgvector`.")),
    redis: redis.optional().meta(about("3.8", "Connection to Redis or Valkey, for the strategy `redis`.")),
    strategy: z.enum(VECTORDB_STRATEGIES).meta(named("VectordbStrategy")).meta(about("3.8", "Which store is used.")),
    threshold: z
      .number()
      .optional()
      .meta(
        about("3.8", "Largest distance at which a target still matches, usually between 0 (equal) and 1 (anything).", { unit: "distance" }),
      ),
  })
  .meta(named("VectordbConfig"));
