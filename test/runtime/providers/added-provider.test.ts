import { rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { TestProcess } from "../../support/child-process";
import { CHAT, document, post } from "../../support/gateway";
import { edit, runCopy, scratchCopy } from "../../support/scratch-copy";
import { chatAnswer, sendJson, TestUpstream } from "../../support/upstream";

jest.setTimeout(60_000);

/** A provider that speaks OpenAI's dialect, as its row says it. */
const ROW = `  {
    name: "cohere",
    origin: "https://api.cohere.example",
    paths: { "llm/v1/chat": "/say", "llm/v1/completions": "/go-on" },
    upstreamUrl: "server",
    requests: { refuses: ["seed"], lacks: ["logit_bias"], cap: "max_tokens" },
    usageInStreams: false,
  },
`;
const SERVED = `  { provider: "cohere", routeType: "llm/v1/chat", form: "same dialect" },
  { provider: "cohere", routeType: "preserve", form: "passed through" },
`;

let folder: string;
let upstream: TestUpstream;
let served: TestProcess | undefined;
let url: string;

beforeAll(async () => {
  upstream = await TestUpstream.start();
  folder = scratchCopy("provider");
  edit(join(folder, "runtime/providers/openai-like-rows.ts"), /(?=^\];)/m, ROW);
  edit(join(folder, "config/served-matrix.ts"), /(?=^\];)/m, SERVED);
  const target = {
    route_type: "llm/v1/chat",
    auth: { header_name: "x-key", header_value: "secret" },
    model: { provider: "cohere", name: "tiny-1", options: { upstream_url: upstream.origin } },
  };
  writeFileSync(join(folder, "kong.json"), JSON.stringify(document({ targets: [target] })));
  served = runCopy(folder, "serve", "--config", "kong.json", "--port", "0", "--admin-port", "off");
  url = `${(await served.said(/on (http:\S+) /))[1]}/chat`;
});
afterAll(async () => {
  await served?.destroy();
  await upstream.close();
  rmSync(folder, { recursive: true });
});

test("a row and its lines in the matrix are a new provider", async () => {
  upstream.answer = (response) => sendJson(response, 200, chatAnswer("2", "tiny-1"));
  const answer = await post(url, { ...CHAT, seed: 1, max_completion_tokens: 5 });
  expect([answer.status, answer.headers.get("x-kong-llm-model")]).toEqual([200, "cohere/tiny-1"]);
  const [call] = upstream.calls;
  expect([call?.url, call?.headers["x-key"]]).toEqual(["/say", "secret"]);
  expect(JSON.parse(call?.body ?? "")).toEqual({ ...CHAT, model: "tiny-1", max_tokens: 5 });
  const refused = await post(url, { ...CHAT, logit_bias: { 5: 1 } });
  expect([refused.status, await refused.json()]).toMatchObject([400, { error: { code: "not_expressible" } }]);
});

test("the command knows that it is served", async () => {
  const checked = runCopy(folder, "check", "kong.json");
  await checked.end();
  expect(checked.out + checked.err).not.toMatch(/not served/);
});
