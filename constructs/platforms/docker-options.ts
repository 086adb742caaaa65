/** Options of {@link Platform.docker}. */
export interface DockerOptions {
  /** Port on which the host publishes the gateway. 1…65535. @default 8000 */
  readonly port?: number;
  /** Address of the host on which the port is published. @default "127.0.0.1": reachable from the host alone */
  readonly host?: string;
  /** Name of the gateway's container; network, volumes and stores begin with it. @default made from the stack's and the gateway's id, e.g. `gateway-gateway` */
  readonly name?: string;
  /** Image to run instead of one that is built from the packaged runtime. @default - built on the daemon */
  readonly image?: string;
  /** Base image of the built image; it must hold Node 20.18.1 or newer. @default "node:24-slim" */
  readonly baseImage?: string;
  /** User that the gateway runs as, `uid` or `uid:gid`. It must be able to read the secret files. @default "10001:10001" */
  readonly user?: string;
  /** Further groups of the process, e.g. the one that may read the secret files. @default - none */
  readonly groupAdd?: readonly string[];
  /** Memory limit in MB; swap is off where it is set. @default - none */
  readonly memory?: number;
  /** Seconds that requests under way get when the gateway stops. @default 30 */
  readonly drainTimeoutSeconds?: number;
  /** Environment variables of the gateway; no secrets, as they stand in plan and state. @default - none */
  readonly env?: Readonly<Record<string, string>>;
  /** Number of worker processes. @default 1 */
  readonly workers?: number;
  /** Name of a network that is already there. @default - one is created */
  readonly network?: string;
  /** Further names that the gateway can resolve: name to address. @default - none */
  readonly hosts?: Readonly<Record<string, string>>;
  /** Folder on the daemon's machine that relative paths of secret files start from. @default the folder in which the app is synthesized */
  readonly secretsRoot?: string;
  /** Address of the daemon, e.g. `ssh://deploy@host`; used where the stack has no Docker provider yet. @default the provider's own: the local daemon */
  readonly daemon?: string;
  /** Seconds that a deploy waits until the gateway is healthy. @default 60 */
  readonly waitTimeoutSeconds?: number;
  /** Log driver of the containers. @default "json-file" */
  readonly logDriver?: string;
  /** Options of the log driver. @default for json-file three files of 10 MB, else none */
  readonly logOptions?: Readonly<Record<string, string>>;
}
