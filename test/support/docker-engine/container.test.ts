import { containerRequest, containerUpdate } from "./container";

const MINIMAL = { name: "gateway", image: "sha256:1" };

describe("the request for a container", () => {
  test("defaults are those of the provider", () => {
    expect(containerRequest(MINIMAL)).toEqual({
      create: {
        name: "gateway",
        Image: "sha256:1",
        HostConfig: {
          ReadonlyRootfs: false,
          AutoRemove: false,
          RestartPolicy: { Name: "no", MaximumRetryCount: 0 },
          NetworkMode: "bridge",
        },
      },
      networks: [],
      uploads: [],
      start: true,
      mustRun: true,
      wait: false,
      waitTimeoutSeconds: 60,
      removeVolumes: true,
    });
  });

  test("hardening", () => {
    const { create } = containerRequest({
      ...MINIMAL,
      user: "10001:10001",
      read_only: true,
      init: true,
      capabilities: { drop: ["ALL"] },
      security_opts: ["no-new-privileges:true"],
      group_add: ["2000"],
      tmpfs: { "/tmp": "rw,noexec,nosuid,size=16m" },
      memory: 256,
      memory_swap: -1,
      cpu_period: 100000,
      cpu_quota: 50000,
    });
    expect(create).toMatchObject({ User: "10001:10001" });
    expect(create.HostConfig).toMatchObject({
      ReadonlyRootfs: true,
      Init: true,
      CapDrop: ["ALL"],
      SecurityOpt: ["no-new-privileges:true"],
      GroupAdd: ["2000"],
      Tmpfs: { "/tmp": "rw,noexec,nosuid,size=16m" },
      Memory: 256 * 1024 * 1024,
      MemorySwap: -1,
      CpuPeriod: 100000,
      CpuQuota: 50000,
    });
  });

  test("ports, networks, mounts, health and end of life", () => {
    const request = containerRequest({
      ...MINIMAL,
      ports: [{ internal: 8000, external: 18000, ip: "127.0.0.1" }, { internal: 8000 }],
      networks_advanced: [{ name: "net", aliases: ["gateway"] }],
      mounts: [
        { type: "volume", source: "config", target: "/etc/c", read_only: true },
        { type: "bind", source: "/host", target: "/s", read_only: true, bind_options: { propagation: "rprivate" } },
      ],
      healthcheck: { test: ["CMD", "node", "x"], interval: "1s", timeout: "500ms", start_period: "1m30s", retries: 3 },
      stop_signal: "SIGTERM",
      stop_timeout: 35,
      destroy_grace_seconds: 35,
      wait: true,
      wait_timeout: 20,
    });
    expect(request.create).toMatchObject({
      ExposedPorts: { "8000/tcp": {} },
      Healthcheck: { Test: ["CMD", "node", "x"], Interval: 1e9, Timeout: 5e8, StartPeriod: 90e9, Retries: 3 },
      StopSignal: "SIGTERM",
      StopTimeout: 35,
    });
    expect(request.create.HostConfig).toMatchObject({
      PortBindings: {
        "8000/tcp": [
          { HostIp: "127.0.0.1", HostPort: "18000" },
          { HostIp: "0.0.0.0", HostPort: "" },
        ],
      },
      Mounts: [
        { Type: "volume", Source: "config", Target: "/etc/c", ReadOnly: true },
        { Type: "bind", Source: "/host", Target: "/s", ReadOnly: true, BindOptions: { Propagation: "rprivate" } },
      ],
    });
    expect(request.networks).toEqual([{ name: "net", endpoint: { Aliases: ["gateway"], IPAMConfig: {} } }]);
    expect(request).toMatchObject({ destroyGraceSeconds: 35, wait: true, waitTimeoutSeconds: 20 });
  });

  test.each([
    [{ content: "{}" }, 0o644, "{}"],
    [{ content_base64: "e30=", executable: true }, 0o744, "{}"],
    [{ content: "x", executable: true, permissions: "0640" }, 0o640, "x"],
  ])("upload %j", (upload, mode, content) => {
    const { uploads } = containerRequest({ ...MINIMAL, start: false, must_run: false, upload: [{ file: "/c/kong.json", ...upload }] });
    expect(uploads).toEqual([{ name: "/c/kong.json", mode, content: Buffer.from(content) }]);
  });

  test.each([
    ["cpus", { cpus: "0.5" }, "cpus crashes the provider"],
    ["upload beside read_only", { read_only: true, upload: { file: "/x", content: "y" } }, "container rootfs is marked read-only"],
    ["an upload without content", { upload: { file: "/x" } }, "needs one of content and content_base64"],
    ["an upload from a file", { upload: { file: "/x", source: "y" } }, 'no mapping for "source"'],
    ["gpus", { gpus: "all" }, 'no mapping for "gpus"'],
    ["an unknown mount type", { mounts: { type: "npipe", target: "/x" } }, "must be bind, volume or tmpfs"],
    [
      "an unknown option of a mount",
      { mounts: { type: "volume", target: "/x", volume_options: { subpath: "y" } } },
      'no mapping for "subpath"',
    ],
    ["a time that is none", { healthcheck: { test: ["NONE"], interval: "1 second" } }, 'A duration is written like "1s"'],
    ["labels as a map", { labels: { a: "b" } }, "label is required"],
  ])("refuses %s", (_, attributes, message) => {
    expect(() => containerRequest({ ...MINIMAL, ...attributes })).toThrow(message);
  });

  test("a change in place carries limits and restart policy only", () => {
    expect(containerUpdate({ ...MINIMAL, restart: "unless-stopped", memory: 64, memory_swap: 128, env: ["A=1"] })).toEqual({
      RestartPolicy: { Name: "unless-stopped", MaximumRetryCount: 0 },
      Memory: 64 * 1024 * 1024,
      MemorySwap: 128 * 1024 * 1024,
    });
  });
});
