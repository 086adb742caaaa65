import { gzipSync } from "node:zlib";
import { CHAT, document, post, startTestGateway, target, type TestGateway } from "../../support/gateway";
import { chatAnswer, sendJson, TestUpstream } from "../../support/upstream";

let upstream: TestUpstream;
const open: TestGateway[] = [];

beforeAll(async () => {
  upstream = await TestUpstream.start();
});
afterEach(async () => {
  upstream.calls.length = 0;
  await Promise.all(open.splice(0).map((one) => one.close()));
});
afterAll(() => upstream.close());

async function gateway(config: object, route?: object): Promise<TestGateway> {
  const one = await startTestGateway(document(config, route));
  open.push(one);
  return one;
}

const fineAnswer = (response: Parameters<TestUpstream["answer"]>[0], call: { body: string }): void =>
  sendJson(response, 200, chatAnswer("hi", (JSON.parse(call.body) as { model: string }).model));

beforeEach(() => {
  upstream.answer = fineAnswer;
});

const lastBody = (): Record<string, unknown> => JSON.parse(upstream.calls.at(-1)?.body ?? "") as Record<string, unknown>;

test("one call, the model spliced in, all other bytes as the client sent them", async () => {
  const { url } = await gateway({ targets: [target(upstream.url)] });
  const sent = '{ "messages" : [ {"role":"user","content":"Zo\\u00eb 1.0e+2"} ] , "seed": 1.0, "x-unknown": [1,2 , 3], "stream":false }';
  const response = await post(`${url}/chat`, sent);
  expect(response.status).toBe(200);
  expect(await response.json()).toEqual(chatAnswer("hi"));
  expect(upstream.calls).toHaveLength(1);
  expect(upstream.calls[0]?.body.replace(',"model":"gpt-4o"', "")).toBe(sent);
  expect(upstream.calls[0]?.url).toBe("/v1/chat/completions");
});

test.each(["llm/v1/chat", "preserve"])("%s: a 204 says no length, as RFC 9110 8.6 forbids it one", async (route_type) => {
  upstream.answer = (response) => {
    response.writeHead(204).end();
  };
  const { url } = await gateway({ targets: [{ ...target(upstream.url), route_type }] });
  const response = await post(`${url}/chat`, CHAT);
  expect([response.status, response.headers.get("content-length"), response.headers.get("transfer-encoding")]).toEqual([204, null, null]);
});

test("the answer is relayed byte for byte, with the gateway's headers", async () => {
  const text = '{ "choices" : [ {"message":{"content":"\\u0041"}} ],"usage" : null, "more":1.50 }';
  upstream.answer = (response) => {
    response.writeHead(200, {
      "content-type": "application/json",
      "x-ratelimit-remaining-tokens": "9",
      "set-cookie": "a=b",
      "x-kong-llm-model": "forged",
    });
    response.end(text);
  };
  const { url } = await gateway({ targets: [target(upstream.url)] });
  const response = await post(`${url}/chat`, CHAT);
  expect(await response.text()).toBe(text);
  expect(response.headers.get("x-kong-llm-model")).toBe("openai/gpt-4o");
  expect(response.headers.get("x-kong-request-id")).toMatch(/^[0-9a-f]{32}$/);
  expect(response.headers.get("x-kong-upstream-latency")).toMatch(/^\d+$/);
  expect(response.headers.get("x-kong-proxy-latency")).toMatch(/^\d+$/);
  expect(response.headers.get("x-ratelimit-remaining-tokens")).toBe("9");
  expect(response.headers.get("set-cookie")).toBeNull();
});

test("model_name_header false leaves the header out", async () => {
  const { url } = await gateway({ model_name_header: false, targets: [target(upstream.url)] });
  expect((await post(`${url}/chat`, CHAT)).headers.has("x-kong-llm-model")).toBe(false);
});

