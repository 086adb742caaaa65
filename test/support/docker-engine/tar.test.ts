import { spawnSync } from "node:child_process";
import { tar } from "./tar";

describe("tar", () => {
  test("the system's tar lists and unpacks it", () => {
    const archive = tar([
      { name: "/etc/c/kong.json", mode: 0o644, content: Buffer.from("{}") },
      { name: "x", mode: 0o640, content: Buffer.alloc(512, "a") },
    ]);
    expect(archive.length % 512).toBe(0);
    const listed = spawnSync("tar", ["--numeric-owner", "-Ptvf", "-"], { input: archive, encoding: "utf8" });
    expect(listed.stderr).toBe("");
    expect(listed.stdout.split("\n").map((line) => line.replace(/\s+/g, " "))).toEqual([
      "-rw-r--r-- 0/0 2 1970-01-01 00:00 /etc/c/kong.json",
      "-rw-r----- 0/0 512 1970-01-01 00:00 x",
      "",
    ]);
    expect(spawnSync("tar", ["-PxOf", "-", "x"], { input: archive, encoding: "utf8" }).stdout).toBe("a".repeat(512));
  });

  test("a name that does not fit is refused", () => {
    expect(() => tar([{ name: "x".repeat(101), mode: 0o644, content: Buffer.alloc(0) }])).toThrow("at most 100 bytes");
  });
});
