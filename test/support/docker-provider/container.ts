import type { ContainerInspectInfo } from "dockerode";
import { Path, ProviderError, type Diagnostics } from "../../../provider/framework";
import { containerRequest, containerUpdate, type ContainerRequest } from "../docker-engine/container";
import { checkMapping } from "./check-mapping";
import { defineResource, found, removed, without, type DockerClient } from "./client";
import { factsOf, importedContainer, limitsOf, publishedPorts } from "./container-facts";
import { containerSchema, FOUND_ONLY } from "./container-schema";

/** How a container goes: killed, unless it was given time. */
function ending(state: { readonly destroy_grace_seconds: number | null; readonly remove_volumes: boolean | null }) {
  const removeVolumes = state.remove_volumes ?? true;
  return state.destroy_grace_seconds === null ? { removeVolumes } : { removeVolumes, destroyGraceSeconds: state.destroy_grace_seconds };
}

/** Removes a container and waits until it is gone: what it used, and its name, are free then. */
async function remove(
  client: DockerClient,
  id: string,
  how: Pick<ContainerRequest, "destroyGraceSeconds" | "removeVolumes">,
): Promise<void> {
  await removed(client.engine.removeContainer(id, how));
  await removed(client.docker.getContainer(id).wait({ condition: "removed" }));
}

/** Values that were set, where the Engine has others now. */
function drift<T extends Readonly<Record<string, unknown>>>(now: T, state: { readonly [K in keyof T]: unknown }): Partial<T> {
  return Object.fromEntries(Object.entries(now).filter(([name]) => state[name] !== null)) as Partial<T>;
}

function checkUpload(config: { readonly upload: unknown; readonly read_only: unknown }, diagnostics: Diagnostics): void {
  if (config.read_only !== true || !Array.isArray(config.upload) || config.upload.length === 0) return;
  diagnostics.error(
    "Unable to upload volume content: container rootfs is marked read-only",
    "upload and read_only = true exclude each other, also where the file lies in a mounted volume. Leave one of them out.",
    Path.root("upload"),
  );
}

/** The planned values, and what was yet to be found out. */
function settled(plan: object, container: ContainerInspectInfo) {
  const facts = factsOf(container);
  const known = Object.entries(plan).filter(([name, value]) => Object.hasOwn(facts, name) && value !== undefined);
  return { ...facts, ...(Object.fromEntries(known) as Partial<typeof facts>) };
}

/** `docker_container`. */
export const container = defineResource({
  schema: containerSchema,
  validate({ config, diagnostics }) {
    checkUpload(config, diagnostics);
    checkMapping(config, diagnostics, (attributes) => containerRequest(attributes));
  },
  async create({ plan, config, client, save, signal }) {
    const request = containerRequest(without(config, ...FOUND_ONLY));
    const created = await client.docker.createContainer(request.create);
    save({ id: created.id });
    try {
      await client.engine.bringUp(created.id, request, signal);
    } catch (error) {
      if (!signal.aborted) throw error;
      throw new ProviderError(`${config.name}: stopped before the container was ready`, { cause: error });
    }
    const now = await created.inspect();
    return { ...settled(plan, now), ports: publishedPorts(now, plan.ports) };
  },
  async read({ state, client }) {
    const now = await found(client.docker.getContainer(state.id ?? "").inspect());
    if (now === undefined) return null;
    if (state.image === null) return importedContainer(now, await found(client.docker.getImage(now.Image).inspect()));
    if (!now.State.Running && (state.must_run ?? true)) {
      await remove(client, now.Id, ending(state));
      return null;
    }
    const { exit_code, network_data } = factsOf(now);
    return { name: now.Name.slice(1), exit_code, network_data, ...drift(limitsOf(now), state) };
  },
  async update({ plan, config, client }) {
    const running = client.docker.getContainer(plan.id ?? "");
    await client.engine.updateContainer(running.id, containerUpdate(without(config, ...FOUND_ONLY)));
    const now = await running.inspect();
    return { ...settled(plan, now), ports: publishedPorts(now, plan.ports) };
  },
  delete: ({ state, client }) => remove(client, state.id ?? "", ending(state)),
  importState: async ({ target, client }) => ({ id: (await client.docker.getContainer(target.id ?? "").inspect()).Id }),
});
