import { createHash } from "node:crypto";
import { mkdirSync, mkdtempSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Problem } from "../../../config/problem";
import { readLastGood, saveLastGood } from "../../../runtime/reload/last-good";
import { MAX_FILE_BYTES, Reloader, type Loaded, type ReloadStatus, type ReloaderOptions } from "../../../runtime/reload/reloader";
import { pause, until } from "./until";
import { WAYS, mountVersion } from "./ways-to-change";

const BAD: Problem = { severity: "error", path: ["services"], message: "services must be a list." };
const DOUBTFUL: Problem = { severity: "warning", path: ["x"], message: "x is deprecated." };

let root: string;
let path: string;
let stateDir: string;
let applied: string[];
let statuses: ReloadStatus[];
let reloader: Reloader<string> | undefined;

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "reloader-"));
  mkdirSync(join(root, "config"));
  path = join(root, "config", "kong.json");
  stateDir = join(root, "state");
  applied = [];
  statuses = [];
});

afterEach(async () => {
  await reloader?.close();
  rmSync(root, { recursive: true });
});

/** Valid texts stand in angle brackets; `<!…>` comes with a warning. */
function load(content: Buffer): Loaded<string> {
  const text = content.toString();
  if (!/^<.*>$/.test(text)) return { problems: [BAD] };
  return { problems: text.startsWith("<!") ? [DOUBTFUL] : [], value: text };
}

function make(options: Partial<ReloaderOptions<string>> = {}): Reloader<string> {
  reloader = new Reloader<string>({
    path,
    stateDir,
    load,
    apply: (value) => void applied.push(value),
    onStatus: (status) => void statuses.push(status),
    pollMs: 20,
    debounceMs: 20,
    now: () => 1234,
    ...options,
  });
  return reloader;
}

const sha256 = (text: string): string => createHash("sha256").update(text).digest("hex");
/** Typed as what it stands for. */
const containing = (text: string): string => expect.stringContaining(text) as string;
const served = (text: string): ReloadStatus => ({ state: "served", digest: sha256(text), loadedAt: 1234 });

describe("start", () => {
  test("serves the file and saves it", async () => {
    writeFileSync(path, "<one>");
    expect(make().status).toEqual({ state: "none" });
    expect(await reloader?.start()).toEqual(served("<one>"));
    expect(applied).toEqual(["<one>"]);
    expect(statuses).toEqual([served("<one>")]);
    expect((await readLastGood(stateDir))?.content.toString()).toBe("<one>");
  });

  test.each([
    ["refused", "broken", "the configuration is not valid", [BAD]],
    ["missing", undefined, "does not exist", []],
  ])("a %s file: the last good one is served and the refusal shows", async (_, text, reason, problems) => {
    await saveLastGood(stateDir, Buffer.from("<old>"));
    if (text !== undefined) writeFileSync(path, text);
    const status = await make().start();
    expect(status).toEqual({ ...served("<old>"), state: "refused", reason: containing(reason), problems });
    expect(applied).toEqual(["<old>"]);
  });

  test("nothing is served where both cannot be", async () => {
    await saveLastGood(stateDir, Buffer.from("broken too"));
    writeFileSync(path, "broken");
    expect(await make().start()).toEqual({ state: "none", reason: "the configuration is not valid", problems: [BAD] });
    expect(applied).toEqual([]);
    writeFileSync(path, "<one>");
    await until(() => reloader?.status.state === "served", "the corrected file");
  });

  test("waits for the file", async () => {
    expect(await make({ stateDir: undefined }).start()).toMatchObject({ state: "none", reason: containing("does not exist") });
    writeFileSync(path, "<one>");
    await until(() => reloader?.status.state === "served", "the file");
    expect(applied).toEqual(["<one>"]);
  });

  test("the file turning into what the last good one was is no change", async () => {
    await saveLastGood(stateDir, Buffer.from("<old>"));
    writeFileSync(path, "broken");
    await make().start();
    writeFileSync(path, "<old>");
    await until(() => reloader?.status.state === "served", "the corrected file");
    expect(reloader?.status).toEqual(served("<old>"));
    expect(applied).toEqual(["<old>"]);
  });
});

