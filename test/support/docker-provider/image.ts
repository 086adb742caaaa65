import type { ImageInspectInfo } from "dockerode";
import { attribute, block, defineSchema, ProviderError, t } from "../../../provider/framework";
import { IN_PLACE } from "../docker-engine/change";
import { imageRequest } from "../docker-engine/image";
import { checkMapping } from "./check-mapping";
import { defineResource, found, removed, without } from "./client";
import { refused, replacing, replacingBlocks } from "./schema-parts";

const NOT_SENT = "the build goes to the Engine without it";
const BUILDKIT = "it needs BuildKit";
const text = (why = NOT_SENT) => attribute.string({ optional: true, validators: [refused(why)] });
const texts = (why = NOT_SENT) => attribute.list(t.string, { optional: true, validators: [refused(why)] });
const amount = () => attribute.number({ optional: true, validators: [refused(NOT_SENT)] });
const flag = () => attribute.bool({ optional: true, validators: [refused(NOT_SENT, false)] });

const build = block.set({
  maxItems: 1,
  attributes: {
    build_args: attribute.map(t.string, { optional: true }),
    build_id: text(),
    build_log_file: text(),
    builder: text(BUILDKIT),
    cache_from: texts(),
    cgroup_parent: text(),
    context: attribute.string({ required: true }),
    cpu_period: amount(),
    cpu_quota: amount(),
    cpu_set_cpus: text(),
    cpu_set_mems: text(),
    cpu_shares: amount(),
    dockerfile: attribute.string({ optional: true }),
    extra_hosts: texts(),
    force_remove: attribute.bool({ optional: true }),
    isolation: text(),
    label: attribute.map(t.string, { optional: true }),
    labels: attribute.map(t.string, { optional: true }),
    memory: amount(),
    memory_swap: amount(),
    network_mode: attribute.string({ optional: true }),
    no_cache: attribute.bool({ optional: true }),
    platform: attribute.string({ optional: true }),
    pull_parent: flag(),
    remote_context: text(),
    remove: attribute.bool({ optional: true }),
    security_opt: texts(),
    session_id: text(BUILDKIT),
    shm_size: amount(),
    squash: flag(),
    suppress_output: flag(),
    tag: attribute.list(t.string, { optional: true }),
    target: attribute.string({ optional: true }),
    version: text("the build is always the Engine's own"),
  },
  blocks: {
    auth_config: block.list({
      attributes: {
        auth: attribute.string({ optional: true }),
        email: attribute.string({ optional: true }),
        host_name: attribute.string({ required: true }),
        identity_token: attribute.string({ optional: true }),
        password: attribute.string({ optional: true }),
        registry_token: attribute.string({ optional: true }),
        server_address: attribute.string({ optional: true }),
        user_name: attribute.string({ optional: true }),
      },
      validators: [refused("no registry is ever asked")],
    }),
    secrets: block.list({
      attributes: {
        env: attribute.string({ optional: true }),
        id: attribute.string({ required: true }),
        src: attribute.string({ optional: true }),
      },
      validators: [refused(BUILDKIT)],
    }),
    ulimit: block.list({
      attributes: {
        hard: attribute.number({ required: true }),
        name: attribute.string({ required: true }),
        soft: attribute.number({ required: true }),
      },
      validators: [refused(NOT_SENT)],
    }),
  },
});

const schema = defineSchema({
  attributes: replacing(
    {
      force_remove: attribute.bool({ optional: true }),
      id: attribute.string({ computed: true }),
      image_id: attribute.string({ computed: true }),
      keep_locally: attribute.bool({ optional: true }),
      name: attribute.string({ required: true }),
      platform: attribute.string({ optional: true, validators: [refused("nothing is pulled; build.platform is acted on")] }),
      pull_triggers: attribute.set(t.string, { optional: true }),
      repo_digest: attribute.string({ computed: true }),
      triggers: attribute.map(t.string, { optional: true }),
    },
    IN_PLACE.docker_image,
  ),
  blocks: {
    ...replacingBlocks({ build }),
    timeouts: block.single({
      attributes: {
        create: attribute.string({ optional: true }),
        delete: attribute.string({ optional: true }),
        update: attribute.string({ optional: true }),
      },
    }),
  },
});

function facts(name: string, { Id, RepoDigests }: ImageInspectInfo) {
  return { id: `${Id}${name}`, image_id: Id, repo_digest: RepoDigests[0] ?? "" };
}

/** `docker_image`. It is never pulled: what is not built must be there. */
export const image = defineResource({
  schema,
  validate: ({ config, diagnostics }) => checkMapping(without(config, "timeouts"), diagnostics, (attributes) => imageRequest(attributes)),
  async create({ config, client, signal }) {
    const request = imageRequest(without(config, "timeouts"));
    if (request.build === undefined && (await found(client.docker.getImage(request.name).inspect())) === undefined) {
      throw new ProviderError("No such image", {
        detail: `The Engine has no image ${request.name}, and the stand-in pulls none. Load it, or build it here.`,
      });
    }
    await client.engine.createImage(request, signal);
    return facts(request.name, await client.docker.getImage(request.name).inspect());
  },
  async read({ state, client }) {
    const name = state.name ?? "";
    const now = await found(client.docker.getImage(name).inspect());
    return now === undefined ? null : facts(name, now);
  },
  update: ({ prior }) => ({ id: prior.id, image_id: prior.image_id, repo_digest: prior.repo_digest }),
  async delete({ state, client }) {
    if (state.keep_locally === true) return;
    await removed(client.docker.getImage(state.name ?? "").remove({ force: state.force_remove ?? false }));
  },
});
