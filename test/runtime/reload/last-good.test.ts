import { mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { readLastGood, saveLastGood } from "../../../runtime/reload/last-good";

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "last-good-"));
});
afterEach(() => rmSync(root, { recursive: true }));

describe("the last good configuration", () => {
  test("is what was saved last, for its owner only, with nothing beside it", async () => {
    const stateDir = join(root, "a", "b");
    expect(await readLastGood(stateDir)).toBeUndefined();
    await saveLastGood(stateDir, Buffer.from("first, longer"));
    await saveLastGood(stateDir, Buffer.from("zweite ü"));
    expect((await readLastGood(stateDir))?.content.toString()).toBe("zweite ü");
    const files = readdirSync(stateDir);
    expect(files).toHaveLength(1);
    expect(statSync(join(stateDir, files[0] ?? "")).mode & 0o777).toBe(0o600);
    expect(statSync(stateDir).mode & 0o777).toBe(0o700);
  });

  test("survives a save that fails, here for a file in the place of the folder", async () => {
    await saveLastGood(root, Buffer.from("first"));
    const [file = ""] = readdirSync(root);
    await expect(saveLastGood(join(root, file), Buffer.from("second"))).rejects.toThrow(file);
    expect((await readLastGood(root))?.content.toString()).toBe("first");
  });

  test("an abandoned temporary file is no obstacle", async () => {
    writeFileSync(join(root, `last-good-configuration.${process.pid}.tmp`), "half", { mode: 0o644 });
    await saveLastGood(root, Buffer.from("whole"));
    expect((await readLastGood(root))?.content.toString()).toBe("whole");
    expect(statSync(join(root, "last-good-configuration")).mode & 0o777).toBe(0o600);
  });
});
