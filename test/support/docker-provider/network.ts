import type { NetworkInspectInfo } from "dockerode";
import { attribute, block, defineSchema, t } from "../../../provider/framework";
import { networkRequest } from "../docker-engine/network";
import { defineResource, found, removed, without } from "./client";
import { checkMapping } from "./check-mapping";
import { idAttribute, labelsBlock, labelsOf, refused, replacing, replacingBlocks } from "./schema-parts";

const schema = defineSchema({
  version: 1,
  attributes: replacing({
    attachable: attribute.bool({ optional: true }),
    check_duplicate: attribute.bool({
      optional: true,
      deprecated: "The Engine always looks for duplicates.",
      validators: [refused("the stand-in always looks for duplicates", true)],
    }),
    driver: attribute.string({ optional: true, computed: true }),
    id: idAttribute,
    ingress: attribute.bool({ optional: true }),
    internal: attribute.bool({ optional: true, computed: true }),
    ipam_driver: attribute.string({ optional: true }),
    ipam_options: attribute.map(t.string, { optional: true }),
    ipv6: attribute.bool({ optional: true }),
    name: attribute.string({ required: true }),
    options: attribute.map(t.string, { optional: true, computed: true }),
    scope: attribute.string({ computed: true }),
  }),
  blocks: replacingBlocks({
    ipam_config: block.set({
      attributes: {
        aux_address: attribute.map(t.string, { optional: true }),
        gateway: attribute.string({ optional: true }),
        ip_range: attribute.string({ optional: true }),
        subnet: attribute.string({ optional: true }),
      },
    }),
    labels: labelsBlock,
  }),
});

function facts({ Id, Driver, Internal, Options, Scope }: NetworkInspectInfo) {
  return { id: Id, driver: Driver, internal: Internal, options: Options ?? {}, scope: Scope };
}

/** What a read after an import cannot take from a state. The Engine chooses addresses where none were asked for, so they are left out. */
function imported(network: NetworkInspectInfo) {
  return { ...facts(network), name: network.Name, labels: labelsOf(network.Labels) };
}

/** `docker_network`. */
export const network = defineResource({
  schema,
  validate: ({ config, diagnostics }) => checkMapping(config, diagnostics, (attributes) => networkRequest(attributes)),
  async create({ plan, config, client, save }) {
    const request = networkRequest(without(config, "id", "scope"));
    const { id } = await client.docker.createNetwork({ ...request, CheckDuplicate: true });
    save({ id });
    const now = facts(await client.docker.getNetwork(id).inspect());
    return { ...now, driver: plan.driver ?? now.driver, internal: plan.internal ?? now.internal, options: plan.options ?? now.options };
  },
  async read({ state, client }) {
    const now = await found(client.docker.getNetwork(state.id ?? "").inspect());
    if (now === undefined) return null;
    return state.name === null
      ? imported(now)
      : { id: now.Id, scope: now.Scope, name: now.Name, internal: now.Internal, driver: now.Driver };
  },
  async delete({ state, client }) {
    await removed(client.docker.getNetwork(state.id ?? "").remove());
  },
  importState: ({ target }) => ({ id: target.id ?? null }),
});
