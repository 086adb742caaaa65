import { chmodSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { CannotRun } from "../../cli/errors";
import { providerInstall, type ProviderInstallPlaces } from "../../cli/provider-install";
import { memoryIo } from "./support";

const folder = mkdtempSync(join(tmpdir(), "provider-install-"));
afterAll(() => rmSync(folder, { recursive: true }));

const plugin = join(folder, "plugin");
mkdirSync(plugin);
const launcher = "terraform-provider-signalbox_v1.2.3";
writeFileSync(join(plugin, launcher), "#!/bin/sh\n");
chmodSync(join(plugin, launcher), 0o755);
writeFileSync(join(plugin, "provider.cjs"), "new");

const places: ProviderInstallPlaces = { plugin, platform: "linux", arch: "x64", home: join(folder, "home") };
const install = (options: { dir?: string; json?: boolean } = {}, where: Partial<ProviderInstallPlaces> = {}) => {
  const io = memoryIo();
  const code = providerInstall({ json: false, ...options }, io, { ...places, ...where });
  return { code, out: io.out() };
};

const hosts = ["registry.terraform.io", "registry.opentofu.org"];
const folders = (mirror: string, platform = "linux_amd64") =>
  hosts.map((host) => join(mirror, host, "signalbox/signalbox/1.2.3", platform));

test("fills the mirror under both registries and prints how it is used", () => {
  const mirror = join(folder, "mirror");
  const { code, out } = install({ dir: mirror });
  expect(code).toBe(0);
  for (const place of folders(mirror)) {
    expect(readdirSync(place).sort()).toEqual(["provider.cjs", launcher]);
    expect(statSync(join(place, launcher)).mode & 0o777).toBe(0o755);
  }
  expect(out).toContain(`Installed signalbox/signalbox 1.2.3 for linux_amd64 in ${mirror}\n`);
  expect(out).toContain(`    path    = ${JSON.stringify(mirror)}\n`);
  expect(out).toContain('signalbox = { source = "signalbox/signalbox", version = "1.2.3" }');
  for (const host of hosts) expect(out).toContain(`"${host}/signalbox/signalbox"`);
});

test("by default into the folder where both programs look by themselves", () => {
  const { out } = install({}, { platform: "darwin", arch: "arm64" });
  const mirror = join(places.home, ".terraform.d", "plugins");
  for (const place of folders(mirror, "darwin_arm64")) expect(existsSync(join(place, launcher))).toBe(true);
  expect(out).toContain("look there by themselves");
});

test("a second time it replaces what lies there", () => {
  const mirror = join(folder, "twice");
  install({ dir: mirror });
  const [first] = folders(mirror);
  writeFileSync(join(first!, "provider.cjs"), "old");
  writeFileSync(join(first!, "left-over"), "old");
  install({ dir: mirror });
  expect(readdirSync(first!).sort()).toEqual(["provider.cjs", launcher]);
  expect(readFileSync(join(first!, "provider.cjs"), "utf8")).toBe("new");
});

test("--json", () => {
  const mirror = join(folder, "json");
  const result = JSON.parse(install({ dir: mirror, json: true }).out) as Record<string, unknown>;
  expect(result).toMatchObject({
    source: "signalbox/signalbox",
    version: "1.2.3",
    platform: "linux_amd64",
    mirror,
    folders: folders(mirror),
  });
  expect(result["cliConfiguration"]).toContain("filesystem_mirror");
});

test.each([
  ["on Windows", {}, { platform: "win32" as const }, "stand-alone build"],
  ["where the provider was not built", {}, { plugin: join(folder, "none") }, "npm run build"],
  ["into a file", { dir: join(plugin, "provider.cjs") }, {}, "Name another one with --dir"],
])("cannot run %s", (_, options, where, message) => {
  expect(() => install(options, where)).toThrow(CannotRun);
  expect(() => install(options, where)).toThrow(message);
});
