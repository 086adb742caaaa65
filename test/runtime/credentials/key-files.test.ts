import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { formatProblem } from "../../../config/problem";
import type { ConfigurationRefused } from "../../../runtime/configuration-refused";
import { CHAT, document, post, startTestGateway, target, until, type TestGateway } from "../../support/gateway";
import { chatAnswer, sendJson, TestUpstream } from "../../support/upstream";

let upstream: TestUpstream;
let secretsDir: string;
let gateway: TestGateway | undefined;

beforeAll(async () => {
  upstream = await TestUpstream.start();
  upstream.answer = (response) => sendJson(response, 200, chatAnswer("fine"));
});
beforeEach(async () => {
  secretsDir = await mkdtemp(join(tmpdir(), "key-files-"));
  await writeFile(join(secretsDir, "good.key"), "sk-good\n");
  upstream.calls.length = 0;
});
afterEach(async () => {
  await gateway?.close();
  gateway = undefined;
  await rm(secretsDir, { recursive: true });
});
afterAll(() => upstream.close());

const HEADER = (file: string): object => ({ header_name: "Authorization", header_value: `Bearer {vault://file/${file}}` });
const QUERY = (file: string): object => ({ param_name: "key", param_value: `{vault://file/${file}}`, param_location: "query" });
const withKey = (auth: object): object => document({ targets: [target(upstream.url, { auth })] });

const write = (content: string | Buffer) => (file: string) => writeFile(file, content);

const UNUSABLE: readonly (readonly [string, (file: string) => Promise<unknown>, RegExp, typeof QUERY])[] = [
  ["with a byte order mark", write("\ufeffsk-hidden"), /byte order mark/, HEADER],
  ["in UTF-16", write(Buffer.from("\ufeffsk-hidden", "utf16le")), /UTF-8/, HEADER],
  ["of bytes", write(Buffer.from([0x73, 0x6b, 0x2d, 0xff, 0xfe])), /UTF-8/, HEADER],
  ["of two lines", write("sk-hidden\nsk-hidden"), /a line break was given/, HEADER],
  ["of two lines", write("sk-hidden\r\nsk-hidden"), /a line break was given/, QUERY],
  ["with a control character", write("sk-hidden\u0007"), /a control character was given/, QUERY],
  ["in typographic quotes", write("\u201csk-hidden\u201d"), /one beyond ASCII was given/, HEADER],
  ["with a space that is none", write("sk-hidden\u00a0"), /one beyond ASCII was given/, HEADER],
  ["of nothing", write(""), /is empty/, HEADER],
  ["of blanks", write(" \n"), /is empty/, HEADER],
  ["that is a folder", mkdir, /regular file/, HEADER],
  ["that is too large for a header", write("k".repeat(100_000)), /at most 65536 characters/, HEADER],
  ["that is too large for a key", write("k".repeat(2_000_000)), /at most 1048576 bytes/, HEADER],
];

describe.each(UNUSABLE)("a key file %s", (_what, make, reason, use) => {
  const told = (text: string): void => {
    expect(text).toMatch(reason);
    expect(text).toMatch(/targets\[0\]\.auth\.(?:header|param)_value: /);
    expect(text).not.toMatch(/sk-|kkk/);
  };

  test("refuses the start by field and reason", async () => {
    await make(join(secretsDir, "bad.key"));
    const refused = (await startTestGateway(withKey(use("bad.key")), { secretsDir }).catch(
      (error: unknown) => error,
    )) as ConfigurationRefused;
    expect(refused.name).toBe("ConfigurationRefused");
    told(refused.problems.map((problem) => formatProblem(problem)).join("\n"));
  });

  test("refuses a reload, and a change of the file changes nothing: the last good key goes on", async () => {
    gateway = await startTestGateway(withKey(use("good.key")), { secretsDir });
    await make(join(secretsDir, "bad.key"));
    await gateway.reconfigure(withKey(use("bad.key")));
    const { url, log, gateway: running } = gateway;
    // the file may have been read while it was written
    await until(() => reason.test(String(running.status().configuration.problems)));
    expect(running.status()).toMatchObject({ ready: true, configuration: { state: "refused" } });
    told((await log()).flatMap(({ msg }) => (msg.includes("auth.") ? [msg] : [])).join("\n"));
    await rm(join(secretsDir, "good.key"));
    await make(join(secretsDir, "good.key"));
    await until(async () => {
      expect((await post(`${url}/chat`, CHAT)).status).toBe(200);
      return (await log()).some(({ msg }) => msg.endsWith("Its last value stays in use."));
    });
    expect(JSON.stringify(upstream.calls)).not.toMatch(/hidden|kkk/);
    const { headers, url: asked } = upstream.calls.at(-1) ?? { headers: {}, url: "" };
    expect([headers.authorization === "Bearer sk-good", asked.endsWith("key=sk-good")]).toEqual([use === HEADER, use === QUERY]);
    expect(JSON.stringify(await log())).not.toMatch(/sk-/);
  });
});
