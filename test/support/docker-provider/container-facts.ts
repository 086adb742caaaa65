import type { ContainerInspectInfo, ImageInspectInfo } from "dockerode";
import { labelsOf } from "./schema-parts";

const MEGABYTE = 1024 * 1024;

/** The parts of an inspection that the Engine's client has no type for. */
interface Untyped {
  readonly Config: { readonly StopSignal?: string; readonly StopTimeout?: number };
  readonly HostConfig: { readonly Runtime?: string; readonly Init?: boolean | null; readonly SecurityOpt?: readonly string[] | null };
}

function networkData({ NetworkSettings }: ContainerInspectInfo) {
  return Object.entries(NetworkSettings.Networks).map(([name, network]) => ({
    gateway: network.Gateway,
    global_ipv6_address: network.GlobalIPv6Address,
    global_ipv6_prefix_length: network.GlobalIPv6PrefixLen,
    ip_address: network.IPAddress,
    ip_prefix_length: network.IPPrefixLen,
    ipv6_gateway: network.IPv6Gateway,
    mac_address: network.MacAddress,
    network_name: name,
  }));
}

function list(value: string | readonly string[] | null | undefined): readonly string[] {
  return typeof value === "string" ? [value] : (value ?? []);
}

/** Everything that the provider may find out about a container, whether or not somebody set it. */
export function factsOf(container: ContainerInspectInfo) {
  const { Config, HostConfig, State } = container;
  const more = container as unknown as Untyped;
  return {
    bridge: "",
    command: list(Config.Cmd),
    container_logs: null,
    entrypoint: list(Config.Entrypoint),
    env: list(Config.Env),
    exit_code: State.ExitCode,
    hostname: Config.Hostname,
    id: container.Id,
    init: more.HostConfig.Init ?? false,
    ipc_mode: HostConfig.IpcMode ?? "",
    log_driver: HostConfig.LogConfig?.Type ?? "",
    network_data: networkData(container),
    runtime: more.HostConfig.Runtime ?? "",
    security_opts: list(more.HostConfig.SecurityOpt),
    shm_size: Math.round((HostConfig.ShmSize ?? 0) / MEGABYTE),
    stop_signal: more.Config.StopSignal ?? "",
    stop_timeout: more.Config.StopTimeout ?? 0,
  };
}

/** A port as the configuration has it, the host's undefined where the Engine chooses one. */
interface Port {
  readonly internal: number;
  readonly external: number | null | undefined;
  readonly ip: string | null;
  readonly protocol: string | null;
}

/** The ports with those of the host that the Engine chose; null where it publishes none, as on a container that does not run. */
export function publishedPorts(container: ContainerInspectInfo, ports: readonly Port[]) {
  return ports.map((port) => {
    if (port.external !== undefined) return { ...port, external: port.external };
    const bindings = container.NetworkSettings.Ports[`${port.internal}/${port.protocol ?? "tcp"}`] as
      { HostIp: string; HostPort: string }[] | null;
    const binding = bindings?.find(({ HostIp }) => HostIp === (port.ip ?? "0.0.0.0"));
    return { ...port, external: binding === undefined ? null : Number(binding.HostPort) };
  });
}

/** What changes on a container that exists: limits and restart policy. */
export function limitsOf({ HostConfig }: ContainerInspectInfo) {
  const swap = HostConfig.MemorySwap ?? 0;
  return {
    restart: HostConfig.RestartPolicy?.Name ?? "no",
    max_retry_count: HostConfig.RestartPolicy?.MaximumRetryCount ?? 0,
    memory: Math.round((HostConfig.Memory ?? 0) / MEGABYTE),
    memory_swap: swap < 0 ? swap : Math.round(swap / MEGABYTE),
    cpu_shares: HostConfig.CpuShares ?? 0,
    cpu_set: HostConfig.CpusetCpus ?? "",
  };
}

type Mount = NonNullable<ContainerInspectInfo["HostConfig"]["Mounts"]>[number];

const given = <T>(value: T | undefined, isDefault: (value: T) => boolean): T | null =>
  value === undefined || isDefault(value) ? null : value;
const isFalse = (value: boolean): boolean => !value;
const isEmpty = (value: { readonly length: number }): boolean => value.length === 0;

function importedMount({ Target, Source, Type, ReadOnly }: Mount) {
  const none = { bind_options: [], tmpfs_options: [], volume_options: [] };
  return { target: Target, source: given(Source, isEmpty), type: Type, read_only: given(ReadOnly, isFalse), ...none };
}

function importedPorts({ HostConfig }: ContainerInspectInfo) {
  const bindings = (HostConfig.PortBindings ?? {}) as Readonly<Record<string, readonly { HostIp: string; HostPort: string }[] | null>>;
  return Object.entries(bindings).flatMap(([key, hosts]) => {
    const [internal, protocol = "tcp"] = key.split("/");
    return (hosts ?? []).map(({ HostIp, HostPort }) => ({
      internal: Number(internal),
      external: HostPort === "" ? null : Number(HostPort),
      ip: HostIp,
      protocol,
    }));
  });
}

/** What a container says of itself after an import, in the spelling of a configuration; defaults of the Engine count as not given. */
export function importedContainer(container: ContainerInspectInfo, image: ImageInspectInfo | undefined) {
  const { Config, HostConfig, NetworkSettings } = container;
  const imageLabels = image?.Config.Labels as Readonly<Record<string, string>> | null | undefined;
  const ofImage = new Set(image?.Config.Env ?? []);
  const limits = limitsOf(container);
  const networks =
    HostConfig.NetworkMode === "bridge" ? Object.entries(NetworkSettings.Networks).filter(([name]) => name !== "bridge") : [];
  return {
    ...factsOf(container),
    env: list(Config.Env).filter((one) => !ofImage.has(one)),
    image: container.Image,
    name: container.Name.slice(1),
    user: given(Config.User, isEmpty),
    working_dir: given(Config.WorkingDir, isEmpty),
    restart: limits.restart === "no" || limits.restart === "" ? null : limits.restart,
    memory: limits.memory === 0 ? null : limits.memory,
    memory_swap: limits.memory_swap === 0 ? null : limits.memory_swap,
    read_only: given(HostConfig.ReadonlyRootfs, isFalse),
    privileged: given(HostConfig.Privileged, isFalse),
    tmpfs: HostConfig.Tmpfs ?? null,
    log_opts: given(HostConfig.LogConfig?.Config as Record<string, string> | undefined, (options) => Object.keys(options).length === 0),
    labels: labelsOf(Config.Labels).filter(({ label, value }) => imageLabels?.[label] !== value),
    mounts: (HostConfig.Mounts ?? []).map(importedMount),
    ports: importedPorts(container),
    networks_advanced: networks.map(([name, { Aliases }]) => ({
      name,
      aliases: given(
        ((Aliases ?? []) as readonly string[]).filter((alias) => !container.Id.startsWith(alias)),
        isEmpty,
      ),
      ipv4_address: null,
      ipv6_address: null,
    })),
  };
}
