import { request as httpRequest, type IncomingMessage } from "node:http";
import { connect } from "node:net";
import { gzipSync } from "node:zlib";
import { CHAT, document, post, startTestGateway, target, until, type TestGateway } from "../../support/gateway";
import { chatEvent, chatStream, startStream, TestUpstream } from "../../support/upstream";

const STREAM = { ...CHAT, stream: true };

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

async function gateway(config: object, options = {}): Promise<TestGateway> {
  const one = await startTestGateway(document(config), options);
  open.push(one);
  return one;
}

/** A client that reads when told to. */
function openClient(url: string, body: object): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    const text = JSON.stringify(body);
    const sending = httpRequest(
      `${url}/chat`,
      { method: "POST", headers: { "content-length": Buffer.byteLength(text) }, agent: false },
      resolve,
    );
    sending.on("error", reject);
    sending.end(text);
  });
}

async function readAll(response: IncomingMessage): Promise<string> {
  const parts: Buffer[] = [];
  for await (const part of response) parts.push(part as Buffer);
  return Buffer.concat(parts).toString();
}

test("a stream is relayed byte for byte, event by event, as it comes", async () => {
  const whole = chatStream(["one", "two"]);
  let release = (): void => undefined;
  const released = new Promise<void>((resolve) => (release = resolve));
  upstream.answer = async (response) => {
    startStream(response);
    response.write(whole.slice(0, 400));
    await released;
    response.end(whole.slice(400));
  };
  const { url } = await gateway({ targets: [target(upstream.url)] });
  const response = await openClient(url, STREAM);
  expect(response.headers["content-type"]).toBe("text/event-stream");
  const first = await new Promise<string>((resolve) => response.once("data", (part: Buffer) => resolve(part.toString())));
  expect(whole.startsWith(first)).toBe(true);
  expect(first.endsWith("\n\n")).toBe(true);
  release();
  expect(first + (await readAll(response))).toBe(whole);
});

test("a gzip stream of an upstream that packs unasked is unpacked", async () => {
  upstream.answer = (response) => {
    response.writeHead(200, { "content-type": "text/event-stream", "content-encoding": "gzip" });
    response.end(gzipSync(chatStream(["packed"])));
  };
  const { url } = await gateway({ targets: [target(upstream.url)] });
  const response = await post(`${url}/chat`, STREAM);
  expect(response.headers.get("content-encoding")).toBeNull();
  expect(await response.text()).toBe(chatStream(["packed"]));
  expect(upstream.calls[0]?.headers["accept-encoding"]).toBe("identity");
});

test("a media type in capitals is a stream all the same, as RFC 9110 8.3.1 says", async () => {
  upstream.answer = (response) => {
    response.writeHead(200, { "content-type": "Text/Event-Stream; charset=utf-8" });
    response.end(chatStream(["loud"]));
  };
  const { url } = await gateway({ targets: [target(upstream.url)] });
  const response = await post(`${url}/chat`, STREAM);
  expect([response.status, await response.text()]).toEqual([200, chatStream(["loud"])]);
});

