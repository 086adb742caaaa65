import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { releaseFiles } from "../../../build/provider";
import { zip, type ZipEntry } from "../../../build/zip";

const entries: readonly ZipEntry[] = [
  { name: "terraform-provider-x_v1.0.0", content: Buffer.from("#!/bin/sh\nexit 0\n"), executable: true },
  { name: "a/ä.txt", content: Buffer.from("text ".repeat(1000)), executable: false },
  { name: "empty", content: Buffer.alloc(0), executable: false },
];

/** Python's reader is not ours, and checks names, sums and sizes. */
const UNPACK = `
import json, sys, zipfile
with zipfile.ZipFile(sys.argv[1]) as archive:
    assert archive.testzip() is None
    print(json.dumps([[i.filename, oct(i.external_attr >> 16), archive.read(i).decode(), list(i.date_time)] for i in archive.infolist()]))
`;

test("other programs read it, modes included", () => {
  const folder = mkdtempSync(join(tmpdir(), "zip-"));
  const file = join(folder, "a.zip");
  writeFileSync(file, zip(entries));
  const read = JSON.parse(execFileSync("python3", ["-c", UNPACK, file], { encoding: "utf8" })) as unknown;
  const day = [1980, 1, 1, 0, 0, 0];
  expect(read).toEqual([
    ["a/ä.txt", "0o100644", "text ".repeat(1000), day],
    ["empty", "0o100644", "", day],
    ["terraform-provider-x_v1.0.0", "0o100755", "#!/bin/sh\nexit 0\n", day],
  ]);
  expect(statSync(file).size).toBeLessThan(1000);
  expect(readFileSync(file).subarray(0, 4).toString("hex")).toBe("504b0304");
  rmSync(folder, { recursive: true });
});

test("the order of the files does not matter", () => {
  expect(zip([...entries].reverse())).toEqual(zip(entries));
});

test("a release has what registries look for, and sums of all of it", () => {
  const files = releaseFiles("1.2.3", entries);
  const base = "terraform-provider-signalbox_1.2.3";
  expect([...files.keys()].sort()).toEqual(
    [
      ...["linux_amd64", "linux_arm64", "darwin_amd64", "darwin_arm64"].map((platform) => `${base}_${platform}.zip`),
      `${base}_manifest.json`,
      `${base}_SHA256SUMS`,
    ].sort(),
  );
  expect(JSON.parse(Buffer.from(files.get(`${base}_manifest.json`)!).toString())).toEqual({
    version: 1,
    metadata: { protocol_versions: ["6.0"] },
  });
  const sums = Buffer.from(files.get(`${base}_SHA256SUMS`)!).toString();
  expect(sums.match(/^[0-9a-f]{64} {2}terraform-provider-signalbox_1\.2\.3_\S+$/gm)).toHaveLength(5);
});
