import type { ContainerCreateOptions, EndpointSettings, HostConfig, MountSettings } from "dockerode";
import { AttributeReader, compact, UnsupportedAttribute, type Attributes } from "./attributes";
import { nanoseconds } from "./duration";
import type { TarFile } from "./tar";

const MEGABYTE = 1024 * 1024;

/** What a `docker_container` asks of the Engine, and how the provider goes about it. */
export interface ContainerRequest {
  /** `POST /containers/create`. */
  readonly create: ContainerCreateOptions;
  /** Networks that the provider connects after creation, in place of the default bridge. */
  readonly networks: readonly { readonly name: string; readonly endpoint: EndpointSettings }[];
  /** Files put into the created container before it starts. */
  readonly uploads: readonly TarFile[];
  readonly start: boolean;
  /** A container that does not run after creation is removed and fails the apply. */
  readonly mustRun: boolean;
  readonly wait: boolean;
  readonly waitTimeoutSeconds: number;
  /** Absent: the container is killed at removal. */
  readonly destroyGraceSeconds?: number;
  readonly removeVolumes: boolean;
}

/** `POST /containers/{id}/update`: what changes in place. */
export interface ContainerUpdate {
  readonly RestartPolicy: { readonly Name: string; readonly MaximumRetryCount: number };
  readonly Memory?: number;
  readonly MemorySwap?: number;
  readonly CpuShares?: number;
  readonly CpusetCpus?: string;
}

/** The Engine's requests for a `docker_container`. Throws UnsupportedAttribute, also where the real provider fails (`cpus`; `upload` beside `read_only`). */
export function containerRequest(attributes: Attributes, where = "docker_container"): ContainerRequest {
  const reader = new AttributeReader(where, attributes);
  if (reader.string("cpus") !== undefined)
    throw new UnsupportedAttribute(`${where}.cpus crashes the provider (3.6.2). Use cpu_period and cpu_quota.`);
  const readOnly = reader.boolean("read_only") ?? false;
  const uploads = reader.blocks("upload").map(upload);
  if (readOnly && uploads.length > 0) {
    throw new UnsupportedAttribute(
      `${where}: Unable to upload volume content: container rootfs is marked read-only. Leave out read_only or upload.`,
    );
  }
  const request = compact<ContainerRequest>({
    create: { ...process(reader), HostConfig: hostConfig(reader, readOnly) },
    networks: reader.blocks("networks_advanced").map(network),
    uploads,
    start: reader.boolean("start") ?? true,
    mustRun: reader.boolean("must_run") ?? true,
    wait: reader.boolean("wait") ?? false,
    waitTimeoutSeconds: reader.number("wait_timeout") ?? 60,
    destroyGraceSeconds: reader.number("destroy_grace_seconds"),
    removeVolumes: reader.boolean("remove_volumes") ?? true,
  });
  reader.end();
  return request;
}

/** The Engine's request for a change in place of a `docker_container`. Throws UnsupportedAttribute. */
export function containerUpdate(attributes: Attributes, where = "docker_container"): ContainerUpdate {
  const host = containerRequest(attributes, where).create.HostConfig ?? {};
  return compact<ContainerUpdate>({
    RestartPolicy: { Name: host.RestartPolicy?.Name ?? "no", MaximumRetryCount: host.RestartPolicy?.MaximumRetryCount ?? 0 },
    Memory: host.Memory,
    MemorySwap: host.MemorySwap,
    CpuShares: host.CpuShares,
    CpusetCpus: host.CpusetCpus,
  });
}

function process(reader: AttributeReader): ContainerCreateOptions {
  const ports = reader.blocks("ports").map(port);
  const health = reader.block("healthcheck");
  return {
    ...compact<ContainerCreateOptions>({
      name: reader.requiredString("name"),
      Image: reader.requiredString("image"),
      Hostname: reader.string("hostname"),
      Domainname: reader.string("domainname"),
      Entrypoint: reader.strings("entrypoint"),
      Cmd: reader.strings("command"),
      Env: reader.strings("env"),
      User: reader.string("user"),
      WorkingDir: reader.string("working_dir"),
      Tty: reader.boolean("tty"),
      OpenStdin: reader.boolean("stdin_open"),
      StopSignal: reader.string("stop_signal"),
      StopTimeout: reader.number("stop_timeout"),
      Labels: reader.labels(),
      Healthcheck: health && healthcheck(health),
    }),
    ...(ports.length > 0 ? { ExposedPorts: Object.fromEntries(ports.map(({ key }) => [key, {}])) } : {}),
  };
}