describe("usage in streams", () => {
  const USAGE = `data: ${JSON.stringify({ id: "chatcmpl-1", choices: [], usage: { prompt_tokens: 3, completion_tokens: 4, total_tokens: 7 } })}\n\n`;
  const withUsage = chatStream(["hi"]).replace("data: [DONE]", `${USAGE}data: [DONE]`);
  const logged = (): object => target(upstream.url, { logging: { log_statistics: true }, options: { input_cost: 1, output_cost: 2 } });

  beforeEach(() => {
    upstream.answer = (response) => {
      startStream(response);
      response.end(withUsage);
    };
  });

  test("is asked for where statistics are logged, and withheld from a client that did not ask", async () => {
    const { url, log } = await gateway({ targets: [logged()] });
    const response = await post(`${url}/chat`, { ...STREAM, stream_options: { include_obfuscation: false } });
    expect(await response.text()).toBe(chatStream(["hi"]));
    expect(JSON.parse(upstream.calls[0]?.body ?? "")).toMatchObject({
      stream_options: { include_obfuscation: false, include_usage: true },
    });
    const [line] = await log("exchange");
    expect(line).toMatchObject({
      ai: {
        proxy: { meta: { request_mode: "stream" }, usage: { prompt_tokens: 3, completion_tokens: 4, total_tokens: 7, cost: 0.000011 } },
      },
    });
  });

  test("reaches a client that asked", async () => {
    const { url } = await gateway({ targets: [logged()] });
    const response = await post(`${url}/chat`, { ...STREAM, stream_options: { include_usage: true } });
    expect(await response.text()).toBe(withUsage);
  });

  test("is not asked for without statistics", async () => {
    const { url } = await gateway({ targets: [target(upstream.url)] });
    await (await post(`${url}/chat`, STREAM)).text();
    expect(JSON.parse(upstream.calls[0]?.body ?? "")).not.toHaveProperty("stream_options");
  });

  test("is estimated, and marked so, where the provider reports none", async () => {
    upstream.answer = (response) => {
      startStream(response);
      response.end(chatStream(["12345678", "9"]));
    };
    const { url, log } = await gateway({ targets: [logged()] });
    await (await post(`${url}/chat`, STREAM)).text();
    const [line] = await log("exchange");
    expect(line).toMatchObject({ ai: { proxy: { usage: { completion_tokens: 3, estimated: true } } } });
  });
});

describe("a client that hangs up", () => {
  /** Answers never end by themselves; the test waits for the upstream's connection to end. */
  const endless = (before: (response: Parameters<TestUpstream["answer"]>[0]) => void): void => {
    upstream.answer = (response) => before(response);
  };

  test.each<[string, (response: Parameters<TestUpstream["answer"]>[0]) => void]>([
    ["before the answer's head", () => undefined],
    ["before content", (response) => startStream(response)],
    [
      "within the stream",
      (response) => {
        startStream(response);
        response.write(chatEvent({ content: "x" }));
      },
    ],
  ])("%s stops the upstream within 100 ms", async (name, before) => {
    endless(before);
    const { url, log } = await gateway({ targets: [target(upstream.url, { logging: { log_statistics: true } })] });
    const sending = httpRequest(`${url}/chat`, { method: "POST", agent: false }, (response) => response.resume());
    const answered = new Promise((resolve) => sending.once("response", resolve));
    sending.on("error", () => undefined);
    sending.end(JSON.stringify(STREAM));
    await until(() => upstream.calls.length === 1);
    if (name === "within the stream") await answered;
    const hungUp = performance.now();
    sending.destroy();
    await upstream.calls[0]?.aborted;
    expect(performance.now() - hungUp).toBeLessThan(100);
    const lines = await log("exchange");
    expect(lines).toHaveLength(1);
  });
});

test("a slow client holds the upstream back instead of filling the memory", async () => {
  const piece = chatEvent({ content: "x".repeat(16 * 1024) });
  const total = 64 * 1024 * 1024;
  let sent = 0;
  let held = 0;
  upstream.answer = (response) => {
    startStream(response);
    const send = (): void => {
      while (sent < total) {
        sent += piece.length;
        if (!response.write(piece)) {
          held++;
          response.once("drain", send);
          return;
        }
      }
      response.end(chatStream([]));
    };
    send();
  };
  const { url } = await gateway({ targets: [target(upstream.url)] });
  const response = await openClient(url, STREAM);
  response.pause();
  // GIVEN a client that reads nothing, the upstream comes to a standstill
  let before = -1;
  await until(async () => {
    const still = before === sent && sent > 0;
    before = sent;
    await new Promise((resolve) => setTimeout(resolve, 150));
    return still;
  });
  expect(sent).toBeLessThan(total / 2);
  expect(held).toBeGreaterThan(0);
  // THEN all of it arrives once it reads
  let received = 0;
  for await (const part of response) received += (part as Buffer).length;
  expect(received).toBe(sent + chatStream([]).length);
});

