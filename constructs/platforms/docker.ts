import {
  ADMIN_PORT,
  CONFIG_FOLDER,
  CONFIG_PATH,
  MAIN,
  PROXY_PORT,
  SECRETS_FOLDER,
  STATE_FOLDER,
  USER,
} from "../../config/container-layout";
import type { Deployment, DeliveryHost, DeploymentRequest, Store, StoreKind, StoreOptions, VolumeFile } from "../deployment";
import type { ITerraformDependable } from "../cdktf";
import { readableName } from "../ids";
import type { Secret } from "../secret";
import { dockerImage } from "./docker-image";
import type { DockerOptions } from "./docker-options";
import { optionProblems } from "./docker-option-problems";
import { ensureProvider } from "./docker-provider";
import { Container, Network, Volume } from "./docker-resources";
import type { ContainerMounts } from "./docker-resources";
import { addStoreContainer } from "./docker-stores";
import { logging, named, sum, text } from "./docker-common";
import type { DockerContext } from "./docker-common";
import { EnvironmentSecrets } from "./environment-secrets";
import { SecretFolders } from "./secret-folders";

const DEFAULT_PORT = 8000;
const DEFAULT_HOST = "127.0.0.1";
const DEFAULT_DRAIN_SECONDS = 30;
const DEFAULT_WAIT_SECONDS = 60;
/** What the process gets beyond the drain to close sockets and write its last log lines. */
const STOP_RESERVE_SECONDS = 5;
const APP_FOLDER = "/app";
/** The name by which containers of the network reach every gateway's, besides the container's own. */
const ALIAS = "gateway";
const EVERY_ADDRESS = ["0.0.0.0", "::", ""];

/** A gateway as containers on a Docker daemon. What the daemon's provider can and cannot do decided the shape; see the comments. */
export class DockerDeployment implements Deployment, DeliveryHost {
  readonly url: string;
  readonly adminUrl = `http://127.0.0.1:${ADMIN_PORT}`;
  private readonly context: DockerContext;
  private readonly imageId: string;
  private readonly container: Container;
  private readonly stateVolume: string;
  private readonly configurationVolume: string;
  private readonly folders: SecretFolders;
  private readonly environment: EnvironmentSecrets;

  constructor(
    private readonly request: DeploymentRequest,
    private readonly options: DockerOptions,
  ) {
    const { scope } = request;
    scope.node.addValidation({ validate: () => [...optionProblems(options)] });
    ensureProvider(scope, options.daemon);
    const name = options.name ?? readableName(scope);
    this.folders = new SecretFolders(options.secretsRoot ?? process.cwd());
    this.environment = new EnvironmentSecrets(scope);
    this.context = { scope, name, network: options.network ?? this.addNetwork(name), log: logging(options) };
    this.imageId = dockerImage(scope, options);
    this.stateVolume = this.addVolume("state");
    const source = request.delivery._deliver(this, request.document);
    this.configurationVolume = source.volume;
    this.container = this.addGateway(source.dependsOn);
    this.url = `http://${EVERY_ADDRESS.includes(this.host) ? "localhost" : this.host}:${text(this.port)}`;
  }

  addSecret(secret: Secret): void {
    if (secret.source.kind === "file") {
      this.folders.add(secret.source.folder);
      this.container.putMounts(this.mounts());
    } else {
      this.environment.add(secret.source.name);
      this.container.env = this.env();
    }
  }

  reference(secret: Secret): string {
    return this.folders.reference(secret);
  }

  addStore(id: string, kind: StoreKind, options: StoreOptions): Store {
    return addStoreContainer(this.context, id, kind, options);
  }

  addVolume(purpose: string): string {
    const { scope, name } = this.context;
    const volume = new Volume(scope, `Volume-${purpose}`, { name: `${name}-${purpose}` });
    return named(volume, scope, purpose).name;
  }

  /**
   * The provider uploads into a container's file system, which must not be read-only: a container that never runs and mounts the volume writable
   * is what can take the file, so that the gateway itself keeps a read-only root. What the image sets is set here again: the provider would read
   * it back and take it for a change.
   */
  addFile(purpose: string, file: VolumeFile): ITerraformDependable {
    const { scope, name, log } = this.context;
    const container = new Container(scope, `Container-${purpose}`, {
      name: `${name}-${purpose}`,
      image: this.imageId,
      entrypoint: ["node", MAIN],
      command: ["--version"],
      workingDir: APP_FOLDER,
      user: this.user,
      ...log,
      start: false,
      mustRun: false,
      mounts: [{ type: "volume", source: file.volume, target: file.folder, readOnly: false }],
      upload: [{ file: `${file.folder}/${file.name}`, content: file.content, permissions: "0644" }],
    });
    return named(container, scope, purpose);
  }

