import type { TargetConfig } from "../../../config/types.generated";
import { chat } from "../../../runtime/surfaces/chat";
import { FAILOVER_CRITERIA } from "../../../config/schema/vocabulary";
import { CHAT, document, post, startTestGateway, target, until, type TestGateway } from "../../support/gateway";
import { chatEvent, chatStream, sendJson, startStream, TestUpstream, type Answer } from "../../support/upstream";
import { openai as openaiProvider } from "../../../runtime/providers/openai";

const STREAM = { ...CHAT, stream: true };

const upstreams: TestUpstream[] = [];
const gateways: TestGateway[] = [];

afterEach(async () => {
  await Promise.all(gateways.splice(0).map((one) => one.close()));
  await Promise.all(upstreams.splice(0).map((one) => one.close()));
});

/** Upstreams that answer like this, one target each, in the order of their tries (`priority`), behind one gateway. */
async function wall(
  answers: readonly (Answer | undefined)[],
  more: { balancer?: object; extensions?: object } = {},
): Promise<TestGateway & { calls(): number[] }> {
  const own: TestUpstream[] = [];
  for (const answer of answers) {
    const one = await TestUpstream.start();
    if (answer !== undefined) one.answer = answer;
    own.push(one);
  }
  upstreams.push(...own);
  const gateway = await startTestGateway(
    document({
      balancer: { algorithm: "round-robin", failover_criteria: FAILOVER_CRITERIA, ...more.balancer },
      ...(more.extensions !== undefined && { extensions: more.extensions }),
      targets: own.map(({ url }, index) => target(url, { name: `model-${index}`, weight: index === 0 ? 1000 : 1 })),
    }),
  );
  gateways.push(gateway);
  return { ...gateway, calls: () => own.map(({ calls }) => calls.length) };
}

const status =
  (code: number, headers: Record<string, string> = {}, body: object = { error: { message: `says ${code}` } }): Answer =>
  (response) =>
    sendJson(response, code, body, headers);
const reset: Answer = (response) => void response.socket?.destroy();
const silent: Answer = () => undefined;

interface Logged {
  readonly attempts?: readonly { readonly target: string; readonly outcome: string; readonly status?: number; readonly next?: string }[];
}
const ledger = async (gateway: TestGateway): Promise<string[]> =>
  ((await gateway.log("exchange")) as unknown as Logged[]).flatMap(({ attempts = [] }) =>
    attempts.map(({ target: label, outcome, status: code, next }) =>
      [label[0], outcome, code, next].filter((part) => part !== undefined).join(" "),
    ),
  );

test.each<[string, Answer, string]>([
  ["a reset", reset, "0 reset next_target"],
  ["a 503", status(503), "0 status 503 next_target"],
  [
    "a 200 that is no JSON",
    (response) => void response.writeHead(200, { "content-type": "text/html" }).end("<html>"),
    "0 invalid_answer 200 next_target",
  ],
])("%s: the next target answers, and the client sees nothing of it", async (_name, answer, first) => {
  const one = await wall([answer, undefined]);
  const response = await post(`${one.url}/chat`, CHAT);
  expect(response.status).toBe(200);
  expect(response.headers.get("x-kong-upstream-attempts")).toBe("2");
  expect(response.headers.get("x-kong-upstream-target")).toBe("1:openai/model-1");
  expect(response.headers.get("x-kong-llm-model")).toBe("openai/model-1");
  expect(one.calls()).toEqual([1, 1]);
  expect(await ledger(one)).toEqual([first, "1 ok 200"]);
});

test("without non_idempotent a POST that was sent ends with the first failure", async () => {
  const one = await wall([reset, undefined], { balancer: { failover_criteria: ["error", "timeout"] } });
  const response = await post(`${one.url}/chat`, CHAT);
  expect(response.status).toBe(502);
  expect(one.calls()).toEqual([1, 0]);
});

test("exhausted: the last answer of a provider, with the smallest Retry-After", async () => {
  const one = await wall([status(429, { "retry-after": "7" }), status(429, { "retry-after": "9" }, { error: { message: "the last" } })]);
  const response = await post(`${one.url}/chat`, CHAT);
  expect(response.status).toBe(429);
  expect(response.headers.get("retry-after")).toBe("7");
  expect(await response.json()).toEqual({ error: { message: "the last" } });
  expect(one.calls()).toEqual([1, 1]);
});

