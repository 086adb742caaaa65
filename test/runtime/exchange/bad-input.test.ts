import { connect } from "node:net";
import { request as httpRequest } from "node:http";
import { Agent, request } from "undici";
import { CHAT, document, post, startTestGateway, target, until, type TestGateway } from "../../support/gateway";
import { chatAnswer, chatEvent, sendJson, startStream, TestUpstream, type Answer } from "../../support/upstream";

/** Long enough for a loaded machine, short enough to tell an answer at once from one that waits for a timeout. */
const AT_ONCE_MS = 2_000;
const READ_TIMEOUT_MS = 1_500;

let upstream: TestUpstream;
let test_: TestGateway;
let fineAnswer: Answer;

beforeAll(async () => {
  upstream = await TestUpstream.start();
  fineAnswer = upstream.answer;
  test_ = await startTestGateway(
    document(
      { max_request_body_size: 1024 * 1024, balancer: { read_timeout: READ_TIMEOUT_MS }, targets: [target(upstream.url)] },
      { name: "chat", paths: ["/chat"], methods: ["POST"] },
    ),
  );
});

afterAll(async () => {
  await test_.close();
  await upstream.close();
});

beforeEach(() => {
  upstream.calls.length = 0;
  upstream.answer = fineAnswer;
});

const nested = (depth: number): string => `{"messages":[{"role":"user","content":"x"}],"x":${"[".repeat(depth)}${"]".repeat(depth)}}`;

interface Row {
  readonly name: string;
  readonly body?: string;
  readonly path?: string;
  readonly method?: string;
  readonly answer?: Answer;
  readonly status: number;
  readonly code?: string;
  readonly message?: RegExp;
  readonly calls: number;
  readonly withinMs?: number;
}

