import { readFileSync } from "node:fs";
import { join } from "node:path";
import { audit, type LockFile, type Manifest } from "../../build/audit";

const read = (file: string): unknown => JSON.parse(readFileSync(join(__dirname, "../..", file), "utf8"));
const manifest = read("package.json") as Manifest;
const lock = read("package-lock.json") as LockFile;
const text = JSON.stringify(lock);

const DIGEST = `sha512-${"A".repeat(86)}==`;
const small: Manifest = { name: "x", version: "1.0.0", license: "MIT", dependencies: { a: "1.2.3" } };
const locked = (more: LockFile["packages"] = {}): LockFile => ({
  lockfileVersion: 3,
  packages: { "": small, "node_modules/a": { version: "1.2.3", integrity: DIGEST, license: "MIT" }, ...more },
});
const entry = { version: "1.0.0", integrity: DIGEST, license: "MIT" };

describe("the project's own packages", () => {
  test("are pinned, locked, covered by integrity and of known licences", () => {
    expect(audit(manifest, lock)).toEqual([]);
  });

  test("every entry of the lock file but links and bundled ones has its integrity, and none names a registry", () => {
    const entries = Object.entries(lock.packages ?? {}).filter(([folder, { link, inBundle }]) => folder !== "" && !link && !inBundle);
    expect(entries.length).toBeGreaterThan(500);
    expect(entries.filter(([, { integrity }]) => integrity === undefined).map(([folder]) => folder)).toEqual([]);
    expect(text).not.toMatch(/"resolved"|https?:\/\/[^"]*\.tgz/);
  });

  test("the optional packages of other platforms are kept", () => {
    const folders = Object.keys(lock.packages ?? {});
    expect(folders.filter((folder) => folder.startsWith("node_modules/@swc/core-")).length).toBeGreaterThan(10);
    expect(folders.filter((folder) => folder.startsWith("node_modules/@unrs/resolver-binding-")).length).toBeGreaterThan(15);
  });
});

test.each(["test/e2e/clients", "test/tools/cdktf"])("so are the packages of %s", (folder) => {
  expect(audit(read(`${folder}/package.json`) as Manifest, read(`${folder}/package-lock.json`) as LockFile)).toEqual([]);
});

describe("a fault of the packages is told", () => {
  test("nothing is wrong with the sound example", () => {
    expect(audit(small, locked())).toEqual([]);
  });

  test.each<[string, Manifest, LockFile, RegExp]>([
    ["a range", { ...small, dependencies: { a: "^1.2.3" } }, locked(), /dependencies\.a must be an exact version/],
    ["a tag", { ...small, devDependencies: { b: "latest" } }, locked(), /devDependencies\.b must be an exact version/],
    ["another version", { ...small, dependencies: { a: "1.2.4" } }, locked(), /a must be locked at 1\.2\.4.*but 1\.2\.3/],
    [
      "a package that is not locked",
      { ...small, dependencies: { a: "1.2.3", b: "1.0.0" } },
      locked(),
      /b must be locked at 1\.0\.0.*nothing/,
    ],
    ["a dependency that only the lock file has", { ...small, dependencies: {} }, locked(), /dependencies must be the same/],
    ["another name", { ...small, name: "y" }, locked(), /name must be the same/],
    [
      "no integrity",
      small,
      locked({ "node_modules/b": { version: "1.0.0", license: "MIT" } }),
      /node_modules\/b must have a sha512 integrity/,
    ],
    [
      "a weak digest",
      small,
      locked({ "node_modules/b": { ...entry, integrity: "sha1-abc=" } }),
      /node_modules\/b must have a sha512 integrity/,
    ],
    ["a registry", small, locked({ "node_modules/b": { ...entry, resolved: "x" } }), /node_modules\/b must not name the place/],
    ["an unknown licence", small, locked({ "node_modules/b": { ...entry, license: "AGPL-3.0" } }), /licence of node_modules\/b.*AGPL-3\.0/],
    [
      "an unknown licence beside a known one",
      small,
      locked({ "node_modules/b": { ...entry, license: "MIT AND AGPL-3.0" } }),
      /licence of node_modules\/b.*MIT AND AGPL-3\.0/,
    ],
    ["no licence", small, locked({ "node_modules/b": { version: "1.0.0", integrity: DIGEST } }), /licence of node_modules\/b.*none/],
    ["a missing optional package", small, locked({ "node_modules/b": { ...entry, optionalDependencies: { c: "1" } } }), /c must be locked/],
    [
      "a missing nested package",
      small,
      locked({ "node_modules/a/node_modules/c": entry, "node_modules/b": { ...entry, dependencies: { c: "1" } } }),
      /c must be locked, as node_modules\/b/,
    ],
    ["another lock file version", small, { ...locked(), lockfileVersion: 2 }, /lockfileVersion must be 3/],
    ["no packages", small, { lockfileVersion: 3 }, /lists none/],
  ])("%s", (_name, given, lockFile, message) => {
    expect(audit(given, lockFile).join("\n")).toMatch(message);
  });

  test("one known licence of a choice is enough", () => {
    expect(audit(small, locked({ "node_modules/b": { ...entry, license: "(MIT OR AGPL-3.0)" } }))).toEqual([]);
  });

  test("links and bundled packages need no integrity of their own", () => {
    const more = {
      "node_modules/l": { link: true, resolved: "packages/l" },
      "node_modules/a/node_modules/c": { version: "1.0.0", inBundle: true, license: "MIT" },
    };
    expect(audit(small, locked(more))).toEqual([]);
  });
});
