/** Arguments of `signalbox serve`. */
export interface ServeOptions {
  /** Path of the declarative file; it is watched. */
  readonly config: string;
  readonly port: number;
  readonly host: string;
  /** Undefined: none. */
  readonly adminPort: number | undefined;
  /** Whether the admin port was asked for; one that was not is left out if it is taken, so that several gateways can run beside each other. */
  readonly adminPortGiven: boolean;
  readonly adminHost: string;
  /** Names besides addresses and localhost that requests to the admin port may call it by. */
  readonly adminHostNames: readonly string[];
  readonly workers: number;
  readonly secretsDir: string | undefined;
  readonly drainTimeoutSeconds: number;
  readonly ignorePlugins: readonly string[];
  readonly stateDir: string | undefined;
  /** Holds the token that changes over the admin port ask for; undefined: nothing can be changed over it. */
  readonly adminTokenFile: string | undefined;
  /** Connections of clients that each process holds at most; undefined: what the limit of open files allows. */
  readonly maxClientConnections: number | undefined;
}