describe("credentials", () => {
  const auth = { header_name: "Authorization", header_value: "Bearer ours" };
  const theirs = {
    headers: {
      "content-type": "application/json",
      authorization: "Bearer theirs",
      "x-api-key": "k",
      cookie: "s=1",
      "openai-organization": "org",
    },
  };

  test("the client's never travel upstream; the configured one does", async () => {
    const { url } = await gateway({ targets: [target(upstream.url, { auth })] });
    await post(`${url}/chat`, CHAT, theirs);
    const headers = upstream.calls[0]?.headers ?? {};
    expect(headers.authorization).toBe("Bearer ours");
    expect(headers["x-api-key"]).toBeUndefined();
    expect(headers.cookie).toBeUndefined();
    expect(headers["openai-organization"]).toBe("org");
  });

  test("without auth nothing of the client's travels either", async () => {
    const { url } = await gateway({ targets: [target(upstream.url)] });
    await post(`${url}/chat`, CHAT, theirs);
    expect(upstream.calls[0]?.headers.authorization).toBeUndefined();
  });

  test.each([
    [true, theirs, "Bearer theirs"],
    [true, {}, "Bearer ours"],
    [false, theirs, "Bearer ours"],
  ])("allow_override %s: %#", async (allow_override, init, expected) => {
    const { url } = await gateway({ targets: [target(upstream.url, { auth: { ...auth, allow_override } })] });
    await post(`${url}/chat`, CHAT, init);
    expect(upstream.calls[0]?.headers.authorization).toBe(expected);
    expect(upstream.calls[0]?.headers["x-api-key"]).toBeUndefined();
  });

  test.each([
    [false, "key=ours"],
    [true, "key=theirs"],
  ])("a query parameter, allow_override %s", async (allow_override, query) => {
    const parameter = { param_name: "key", param_value: "ours", param_location: "query", allow_override };
    const { url } = await gateway({ targets: [target(`${upstream.url}?fixed=1`, { auth: parameter })] });
    await post(`${url}/chat?key=theirs&other=2&fixed=9`, CHAT);
    const sent = new URLSearchParams(upstream.calls[0]?.url.split("?")[1]);
    expect(sent.get("key")).toBe(query.slice(4));
    expect(sent.get("other")).toBe("2");
    expect(sent.getAll("fixed")).toEqual(["1"]);
  });

  test.each([
    [false, "ours"],
    [true, "theirs"],
  ])("a body member, allow_override %s", async (allow_override, expected) => {
    const parameter = { param_name: "token", param_value: "ours", param_location: "body", allow_override };
    const { url } = await gateway({ targets: [target(upstream.url, { auth: parameter })] });
    await post(`${url}/chat`, { ...CHAT, token: "theirs" });
    expect(lastBody()["token"]).toBe(expected);
  });
});

test("headers of the connection, of the client's network and of the gateway itself do not travel", async () => {
  const { url } = await gateway({ targets: [target(upstream.url)] });
  const headers = {
    "content-type": "application/json",
    "x-forwarded-host": "evil.example",
    forwarded: "for=1.2.3.4",
    "x-real-ip": "1.2.3.4",
    "x-consumer-id": "1",
    "x-kong-anything": "1",
    "x-custom": "kept",
  };
  await post(`${url}/chat`, CHAT, { headers });
  const sent = upstream.calls[0]?.headers ?? {};
  for (const name of ["x-forwarded-host", "forwarded", "x-real-ip", "x-consumer-id", "x-kong-anything"]) expect(sent[name]).toBeUndefined();
  expect(sent["x-custom"]).toBe("kept");
  expect(sent.host).toBe(new URL(upstream.origin).host);
});

