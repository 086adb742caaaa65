import { mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { ReferenceProblem } from "../../../config/references";
import { createSecretStore, type SecretStore, type SecretText } from "../../../runtime/secrets/store";
import { pause, until } from "../reload/until";
import { mountVersion } from "../reload/ways-to-change";

let secretsDir: string;
let store: SecretStore;
let warnings: string[];

function open(env: Record<string, string> = {}): SecretStore {
  store = createSecretStore({
    env,
    secretsDir,
    pollMs: 20,
    log: { warn: (details, message) => void warnings.push(JSON.stringify(details) + message) },
  });
  return store;
}

function write(name: string, value: string): void {
  writeFileSync(join(secretsDir, name), value);
}

beforeEach(() => {
  secretsDir = mkdtempSync(join(tmpdir(), "secrets-"));
  warnings = [];
});

afterEach(() => {
  store.close();
  rmSync(secretsDir, { recursive: true });
});

describe("compileText", () => {
  test.each([
    ["Bearer abc", "Bearer abc"],
    ["", ""],
    ["Bearer {vault://env/openai-key}", "Bearer sk-env"],
    ['Bearer ${{ env "DECK_KEY" }}', "Bearer sk-deck"],
    ["Bearer {vault://file/openai.key}", "Bearer sk-file"],
    ["{vault://file/openai.key}:{vault://env/openai-key}:{vault://file/openai.key}", "sk-file:sk-env:sk-file"],
  ])("%j reads as %j", (text, expected) => {
    write("openai.key", "sk-file\n");
    expect(open({ OPENAI_KEY: "sk-env", DECK_KEY: "sk-deck" }).compileText(text).read()).toBe(expected);
  });

  test.each(["{vault://file/none.key}", "{vault://env/none}", "{vault://other/x}"])("%j must be readable at first", (text) => {
    expect(() => open().compileText(text)).toThrow(ReferenceProblem);
  });

  test("without a secrets folder a file cannot be read", () => {
    store = createSecretStore({ env: {}, log: { warn: () => undefined } });
    expect(() => store.compileText("{vault://file/a}")).toThrow(ReferenceProblem);
  });

  test("a file that is unreadable now is refused, even if a value is known", () => {
    write("a", "one");
    const text = open().compileText("{vault://file/a}");
    rmSync(join(secretsDir, "a"));
    expect(() => store.compileText("x {vault://file/a}")).toThrow(ReferenceProblem);
    expect(text.read()).toBe("one");
  });
});

describe("a changed file", () => {
  test("changes every text that needs it, and no other", async () => {
    write("a", "one");
    write("b", "two");
    open();
    const [plain, bearer, other] = ["{vault://file/a}", "Bearer {vault://file/a}", "{vault://file/b}"].map((text) =>
      store.compileText(text),
    );
    write("a", "one more");
    await until(() => plain?.read() === "one more", "the new value");
    expect([bearer?.read(), other?.read()]).toEqual(["Bearer one more", "two"]);
  });

  test("is seen when it is renamed over, below a folder, and by a swapped ..data link", async () => {
    mkdirSync(join(secretsDir, "deep"));
    write("deep/a", "one");
    mountVersion(secretsDir, "b", "1", "two");
    const deep = open().compileText("{vault://file/deep/a}");
    const mounted = store.compileText("{vault://file/b}");
    write("deep/a.new", "three");
    renameSync(join(secretsDir, "deep/a.new"), join(secretsDir, "deep/a"));
    mountVersion(secretsDir, "b", "2", "four");
    await until(() => deep.read() === "three" && mounted.read() === "four", "both");
  });

  test("is seen at once by a text that is compiled later", () => {
    write("a", "one");
    const early = open().compileText("{vault://file/a}");
    write("a", "two");
    expect(store.compileText("{vault://file/a}").read()).toBe("two");
    expect(early.read()).toBe("two");
  });

  test("that cannot be read keeps its last value, is logged once without it, and recovers", async () => {
    write("a", "sk-old");
    const text = open().compileText("{vault://file/a}");
    write("a", "");
    await until(() => warnings.length === 1, "the warning");
    rmSync(join(secretsDir, "a"));
    await pause(120);
    expect(text.read()).toBe("sk-old");
    expect(warnings).toEqual([expect.stringContaining(join(secretsDir, "a"))]);
    expect(warnings[0]).not.toContain("sk-old");
    write("a", "sk-new");
    await until(() => text.read() === "sk-new", "the new value");
    rmSync(join(secretsDir, "a"));
    await until(() => warnings.length === 2, "the second warning");
  });

  test("that will not do for what it is read for keeps its last value there, is logged once without it, and recovers", async () => {
    write("a", "sk-old");
    const use = { field: "auth.header_value", problemOf: (text: string) => (text.includes("\n") ? "must be one line." : undefined) };
    const [checked, free] = [open().compileText("Bearer {vault://file/a}", use), store.compileText("{vault://file/a}")];
    write("a", "sk-new\nsk-other");
    await until(() => free.read() === "sk-new\nsk-other", "the new value");
    for (let time = 0; time < 3; time++) expect(checked.read()).toBe("Bearer sk-old");
    expect(warnings).toHaveLength(1);
    expect(warnings[0]).toContain("auth.header_value: What {vault://file/a} stands for must be one line. Its last value stays in use.");
    expect(warnings[0]).not.toMatch(/sk-/);
    expect(() => store.compileText("Bearer {vault://file/a}", use)).toThrow(
      new ReferenceProblem("auth.header_value: What {vault://file/a} stands for must be one line."),
    );
    write("a", "sk-good");
    await until(() => checked.read() === "Bearer sk-good", "the good value");
  });

  test("is not followed after close", async () => {
    write("a", "one");
    const text = open().compileText("{vault://file/a}");
    store.close();
    write("a", "one more");
    await pause(120);
    expect(text.read()).toBe("one");
  });
});

test("read looks anew each time", () => {
  write("a", "one");
  const reference = { kind: "file", name: "a", text: "{vault://file/a}" } as const;
  expect(open().read(reference)).toBe("one");
  write("a", "two");
  expect(store.read(reference)).toBe("two");
});

test("texts that are gone leave no watch behind", async () => {
  setFlagsFromString("--expose-gc");
  const collect = runInNewContext("gc") as () => void;
  const watches = (): number => process.getActiveResourcesInfo().length;
  write("a", "one");
  write("b", "two");
  const kept = open().compileText("{vault://file/b}");
  const before = watches();
  let text: SecretText | undefined = store.compileText("{vault://file/a}");
  expect(text.read()).toBe("one");
  text = undefined;
  await until(() => {
    collect();
    return warnings.length === 0 && watches() <= before;
  }, "the end of the watch");
  expect(kept.read()).toBe("two");
});
