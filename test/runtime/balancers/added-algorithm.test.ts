import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { addAlgorithm } from "../../support/added-algorithm";
import { runCopy } from "../../support/scratch-copy";
import { CHAT, document, post, target } from "../../support/gateway";
import { TestUpstream } from "../../support/upstream";

jest.setTimeout(60_000);

let folder: string;
let upstream: TestUpstream;
beforeAll(async () => {
  [folder, upstream] = await Promise.all([addAlgorithm(), TestUpstream.start()]);
});
afterAll(async () => {
  rmSync(folder, { recursive: true });
  await upstream.close();
});

const configure = (algorithm: string, more: object = {}): void => {
  const targets = ["a", "b", "c"].map((name) => target(upstream.url, { name }));
  writeFileSync(join(folder, "kong.json"), JSON.stringify(document({ balancer: { algorithm, ...more }, targets })));
};

test("one file and one line are a new algorithm, by which requests are balanced", async () => {
  configure("random");
  const served = runCopy(folder, "serve", "--config", "kong.json", "--port", "0", "--admin-port", "off");
  try {
    const [, url = ""] = await served.said(/on (http:\S+) /);
    const answers = await Promise.all(Array.from({ length: 60 }, () => post(`${url}/chat`, CHAT)));
    expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 200));
    const asked = upstream.calls.map(({ body }) => (JSON.parse(body) as { model: string }).model);
    // chance misses one of the three with p < 1e-10
    expect(new Set(asked)).toEqual(new Set(["a", "b", "c"]));
  } finally {
    await served.destroy();
  }
});

test("check, schema and pages know it", async () => {
  configure("random", { hash_on_header: "X-User", slots: 100 });
  const checked = runCopy(folder, "check", "kong.json");
  await checked.end();
  expect(checked.out + checked.err).toMatch(/hash_on_header.*the algorithm consistent-hashing alone reads it/);
  expect(checked.out + checked.err).not.toMatch(/not served|slots has no effect/);
  configure("random-ish");
  const refused = runCopy(folder, "check", "kong.json");
  await refused.end();
  expect(refused.out + refused.err).toMatch(/algorithm/);
  for (const page of ["README.md", "docs/configuration.md", "docs/signalbox.schema.json", "constructs/bindings/signalbox.generated.ts"])
    expect(readFileSync(join(folder, page), "utf8")).toMatch(/[`"]random[`"]/);
});