const rows: readonly Row[] = [
  { name: "malformed JSON", body: '{"messages":[', status: 400, code: "body_not_json", message: /stops being JSON at byte/, calls: 0 },
  { name: "an empty body", body: "", status: 400, code: "body_not_json", message: /it is empty/, calls: 0 },
  { name: "JSON that is no object", body: "[]", status: 400, code: "body_not_json", message: /it is other JSON/, calls: 0 },
  { name: "NaN", body: '{"messages":[{}],"temperature":NaN}', status: 400, code: "body_not_json", calls: 0 },
  { name: "10,000-deep nesting", body: nested(10_000), status: 200, calls: 1 },
  { name: "a million-deep nesting", body: nested(400_000), status: 400, code: "body_not_json", calls: 0 },
  {
    name: "a duplicate key",
    body: '{"messages":[{}],"model":"gpt-4o","model":"gpt-4"}',
    status: 400,
    code: "duplicate_key",
    message: /'model'/,
    calls: 0,
  },
  {
    name: "an escaped duplicate key",
    body: '{"messages":[{}],"model":"gpt-4o","mod\\u0065l":"gpt-4"}',
    status: 400,
    code: "duplicate_key",
    calls: 0,
  },
  {
    name: "an escaped key",
    body: '{"messages":[{}],"mod\\u0065l":"other"}',
    status: 400,
    code: "unknown_model",
    message: /must be: gpt-4o/,
    calls: 0,
  },
  { name: "duplicate keys that are not ours", body: '{"messages":[{}],"user":"a","user":"b"}', status: 200, calls: 1 },
  { name: "__proto__", body: '{"messages":[{}],"__proto__":{"model":"other"},"constructor":1}', status: 200, calls: 1 },
  { name: "a lone surrogate", body: '{"messages":[{"role":"user","content":"\\ud800"}]}', status: 200, calls: 1 },
  { name: "no messages", body: '{"model":"gpt-4o"}', status: 400, code: "wrong_format", calls: 0 },
  { name: "empty messages", body: '{"messages":[]}', status: 400, code: "wrong_format", calls: 0 },
  { name: "messages of another type", body: '{"messages":"hello"}', status: 400, code: "wrong_format", calls: 0 },
  { name: "messages and prompt", body: '{"messages":[{}],"prompt":"x"}', status: 400, code: "wrong_format", calls: 0 },
  { name: "a numeric model", body: '{"messages":[{}],"model":4}', status: 400, code: "wrong_format", calls: 0 },
  { name: "a stream flag of another type", body: '{"messages":[{}],"stream":"yes"}', status: 400, code: "wrong_format", calls: 0 },
  {
    name: "an unknown model",
    body: '{"messages":[{}],"model":"gpt-9"}',
    status: 400,
    code: "unknown_model",
    message: /cannot use own model - must be: gpt-4o/,
    calls: 0,
  },
  { name: "an unknown route", path: "/nowhere", status: 404, code: "no_route", calls: 0 },
  { name: "a path that cannot be decoded", path: "/%zz", status: 404, code: "no_route", calls: 0 },
  { name: "a wrong method", method: "PUT", status: 404, code: "no_route", calls: 0 },
  {
    name: "an upstream that resets",
    answer: (response) => void response.socket?.resetAndDestroy(),
    status: 502,
    code: "upstream_error",
    calls: 1,
  },
  {
    name: "an upstream that closes without an answer",
    answer: (response) => void response.destroy(),
    status: 502,
    code: "upstream_error",
    calls: 1,
  },
  {
    name: "an upstream that hangs",
    answer: () => undefined,
    status: 504,
    code: "upstream_timeout",
    message: /read_timeout \(1500 ms\)/,
    calls: 1,
    withinMs: 5_000,
  },
  {
    name: "an upstream that answers with garbage",
    answer: (response) => void response.socket?.end("SSH-2.0-OpenSSH_9.2\r\n"),
    status: 502,
    code: "upstream_error",
    calls: 1,
  },
  {
    name: "a 200 with an HTML page",
    answer: (response) => void response.writeHead(200, { "content-type": "text/html" }).end("<html>"),
    status: 502,
    code: "upstream_answer",
    message: /is no JSON object/,
    calls: 1,
  },
  {
    name: "an empty 200",
    answer: (response) => void response.writeHead(200).end(),
    status: 502,
    code: "upstream_answer",
    message: /is empty/,
    calls: 1,
  },
  {
    name: "a 200 without choices",
    answer: (response) => sendJson(response, 200, { id: "x" }),
    status: 502,
    code: "upstream_answer",
    calls: 1,
  },
  {
    name: "an answer that is cut off",
    answer: (response) => {
      response.writeHead(200, { "content-type": "application/json", "content-length": 1000 });
      response.write('{"choices":[', () => response.destroy());
    },
    status: 502,
    code: "upstream_error",
    message: /broke off its answer/,
    calls: 1,
  },
  {
    name: "a redirect, which is not followed",
    answer: (response) => void response.writeHead(302, { location: `${upstream.origin}/elsewhere`, "content-length": 0 }).end(),
    status: 302,
    calls: 1,
  },
  {
    name: "an error of the upstream, passed through",
    answer: (response) => sendJson(response, 400, { error: { code: "theirs" } }),
    status: 400,
    code: "theirs",
    calls: 1,
  },
  {
    name: "a stream that is cut before any content",
    body: JSON.stringify({ ...CHAT, stream: true }),
    answer: (response) => {
      startStream(response);
      response.write(chatEvent({ role: "assistant", content: "" }), () => response.destroy());
    },
    status: 502,
    code: "upstream_error",
    calls: 1,
  },
  {
    name: "a stream that ends before any content",
    body: JSON.stringify({ ...CHAT, stream: true }),
    answer: (response) => {
      startStream(response);
      response.end();
    },
    status: 502,
    code: "upstream_error",
    calls: 1,
  },
];

test.each(rows)(
  "$name: $status",
  async ({ body, path = "/chat", method = "POST", answer, status, code, message, calls, withinMs = AT_ONCE_MS }) => {
    // GIVEN
    if (answer !== undefined) upstream.answer = answer;
    const begun = performance.now();
    // WHEN
    const response = await post(test_.url + path, body ?? CHAT, { method, redirect: "manual" });
    const text = await response.text();
    // THEN
    expect(response.status).toBe(status);
    expect(performance.now() - begun).toBeLessThan(withinMs);
    if (code !== undefined) expect(JSON.parse(text)).toMatchObject({ error: { code } });
    if (message !== undefined) expect(text).toMatch(message);
    expect(upstream.calls).toHaveLength(calls);
    // and the next request is served as if nothing had been
    upstream.answer = fineAnswer;
    expect((await post(`${test_.url}/chat`, CHAT)).status).toBe(200);
  },
);

test("an upstream that refuses connections: 502 at once", async () => {
  const gone = await TestUpstream.start();
  const refusing = await startTestGateway(document({ balancer: { retries: 0 }, targets: [target(gone.url)] }));
  await gone.close();
  const response = await post(`${refusing.url}/chat`, CHAT);
  expect(response.status).toBe(502);
  expect(await response.json()).toMatchObject({
    error: { code: "upstream_connect", message: expect.stringContaining("ECONNREFUSED") as string },
  });
  await refusing.close();
});