test.each([
  ["first", ""],
  ["later", chatEvent({ content: "x" })],
])("an error event inside the stream, %s", async (name, before) => {
  const event = 'data: {"error":{"message":"overloaded","type":"server_error"}}\n\n';
  upstream.answer = (response) => {
    startStream(response);
    response.write(before);
    setTimeout(() => response.end(`${event}data: [DONE]\n\n`), 30);
  };
  const { url } = await gateway({ targets: [target(upstream.url)] });
  const response = await openClient(url, STREAM);
  if (name === "first") {
    expect(response.statusCode).toBe(502);
    expect(await readAll(response)).toContain("reported an error inside the stream: overloaded");
  } else {
    let text = "";
    response.on("data", (part: Buffer) => (text += part.toString()));
    await new Promise((resolve) => response.once("error", resolve).once("end", resolve));
    expect(response.complete).toBe(false);
    expect(text).toContain('"message":"overloaded"');
    expect(text).not.toContain("[DONE]");
  }
});

describe("draining", () => {
  /** A stream that goes on until it is released. */
  function holdStreams(): () => void {
    let release = (): void => undefined;
    const released = new Promise<void>((resolve) => (release = resolve));
    upstream.answer = async (response) => {
      startStream(response);
      response.write(chatEvent({ content: "begun" }));
      await released;
      response.end(chatEvent({}, {}, "stop") + "data: [DONE]\n\n");
    };
    return () => release();
  }

  test("not ready at once, no new connections, streams finish", async () => {
    const release = holdStreams();
    const { url, gateway: running } = await gateway({ targets: [target(upstream.url)] });
    const response = await openClient(url, STREAM);
    const drained = running.drain();
    expect((await fetch(`http://127.0.0.1:${running.adminPort ?? 0}/readyz`)).status).toBe(503);
    expect((await fetch(`http://127.0.0.1:${running.adminPort ?? 0}/healthz`)).status).toBe(200);
    await expect(openClient(url, CHAT)).rejects.toThrow("ECONNREFUSED");
    release();
    expect(await readAll(response)).toContain("[DONE]");
    await drained;
  });

  test("a request on a kept connection is still served, and the connection ends", async () => {
    const release = holdStreams();
    const { gateway: running } = await gateway({ targets: [target(upstream.url)] });
    const socket = connect(running.port, "127.0.0.1");
    let text = "";
    socket.on("data", (part: Buffer) => (text += part.toString()));
    const ended = new Promise((resolve) => socket.once("end", resolve));
    const send = (body: string): boolean =>
      socket.write(`POST /chat HTTP/1.1\r\nHost: gateway\r\nContent-Length: ${body.length}\r\n\r\n${body}`);
    // GIVEN a connection whose stream is under way when the drain begins
    send(JSON.stringify(STREAM));
    await until(() => text.includes("begun"));
    const drained = running.drain();
    // WHEN another request comes over it
    send(JSON.stringify(STREAM));
    release();
    await ended;
    await drained;
    // THEN both are answered whole, and the second answer says that the connection ends
    expect(upstream.calls).toHaveLength(2);
    const [, first = "", second = ""] = text.split("HTTP/1.1 200 OK\r\n");
    for (const answer of [first, second]) expect(answer).toContain("[DONE]");
    expect(second.toLowerCase()).toContain("connection: close\r\n");
    socket.destroy();
  });

  test("what is not finished in time ends with an error inside the stream, not with a clean end", async () => {
    holdStreams();
    const { url, gateway: running } = await gateway({ targets: [target(upstream.url)] }, { drainTimeoutSeconds: 0.2 });
    const response = await openClient(url, STREAM);
    let text = "";
    response.on("data", (part: Buffer) => (text += part.toString()));
    const ended = new Promise((resolve) => response.once("error", resolve).once("end", resolve));
    await running.drain();
    await ended;
    expect(response.complete).toBe(false);
    expect(text).toContain('"code":"draining"');
    expect(text).not.toContain("[DONE]");
  });
});
