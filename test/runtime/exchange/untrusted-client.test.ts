import { connect } from "node:net";
import { CHAT, document, post, startTestGateway, target, until, type TestGateway } from "../../support/gateway";
import { chatAnswer, sendJson, TestUpstream } from "../../support/upstream";

const KEY = "Bearer of-the-provider";
const AUTH = { header_name: "Authorization", header_value: KEY };

let upstream: TestUpstream;
let evil: TestUpstream;
const gateways: TestGateway[] = [];

beforeAll(async () => {
  upstream = await TestUpstream.start();
  evil = await TestUpstream.start();
  upstream.answer = (response) => sendJson(response, 200, chatAnswer("fine"));
});

beforeEach(() => {
  upstream.calls.length = evil.calls.length = 0;
});

afterEach(async () => {
  await Promise.all(gateways.splice(0).map((gateway) => gateway.close()));
});

afterAll(async () => {
  // whatever a test did, the provider's key went nowhere else
  expect(evil.calls).toEqual([]);
  await Promise.all([upstream.close(), evil.close()]);
});

async function gateway(config: object, route?: object): Promise<TestGateway> {
  const started = await startTestGateway(document(config, route));
  gateways.push(started);
  return started;
}

const preserved = (more: object = {}): object => ({
  route_type: "preserve",
  model: { provider: "openai", options: { upstream_url: upstream.origin } },
  auth: AUTH,
  ...more,
});

/** Sends bytes as they are, which no HTTP client would do, and resolves with the status and the whole answer when the gateway closes. */
function raw(port: number, ...lines: readonly string[]): Promise<{ status: number; text: string }> {
  return new Promise((resolve, reject) => {
    const socket = connect(port, "127.0.0.1", () => socket.write([...lines, "Connection: close", "", ""].join("\r\n"), "latin1"));
    let text = "";
    socket.on("data", (data) => (text += data.toString("latin1"))).on("error", reject);
    socket.on("close", () => resolve({ status: Number(/^HTTP\/1\.1 (\d{3})/.exec(text)?.[1] ?? 0), text }));
  });
}

