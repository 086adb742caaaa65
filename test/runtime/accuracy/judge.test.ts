import { questionOf, textOf } from "../../../runtime/dialects/openai";
import { scoreOf } from "../../../runtime/accuracy/judge";
import { CHAT, document, post, startTestGateway, target, until, type TestGateway } from "../../support/gateway";
import { chatAnswer, chatEvent, chatStream, sendJson, startStream, TestUpstream } from "../../support/upstream";

let served: TestUpstream;
let judge: TestUpstream;
let gateway: TestGateway | undefined;

beforeEach(async () => {
  served = await TestUpstream.start();
  judge = await TestUpstream.start();
});
afterEach(async () => {
  await gateway?.close();
  gateway = undefined;
  await served.close();
  await judge.close();
});

interface Status {
  readonly plugins: readonly {
    readonly targets: readonly { readonly target: string; readonly figures: Readonly<Record<string, number>> }[];
  }[];
}

async function start(settings: object = {}, options: { readonly score?: string; readonly extensions?: object } = {}): Promise<TestGateway> {
  judge.answer = (response) => sendJson(response, 200, chatAnswer(options.score ?? "40"));
  gateway = await startTestGateway(
    document({
      balancer: { algorithm: "lowest-usage", tokens_count_strategy: "llm-accuracy" },
      extensions: { judge: { target: target(judge.url, { name: "judge" }), sample: 1, ...settings }, ...options.extensions },
      targets: [target(served.url, { name: "served" })],
    }),
  );
  return gateway;
}

const figures = async (one: TestGateway): Promise<Readonly<Record<string, number>>> => {
  const status = (await (await fetch(`http://127.0.0.1:${one.gateway.adminPort ?? 0}/status`)).json()) as Status;
  return status.plugins[0]?.targets[0]?.figures ?? {};
};

const asked = (index: number): { messages: { role: string; content: string }[]; model: string } =>
  JSON.parse(judge.calls[index]?.body ?? "") as { messages: { role: string; content: string }[]; model: string };

test("the judge reads question and answer in the background, and its score counts as 101 - score", async () => {
  const one = await start();
  const before = await figures(one);
  expect((await post(`${one.url}/chat`, CHAT)).status).toBe(200);
  await until(() => judge.calls.length === 1);
  expect(asked(0).model).toBe("judge");
  expect(asked(0).messages.at(-1)?.content).toContain("What is 1 + 1?");
  expect(asked(0).messages.at(-1)?.content).toContain("answer of served");
  await until(async () => JSON.stringify(await figures(one)) !== JSON.stringify(before));
});

test("a stream is judged by its text", async () => {
  const one = await start();
  served.answer = (response) => {
    startStream(response);
    response.end(chatStream(["It is", " 2"]));
  };
  await (await post(`${one.url}/chat`, { ...CHAT, stream: true })).text();
  await until(() => judge.calls.length === 1);
  expect(asked(0).messages.at(-1)?.content).toContain("<answer>\nIt is 2\n</answer>");
});

test("the rest of an answer that another one began is not judged, as nobody can tell how good it is", async () => {
  const one = await start({}, { extensions: { resume_streams: "restart" } });
  served.answer = (response) => {
    startStream(response);
    if (served.calls.length > 1) response.end(chatStream(["It is", " 2"]));
    else response.write(chatEvent({ content: "It is" }), () => setTimeout(() => response.destroy(), 20));
  };
  expect(await (await post(`${one.url}/chat`, { ...CHAT, stream: true })).text()).toContain(" 2");
  expect(served.calls).toHaveLength(2);
  await (await post(`${one.url}/chat`, { ...CHAT, stream: true })).text();
  await until(() => judge.calls.length > 0);
  expect(asked(0).messages.at(-1)?.content).toContain("<answer>\nIt is 2\n</answer>");
});

test("a budget of tokens ends it for the hour", async () => {
  const one = await start({ max_tokens_per_hour: 12 });
  await post(`${one.url}/chat`, CHAT);
  await until(() => judge.calls.length === 1);
  await new Promise((resolve) => setTimeout(resolve, 50));
  await post(`${one.url}/chat`, CHAT);
  await new Promise((resolve) => setTimeout(resolve, 100));
  expect(judge.calls).toHaveLength(1);
});

test("a judge that is down, or says no number, is in nobody's way", async () => {
  const one = await start({}, { score: "excellent" });
  expect((await post(`${one.url}/chat`, CHAT)).status).toBe(200);
  await until(() => judge.calls.length === 1);
  await judge.close();
  expect((await post(`${one.url}/chat`, CHAT)).status).toBe(200);
  judge = await TestUpstream.start();
});

test.each([
  ["87", 87],
  ["Score: 100.", 100],
  ["1", 1],
  ["0", undefined],
  ["101", undefined],
  ["excellent", undefined],
  ["", undefined],
])("%j is the score %s", (text, score) => {
  expect(scoreOf(text)).toBe(score);
});

test.each<[string, string, boolean, string]>([
  ["a message", JSON.stringify(chatAnswer("hi")), false, "hi"],
  ["a completion", '{"choices":[{"text":"hi"}]}', false, "hi"],
  ["a stream", chatStream(["a", "b"]), true, "ab"],
  ["parts", '{"choices":[{"message":{"content":[{"type":"text","text":"a"},{"type":"image"}]}}]}', false, "a"],
  ["no JSON", "<html>", false, ""],
])("text of %s", (_name, payload, stream, text) => {
  expect(textOf(payload, stream, 1000)).toBe(text);
});

test.each([
  ['{"messages":[{"role":"user","content":"a"},{"role":"user","content":"b"}]}', "b"],
  ['{"prompt":"p"}', "p"],
  ["broken", ""],
])("question of %s", (body, text) => {
  expect(questionOf(Buffer.from(body))).toBe(text);
});