describe("model parameters", () => {
  const options = { temperature: 0.3, top_p: 0.8, top_k: 5, max_tokens: 100 };

  test.each([
    ["configured values are defaults", {}, { temperature: 0.3, top_p: 0.8, max_tokens: 100 }],
    ["the request's win", { temperature: 0.9, top_p: 0.1 }, { temperature: 0.9, top_p: 0.1, max_tokens: 100 }],
    ["the smaller max_tokens holds: theirs", { max_tokens: 10 }, { max_tokens: 10 }],
    ["the smaller max_tokens holds: ours", { max_tokens: 1000 }, { max_tokens: 100 }],
    [
      "max_completion_tokens is capped under its own name",
      { max_completion_tokens: 1000 },
      { max_completion_tokens: 100, max_tokens: undefined },
    ],
    ["both spellings are capped", { max_completion_tokens: 1000, max_tokens: 5 }, { max_completion_tokens: 100, max_tokens: 5 }],
    ["top_k is not OpenAI's", { top_k: 3 }, { top_k: undefined }],
    [
      "what is no number is the provider's to refuse",
      { max_tokens: "many", temperature: "hot" },
      { max_tokens: "many", temperature: "hot" },
    ],
  ])("%s", async (_name, request, expected) => {
    const { url } = await gateway({ targets: [target(upstream.url, { options })] });
    await post(`${url}/chat`, { ...CHAT, ...request });
    for (const [key, value] of Object.entries(expected)) expect(lastBody()[key]).toEqual(value);
  });

  test.each(["o3-mini", "gpt-5-nano"])("%s is capped by max_completion_tokens", async (name) => {
    const { url } = await gateway({ targets: [target(upstream.url, { name, options: { max_tokens: 7 } })] });
    await post(`${url}/chat`, CHAT);
    expect(lastBody()).toMatchObject({ max_completion_tokens: 7 });
    expect(lastBody()).not.toHaveProperty("max_tokens");
  });
});

describe("models", () => {
  const config = (): object => ({
    targets: [
      target(upstream.url, { name: "gpt-4o", alias: "big" }),
      target(upstream.url, { name: "gpt-4o-mini", alias: "small" }),
      target(upstream.url, { name: "gpt-4.1", alias: "big" }),
    ],
  });

  test.each([
    ["big", ["gpt-4o", "gpt-4.1", "gpt-4o", "gpt-4.1"]],
    ["small", ["gpt-4o-mini", "gpt-4o-mini"]],
    ["gpt-4.1", ["gpt-4.1", "gpt-4.1"]],
    [undefined, ["gpt-4o", "gpt-4o-mini", "gpt-4.1"]],
  ])("asked for %s", async (model, expected) => {
    const { url } = await gateway(config());
    for (let sent = 0; sent < expected.length; sent++) await post(`${url}/chat`, { ...CHAT, model });
    expect(upstream.calls.map((call) => (JSON.parse(call.body) as { model: string }).model)).toEqual(expected);
  });

  test("an unknown one is refused with all names and aliases", async () => {
    const { url } = await gateway(config());
    const response = await post(`${url}/chat`, { ...CHAT, model: "gpt-9" });
    expect(response.status).toBe(400);
    expect(await response.json()).toMatchObject({
      error: { message: "cannot use own model - must be: big, small, gpt-4o, gpt-4o-mini, gpt-4.1" },
    });
  });

  test("a target without a configured name takes the client's", async () => {
    const nameless = {
      ...(target(upstream.url) as { model: object }),
      model: { provider: "openai", options: { upstream_url: upstream.url } },
    };
    const { url } = await gateway({ targets: [nameless] });
    await post(`${url}/chat`, { ...CHAT, model: "anything" });
    expect(lastBody()["model"]).toBe("anything");
    expect((await post(`${url}/chat`, CHAT)).status).toBe(400);
  });

  test("a model and an address from the path and from headers", async () => {
    const templated = target(`${upstream.origin}/$(headers.x-area)/v1/chat/completions`, { name: "$(uri_captures.model)" });
    const { url } = await gateway({ targets: [templated] }, { name: "chat", paths: ["~/(?<model>[^/]+)/chat$"] });
    const headers = { "content-type": "application/json", "x-area": "eu" };
    const response = await post(`${url}/gpt-4o/chat`, CHAT, { headers });
    expect(response.headers.get("x-kong-llm-model")).toBe("openai/gpt-4o");
    expect(upstream.calls[0]?.url).toBe("/eu/v1/chat/completions");
    expect(lastBody()["model"]).toBe("gpt-4o");
    const missing = await post(`${url}/gpt-4o/chat`, CHAT);
    expect(missing.status).toBe(400);
    expect(await missing.json()).toMatchObject({
      error: { message: expect.stringContaining("headers key x-area was not provided") as string },
    });
    const other = await post(`${url}/gpt-4o/chat`, { ...CHAT, model: "gpt-4" }, { headers });
    expect(await other.json()).toMatchObject({ error: { message: "cannot use own model - must be: gpt-4o" } });
  });
});