describe("templates lead no credential elsewhere", () => {
  const host = (url: string): string => url.replace("http://", "");

  test.each([
    "http:evil",
    "evil.example",
    "http://evil.example/",
    "http://me@EVIL",
    "EVIL",
    "http://EVIL",
    "//EVIL",
    "http:EVIL",
    "http://EVIL@GOOD",
    "http://GOOD@EVIL",
  ])("a whole origin: %s", async (value) => {
    const templated = target("$(headers.x)/v1/chat", { auth: AUTH });
    const { url } = await gateway({ extensions: { allowed_origins: [upstream.origin] }, targets: [templated] });
    const x = value.replace("EVIL", host(evil.origin)).replace("GOOD", host(upstream.origin));
    const response = await post(`${url}/chat`, CHAT, { headers: { "content-type": "application/json", x } });
    expect(response.status).toBe(400);
    expect(upstream.calls).toEqual([]);
  });

  test("an allowed origin is called, another one is refused without an attempt and without its name", async () => {
    const port = new URL(upstream.origin).port;
    const templated = target("http://$(headers.x):$(query_params.port)/v1/chat", { auth: AUTH });
    const { url } = await gateway({ extensions: { allowed_origins: [upstream.origin] }, targets: [templated] });
    const ask = (x: string, at: string) => post(`${url}/chat?port=${at}`, CHAT, { headers: { "content-type": "application/json", x } });
    expect((await ask("127.0.0.1", port)).status).toBe(200);
    expect((await ask("2130706433", port)).status).toBe(200);
    expect(upstream.calls.map(({ headers }) => headers.authorization)).toEqual([KEY, KEY]);
    const refused = await ask("127.0.0.1", new URL(evil.origin).port);
    expect(refused.status).toBe(400);
    expect(await refused.json()).toMatchObject({ error: { code: "origin_not_allowed", type: "invalid_request_error" } });
  });

  test("a host that only a pattern allows and nobody serves is the client's mistake: no circuit opens, nothing moves on", async () => {
    const nobody = target("http://$(headers.x).invalid/v1/chat");
    const { url, log } = await gateway({
      balancer: { algorithm: "priority", max_fails: 1, retries: 3 },
      extensions: { allowed_origins: ["*.invalid"] },
      targets: [nobody, target(upstream.url, { weight: 1 })],
    });
    const ask = () => post(`${url}/chat`, CHAT, { headers: { "content-type": "application/json", x: "nobody" } });
    for (let time = 0; time < 3; time++) {
      const response = await ask();
      expect([response.status, await response.json()]).toMatchObject([400, { error: { code: "unknown_host" } }]);
    }
    expect(upstream.calls).toEqual([]);
    expect(await log("circuit breaker")).toEqual([]);
  });

  test.each([
    ["a part that is too long", "a".repeat(64)],
    ["a name that is too long", "a.".repeat(125) + "a"],
    ["an empty part", "a..b"],
  ])("a host that cannot exist is the client's mistake: %s", async (_, x) => {
    const nobody = target("http://a$(headers.x)b.invalid/v1/chat");
    const { url, log } = await gateway({
      balancer: { algorithm: "round-robin", max_fails: 1 },
      extensions: { allowed_origins: ["*.invalid"] },
      targets: [nobody],
    });
    const response = await post(`${url}/chat`, CHAT, { headers: { "content-type": "application/json", x } });
    expect([response.status, await response.json()]).toMatchObject([400, { error: { code: "unknown_host" } }]);
    expect(await log("circuit breaker")).toEqual([]);
  });

  test("what a value holds arrives as that value: spaces in a path, & in a query", async () => {
    const templated = target(`${upstream.origin}/v1/$(headers.x)/chat?region=$(headers.y)`);
    const { url } = await gateway({ targets: [templated] });
    const headers = { "content-type": "application/json", x: "a b;c?d#e", y: "eu&key=1" };
    expect((await post(`${url}/chat`, CHAT, { headers })).status).toBe(200);
    const called = new URL(upstream.calls[0]?.url ?? "", "http://h");
    expect(decodeURIComponent(called.pathname)).toBe("/v1/a b;c?d#e/chat");
    expect([...called.searchParams]).toEqual([["region", "eu&key=1"]]);
  });

  test.each([".", "..", "..;", "%2e%2e", "a/b"])("a segment %j is refused", async (x) => {
    const { url } = await gateway({ targets: [target(`${upstream.origin}/v1/$(headers.x)/chat`)] });
    const response = await post(`${url}/chat`, CHAT, { headers: { "content-type": "application/json", x } });
    expect([response.status, await response.json()]).toMatchObject([400, { error: { code: "bad_template" } }]);
    expect(upstream.calls).toEqual([]);
  });

  test("bytes of a header reach a body's model as the text that they are", async () => {
    const { gateway: running } = await gateway({ targets: [target(upstream.url, { name: "$(headers.x)" })] });
    const body = JSON.stringify(CHAT);
    const x = Buffer.from("模型-é").toString("latin1");
    const line = [`POST /chat HTTP/1.1`, "Host: h", `X: ${x}`, `Content-Length: ${body.length}`, "Connection: close", "", body].join(
      "\r\n",
    );
    const socket = connect(running.port, "127.0.0.1", () => socket.write(line, "latin1"));
    socket.on("error", () => undefined).resume();
    await until(() => upstream.calls.length === 1);
    expect(JSON.parse(upstream.calls[0]?.body ?? "")).toMatchObject({ model: "模型-é" });
    socket.destroy();
  });
});

