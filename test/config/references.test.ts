import { chmodSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fc } from "../support/properties";
import {
  createReferenceSource,
  hasReference,
  parseReferences,
  ReferenceProblem,
  resolveText,
  type ReferenceSourceOptions,
} from "../../config/references";

const folder = mkdtempSync(join(tmpdir(), "references-"));
afterAll(() => rmSync(folder, { recursive: true }));

function messageOf(action: () => unknown): string {
  try {
    action();
  } catch (error) {
    if (error instanceof ReferenceProblem) return error.message;
    throw error;
  }
  throw new Error("nothing was thrown");
}

const resolve = (text: string, options: Partial<ReferenceSourceOptions> = {}): string =>
  resolveText(text, createReferenceSource({ env: {}, secretsDir: folder, ...options }));

describe("parseReferences", () => {
  test.each([
    ["plain", ["plain"]],
    ["", [""]],
    ["{vault://env/my-secret}", [{ kind: "env", name: "MY_SECRET", text: "{vault://env/my-secret}" }]],
    ["{vault://env/MY_SECRET/key}", [{ kind: "env", name: "MY_SECRET", key: "key", text: "{vault://env/MY_SECRET/key}" }]],
    ["Bearer {vault://file/a/b.key}", ["Bearer ", { kind: "file", name: "a/b.key", text: "{vault://file/a/b.key}" }]],
    ["{vault://file/..data/key}", [{ kind: "file", name: "..data/key", text: "{vault://file/..data/key}" }]],
    ['${{ env "DECK_X" }}', [{ kind: "env", name: "DECK_X", text: '${{ env "DECK_X" }}' }]],
    ["${{env `DECK_X` | toInt}}", [{ kind: "env", name: "DECK_X", text: "${{env `DECK_X` | toInt}}" }]],
    [
      'a{vault://env/b}c${{ env "DECK_D" }}e',
      ["a", { kind: "env", name: "B", text: "{vault://env/b}" }, "c", { kind: "env", name: "DECK_D", text: '${{ env "DECK_D" }}' }, "e"],
    ],
  ])("%s", (text, expected) => expect(parseReferences(text)).toEqual(expected));

  test.each([
    ["{vault://env/x", "closed"],
    ['${{ env "DECK_X" }', "closed"],
    ["{vault://hcv/secret/key}", 'The vault "hcv" is not served'],
    ["{vault://}", "must look like"],
    ["{vault://env/}", "needs a name"],
    ["{vault://env/a b}", "needs a name"],
    ["{vault://env/a/}", "one KEY"],
    ["{vault://env/a/b/c}", "one KEY"],
    ["{vault://env/a?prefix=X_}", "leave them out"],
    ["{vault://file/a#2}", "leave them out"],
    ["{vault://file/../etc/passwd}", "relative path"],
    ["{vault://file//etc/passwd}", "relative path"],
    ["{vault://file/a/../../b}", "relative path"],
    ["{vault://file/}", "relative path"],
    ["{vault://file/a\0b}", "relative path"],
    ['${{ env "HOME" }}', "must begin with DECK_"],
    ["${{ something }}", "only"],
  ])("refuses %j", (text, part) => expect(messageOf(() => parseReferences(text))).toContain(part));

  test("never throws anything but a ReferenceProblem, and literal text survives", () => {
    const piece = fc.oneof(
      fc.constantFrom("{vault://", "env/", "file/", "a", "/", "}", "${{", ' env "', "DECK_A", '" ', "}}", "?", "#", ".."),
      fc.string(),
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 12 }), (pieces) => {
        const text = pieces.join("");
        try {
          const parsed = parseReferences(text);
          expect(parsed.map((part) => (typeof part === "string" ? part : part.text)).join("")).toBe(text);
          expect(parsed.some((part) => typeof part !== "string")).toBe(hasReference(text));
        } catch (error) {
          expect(error).toBeInstanceOf(ReferenceProblem);
          expect(hasReference(text)).toBe(true);
        }
      }),
    );
  });
});