describe("a change", () => {
  test.each(Object.keys(WAYS))("of a file that is %s is applied", async (way) => {
    writeFileSync(path, "<one>");
    await make().start();
    for (const text of ["<second text>", "<third>"]) {
      await WAYS[way]?.(path, text);
      await until(() => reloader?.status.digest === sha256(text) && reloader.status.state === "served", text);
    }
    // Whatever was there in between, nothing else was ever applied.
    expect(applied).toEqual(["<one>", "<second text>", "<third>"]);
    expect((await readLastGood(stateDir))?.content.toString()).toBe("<third>");
  });

  test("by a swapped link is applied", async () => {
    mountVersion(join(root, "config"), "kong.json", "1", "<one>");
    await make().start();
    mountVersion(join(root, "config"), "kong.json", "2", "<two>");
    await until(() => applied.length === 2, "<two>");
    expect(applied).toEqual(["<one>", "<two>"]);
  });

  test("to something invalid is refused, the old one stays, and a correction is taken", async () => {
    writeFileSync(path, "<one>");
    await make().start();
    writeFileSync(path, "broken");
    await until(() => reloader?.status.state === "refused", "the refusal");
    expect(reloader?.status).toEqual({ ...served("<one>"), state: "refused", reason: "the configuration is not valid", problems: [BAD] });
    expect((await readLastGood(stateDir))?.content.toString()).toBe("<one>");
    writeFileSync(path, "<two>");
    await until(() => reloader?.status.state === "served", "the correction");
    expect(applied).toEqual(["<one>", "<two>"]);
  });

  test("to the same content applies nothing", async () => {
    writeFileSync(path, "<one>");
    await make().start();
    await WAYS["renamed over"]?.(path, "<one>");
    await until(() => statuses.length === 2, "the look");
    expect(applied).toEqual(["<one>"]);
  });

  test("that removes the file changes nothing", async () => {
    writeFileSync(path, "<one>");
    await make().start();
    rmSync(path);
    await pause(80);
    expect(await reloader?.reload()).toEqual(served("<one>"));
  });
});

describe("reload", () => {
  test.each<[string, Partial<ReloaderOptions<string>>, string]>([
    [
      "an apply that throws",
      {
        apply: (value) => {
          if (value === "<two>") throw new Error("port in use");
        },
      },
      "the configuration cannot be applied: port in use",
    ],
    [
      "a load that rejects",
      { load: (text) => (text.toString() === "<two>" ? Promise.reject(new Error("odd")) : load(text)) },
      "the configuration cannot be applied: odd",
    ],
  ])("%s refuses the text", async (_, options, reason) => {
    writeFileSync(path, "<one>");
    await make(options).start();
    writeFileSync(path, "<two>");
    expect(await reloader?.reload()).toEqual({ ...served("<one>"), state: "refused", reason, problems: [] });
  });

  test("a value that comes with an error is not applied", async () => {
    writeFileSync(path, "<one>");
    expect(await make({ load: (text) => ({ problems: [BAD], value: text.toString() }) }).start()).toMatchObject({ state: "none" });
    expect(applied).toEqual([]);
  });

  test("warnings show while served", async () => {
    writeFileSync(path, "<!one>");
    expect(await make().start()).toEqual({ ...served("<!one>"), problems: [DOUBTFUL] });
  });

  test("a state folder that cannot be written is a warning", async () => {
    writeFileSync(path, "<one>");
    writeFileSync(stateDir, "a file in the folder's place");
    const status = await make().start();
    expect(status).toMatchObject({ state: "served", problems: [{ severity: "warning", message: containing(stateDir) }] });
  });

  test("a folder and a file beyond the limit are refused", async () => {
    writeFileSync(path, "<one>");
    await make().start();
    truncateSync(path, MAX_FILE_BYTES + 1);
    expect(await reloader?.reload()).toMatchObject({ state: "refused", reason: containing("at most") });
    rmSync(path);
    mkdirSync(path);
    expect(await reloader?.reload()).toMatchObject({ state: "refused", reason: containing("must be a file") });
  });

  test("looks never overlap, and those that wait share one", async () => {
    let running = 0;
    let most = 0;
    let loads = 0;
    writeFileSync(path, "broken");
    make({
      load: async () => {
        loads++;
        most = Math.max(most, ++running);
        await pause(20);
        running--;
        return { problems: [BAD] };
      },
    });
    await Promise.all([reloader?.start(), reloader?.reload(), reloader?.reload(), reloader?.reload()]);
    expect([most, loads]).toEqual([1, 2]);
  });

  test("close waits for the look that runs", async () => {
    writeFileSync(path, "<one>");
    const start = make({ load: async (text) => (await pause(30), load(text)) }).start();
    await reloader?.close();
    expect(applied).toEqual(["<one>"]);
    await start;
    writeFileSync(path, "<two>");
    await pause(80);
    expect(applied).toEqual(["<one>"]);
  });
});
