import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { watchFile, type FileWatch, type WatchFileOptions } from "../../../runtime/reload/watch-file";
import { pause, until } from "./until";
import { WAYS, mountVersion, remakeFolder } from "./ways-to-change";

/** So rare that a change is seen by its event or not at all. */
const NEVER = 60_000;

let root: string;
let path: string;
let watch: FileWatch | undefined;
let seen: string[];

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "watch-file-"));
  mkdirSync(join(root, "config"));
  path = join(root, "config", "kong.json");
  seen = [];
});

afterEach(() => {
  watch?.close();
  rmSync(root, { recursive: true });
});

function start(options: Partial<WatchFileOptions> = {}): void {
  watch = watchFile({ path, debounceMs: 20, pollMs: NEVER, onChange: () => void seen.push(readFileSync(path, "utf8")), ...options });
}

describe("watchFile", () => {
  test.each(Object.keys(WAYS))("reports a file that is %s, again and again", async (way) => {
    writeFileSync(path, "first");
    start();
    for (const text of ["second text", "third", "the fourth text"]) {
      await WAYS[way]?.(path, text);
      await until(() => seen.at(-1) === text, text);
    }
  });

  test("reports a swapped ..data link", async () => {
    mountVersion(join(root, "config"), "kong.json", "1", "first");
    start();
    mountVersion(join(root, "config"), "kong.json", "2", "second");
    await until(() => seen.at(-1) === "second", "second");
    mountVersion(join(root, "config"), "kong.json", "3", "third");
    await until(() => seen.at(-1) === "third", "third");
  });

  test("sees by polling what sends no event: a file behind a link to another folder", async () => {
    writeFileSync(join(root, "elsewhere"), "first");
    symlinkSync(join(root, "elsewhere"), path);
    start({ pollMs: 20 });
    writeFileSync(join(root, "elsewhere"), "second text");
    await until(() => seen.at(-1) === "second text", "second text");
  });

  test("goes on with a folder that is made anew, and gets its events", async () => {
    writeFileSync(path, "first");
    start({ pollMs: 20 });
    remakeFolder(path, "second text");
    await until(() => seen.at(-1) === "second text", "second text");
    writeFileSync(path, "third");
    await until(() => seen.at(-1) === "third", "third");
  });

  test("waits for a file, and for its folder", async () => {
    rmSync(join(root, "config"), { recursive: true });
    start({ pollMs: 20 });
    mkdirSync(join(root, "config"));
    await pause(50);
    writeFileSync(path, "first");
    await until(() => seen.at(-1) === "first", "first");
  });

  test("neither the beginning, nor a missing file, nor a neighbour is a change", async () => {
    writeFileSync(path, "first");
    start({ pollMs: 10 });
    writeFileSync(join(root, "config", "other"), "x");
    rmSync(path);
    await pause(100);
    expect(seen).toEqual([]);
  });

  test("reports a missing file where asked", async () => {
    let changes = 0;
    writeFileSync(path, "first");
    start({
      reportMissing: true,
      onChange: () => {
        changes++;
      },
    });
    rmSync(path);
    await until(() => changes === 1, "the removal");
    writeFileSync(path, "first");
    await until(() => changes === 2, "the return");
  });

  test("reports several writes in a row once", async () => {
    writeFileSync(path, "first");
    start({ debounceMs: 100 });
    for (let index = 0; index < 5; index++) {
      writeFileSync(path, `text ${index}`);
      await pause(10);
    }
    await until(() => seen.length > 0, "a report");
    await pause(150);
    expect(seen).toEqual(["text 4"]);
  });

  test("reports a file that never comes to rest all the same", async () => {
    writeFileSync(path, "");
    start();
    const writing = setInterval(() => writeFileSync(path, "x", { flag: "a" }), 5);
    try {
      await until(() => seen.length > 0, "a report");
    } finally {
      clearInterval(writing);
    }
  });

  test("never overlaps, and reports what changed during a call", async () => {
    let running = 0;
    let most = 0;
    writeFileSync(path, "first");
    start({
      pollMs: 10,
      debounceMs: 5,
      onChange: async () => {
        most = Math.max(most, ++running);
        await pause(60);
        seen.push(readFileSync(path, "utf8"));
        running--;
      },
    });
    writeFileSync(path, "second text");
    await until(() => running === 1, "the first call");
    writeFileSync(path, "third");
    await until(() => seen.length === 2 && running === 0, "the second call");
    expect(most).toBe(1);
    expect(seen.at(-1)).toBe("third");
  });

  test("reports nothing after close", async () => {
    writeFileSync(path, "first");
    start({ pollMs: 10 });
    writeFileSync(path, "second text");
    watch?.close();
    watch?.close();
    await pause(80);
    expect(seen).toEqual([]);
  });
});