describe("environment variables", () => {
  const env = { OPENAI_KEY: "sk-1", DECK_X: "x", NAMED: '{"a":"one","n":2,"o":{}}', LIST: '["sk-hidden"]', BROKEN: "sk-hidden", EMPTY: "" };

  test.each([
    ["Bearer {vault://env/openai-key}", "Bearer sk-1"],
    ['${{ env "DECK_X" }}-{vault://env/openai-key}', "x-sk-1"],
    ["{vault://env/named/a}{vault://env/named/n}", "one2"],
    ["no reference", "no reference"],
  ])("%s", (text, expected) => expect(resolve(text, { env })).toBe(expected));

  test.each([
    ["{vault://env/missing}", "MISSING must be set"],
    ["{vault://env/to-string}", "TO_STRING must be set"],
    ["{vault://env/empty}", "is empty"],
    ["{vault://env/named/nothing}", 'the key "nothing"'],
    ["{vault://env/named/toString}", 'the key "toString"'],
    ["{vault://env/named/o}", 'the key "o"'],
    ["{vault://env/broken/a}", "BROKEN must hold a JSON object"],
    ["{vault://env/list/a}", "LIST must hold a JSON object"],
  ])("%s is a problem without its value", (text, part) => {
    const message = messageOf(() => resolve(text, { env }));
    expect(message).toContain(part);
    expect(message).not.toContain("sk-hidden");
  });

  test("an inherited member of the environment object is no variable", () => {
    expect(messageOf(() => createReferenceSource({ env: {} }).read({ kind: "env", name: "toString", text: "t" }))).toContain("not set");
  });
});

describe("secret files", () => {
  test("are read below the folder, without trailing line breaks, anew at each call", () => {
    mkdirSync(join(folder, "team"), { recursive: true });
    const file = join(folder, "team", "openai.key");
    writeFileSync(file, "sk-1\r\n\n");
    const source = createReferenceSource({ env: {}, secretsDir: folder });
    expect(resolveText("Bearer {vault://file/team/openai.key}", source)).toBe("Bearer sk-1");
    writeFileSync(file, " sk-2 ");
    expect(resolveText("{vault://file/team/openai.key}", source)).toBe(" sk-2 ");
  });

  test("may be symbolic links, as in mounted secret volumes", () => {
    mkdirSync(join(folder, "..2024"), { recursive: true });
    writeFileSync(join(folder, "..2024", "linked.key"), "sk-3");
    symlinkSync("..2024", join(folder, "..data"));
    symlinkSync("..data/linked.key", join(folder, "linked.key"));
    expect(resolve("{vault://file/linked.key}")).toBe("sk-3");
  });

  test.each([
    ["absent.key", "does not exist", () => undefined],
    ["empty.key", "is empty", () => writeFileSync(join(folder, "empty.key"), "\n")],
    ["blank.key", "is empty", () => writeFileSync(join(folder, "blank.key"), " \t\r\n")],
    ["marked.key", "byte order mark", () => writeFileSync(join(folder, "marked.key"), "\ufeffsk-hidden")],
    ["utf16.key", "text in UTF-8", () => writeFileSync(join(folder, "utf16.key"), "\ufeffsk-hidden", "utf16le")],
    ["latin1.key", "text in UTF-8", () => writeFileSync(join(folder, "latin1.key"), "sk-hidd\u00e9n", "latin1")],
    ["folder.key", "must be a regular file", () => mkdirSync(join(folder, "folder.key"))],
    ["large.key", "at most 1048576 bytes", () => writeFileSync(join(folder, "large.key"), Buffer.alloc(1_048_577, "a"))],
  ])("%s: %s", (name, part, prepare) => {
    prepare();
    const message = messageOf(() => resolve(`{vault://file/${name}}`));
    expect(message).toContain(part);
    expect(message).toContain(join(folder, name));
    expect(message).not.toContain("sk-");
  });

  test("need a secrets folder", () => {
    expect(messageOf(() => resolve("{vault://file/a.key}", { secretsDir: undefined }))).toContain("--secrets DIR");
  });

  test("that may not be read are named with the process's uid and the remedy", () => {
    const file = join(folder, "locked.key");
    writeFileSync(file, "sk-4");
    chmodSync(file, 0o000);
    chmodSync(folder, 0o755);
    // root may read every file, so the refusal can only be seen as another user
    const isRoot = process.geteuid?.() === 0;
    if (isRoot) process.seteuid?.(65_534);
    try {
      const message = messageOf(() => resolve("{vault://file/locked.key}"));
      expect(message).toContain(file);
      expect(message).toContain("group_add");
      expect(message).toContain(`uid ${String(process.geteuid?.())}`);
    } finally {
      if (isRoot) process.seteuid?.(0);
    }
  });
});