test("a target that asked for rest is left alone while another one is there", async () => {
  const one = await wall([status(429, { "retry-after": "30" }), undefined]);
  for (let index = 0; index < 5; index++) expect((await post(`${one.url}/chat`, CHAT)).status).toBe(200);
  expect(one.calls()).toEqual([1, 5]);
});

test("silence: read_timeout moves on, and a deadline ends it all", async () => {
  const one = await wall([silent, undefined], { balancer: { read_timeout: 60 } });
  expect((await post(`${one.url}/chat`, CHAT)).status).toBe(200);
  const two = await wall([silent, silent], { extensions: { deadline: 100 } });
  const response = await post(`${two.url}/chat`, CHAT);
  expect(response.status).toBe(504);
  expect(await response.json()).toMatchObject({ error: { code: "deadline", message: expect.stringContaining("100 ms") as string } });
});

test("the circuit opens after max_fails, and then nobody calls the target; all open is 503 with Retry-After", async () => {
  const one = await wall([reset], { balancer: { max_fails: 3, fail_timeout: 20_000, retries: 0 } });
  for (let index = 0; index < 3; index++) expect((await post(`${one.url}/chat`, CHAT)).status).toBe(502);
  const response = await post(`${one.url}/chat`, CHAT);
  expect(response.status).toBe(503);
  expect(response.headers.get("retry-after")).toBe("20");
  expect(await response.json()).toMatchObject({ error: { code: "all_open" } });
  expect(one.calls()).toEqual([3]);
  expect(await one.log("circuit breaker")).toMatchObject([{ target: "0:openai/model-0", from: "closed", to: "open" }]);
});

test("a full queue is 503 at once, and counts against nobody's circuit", async () => {
  const one = await wall([silent], { balancer: { retries: 0, max_fails: 1 }, extensions: { max_connections: 1, max_queue: 1 } });
  const controller = new AbortController();
  const hanging = [0, 1].map(() =>
    post(`${one.url}/chat`, CHAT, { signal: controller.signal, headers: { "content-type": "application/json" } }).catch(() => undefined),
  );
  await until(() => one.calls()[0] === 1);
  const response = await post(`${one.url}/chat`, CHAT);
  expect(response.status).toBe(503);
  expect(await response.json()).toMatchObject({ error: { code: "upstream_queue" } });
  controller.abort();
  await Promise.all(hanging);
});