describe("methods by surface", () => {
  test.each(["TRACE", "HEAD", "OPTIONS", "PUT", "DELETE", "PATCH", "PROPFIND"])(
    "%s on chat: 405 with Allow, no attempt",
    async (method) => {
      const { gateway: running } = await gateway({ targets: [target(upstream.url, { auth: AUTH })] });
      const { status, text } = await raw(running.port, `${method} /chat HTTP/1.1`, "Host: h", "Origin: http://evil.example");
      expect(status).toBe(405);
      expect(text).toMatch(/^allow: GET, POST\r$/im);
      expect(text).not.toMatch(/access-control/i);
      expect(upstream.calls).toEqual([]);
    },
  );

  test("GET with a body on chat is served, as Kong does", async () => {
    const { gateway: running } = await gateway({ targets: [target(upstream.url)] });
    const body = JSON.stringify(CHAT);
    const socket = connect(running.port, "127.0.0.1", () =>
      socket.write(["GET /chat HTTP/1.1", "Host: h", `Content-Length: ${body.length}`, "", body].join("\r\n")),
    );
    const text = await new Promise<string>((resolve, reject) =>
      socket.once("data", (data) => resolve(data.toString())).once("error", reject),
    );
    socket.destroy();
    expect(text).toMatch(/^HTTP\/1\.1 200 /);
    expect(upstream.calls[0]).toMatchObject({ method: "GET" });
  });

  test.each(["TRACE", "PROPFIND"])("%s on preserve: 405, the provider's key is shown to nobody", async (method) => {
    const { gateway: running } = await gateway({ targets: [preserved()] });
    const { status, text } = await raw(running.port, `${method} /chat HTTP/1.1`, "Host: h");
    expect(status).toBe(405);
    expect(text).toMatch(/^allow: GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS\r$/im);
    expect(text).not.toContain(KEY);
    expect(upstream.calls).toEqual([]);
  });

  test.each(["GET", "HEAD", "PUT", "DELETE", "OPTIONS"])("%s on preserve is sent", async (method) => {
    const { gateway: running } = await gateway({ targets: [preserved()] });
    expect((await raw(running.port, `${method} /chat HTTP/1.1`, "Host: h")).status).toBe(200);
    expect(upstream.calls).toMatchObject([{ method }]);
  });

  test("a plugin of both: the body says which surface it is, and that surface's methods count", async () => {
    const { url } = await gateway({ targets: [target(upstream.url), preserved()] });
    expect((await post(`${url}/chat`, CHAT, { method: "PUT" })).status).toBe(405);
    expect((await post(`${url}/chat`, CHAT)).status).toBe(200);
  });
});

describe("a plugin of chat and preserve", () => {
  const send = async (
    type: string | undefined,
    body: string | Uint8Array<ArrayBuffer>,
    targets: object[] = [target(upstream.url), preserved()],
  ) => {
    const { url } = await gateway({ targets });
    upstream.answer = (response) => sendJson(response, 200, chatAnswer("It is 2."));
    // a body of bytes gets no type of its own
    const sent = typeof body === "string" ? Buffer.from(body) : body;
    return fetch(`${url}/chat`, { method: "POST", body: sent, ...(type !== undefined && { headers: { "content-type": type } }) });
  };
  const MULTIPART = '--x\r\nContent-Disposition: form-data; name="model"\r\n\r\nwhisper-1\r\n--x--\r\n';

  test.each<[string, string]>([
    ["multipart/form-data; boundary=x", MULTIPART],
    ["multipart/form-data; boundary=x", JSON.stringify(CHAT)],
    ["Text/Plain", JSON.stringify(CHAT)],
    ["application/octet-stream", "\u0000\u0001"],
    ["application/jsonx", JSON.stringify(CHAT)],
    ["application/json", "no JSON"],
    ["application/json", JSON.stringify({ input: "neither chat nor completion" })],
  ])("%s goes to preserve as it came: %j", async (type, body) => {
    expect((await send(type, body)).status).toBe(200);
    expect(upstream.calls).toMatchObject([{ url: "/chat", body, headers: { "content-type": type } }]);
  });

  test.each([["application/json"], ["Application/JSON; charset=utf-8"], ["application/vnd.chat+json"], [undefined]])(
    "%s goes to chat if it is one",
    async (type) => {
      expect((await send(type, JSON.stringify(CHAT))).status).toBe(200);
      expect(upstream.calls).toMatchObject([{ url: "/v1/chat/completions" }]);
    },
  );

  test("without preserve a multipart body is refused by its type, not read as JSON", async () => {
    const completions = { ...target(upstream.url), route_type: "llm/v1/completions" };
    const answer = await send("multipart/form-data; boundary=x", MULTIPART, [target(upstream.url), completions]);
    expect([answer.status, await answer.json()]).toMatchObject([400, { error: { code: "wrong_content_type" } }]);
    expect(upstream.calls).toEqual([]);
  });
});

