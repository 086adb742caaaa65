import { attribute, block, requiresReplace, t, useStateForUnknown, type PlanModifier } from "../../../provider/framework";
import { labelsBlock, refused, replacingBlocks } from "./schema-parts";

const optionalText = () => attribute.string({ optional: true });
const optionalNumber = () => attribute.number({ optional: true });
const optionalFlag = () => attribute.bool({ optional: true });
const requiredText = () => attribute.string({ required: true });
const requiredNumber = () => attribute.number({ required: true });

/** Fewer ports leave no element behind that could ask for the replacement, so the list does; the host's free port is no change. */
const replaceOnPortCount: PlanModifier = {
  description: "another number of ports replaces the resource",
  modify({ plan, prior, isCreate }) {
    const count = (value: unknown): number => (Array.isArray(value) ? value.length : 0);
    return !isCreate && count(plan) !== count(prior) ? { requiresReplace: true } : undefined;
  },
};

const replace = [requiresReplace()];

const ports = block.list({
  attributes: {
    external: attribute.number({ optional: true, computed: true, planModifiers: [useStateForUnknown(), requiresReplace()] }),
    internal: attribute.number({ required: true, planModifiers: replace }),
    ip: attribute.string({ optional: true, planModifiers: replace }),
    protocol: attribute.string({ optional: true, planModifiers: replace }),
  },
  planModifiers: [replaceOnPortCount],
});

const mounts = block.set({
  attributes: { read_only: optionalFlag(), source: optionalText(), target: requiredText(), type: requiredText() },
  blocks: {
    bind_options: block.list({ maxItems: 1, attributes: { propagation: optionalText() } }),
    tmpfs_options: block.list({ maxItems: 1, attributes: { mode: optionalNumber(), size_bytes: optionalNumber() } }),
    volume_options: block.list({
      maxItems: 1,
      attributes: {
        driver_name: attribute.string({ optional: true, validators: [refused("a docker_volume names the driver")] }),
        driver_options: attribute.map(t.string, { optional: true, validators: [refused("a docker_volume holds the driver's options")] }),
        no_copy: optionalFlag(),
        subpath: attribute.string({ optional: true, validators: [refused("the Engine of the tests is too old for it")] }),
      },
      blocks: { labels: labelsBlock },
    }),
  },
});

const blocks = {
  capabilities: block.set({
    maxItems: 1,
    attributes: { add: attribute.set(t.string, { optional: true }), drop: attribute.set(t.string, { optional: true }) },
  }),
  devices: block.set({
    attributes: { container_path: optionalText(), host_path: requiredText(), permissions: optionalText() },
    validators: [refused("no container is given a device")],
  }),
  healthcheck: block.list({
    maxItems: 1,
    attributes: {
      interval: optionalText(),
      retries: optionalNumber(),
      start_interval: attribute.string({ optional: true, validators: [refused("the Engine of the tests is too old for it")] }),
      start_period: optionalText(),
      test: attribute.list(t.string, { required: true }),
      timeout: optionalText(),
    },
  }),
  host: block.set({ attributes: { host: requiredText(), ip: requiredText() } }),
  labels: labelsBlock,
  mounts,
  networks_advanced: block.set({
    attributes: {
      aliases: attribute.set(t.string, { optional: true }),
      ipv4_address: optionalText(),
      ipv6_address: optionalText(),
      name: requiredText(),
    },
  }),
  ports,
  ulimit: block.set({ attributes: { hard: requiredNumber(), name: requiredText(), soft: requiredNumber() } }),
  upload: block.set({
    attributes: {
      content: optionalText(),
      content_base64: optionalText(),
      executable: optionalFlag(),
      file: requiredText(),
      permissions: optionalText(),
      source: attribute.string({ optional: true, validators: [refused("content or content_base64 holds the file")] }),
      source_hash: attribute.string({ optional: true, validators: [refused("content or content_base64 holds the file")] }),
    },
  }),
  volumes: block.set({
    attributes: {
      container_path: optionalText(),
      from_container: attribute.string({ optional: true, validators: [refused("mounts name a volume")] }),
      host_path: optionalText(),
      read_only: optionalFlag(),
      volume_name: optionalText(),
    },
  }),
};

/** Every block of a `docker_container`; a change of any replaces it. */
export const containerBlocks = replacingBlocks(blocks);