describe("content coding", () => {
  const packed = (): void => {
    upstream.answer = (response) => {
      response.writeHead(200, { "content-type": "application/json", "content-encoding": "gzip" });
      response.end(gzipSync(JSON.stringify(chatAnswer("packed"))));
    };
  };

  test("a client that takes gzip gets the very bytes", async () => {
    packed();
    const { url } = await gateway({ targets: [target(upstream.url)] });
    const response = await post(`${url}/chat`, CHAT, { headers: { "content-type": "application/json", "accept-encoding": "br, gzip" } });
    expect(response.headers.get("content-encoding")).toBe("gzip");
    expect(await response.json()).toEqual(chatAnswer("packed"));
    expect(upstream.calls[0]?.headers["accept-encoding"]).toBe("gzip");
  });

  test("another gets plain ones", async () => {
    packed();
    const { url } = await gateway({ targets: [target(upstream.url)] });
    const response = await post(`${url}/chat`, CHAT, { headers: { "content-type": "application/json", "accept-encoding": "identity" } });
    expect(response.headers.get("content-encoding")).toBeNull();
    expect(await response.json()).toEqual(chatAnswer("packed"));
    expect(upstream.calls[0]?.headers["accept-encoding"]).toBe("identity");
  });
});

test("preserve sends the client's own path, query and bytes", async () => {
  const preserved = { route_type: "preserve", model: { provider: "openai", options: { upstream_url: `${upstream.origin}/ignored` } } };
  upstream.answer = (response) => void response.writeHead(201, { "content-type": "text/plain" }).end("made");
  const { url } = await gateway({ targets: [preserved] });
  const response = await post(`${url}/chat/v1/things?a=1`, "not json at all", { headers: { "content-type": "text/plain" } });
  expect(response.status).toBe(201);
  expect(await response.text()).toBe("made");
  expect(upstream.calls[0]).toMatchObject({ url: "/chat/v1/things?a=1", body: "not json at all" });
  expect(upstream.calls[0]?.headers["content-type"]).toBe("text/plain");
});

test("preserve does not let a client past the configured model", async () => {
  const preserved = { route_type: "preserve", model: { provider: "openai", name: "gpt-4o", options: { upstream_url: upstream.origin } } };
  const { url } = await gateway({ targets: [preserved] });
  expect((await post(`${url}/chat`, { model: "gpt-9" })).status).toBe(400);
  expect((await post(`${url}/chat`, '{"model":"gpt-4o","model":"gpt-9"}')).status).toBe(400);
  expect((await post(`${url}/chat`, { model: "gpt-4o" })).status).toBe(200);
});

test("targets of different route types on one plugin are told apart by the body", async () => {
  const completion = { ...target(`${upstream.origin}/v1/completions`, { name: "instruct" }), route_type: "llm/v1/completions" };
  const { url } = await gateway({ targets: [target(upstream.url), completion] });
  await post(`${url}/chat`, { prompt: "once" });
  await post(`${url}/chat`, CHAT);
  expect(upstream.calls.map((call) => call.url)).toEqual(["/v1/completions", "/v1/chat/completions"]);
});

test("weights are shares: 70 to 30 over a hundred requests, exactly", async () => {
  const { url } = await gateway({
    targets: [target(upstream.url, { weight: 70 }), target(upstream.url, { name: "gpt-4o-mini", weight: 30 })],
  });
  await Promise.all(Array.from({ length: 100 }, () => post(`${url}/chat`, CHAT).then((response) => response.text())));
  const models = upstream.calls.map((call) => (JSON.parse(call.body) as { model: string }).model);
  expect(models.filter((model) => model === "gpt-4o")).toHaveLength(70);
  expect(models.filter((model) => model === "gpt-4o-mini")).toHaveLength(30);
});

test.each([
  ["deny", { ...CHAT, stream: true }, 400],
  ["deny", CHAT, 200],
])("response_streaming %s: %#", async (response_streaming, body, status) => {
  const { url } = await gateway({ response_streaming, targets: [target(upstream.url)] });
  expect((await post(`${url}/chat`, body)).status).toBe(status);
});

test("response_streaming always asks the upstream for a stream", async () => {
  const { url } = await gateway({ response_streaming: "always", targets: [target(upstream.url)] });
  await post(`${url}/chat`, CHAT);
  expect(lastBody()["stream"]).toBe(true);
});