describe("one form of the path is matched and sent", () => {
  test.each([
    ["GET /chat/a/../b HTTP/1.1", "/chat/b"],
    ["GET //chat//a HTTP/1.1", "/chat/a"],
    ["GET /chat/..%2fadmin HTTP/1.1", "/chat/..%2Fadmin"],
    ["GET /chat/%2e%2e/chat/a HTTP/1.1", "/chat/a"],
    ["GET /chat\\..\\admin HTTP/1.1", "/chat%5C..%5Cadmin"],
    ["GET http://h/chat/a?b HTTP/1.1", "/chat/a?b"],
    ["GET HTTPS://other.example:8443/chat/a?b HTTP/1.1", "/chat/a?b"],
    ["GET http://other.example/x/../chat/%61//b#c HTTP/1.1", "/chat/a/b%23c"],
  ])("%j arrives as %j", async (line, expected) => {
    const { gateway: running } = await gateway({ targets: [preserved()] });
    expect((await raw(running.port, line, "Host: h")).status).toBe(200);
    expect(upstream.calls.map(({ url }) => url)).toEqual([expected]);
  });

  test.each([
    ["GET /chat/../admin HTTP/1.1", 404],
    ["GET /chat/%2e%2e/admin HTTP/1.1", 404],
    ["GET http://me@h/chat HTTP/1.1", 400],
    ["GET http://h:port/chat HTTP/1.1", 400],
    ["GET http:///chat HTTP/1.1", 400],
    ["GET ftp://h/chat HTTP/1.1", 400],
    ["OPTIONS * HTTP/1.1", 405],
    ["GET * HTTP/1.1", 400],
    ["CONNECT evil.example:443 HTTP/1.1", 405],
  ])("%j: %d, nothing is sent", async (line, status) => {
    const { gateway: running } = await gateway({ targets: [preserved()] }, { name: "chat", paths: ["/chat"] });
    expect((await raw(running.port, line, "Host: h")).status).toBe(status);
    expect(upstream.calls).toEqual([]);
  });

  test("the absolute form decides about the route by its own host, not by the header's", async () => {
    const { gateway: running } = await gateway({ targets: [preserved()] }, { name: "chat", paths: ["/chat"], hosts: ["a.example"] });
    const statuses = [];
    for (const [origin, host] of [
      ["http://a.example", "b.example"],
      ["http://A.example:8000", "b.example"],
      ["http://b.example", "a.example"],
      ["", "a.example"],
    ]) {
      statuses.push((await raw(running.port, `POST ${origin}/chat HTTP/1.1`, `Host: ${host}`, "Content-Length: 0")).status);
    }
    expect(statuses).toEqual([200, 200, 404, 200]);
    expect(upstream.calls.map(({ url }) => url)).toEqual(["/chat", "/chat", "/chat"]);
    for (const { headers } of upstream.calls) expect(headers.host).toBe(new URL(upstream.origin).host);
  });

  test("a fragment is part of the path or the request is refused, but it is never cut off on the way", async () => {
    const { gateway: running } = await gateway({ targets: [preserved()] });
    const { status } = await raw(running.port, "GET /chat/a#b HTTP/1.1", "Host: h");
    expect([
      [400, []],
      [200, ["/chat/a%23b"]],
    ]).toContainEqual([status, upstream.calls.map(({ url }) => url)]);
  });

  test.each([
    ["two Host headers", ["Host: h", "Host: h"]],
    ["two Host headers in odd spellings", ["hOST: h", "Host: other"]],
    ["no Host", []],
    ["a Host that is none", ["Host: h/../x"]],
  ])("%s: 400", async (_what, lines) => {
    const { gateway: running } = await gateway({ targets: [preserved()] });
    expect((await raw(running.port, "GET /chat HTTP/1.1", ...lines)).status).toBe(400);
    expect(upstream.calls).toEqual([]);
  });
});