describe("a stream that breaks after content", () => {
  const texts = Array.from({ length: 60 }, (_, index) => ` token${index}`);
  const cut: Answer = (response) => {
    startStream(response);
    response.write(
      [chatEvent({ role: "assistant", content: "" }), ...texts.slice(0, 40).map((content) => chatEvent({ content }))].join(""),
    );
    setTimeout(() => response.socket?.destroy(), 20);
  };
  const whole =
    (given = texts): Answer =>
    (response) => {
      startStream(response);
      response.end(chatStream(given).replaceAll("chatcmpl-1", "chatcmpl-2"));
    };
  const textOf = (stream: string): string =>
    stream
      .split("\n\n")
      .filter((event) => event.startsWith("data: {"))
      .map((event) => (JSON.parse(event.slice(6)) as { choices?: { delta: { content?: string } }[] }).choices?.[0]?.delta.content ?? "")
      .join("");
  const read = async (response: Response): Promise<string> => {
    let text = "";
    const decoder = new TextDecoder();
    try {
      for await (const chunk of response.body ?? []) text += decoder.decode(chunk as Uint8Array, { stream: true });
    } catch {
      return `${text}BROKEN`;
    }
    return text;
  };

  test("off: an error inside, no [DONE], a broken connection", async () => {
    const one = await wall([cut, whole()]);
    const text = await read(await post(`${one.url}/chat`, STREAM));
    expect(textOf(text)).toBe(texts.slice(0, 40).join(""));
    expect(text).toContain('"error"');
    expect(text).not.toContain("[DONE]");
    expect(text.endsWith("BROKEN")).toBe(true);
    expect(one.calls()).toEqual([1, 0]);
  });

  test("restart: the next target goes on, no token twice or missing, one id", async () => {
    const one = await wall([cut, whole()], { extensions: { resume_streams: "restart" } });
    const text = await read(await post(`${one.url}/chat`, STREAM));
    expect(textOf(text)).toBe(texts.join(""));
    expect(text.endsWith("data: [DONE]\n\n")).toBe(true);
    expect(text).not.toContain("chatcmpl-2");
    expect(await ledger(one)).toEqual(["0 cut 200 resume", "1 ok 200"]);
  });

  test("restart: the log's usage and cost are the sum of both attempts", async () => {
    const logging = { log_statistics: true };
    const own = [await TestUpstream.start(), await TestUpstream.start()];
    upstreams.push(...own);
    const usage = { prompt_tokens: 5, completion_tokens: 7, total_tokens: 12 };
    const withUsage = chatStream(texts).replace("data: [DONE]", `data: ${JSON.stringify({ choices: [], usage })}\n\ndata: [DONE]`);
    const [first, second] = own as [TestUpstream, TestUpstream];
    first.answer = cut;
    second.answer = (response) => {
      startStream(response);
      response.end(withUsage);
    };
    const options = { input_cost: 1_000_000, output_cost: 0 };
    const one = await startTestGateway(
      document({
        balancer: { failover_criteria: FAILOVER_CRITERIA },
        extensions: { resume_streams: "restart" },
        targets: own.map(({ url }, index) => target(url, { logging, options, weight: index === 0 ? 1000 : 1 })),
      }),
    );
    gateways.push(one);
    await read(await post(`${one.url}/chat`, STREAM));
    const [line] = (await one.log("exchange")) as unknown as {
      ai: { proxy: { usage: { prompt_tokens: number; cost: number; estimated?: boolean } } };
    }[];
    const logged = line?.ai.proxy.usage;
    expect(logged?.prompt_tokens).toBeGreaterThan(5);
    expect(logged?.cost).toBe(logged?.prompt_tokens);
    expect(logged?.estimated).toBe(true);
  });

  test("restart: another answer ends with an error, never a mixture", async () => {
    const one = await wall([cut, whole(["something", " else"])], { extensions: { resume_streams: "restart" } });
    const text = await read(await post(`${one.url}/chat`, STREAM));
    expect(textOf(text)).toBe(texts.slice(0, 40).join(""));
    expect(text).toContain("another text than the client has");
    expect(text.endsWith("BROKEN")).toBe(true);
  });

  test("restart: a target that refuses on the way is passed over", async () => {
    const one = await wall([cut, status(503), whole()], { extensions: { resume_streams: "restart" } });
    expect(textOf(await read(await post(`${one.url}/chat`, STREAM)))).toBe(texts.join(""));
  });

  test("prefill: the text goes along; a refusal is restarted and reaches nobody", async () => {
    const prefill = jest.replaceProperty(openaiProvider.serve(chat, {} as TargetConfig)?.traits as { prefill: boolean }, "prefill", true);
    const going = await wall([cut, whole(texts.slice(40))], { extensions: { resume_streams: "prefill" } });
    expect(textOf(await read(await post(`${going.url}/chat`, STREAM)))).toBe(texts.join(""));
    const sent = JSON.parse(upstreams[1]?.calls[0]?.body ?? "") as { messages: unknown[] };
    expect(sent.messages.at(-1)).toEqual({ role: "assistant", content: texts.slice(0, 40).join("") });
    const refuses: Answer = (response, call) => (call.body.includes('"assistant"') ? status(400) : whole())(response, call);
    const refused = await wall([cut, refuses], { extensions: { resume_streams: "prefill" } });
    const text = await read(await post(`${refused.url}/chat`, STREAM));
    expect(textOf(text)).toBe(texts.join(""));
    expect(await ledger(refused)).toEqual(["0 cut 200 resume", "1 status 400 same_target", "1 ok 200"]);
    prefill.restore();
  });
});

test("what is learnt of a target survives a reload that leaves it as it is", async () => {
  const dead = await TestUpstream.start();
  const good = await TestUpstream.start();
  upstreams.push(dead, good);
  dead.answer = reset;
  const config = (weight: number): object =>
    document({
      balancer: { failover_criteria: FAILOVER_CRITERIA, max_fails: 1, fail_timeout: 60_000 },
      targets: [target(dead.url, { name: "dead", weight: 1000 }), target(good.url, { name: "good", weight })],
    });
  const one = await startTestGateway(config(1));
  gateways.push(one);
  expect((await post(`${one.url}/chat`, CHAT)).status).toBe(200);
  await one.reconfigure(config(2));
  expect((await post(`${one.url}/chat`, CHAT)).status).toBe(200);
  expect(dead.calls).toHaveLength(1);
  expect(good.calls.map(({ body }) => (JSON.parse(body) as { model: string }).model)).toEqual(["good", "good"]);
});
