import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pack, packedText, type Packed } from "./support/project";

const folder = mkdtempSync(join(tmpdir(), "signalbox-pack-"));
let packed: Packed;

beforeAll(async () => {
  packed = await pack(folder);
}, 60_000);
afterAll(() => {
  rmSync(folder, { recursive: true });
});

const allowed = [
  /^(package\.json|README\.md|LICENSE)$/,
  /^docs\/(behaviour\.md|configuration\.md|grafana-dashboard\.json|metrics\.md|providers\.md|security\.md|signalbox\.schema\.json|translation\.md)$/,
  /^dist\/(index|config\/[\w./-]+|constructs\/[\w./-]+)\.(js|d\.ts)$/,
  /^dist\/provider\/(framework\/[\w./-]+|rpc\/serve)\.(js|d\.ts)$/,
  /^dist\/provider\/plugin\/(LICENSE|THIRD-PARTY-NOTICES\.txt|sbom\.cdx\.json|main\.cjs|provider\.cjs|terraform-provider-signalbox_v[\d.]+)$/,
  /^dist\/cli\/main\.js$/,
  /^dist\/(container\/dist\/)?(THIRD-PARTY-NOTICES\.txt|sbom\.cdx\.json)$/,
  /^dist\/container\/(Dockerfile|dist\/LICENSE|dist\/cli\/(load-worker|main)\.js)$/,
];

it("holds the built product and nothing else", () => {
  expect(packed.files.map(({ path }) => path).filter((path) => !allowed.some((pattern) => pattern.test(path)))).toEqual([]);
  expect(packed.files.map(({ path }) => path)).toEqual(
    expect.arrayContaining([
      "README.md",
      "LICENSE",
      "dist/index.js",
      "dist/index.d.ts",
      "dist/cli/main.js",
      "dist/container/Dockerfile",
      "dist/container/dist/cli/load-worker.js",
      "dist/container/dist/cli/main.js",
      "dist/container/dist/THIRD-PARTY-NOTICES.txt",
      "dist/THIRD-PARTY-NOTICES.txt",
      "dist/sbom.cdx.json",
      "dist/provider/framework/index.d.ts",
      "dist/provider/framework/testing/index.js",
      "dist/provider/rpc/serve.js",
      "dist/provider/plugin/provider.cjs",
      "dist/constructs/bindings/index.js",
      "docs/signalbox.schema.json",
      "docs/behaviour.md",
      "docs/metrics.md",
      "docs/providers.md",
      "docs/security.md",
      "docs/translation.md",
      "docs/configuration.md",
    ]),
  );
});

it("is small", () => {
  // the thread that reads configurations is a file of its own
  expect(packed.size).toBeLessThan(2_100_000);
  expect(packed.unpackedSize).toBeLessThan(8_500_000);
});

it("says nothing of the machine that built it", () => {
  const telling = packed.files.filter(({ path }) =>
    [process.cwd(), "../shared", "sourceMappingURL=data"].some((text) => packedText(path).includes(text)),
  );
  expect(telling).toEqual([]);
});

it("lists each bundled package in the SBOM and in the notices", () => {
  const { bomFormat, components } = JSON.parse(packedText("dist/sbom.cdx.json")) as {
    readonly bomFormat: string;
    readonly components: readonly { readonly name: string; readonly version: string; readonly hashes: readonly unknown[] }[];
  };
  const notices = packedText("dist/THIRD-PARTY-NOTICES.txt");
  expect(bomFormat).toBe("CycloneDX");
  expect(components.map(({ name }) => name)).toEqual(expect.arrayContaining(["commander", "fastify", "pino", "undici", "yaml", "zod"]));
  expect(components.filter(({ name, version }) => !notices.includes(`\n${name} ${version} (`))).toEqual([]);
  expect(components.filter(({ hashes }) => hashes.length !== 1)).toEqual([]);
});