function hostConfig(reader: AttributeReader, readOnly: boolean): HostConfig {
  const capabilities = reader.block("capabilities");
  const mounts = reader.blocks("mounts").map(mount);
  const ports = reader.blocks("ports").map(port);
  const ulimits = reader.blocks("ulimit").map(ulimit);
  const binds = reader.blocks("volumes").map(bind);
  const hosts = reader.blocks("host").map(extraHost);
  const config = compact<HostConfig>({
    ...limits(reader),
    ReadonlyRootfs: readOnly,
    AutoRemove: reader.boolean("rm") ?? false,
    RestartPolicy: { Name: reader.string("restart") ?? "no", MaximumRetryCount: reader.number("max_retry_count") ?? 0 },
    Init: reader.boolean("init"),
    Privileged: reader.boolean("privileged"),
    PublishAllPorts: reader.boolean("publish_all_ports"),
    CapAdd: capabilities?.strings("add"),
    CapDrop: capabilities?.strings("drop"),
    SecurityOpt: reader.strings("security_opts"),
    GroupAdd: reader.strings("group_add"),
    UsernsMode: reader.string("userns_mode"),
    PidMode: reader.string("pid_mode"),
    IpcMode: reader.string("ipc_mode"),
    Runtime: reader.string("runtime"),
    Sysctls: reader.stringMap("sysctls"),
    StorageOpt: reader.stringMap("storage_opts"),
    LogConfig: logConfig(reader),
    NetworkMode: reader.string("network_mode") ?? "bridge",
    Dns: reader.strings("dns"),
    DnsOptions: reader.strings("dns_opts"),
    DnsSearch: reader.strings("dns_search"),
    Tmpfs: reader.stringMap("tmpfs"),
    Mounts: mounts.length > 0 ? mounts : undefined,
    Binds: binds.length > 0 ? binds : undefined,
    ExtraHosts: hosts.length > 0 ? hosts : undefined,
    Ulimits: ulimits.length > 0 ? ulimits : undefined,
    PortBindings: ports.length > 0 ? bindings(ports) : undefined,
  });
  capabilities?.end();
  return config;
}

function limits(reader: AttributeReader): HostConfig {
  const memorySwap = reader.number("memory_swap");
  return compact<HostConfig>({
    Memory: megabytes(reader.number("memory")),
    MemorySwap: memorySwap !== undefined && memorySwap < 0 ? memorySwap : megabytes(memorySwap),
    ShmSize: megabytes(reader.number("shm_size")),
    CpuShares: reader.number("cpu_shares"),
    CpusetCpus: reader.string("cpu_set"),
    CpuPeriod: reader.number("cpu_period"),
    CpuQuota: reader.number("cpu_quota"),
  });
}

function megabytes(value: number | undefined): number | undefined {
  return value === undefined ? undefined : value * MEGABYTE;
}

function logConfig(reader: AttributeReader): HostConfig["LogConfig"] {
  const Type = reader.string("log_driver");
  const Config = reader.stringMap("log_opts");
  return Type === undefined && Config === undefined ? undefined : { Type: Type ?? "", Config: Config ?? {} };
}

interface Port {
  readonly key: string;
  readonly ip: string;
  readonly external: string;
}

function port(block: AttributeReader): Port {
  const external = block.number("external");
  const result = {
    key: `${block.requiredNumber("internal")}/${block.string("protocol") ?? "tcp"}`,
    ip: block.string("ip") ?? "0.0.0.0",
    external: external === undefined ? "" : String(external),
  };
  block.end();
  return result;
}

function bindings(ports: readonly Port[]): Record<string, { HostIp: string; HostPort: string }[]> {
  const result: Record<string, { HostIp: string; HostPort: string }[]> = {};
  for (const { key, ip, external } of ports) (result[key] ??= []).push({ HostIp: ip, HostPort: external });
  return result;
}

