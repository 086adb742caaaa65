import { readdir } from "node:fs/promises";
import { resolve } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type Docker from "dockerode";
import type { ContainerRequest, ContainerUpdate } from "./container";
import type { ImageRequest } from "./image";
import { tar } from "./tar";

/** Log lines of a container that an error shows. */
const LAST_LINES = 20;

/** Carries out the requests of the mappings on a Docker engine, in the order and with the waits of the real provider. */
export class Engine {
  /** @param directory where Terraform would run: build contexts are relative to it. */
  constructor(
    readonly docker: Docker,
    readonly directory: string,
  ) {}

  /** Builds the image, or finds it where there is nothing to build (nothing is ever pulled); resolves to its id. Throws with the end of the build's log. */
  async createImage(request: ImageRequest, signal?: AbortSignal): Promise<string> {
    if (request.build) {
      const context = resolve(this.directory, request.build.context);
      const options = signal === undefined ? request.build.options : { ...request.build.options, abortSignal: signal };
      const stream = await this.docker.buildImage({ context, src: await readdir(context) }, options);
      await this.finish(stream);
    }
    const { Id } = await this.docker.getImage(request.name).inspect();
    return Id;
  }

  /** Removes the image unless it is to be kept. */
  async removeImage(id: string, request: ImageRequest): Promise<void> {
    if (!request.keepLocally) await this.docker.getImage(id).remove({ force: request.forceRemove });
  }

  /** Creates, connects, fills, starts and awaits a container; resolves to its id. A container on which one of these fails is removed. */
  async createContainer(request: ContainerRequest): Promise<string> {
    const container = await this.docker.createContainer(request.create);
    try {
      await this.bringUp(container.id, request);
    } catch (error) {
      await container.remove({ force: true, v: request.removeVolumes });
      throw error;
    }
    return container.id;
  }

  /** Changes limits and restart policy of a running container. */
  async updateContainer(id: string, update: ContainerUpdate): Promise<void> {
    await this.docker.getContainer(id).update(update);
  }

  /** Stops the container with the grace that was asked for, else kills it, and removes it. */
  async removeContainer(id: string, request: Pick<ContainerRequest, "destroyGraceSeconds" | "removeVolumes">): Promise<void> {
    const container = this.docker.getContainer(id);
    const grace = request.destroyGraceSeconds ?? 0;
    if (grace > 0) await container.stop({ t: grace }).catch(ignoreNotModified);
    await container.remove({ force: true, v: request.removeVolumes });
  }

  /** The container's standard output and error so far. */
  async logs(id: string): Promise<string> {
    const raw = await this.docker.getContainer(id).logs({ stdout: true, stderr: true, follow: false });
    return frames(raw).toString("utf8");
  }

  /** Runs a command in a container, as its user unless another is named; resolves to exit code and output. */
  async exec(id: string, command: readonly string[], user?: string): Promise<{ readonly exitCode: number; readonly output: string }> {
    const exec = await this.docker
      .getContainer(id)
      .exec({ Cmd: [...command], AttachStdout: true, AttachStderr: true, ...(user === undefined ? {} : { User: user }) });
    const stream = await exec.start({});
    const parts: Buffer[] = [];
    for await (const part of stream) parts.push(part as Buffer);
    const { ExitCode } = await exec.inspect();
    return { exitCode: ExitCode ?? -1, output: frames(Buffer.concat(parts)).toString("utf8") };
  }

  /** Connects, fills, starts and awaits a container that was created. Between its steps, and while it waits, it gives up once the signal is aborted. */
  async bringUp(id: string, request: ContainerRequest, signal?: AbortSignal): Promise<void> {
    const container = this.docker.getContainer(id);
    if (request.networks.length > 0 && request.create.HostConfig?.NetworkMode === "bridge") {
      await this.docker.getNetwork("bridge").disconnect({ Container: id });
    }
    for (const { name, endpoint } of request.networks) {
      await this.docker.getNetwork(name).connect({ Container: id, EndpointConfig: endpoint });
    }
    for (const upload of request.uploads) await container.putArchive(tar([upload]), { path: "/" });
    signal?.throwIfAborted();
    if (request.start) await container.start();
    if (request.mustRun) await this.mustRun(container, request);
    if (request.wait) await this.untilHealthy(container, request.waitTimeoutSeconds, signal);
  }

  private async mustRun(container: Docker.Container, request: ContainerRequest): Promise<void> {
    const { State } = await container.inspect();
    if (State.Running) return;
    throw new Error(
      `${request.create.name ?? container.id}: container failed to be in running state (exit code ${State.ExitCode}).\n${await this.lastLines(container.id)}`,
    );
  }

  private async untilHealthy(container: Docker.Container, timeoutSeconds: number, signal?: AbortSignal): Promise<void> {
    const deadline = Date.now() + timeoutSeconds * 1000;
    for (;;) {
      const { State, Name } = await container.inspect();
      if (State.Health === undefined) throw new Error(`${Name}: wait needs a healthcheck.`);
      if (State.Health.Status === "healthy") return;
      if (Date.now() > deadline) {
        const last = State.Health.Log.at(-1)?.Output ?? "";
        throw new Error(
          `${Name}: container failed to be in healthy state within ${timeoutSeconds} s.\n${last}\n${await this.lastLines(container.id)}`,
        );
      }
      await sleep(200, undefined, signal === undefined ? {} : { signal });
    }
  }

  private async lastLines(id: string): Promise<string> {
    return (await this.logs(id)).trimEnd().split("\n").slice(-LAST_LINES).join("\n");
  }

  private async finish(stream: NodeJS.ReadableStream): Promise<void> {
    const lines: string[] = [];
    await new Promise<void>((done, failed) => {
      this.docker.modem.followProgress(
        stream,
        (error) => {
          if (error) failed(new Error(`${error.message}\n${lines.slice(-20).join("")}`));
          else done();
        },
        (event: { stream?: string }) => lines.push(event.stream ?? ""),
      );
    });
  }
}

/** The payload of the Engine's multiplexed log stream: frames of a stream number, three zeros, a big-endian length and the bytes. */
export function frames(raw: Buffer): Buffer {
  const parts: Buffer[] = [];
  for (let offset = 0; offset + 8 <= raw.length;) {
    const length = raw.readUInt32BE(offset + 4);
    parts.push(raw.subarray(offset + 8, offset + 8 + length));
    offset += 8 + length;
  }
  return Buffer.concat(parts);
}

function ignoreNotModified(error: unknown): void {
  if ((error as { statusCode?: number }).statusCode !== 304) throw error;
}