  private addNetwork(name: string): string {
    const network = new Network(this.request.scope, "Network", { name, driver: "bridge" });
    return named(network, this.request.scope).name;
  }

  private addGateway(dependsOn: readonly ITerraformDependable[]): Container {
    const { scope, name, network, log } = this.context;
    const stopSeconds = sum(this.drainSeconds, STOP_RESERVE_SECONDS);
    const { memory, groupAdd, hosts } = this.options;
    const container = new Container(scope, "Resource", {
      name,
      image: this.imageId,
      entrypoint: ["node", MAIN],
      command: this.command(),
      workingDir: APP_FOLDER,
      env: this.env(),
      user: this.user,
      ...(groupAdd === undefined ? {} : { groupAdd: [...groupAdd] }),
      init: true,
      restart: "unless-stopped",
      readOnly: true,
      capabilities: { drop: ["ALL"] },
      securityOpts: ["no-new-privileges:true"],
      tmpfs: { "/tmp": "rw,noexec,nosuid,size=16m" },
      mounts: this.mounts(),
      ports: [{ internal: PROXY_PORT, external: this.port, ip: this.host, protocol: "tcp" }],
      networksAdvanced: [{ name: network, aliases: [ALIAS] }],
      ...(hosts === undefined ? {} : { host: Object.entries(hosts).map(([host, ip]) => ({ host, ip })) }),
      ...(memory === undefined ? {} : { memory, memorySwap: memory }),
      healthcheck: {
        test: ["CMD", "node", MAIN, "health", "--admin-port", String(ADMIN_PORT)],
        interval: "5s",
        timeout: "5s",
        startPeriod: "10s",
        retries: 3,
      },
      wait: true,
      waitTimeout: this.options.waitTimeoutSeconds ?? DEFAULT_WAIT_SECONDS,
      stopSignal: "SIGTERM",
      stopTimeout: stopSeconds,
      // Without it the provider kills at once, whatever stop_timeout says.
      destroyGraceSeconds: stopSeconds,
      ...log,
      labels: [{ label: "signalbox.gateway", value: scope.node.path }],
      dependsOn: [...dependsOn],
    });
    return named(container, scope);
  }

  private command(): string[] {
    const { workers } = this.options;
    const flags = {
      "--config": CONFIG_PATH,
      "--secrets": SECRETS_FOLDER,
      "--state": STATE_FOLDER,
      "--host": "0.0.0.0",
      "--port": String(PROXY_PORT),
      "--admin-port": String(ADMIN_PORT),
      "--drain-timeout": text(this.drainSeconds),
      ...(workers === undefined ? {} : { "--workers": text(workers) }),
    };
    const hostNames = [this.context.name, ALIAS].flatMap((name) => ["--admin-host-name", name]);
    return ["serve", ...Object.entries(flags).flat(), ...hostNames];
  }

  private env(): string[] {
    const variables = { NODE_ENV: "production", ...this.options.env };
    return [...Object.entries(variables).map(([name, value]) => `${name}=${value}`), ...this.environment.assignments()].sort();
  }

  private mounts(): ContainerMounts[] {
    const mount = (type: string, source: string, target: string, readOnly: boolean): ContainerMounts => ({
      type,
      source,
      target,
      readOnly,
    });
    return [
      mount("volume", this.configurationVolume, CONFIG_FOLDER, true),
      mount("volume", this.stateVolume, STATE_FOLDER, false),
      ...this.folders.mounts().map(({ source, target }) => mount("bind", source, target, true)),
    ];
  }

  private get user(): string {
    return this.options.user ?? USER;
  }

  private get port(): number {
    return this.options.port ?? DEFAULT_PORT;
  }

  private get host(): string {
    return this.options.host ?? DEFAULT_HOST;
  }

  private get drainSeconds(): number {
    return this.options.drainTimeoutSeconds ?? DEFAULT_DRAIN_SECONDS;
  }
}
