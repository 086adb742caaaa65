import { rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { addDialect } from "../../support/added-dialect";
import type { TestProcess } from "../../support/child-process";
import { CHAT, document, post } from "../../support/gateway";
import { runCopy } from "../../support/scratch-copy";
import { sendJson, startStream, TestUpstream } from "../../support/upstream";

jest.setTimeout(60_000);

let folder: string;
let upstream: TestUpstream;
let served: TestProcess | undefined;
let url: string;

beforeAll(async () => {
  upstream = await TestUpstream.start();
  folder = addDialect();
  const target = {
    route_type: "llm/v1/chat",
    auth: { header_name: "x-tiny-key", header_value: "secret" },
    model: { provider: "cohere", name: "tiny-1", options: { upstream_url: `${upstream.origin}/say` } },
  };
  writeFileSync(join(folder, "kong.json"), JSON.stringify(document({ targets: [target] })));
  served = runCopy(folder, "serve", "--config", "kong.json", "--port", "0", "--admin-port", "off");
  url = `${(await served.said(/on (http:\S+) /))[1]}/chat`;
});
beforeEach(() => {
  upstream.calls.length = 0;
});
afterAll(async () => {
  await served?.destroy();
  await upstream.close();
  rmSync(folder, { recursive: true });
});

test("one folder is a new dialect, in which a client of OpenAI's is answered", async () => {
  upstream.answer = (response) => sendJson(response, 200, { said: "It is 2.", why: "full", spent: [3, 2] });
  const answer = await post(url, { ...CHAT, max_tokens: 5, seed: 1 });
  expect(await answer.json()).toMatchObject({
    object: "chat.completion",
    model: "tiny-1",
    choices: [{ message: { role: "assistant", content: "It is 2." }, finish_reason: "length" }],
    usage: { prompt_tokens: 3, completion_tokens: 2, total_tokens: 5 },
  });
  const [call] = upstream.calls;
  expect(call?.url).toBe("/say");
  expect(call?.headers).toMatchObject({ "tiny-version": "1", "x-tiny-key": "secret" });
  expect(JSON.parse(call?.body ?? "")).toEqual({ voice: "tiny-1", lines: [["user", "What is 1 + 1?"]], limit: 5, flow: false });
});

test("its stream becomes OpenAI's", async () => {
  upstream.answer = (response) => {
    startStream(response);
    for (const event of [{ bit: "It is" }, { bit: " 2." }, { why: "done", spent: [3, 2] }])
      response.write(`data: ${JSON.stringify(event)}\n\n`);
    response.end();
  };
  const text = await (await post(url, { ...CHAT, stream: true, stream_options: { include_usage: true } })).text();
  const chunks = text
    .split("\n\n")
    .filter((event) => event.startsWith("data: {"))
    .map(
      (event) =>
        JSON.parse(event.slice("data: ".length)) as { choices: readonly { delta: object; finish_reason: unknown }[]; usage: unknown },
    );
  expect(chunks.map(({ choices, usage }) => [choices[0]?.delta, choices[0]?.finish_reason, usage])).toEqual([
    [{ role: "assistant", content: "It is" }, null, null],
    [{ content: " 2." }, null, null],
    [{}, "stop", null],
    [undefined, undefined, { prompt_tokens: 3, completion_tokens: 2, total_tokens: 5 }],
  ]);
  expect(text.endsWith("data: [DONE]\n\n")).toBe(true);
});

test("its errors are OpenAI's, and so are requests that it has no words for", async () => {
  upstream.answer = (response) => sendJson(response, 404, { oops: "no such voice" });
  const failed = await post(url, CHAT);
  expect([failed.status, await failed.json()]).toEqual([
    404,
    { error: { message: "no such voice", type: "invalid_request_error", param: null, code: "not_found" } },
  ]);
  const refused = await post(url, { ...CHAT, tools: [{ type: "function", function: { name: "add" } }] });
  expect([refused.status, await refused.json()]).toMatchObject([400, { error: { code: "not_expressible" } }]);
  expect(upstream.calls).toHaveLength(1);
});

test("the command knows that it is served", async () => {
  const checked = runCopy(folder, "check", "kong.json");
  await checked.end();
  expect(checked.out + checked.err).not.toMatch(/not served/);
});