describe("a JSON surface takes JSON alone", () => {
  const { messages } = CHAT;
  const body = JSON.stringify({ messages });
  const send = (port: number, ...headers: readonly string[]) =>
    new Promise<string>((resolve, reject) => {
      const socket = connect(port, "127.0.0.1", () =>
        socket.write(
          ["POST /chat HTTP/1.1", "Host: h", `Content-Length: ${body.length}`, ...headers, "Connection: close", "", body].join("\r\n"),
        ),
      );
      let text = "";
      socket.on("data", (data) => (text += data.toString())).on("error", reject);
      socket.on("close", () => resolve(text));
    });

  test("by its Content-Type", async () => {
    const { gateway: running } = await gateway({ targets: [target(upstream.url)] });
    for (const type of ["application/json", "application/json; charset=utf-8", "Application/JSON;x", "application/vnd.api+json", ""]) {
      expect(await send(running.port, `Content-Type: ${type}`)).toMatch(/^HTTP\/1\.1 200 /);
    }
    expect(await send(running.port)).toMatch(/^HTTP\/1\.1 200 /);
    upstream.calls.length = 0;
    for (const type of [
      "text/plain",
      "text/plain;charset=application/json",
      "text/plain, application/json",
      "text/plain,x/y+json",
      "multipart/form-data; boundary=+json",
      "application/x-www-form-urlencoded",
      "application/jsonp",
      "json",
      "+json",
    ]) {
      const answer = await send(running.port, `Content-Type: ${type}`);
      expect(answer).toMatch(/^HTTP\/1\.1 400 /);
      expect(answer).toContain('"code":"wrong_content_type"');
    }
    expect(await send(running.port, "Content-Type: application/json", "content-type: text/plain")).toContain("wrong_content_type");
    // what a page sends that posts bytes without a type
    for (const origin of ["https://page.example", "null"]) {
      expect(await send(running.port, `Origin: ${origin}`)).toContain("wrong_content_type");
      expect(await send(running.port, `Origin: ${origin}`, "Content-Type:")).toContain("wrong_content_type");
    }
    expect(upstream.calls).toEqual([]);
  });
});

describe("credentials", () => {
  test("a client's credential never travels beside the configured one, to no target of the plugin", async () => {
    const own = { auth: { header_name: "X-Own-Key", header_value: "configured" } };
    const other = { auth: { header_name: "X-Other", header_value: "other", allow_override: true } };
    const { url } = await gateway({ targets: [target(upstream.url, own), target(upstream.url, { ...other, name: "second" })] });
    const headers = {
      "content-type": "application/json",
      "x-own-key": "SECRET",
      apikey: "SECRET",
      "x-auth-token": "SECRET",
      cookie: "SECRET",
    };
    for (let time = 0; time < 2; time++) expect((await post(`${url}/chat?api_key=SECRET`, CHAT, { headers })).status).toBe(200);
    expect(upstream.calls).toHaveLength(2);
    expect(JSON.stringify(upstream.calls)).not.toContain("SECRET");
  });

  test("a key in the body is in no log, also with payloads", async () => {
    const auth = { param_name: "api_secret", param_value: "top-s3cret", param_location: "body" };
    const { url, log } = await gateway({
      targets: [target(upstream.url, { auth, logging: { log_payloads: true, log_statistics: true } })],
    });
    expect((await post(`${url}/chat`, CHAT)).status).toBe(200);
    expect(JSON.parse(upstream.calls[0]?.body ?? "")).toMatchObject({ api_secret: "top-s3cret" });
    const lines = JSON.stringify(await log());
    expect(lines).toContain("What is 1 + 1?");
    expect(lines).not.toContain("top-s3cret");
  });

  test("clients learn a target's label, never its address", async () => {
    const gone = await TestUpstream.start();
    const { origin } = gone;
    await gone.close();
    const { url } = await gateway({ balancer: { retries: 0 }, targets: [target(`${origin}/v1`)] });
    const text = await (await post(`${url}/chat`, CHAT)).text();
    expect(text).toContain("0:openai/gpt-4o");
    expect(text).not.toContain(new URL(origin).port);
    expect(text).not.toContain("127.0.0.1");
  });
});

test("an answer's header that cannot be written is left out, the answer arrives", async () => {
  const { url } = await gateway({ targets: [target(upstream.url)] });
  const fine = upstream.answer;
  upstream.answer = (response) => {
    const text = JSON.stringify(chatAnswer("fine"));
    response.socket?.end(
      Buffer.from(
        `HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nX-Text: 模型 é\r\nAccess-Control-Allow-Origin: *\r\nContent-Length: ${text.length}\r\n\r\n${text}`,
      ),
    );
  };
  const response = await post(`${url}/chat`, CHAT);
  upstream.answer = fine;
  expect([response.status, await response.json()]).toEqual([200, chatAnswer("fine")]);
  expect(Buffer.from(response.headers.get("x-text") ?? "", "latin1").toString()).toBe("模型 é");
  expect(response.headers.get("access-control-allow-origin")).toBeNull();
});
