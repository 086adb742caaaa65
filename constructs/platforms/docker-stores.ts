import { Construct } from "constructs";
import type { Store, StoreKind, StoreOptions } from "../deployment";
import { terraformName } from "../names";
import type { DockerContext } from "./docker-common";
import { named } from "./docker-common";
import { Container, Image } from "./docker-resources";

interface Recipe {
  readonly image: string;
  readonly port: number;
  readonly command: readonly string[];
  readonly env: readonly string[];
  readonly workingDir: string;
  readonly stopSignal: string;
  readonly user: string;
  readonly tmpfs: Readonly<Record<string, string>>;
  readonly health: readonly string[];
}

const DEFAULT_MEMORY_MB = 512;
const DATABASE = "kong-pgvector";

/** Nothing is written to disk: the gateway can make every vector again. */
const inMemory = (server: string, image: string): Recipe => ({
  image,
  port: 6379,
  command: [`${server}-server`, "--save", "", "--appendonly", "no"],
  env: [],
  workingDir: "/data",
  stopSignal: "SIGTERM",
  user: "999:999",
  tmpfs: { "/data": "rw,noexec,nosuid,size=64m,uid=999,gid=999", "/tmp": "rw,noexec,nosuid,size=16m" },
  health: ["CMD", `${server}-cli`, "ping"],
});

const RECIPES: Readonly<Record<StoreKind, Recipe>> = {
  redis: inMemory("redis", "redis:8.2"),
  valkey: inMemory("valkey", "valkey/valkey-bundle:9.0"),
  pgvector: {
    image: "pgvector/pgvector:pg17",
    port: 5432,
    command: ["postgres"],
    // No password: the server is in the gateway's private network and publishes no port.
    env: [`POSTGRES_DB=${DATABASE}`, "POSTGRES_HOST_AUTH_METHOD=trust", "POSTGRES_USER=postgres"],
    workingDir: "/",
    // Its "fast" shutdown; SIGTERM would wait for the gateway's connections to end.
    stopSignal: "SIGINT",
    user: "999:999",
    tmpfs: {
      "/var/lib/postgresql/data": "rw,noexec,nosuid,size=512m,mode=0700,uid=999,gid=999",
      "/var/run/postgresql": "rw,noexec,nosuid,size=16m,uid=999,gid=999",
      "/tmp": "rw,noexec,nosuid,size=16m",
    },
    health: ["CMD", "pg_isready", "--username", "postgres", "--dbname", DATABASE],
  },
};

/** A vector store in the gateway's network; it publishes no port and keeps nothing over a restart. */
export function addStoreContainer(context: DockerContext, id: string, kind: StoreKind, options: StoreOptions): Store {
  const recipe = RECIPES[kind];
  const purpose = terraformName(id);
  const host = purpose.replaceAll("_", "-");
  const memory = options.memory ?? DEFAULT_MEMORY_MB;
  const scope = new Construct(context.scope, id);
  const image = new Image(scope, "Image", { name: options.image ?? recipe.image, keepLocally: true });
  const container = new Container(scope, "Resource", {
    name: `${context.name}-${host}`,
    image: named(image, context.scope, purpose).imageId,
    command: [...recipe.command],
    ...(recipe.env.length > 0 ? { env: [...recipe.env] } : {}),
    workingDir: recipe.workingDir,
    user: recipe.user,
    init: true,
    restart: "unless-stopped",
    readOnly: true,
    capabilities: { drop: ["ALL"] },
    securityOpts: ["no-new-privileges:true"],
    tmpfs: { ...recipe.tmpfs },
    networksAdvanced: [{ name: context.network, aliases: [host] }],
    memory,
    memorySwap: memory,
    healthcheck: { test: [...recipe.health], interval: "5s", timeout: "5s", startPeriod: "10s", retries: 3 },
    wait: true,
    waitTimeout: 60,
    stopSignal: recipe.stopSignal,
    stopTimeout: 10,
    destroyGraceSeconds: 10,
    ...context.log,
    labels: [{ label: "signalbox.gateway", value: context.scope.node.path }],
  });
  named(container, context.scope, purpose);
  return { host, port: recipe.port };
}