function healthcheck(block: AttributeReader): NonNullable<ContainerCreateOptions["Healthcheck"]> {
  const time = (name: string) => {
    const text = block.string(name);
    return text === undefined ? undefined : nanoseconds(text);
  };
  const test = block.strings("test");
  if (test === undefined) throw new UnsupportedAttribute(`${block.where}.test is required.`);
  const result = compact<NonNullable<ContainerCreateOptions["Healthcheck"]>>({
    Test: test,
    Interval: time("interval"),
    Timeout: time("timeout"),
    StartPeriod: time("start_period"),
    Retries: block.number("retries"),
  });
  block.end();
  return result;
}

function mount(block: AttributeReader): MountSettings {
  const type = block.requiredString("type");
  if (type !== "bind" && type !== "volume" && type !== "tmpfs")
    throw new UnsupportedAttribute(`${block.where}.type must be bind, volume or tmpfs, but "${type}" was given.`);
  const bindOptions = block.block("bind_options");
  const volumeOptions = block.block("volume_options");
  const tmpfsOptions = block.block("tmpfs_options");
  const settings = compact<Record<keyof MountSettings, unknown>>({
    Target: block.requiredString("target"),
    Source: block.string("source") ?? "",
    Type: type,
    ReadOnly: block.boolean("read_only") ?? false,
    BindOptions: bindOptions && compact({ Propagation: bindOptions.string("propagation") }),
    VolumeOptions: volumeOptions && compact({ NoCopy: volumeOptions.boolean("no_copy"), Labels: volumeOptions.labels() }),
    TmpfsOptions: tmpfsOptions && compact({ SizeBytes: tmpfsOptions.number("size_bytes"), Mode: tmpfsOptions.number("mode") }),
  } as Record<keyof MountSettings, unknown>);
  for (const options of [bindOptions, volumeOptions, tmpfsOptions, block]) options?.end();
  return settings as unknown as MountSettings;
}

function bind(block: AttributeReader): string {
  const source = block.string("volume_name") ?? block.string("host_path");
  if (source === undefined) throw new UnsupportedAttribute(`${block.where} needs volume_name or host_path.`);
  const target = block.requiredString("container_path");
  const mode = (block.boolean("read_only") ?? false) ? "ro" : "rw";
  block.end();
  return `${source}:${target}:${mode}`;
}

function ulimit(block: AttributeReader): { Name: string; Soft: number; Hard: number } {
  const result = { Name: block.requiredString("name"), Soft: block.requiredNumber("soft"), Hard: block.requiredNumber("hard") };
  block.end();
  return result;
}

function extraHost(block: AttributeReader): string {
  const result = `${block.requiredString("host")}:${block.requiredString("ip")}`;
  block.end();
  return result;
}

function network(block: AttributeReader): ContainerRequest["networks"][number] {
  const ipv4 = block.string("ipv4_address");
  const ipv6 = block.string("ipv6_address");
  const result = {
    name: block.requiredString("name"),
    endpoint: {
      Aliases: block.strings("aliases") ?? [],
      IPAMConfig: compact<{ IPv4Address?: string; IPv6Address?: string }>({ IPv4Address: ipv4, IPv6Address: ipv6 }),
    } as unknown as EndpointSettings,
  };
  block.end();
  return result;
}

function upload(block: AttributeReader): TarFile {
  const text = block.string("content");
  const base64 = block.string("content_base64");
  const name = block.requiredString("file");
  const executable = block.boolean("executable") ?? false;
  const permissions = block.string("permissions");
  block.end();
  if ((text === undefined) === (base64 === undefined))
    throw new UnsupportedAttribute(`${block.where} needs one of content and content_base64.`);
  if (permissions !== undefined && !/^0[0-7]{3}$/.test(permissions))
    throw new UnsupportedAttribute(`${block.where}.permissions is written like "0644", but "${permissions}" was given.`);
  return {
    name,
    mode: permissions === undefined ? (executable ? 0o744 : 0o644) : parseInt(permissions, 8),
    content: text === undefined ? Buffer.from(base64!, "base64") : Buffer.from(text, "utf8"),
  };
}
