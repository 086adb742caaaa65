import type { VolumeInspectInfo } from "dockerode";
import { attribute, defineSchema, t } from "../../../provider/framework";
import { volumeRequest } from "../docker-engine/volume";
import { checkMapping } from "./check-mapping";
import { defineResource, found, removed, without } from "./client";
import { idAttribute, labelsBlock, labelsOf, replacing, replacingBlocks } from "./schema-parts";

const schema = defineSchema({
  version: 1,
  attributes: replacing({
    driver: attribute.string({ optional: true, computed: true }),
    driver_opts: attribute.map(t.string, { optional: true }),
    id: idAttribute,
    mountpoint: attribute.string({ computed: true }),
    name: attribute.string({ optional: true, computed: true }),
  }),
  blocks: replacingBlocks({ labels: labelsBlock }),
});

function facts({ Name, Driver, Mountpoint }: VolumeInspectInfo) {
  return { id: Name, name: Name, driver: Driver, mountpoint: Mountpoint };
}

/** `docker_volume`. */
export const volume = defineResource({
  schema,
  validate: ({ config, diagnostics }) => checkMapping(config, diagnostics, (attributes) => volumeRequest(attributes)),
  async create({ config, client }) {
    const { name } = await client.docker.createVolume(volumeRequest(without(config, "id", "mountpoint")));
    return facts(await client.docker.getVolume(name).inspect());
  },
  async read({ state, client }) {
    const now = await found(client.docker.getVolume(state.id ?? "").inspect());
    if (now === undefined) return null;
    if (state.name !== null) return facts(now);
    return { ...facts(now), labels: labelsOf(now.Labels), ...(now.Options === null ? {} : { driver_opts: now.Options }) };
  },
  async delete({ state, client }) {
    await removed(client.docker.getVolume(state.id ?? "").remove());
  },
  importState: ({ target }) => ({ id: target.id ?? null }),
});