test("an announced body of 50 MB: 413 while the client has sent nothing of it", async () => {
  const { status, body } = await new Promise<{ status: number | undefined; body: string }>((resolve, reject) => {
    const sending = httpRequest(`${test_.url}/chat`, { method: "POST", headers: { "content-length": 50 * 1024 * 1024 } }, (response) => {
      let text = "";
      response.on("data", (part: Buffer) => (text += part.toString())).on("error", reject);
      response.once("data", () => {
        resolve({ status: response.statusCode, body: text });
        sending.destroy();
      });
    });
    sending.on("error", () => undefined);
    sending.flushHeaders();
  });
  expect(status).toBe(413);
  expect(body).toContain("at most 1048576 bytes");
  expect(upstream.calls).toHaveLength(0);
});

test("a chunked body of 50 MB: 413 while the client still sends", async () => {
  let sent = 0;
  const status = await new Promise<number | undefined>((resolve, reject) => {
    const sending = httpRequest(`${test_.url}/chat`, { method: "POST" }, (response) => {
      resolve(response.statusCode);
      response.resume();
      sending.destroy();
    });
    sending.on("error", reject);
    const piece = Buffer.alloc(64 * 1024, 0x20);
    const send = (): void => {
      while (sent < 50 * 1024 * 1024 && !sending.destroyed) {
        sent += piece.length;
        if (!sending.write(piece)) {
          sending.once("drain", send);
          return;
        }
      }
    };
    send();
  });
  expect(status).toBe(413);
  expect(sent).toBeLessThan(50 * 1024 * 1024);
  expect(upstream.calls).toHaveLength(0);
});

test("a client that sends no HTTP gets 400 and the gateway lives", async () => {
  const answer = await new Promise<string>((resolve, reject) => {
    const socket = connect(test_.gateway.port, "127.0.0.1", () => socket.write("\x16\x03\x01\x02\x00\r\n\r\n"));
    socket.once("data", (data) => resolve(data.toString())).once("error", reject);
  });
  expect(answer).toContain("400 Bad Request");
  expect((await post(`${test_.url}/chat`, CHAT)).status).toBe(200);
});

test("a stream that is cut after content ends with an error event and without a clean end", async () => {
  upstream.answer = (response) => {
    startStream(response);
    response.write(chatEvent({ content: "first" }), () => response.destroy());
  };
  const response = await post(`${test_.url}/chat`, { ...CHAT, stream: true });
  expect(response.status).toBe(200);
  const parts: string[] = [];
  const reading = (async () => {
    for await (const part of response.body as unknown as AsyncIterable<Uint8Array>) parts.push(Buffer.from(part).toString());
  })();
  await expect(reading).rejects.toThrow();
  const text = parts.join("");
  expect(text).toContain("first");
  expect(text).toContain('"code":"upstream_error"');
  expect(text).not.toContain("[DONE]");
});

test("a truncated gzip answer is a failure", async () => {
  const { gzipSync } = await import("node:zlib");
  const packed = gzipSync(JSON.stringify(chatAnswer("x")));
  upstream.answer = (response) => {
    response.writeHead(200, { "content-type": "application/json", "content-encoding": "gzip" });
    response.end(packed.subarray(0, packed.length - 10));
  };
  const response = await post(`${test_.url}/chat`, CHAT);
  expect(response.status).toBe(502);
  expect(await response.text()).toContain("cannot be unpacked");
});

test("after all of it sockets, servers, watches and timers are back at the start's count", async () => {
  const count = (): Record<string, number> => {
    const counts: Record<string, number> = {};
    for (const kind of process.getActiveResourcesInfo()) counts[kind] = (counts[kind] ?? 0) + 1;
    return counts;
  };
  const settle = async (): Promise<void> => {
    upstream.server.closeAllConnections();
    await new Promise((resolve) => setTimeout(resolve, 50));
  };
  await settle();
  const before = count();
  const agent = new Agent({ keepAliveTimeout: 10 });
  const own = await startTestGateway(
    document({ max_request_body_size: 1_000_000, balancer: { read_timeout: READ_TIMEOUT_MS }, targets: [target(upstream.url)] }),
  );
  for (const row of rows) {
    upstream.answer = row.answer ?? fineAnswer;
    const { statusCode, body } = await request(own.url + (row.path ?? "/chat"), {
      method: "POST",
      body: row.body ?? JSON.stringify(CHAT),
      dispatcher: agent,
    });
    await body.dump();
    if (row.method === undefined) expect(statusCode).toBe(row.status);
  }
  await own.close();
  await agent.close();
  await settle();
  const watched = ["TCPSocketWrap", "TCPServerWrap", "FSEventWrap", "Timeout", "Immediate", "PipeWrap"];
  const grown = (): string[] => watched.filter((kind) => (count()[kind] ?? 0) > (before[kind] ?? 0));
  await until(() => grown().length === 0);
});
