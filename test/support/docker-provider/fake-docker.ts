/** An Engine in memory, for lives of resources by the thousand: as much of the client as the stand-in uses, and no more. */
import type Docker from "dockerode";

interface Created {
  readonly name?: string;
  readonly Image?: string;
  readonly Cmd?: readonly string[];
  readonly Env?: readonly string[];
  readonly HostConfig?: Readonly<Record<string, unknown>>;
}

/** What the Engine answers where it has no such thing. */
export class NotFound extends Error {
  readonly statusCode = 404;
}

interface Update {
  readonly RestartPolicy?: unknown;
}

/** What is there. Every operation also fails with what {@link FakeDocker.failAt} says. */
export class FakeDocker {
  readonly networks = new Map<string, Readonly<Record<string, unknown>>>();
  readonly volumes = new Map<string, Readonly<Record<string, unknown>>>();
  readonly containers = new Map<string, Record<string, unknown>>();
  readonly images = new Map<string, Readonly<Record<string, unknown>>>([
    ["base", { Id: "sha256:base", RepoDigests: [], Config: { Env: [] } }],
  ]);
  /** The name of the operation that fails next. */
  failAt: string | undefined;
  private counter = 0;

  readonly modem = { followProgress: (_: unknown, done: (error: null) => void) => done(null) };

  /** As the client that the stand-in takes. */
  get client(): Docker {
    return this as unknown as Docker;
  }

  /** Names of everything that was created and not removed. */
  get left(): readonly string[] {
    return [...this.networks.keys(), ...this.volumes.keys(), ...this.containers.keys(), ...this.images.keys()].filter(
      (name) => name !== "base",
    );
  }

  ping(): Promise<string> {
    return Promise.resolve("OK");
  }

  private async act<T>(operation: string, run: () => T): Promise<T> {
    await Promise.resolve();
    if (this.failAt === operation) {
      this.failAt = undefined;
      throw new Error(`the Engine failed at ${operation}`);
    }
    return run();
  }

  private lookup<T>(map: ReadonlyMap<string, T>, id: string): T {
    const one = map.get(id);
    if (one === undefined) throw new NotFound(`no such thing: ${id}`);
    return one;
  }

  private nextId(): string {
    return `id-${++this.counter}`;
  }

  createNetwork(options: { readonly Name: string; readonly Driver?: string; readonly Internal?: boolean; readonly Options?: object }) {
    return this.act("createNetwork", () => {
      const id = this.nextId();
      const { Name, Driver = "bridge", Internal = false, Options = {} } = options;
      this.networks.set(id, { Id: id, Name, Driver, Internal, Options, Scope: "local", Labels: {} });
      return { id };
    });
  }

  getNetwork(id: string) {
    return {
      inspect: () => this.act("inspect", () => this.lookup(this.networks, id)),
      remove: () => this.act("remove", () => this.networks.delete(id)),
      connect: () => this.act("connect", () => undefined),
      disconnect: () => this.act("disconnect", () => undefined),
    };
  }

  createVolume(options: { readonly Name?: string; readonly Driver?: string }) {
    return this.act("createVolume", () => {
      const name = options.Name ?? this.nextId();
      this.volumes.set(name, { Name: name, Driver: options.Driver ?? "local", Mountpoint: `/volumes/${name}`, Labels: {}, Options: null });
      return { name };
    });
  }

  getVolume(name: string) {
    return {
      inspect: () => this.act("inspect", () => this.lookup(this.volumes, name)),
      remove: () => this.act("remove", () => this.volumes.delete(name)),
    };
  }

  buildImage(_: unknown, { t: [name = ""] }: { readonly t: readonly string[] }) {
    return this.act("buildImage", () => {
      this.images.set(name, { Id: `sha256:${this.nextId()}`, RepoDigests: [], Config: { Env: [] } });
      return {};
    });
  }

  getImage(name: string) {
    return {
      inspect: () => this.act("inspect", () => this.lookup(this.images, name)),
      remove: () => this.act("remove", () => this.images.delete(name)),
    };
  }

  createContainer({ name = "", Image = "", HostConfig = {}, ...Config }: Created) {
    return this.act("createContainer", () => {
      const id = this.nextId();
      this.containers.set(id, {
        Id: id,
        Name: `/${name}`,
        Image: `sha256:${Image}`,
        Config: { Hostname: id, ...Config },
        HostConfig: { LogConfig: { Type: "json-file", Config: {} }, ShmSize: 67108864, ...HostConfig },
        NetworkSettings: { Networks: { bridge: { Gateway: "10.0.0.1", IPAddress: "10.0.0.2", IPPrefixLen: 24 } }, Ports: {} },
        State: { Running: false, ExitCode: 0 },
      });
      return this.getContainer(id);
    });
  }

  getContainer(id: string) {
    const running = (isRunning: boolean) => () => {
      this.lookup(this.containers, id)["State"] = { Running: isRunning, ExitCode: 0, Health: { Status: "healthy", Log: [] } };
    };
    return {
      id,
      inspect: () => this.act("inspect", () => structuredClone(this.lookup(this.containers, id))),
      start: () => this.act("start", running(true)),
      stop: () => this.act("stop", running(false)),
      wait: () => this.act("wait", () => this.lookup(this.containers, id)),
      remove: () =>
        this.act("remove", () => {
          if (!this.containers.delete(id)) throw new NotFound(id);
        }),
      putArchive: () => this.act("putArchive", () => undefined),
      logs: () => this.act("logs", () => Buffer.alloc(0)),
      update: (change: Update) =>
        this.act("update", () => {
          const container = this.lookup(this.containers, id);
          container["HostConfig"] = { ...(container["HostConfig"] as object), ...change };
        }),
    };
  }
}
