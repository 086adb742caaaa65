import { attribute, defineSchema, t } from "../../../provider/framework";
import { IN_PLACE } from "../docker-engine/change";
import { containerBlocks } from "./container-blocks";
import { idAttribute, refused, replacing } from "./schema-parts";

const NOT_SENT = "the container is created without it";
const text = () => attribute.string({ optional: true });
const foundText = () => attribute.string({ optional: true, computed: true });
const amount = () => attribute.number({ optional: true });
const flag = () => attribute.bool({ optional: true });
const texts = () => attribute.set(t.string, { optional: true });
const map = () => attribute.map(t.string, { optional: true });

const NETWORK_DATA = t.object({
  gateway: t.string,
  global_ipv6_address: t.string,
  global_ipv6_prefix_length: t.number,
  ip_address: t.string,
  ip_prefix_length: t.number,
  ipv6_gateway: t.string,
  mac_address: t.string,
  network_name: t.string,
});

/** `docker_container`. Attributes that were left out stay null where the schema allows it: defaults apply in the Engine. */
export const containerSchema = defineSchema({
  version: 2,
  attributes: replacing(
    {
      attach: attribute.bool({ optional: true, validators: [refused("no apply waits for a container's end", false)] }),
      bridge: attribute.string({ computed: true }),
      cgroup_parent: attribute.string({ optional: true, validators: [refused(NOT_SENT)] }),
      cgroupns_mode: attribute.string({ optional: true, validators: [refused(NOT_SENT)] }),
      command: attribute.list(t.string, { optional: true, computed: true }),
      container_logs: attribute.string({ computed: true }),
      container_read_refresh_timeout_milliseconds: attribute.number({ optional: true, validators: [refused("a read does not wait")] }),
      cpu_period: amount(),
      cpu_quota: amount(),
      cpu_set: text(),
      cpu_shares: amount(),
      cpus: attribute.string({ optional: true, validators: [refused("it crashes the provider (3.6.2). Use cpu_period and cpu_quota")] }),
      destroy_grace_seconds: amount(),
      dns: texts(),
      dns_opts: texts(),
      dns_search: texts(),
      domainname: text(),
      entrypoint: attribute.list(t.string, { optional: true, computed: true }),
      env: attribute.set(t.string, { optional: true, computed: true }),
      exit_code: attribute.number({ computed: true }),
      gpus: attribute.string({ optional: true, validators: [refused(NOT_SENT)] }),
      group_add: texts(),
      hostname: foundText(),
      id: idAttribute,
      image: attribute.string({ required: true }),
      init: attribute.bool({ optional: true, computed: true }),
      ipc_mode: foundText(),
      log_driver: foundText(),
      log_opts: map(),
      logs: attribute.bool({ optional: true, validators: [refused("no log is kept in the state", false)] }),
      max_retry_count: amount(),
      memory: amount(),
      memory_swap: amount(),
      must_run: flag(),
      name: attribute.string({ required: true }),
      network_data: attribute.list(NETWORK_DATA, { computed: true }),
      network_mode: text(),
      pid_mode: text(),
      privileged: flag(),
      publish_all_ports: flag(),
      read_only: flag(),
      remove_volumes: flag(),
      restart: text(),
      rm: flag(),
      runtime: foundText(),
      security_opts: attribute.set(t.string, { optional: true, computed: true }),
      shm_size: attribute.number({ optional: true, computed: true }),
      start: flag(),
      stdin_open: flag(),
      stop_signal: foundText(),
      stop_timeout: attribute.number({ optional: true, computed: true }),
      storage_opts: map(),
      sysctls: map(),
      tmpfs: map(),
      tty: flag(),
      user: text(),
      userns_mode: text(),
      wait: flag(),
      wait_timeout: amount(),
      working_dir: text(),
    },
    IN_PLACE.docker_container,
  ),
  blocks: containerBlocks,
});

/** What no user sets: names that the mapping to the Engine does not know. */
export const FOUND_ONLY = ["bridge", "container_logs", "exit_code", "id", "network_data"] as const;
