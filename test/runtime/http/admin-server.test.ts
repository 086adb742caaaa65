import { mkdtemp, rename, rm, writeFile } from "node:fs/promises";
import { once } from "node:events";
import type { IncomingMessage } from "node:http";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { checkAccess } from "../../../runtime/http/admin-access";
import type { AdminError } from "../../../runtime/http/admin-errors";
import { createAdminServer, type AdminFunctions, type AdminOptions } from "../../../runtime/http/admin-server";
import type { Listener } from "../../../runtime/http/listener";
import { fullStatusOf } from "../../../runtime/status";
import { attempt, metricsOf, parseText, plan, route, served, SERVED } from "../metrics/support";

let folder: string;
let tokenFile: string;
const open: Listener[] = [];

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "signalbox-admin-"));
  tokenFile = join(folder, "token");
});
beforeEach(() => writeFile(tokenFile, "  right-token\n"));
afterEach(() => Promise.all(open.splice(0).map((one) => one.close())));
afterAll(() => rm(folder, { recursive: true }));

async function admin(functions: Partial<AdminFunctions> = {}, options: AdminOptions = {}): Promise<string> {
  const server = createAdminServer(
    {
      status: () => SERVED,
      fullStatus: () => fullStatusOf(SERVED, []),
      metrics: () => Promise.resolve(""),
      score: () => true,
      ...functions,
    },
    options,
  );
  open.push(server);
  await server.listen("127.0.0.1", 0);
  return `http://127.0.0.1:${server.port}`;
}

const json = async (response: Response): Promise<[number, unknown]> => [response.status, await response.json()];

function postScore(
  url: string,
  body: unknown = { request_id: "r1", score: 80 },
  authorization?: string,
  type = "application/json",
): Promise<Response> {
  return fetch(`${url}/accuracy`, {
    method: "POST",
    headers: { "content-type": type, ...(authorization !== undefined && { authorization }) },
    body: typeof body === "string" ? body : JSON.stringify(body),
  });
}

describe("health", () => {
  test("/healthz and /readyz", async () => {
    const url = await admin();
    expect(await json(await fetch(`${url}/healthz`))).toEqual([200, { status: "alive" }]);
    expect(await json(await fetch(`${url}/readyz`))).toEqual([200, { status: "ready", configuration: "served", digest: "d" }]);
  });

  test("/readyz is 503 while draining, and names a refused configuration", async () => {
    const url = await admin({
      status: () => ({ ready: false, draining: true, configuration: { state: "refused", reason: "bad", problems: ["p"] } }),
    });
    expect(await json(await fetch(`${url}/readyz`))).toEqual([
      503,
      { status: "draining", configuration: "refused", reason: "bad", problems: ["p"] },
    ]);
  });
});

test("/metrics is a scrape that Prometheus reads", async () => {
  const { metrics, serve } = metricsOf();
  serve(served([plan()]));
  metrics.attemptEnded("chat", attempt());
  metrics.exchangeEnded({ route: route("chat"), status: 200, milliseconds: 12 });
  const response = await fetch(`${await admin({ metrics: () => metrics.text() })}/metrics`);
  expect([response.status, response.headers.get("content-type")]).toEqual([200, metrics.contentType]);
  const text = await response.text();
  expect(parseText(text).get('signalbox_requests_total{route="chat",status="200"}')).toBe(1);
  expect(text).toContain("# HELP signalbox_requests_total Requests that have ended");
  expect(text.endsWith("\n")).toBe(true);
});

test("a scrape that fails says nothing of why", async () => {
  const url = await admin({ metrics: () => Promise.reject(new Error("secret reason")) });
  expect(await json(await fetch(`${url}/metrics`))).toEqual([500, { message: "An unexpected error occurred" }]);
});

describe("/status", () => {
  test("JSON with the number of its shape, not to be kept", async () => {
    const { metrics, serve } = metricsOf();
    serve(served([plan()]));
    const response = await fetch(`${await admin({ fullStatus: () => fullStatusOf(SERVED, metrics.plugins()) })}/status`);
    expect(response.headers.get("cache-control")).toBe("no-store");
    expect(await response.json()).toMatchObject({
      ...{ version: 1, ready: true, draining: false, configuration: { state: "served", digest: "d" } },
      plugins: [{ plugin: "route:chat", routes: ["chat"], algorithm: "round-robin", targets: [{ target: "0:openai/gpt-4o" }] }],
    });
  });

  test.each([
    ["text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8", "text/html; charset=utf-8"],
    ["application/json", "application/json; charset=utf-8"],
    ["*/*", "application/json; charset=utf-8"],
  ])("Accept: %s is answered as %s", async (accept, type) => {
    const response = await fetch(`${await admin()}/status`, { headers: { accept } });
    expect(response.headers.get("content-type")).toBe(type);
    if (type.startsWith("text/html")) expect(response.headers.get("content-security-policy")).toContain("default-src 'none'");
  });
});

describe("POST /accuracy", () => {
  test("hands a score on", async () => {
    const scores: unknown[] = [];
    const url = await admin({ score: (...given) => scores.push(given) > 0 }, { tokenFile });
    const response = await postScore(url, { request_id: "r1", score: 80 }, "Bearer right-token");
    expect([response.status, await response.text()]).toEqual([204, ""]);
    expect(scores).toEqual([["r1", 80]]);
  });

  test("an answer that is not known is 404", async () => {
    const url = await admin({ score: () => Promise.resolve(false) }, { tokenFile });
    const [status, body] = await json(await postScore(url, undefined, "bearer right-token"));
    expect(status).toBe(404);
    expect(body).toEqual({ message: expect.stringContaining("only the last 10,000") as string });
  });

  test.each([
    ["no token", undefined],
    ["a wrong token", "Bearer wrong-token"],
    ["a part of it", "Bearer right-toke"],
    ["more than it", "Bearer right-token2"],
    ["another scheme", "Basic right-token"],
    ["the token alone", "right-token"],
    ["an empty one", "Bearer "],
  ])("%s is 401, and the body is not looked at", async (_name, authorization) => {
    let called = false;
    const url = await admin({ score: () => (called = true) }, { tokenFile });
    const response = await postScore(url, "{", authorization);
    expect(response.headers.get("www-authenticate")).toBe("Bearer");
    const [status, body] = await json(response);
    expect([status, called]).toEqual([401, false]);
    expect(JSON.stringify(body)).not.toContain("right-token");
  });

  test("a new token holds at once, and the old one no longer", async () => {
    const url = await admin({}, { tokenFile });
    expect((await postScore(url, undefined, "Bearer right-token")).status).toBe(204);
    await writeFile(`${tokenFile}.new`, "next-token");
    await rename(`${tokenFile}.new`, tokenFile);
    expect((await postScore(url, undefined, "Bearer right-token")).status).toBe(401);
    expect((await postScore(url, undefined, "Bearer next-token")).status).toBe(204);
  });

  test.each([
    ["gone", () => rm(tokenFile)],
    ["empty", () => writeFile(tokenFile, " \n")],
    ["of two words", () => writeFile(tokenFile, "right-token other")],
    ["too long", () => writeFile(tokenFile, "x".repeat(5000))],
  ])("a file that is %s lets nobody pass", async (_name, change) => {
    const url = await admin({}, { tokenFile });
    await change();
    const [status, body] = await json(await postScore(url, undefined, "Bearer right-token"));
    expect(status).toBe(503);
    expect(body).toEqual({ message: expect.stringContaining("--admin-token-file") as string });
  });

  test("a token beyond ASCII is read from the header as from the file", async () => {
    await writeFile(tokenFile, "schlüssel-模");
    const url = await admin({}, { tokenFile });
    expect((await postScore(url, undefined, `Bearer ${Buffer.from("schlüssel-模").toString("latin1")}`)).status).toBe(204);
  });

  test("without a token file nothing can be changed", async () => {
    const [status, body] = await json(await postScore(await admin(), undefined, "Bearer right-token"));
    expect(status).toBe(403);
    expect(body).toEqual({ message: expect.stringContaining("--admin-token-file") as string });
  });

  test.each([
    [{ request_id: "r1", score: 0 }, "schema violation (score: expected a number from 1 to 100)"],
    [{ request_id: "r1", score: 101 }, "schema violation (score: expected a number from 1 to 100)"],
    [{ request_id: "r1", score: "80" }, "schema violation (score: expected a number from 1 to 100)"],
    [{ request_id: 7, score: 80 }, "schema violation (request_id: expected the answer's X-Kong-Request-Id as a text)"],
    [{ request_id: "x".repeat(129), score: 80 }, "schema violation (request_id: expected the answer's X-Kong-Request-Id as a text)"],
    [{ request_id: "r1", score: 80, note: 1 }, "schema violation (note: unknown field)"],
    [{}, "2 schema violations (request_id: expected the answer's X-Kong-Request-Id as a text; score: expected a number from 1 to 100)"],
    [[], "schema violation (body: expected an object)"],
    ["null", "schema violation (body: expected an object)"],
  ])("%j is a schema violation", async (given, message) => {
    const response = await postScore(await admin({}, { tokenFile }), given, "Bearer right-token");
    expect(await json(response)).toEqual([400, { message, name: "schema violation", code: 2 }]);
  });

  test.each([
    ["{", "application/json", 400],
    ["", "application/json", 400],
    ["a=b", "application/x-www-form-urlencoded", 415],
    [JSON.stringify({ request_id: "x".repeat(70_000), score: 1 }), "application/json", 413],
  ])("a body that cannot be read is refused in Kong's shape: %#", async (body, type, status) => {
    const response = await postScore(await admin({}, { tokenFile }), body, "Bearer right-token", type);
    expect(await json(response)).toEqual([status, { message: expect.any(String) as string }]);
  });

  test("who has no token cannot make the port read a long body", async () => {
    const url = new URL(await admin({}, { tokenFile }));
    const socket = connect(Number(url.port), url.hostname);
    socket.on("error", () => undefined);
    const closed = new Promise((resolve) => socket.on("close", resolve));
    let answer = "";
    socket.setEncoding("utf8").on("data", (chunk: string) => (answer += chunk));
    socket.write("POST /accuracy HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: 60000\r\n\r\n{");
    await closed;
    expect(answer).toMatch(/^HTTP\/1\.1 401 /);
  });
});

test.each([
  ["GET", "/", 404, null],
  ["GET", "/metrics/", 404, null],
  ["POST", "/metrics", 405, "GET, HEAD"],
  ["GET", "/accuracy", 405, "POST"],
  ["DELETE", "/status?a=b", 405, "GET, HEAD"],
])("%s %s is %i", async (method, path, status, allow) => {
  const response = await fetch(`${await admin()}${path}`, { method });
  expect([response.status, response.headers.get("allow")]).toEqual([status, allow]);
  expect(await response.json()).toEqual({ message: status === 404 ? "Not found" : "Method not allowed" });
});

/** Sends a request as it is; resolves with the status. */
async function raw(url: string, text: string): Promise<number> {
  const socket = connect(Number(new URL(url).port), "127.0.0.1");
  let answer = "";
  socket.setEncoding("utf8").on("data", (chunk: string) => (answer += chunk));
  socket.write(text);
  await once(socket, "close");
  return Number(/^HTTP\/1\.1 (\d{3}) /.exec(answer)?.[1] ?? 0);
}

describe("a name that leads here by DNS rebinding", () => {
  const ask = async (host: string, options: AdminOptions = {}): Promise<number> =>
    raw(await admin({}, options), `GET /status HTTP/1.1\r\nHost: ${host}\r\nConnection: close\r\n\r\n`);

  test.each(
    ["127.0.0.1", "127.0.0.1:8001", "10.1.2.3:9", "[::1]", "[::1]:8001", "[fe80::1]:80", "localhost", "LocalHost:8001", "localhost."].map(
      (host) => [host],
    ),
  )("%s is no such name", async (host) => {
    expect(await ask(host)).toBe(200);
  });

  test.each(
    [
      ...["evil.test", "127.0.0.1.evil.test", "localhost.evil", "localhost.evil:8001", "evil-localhost", "EVIL.TEST", "evil.test."],
      ...["[::1].x", "[::1]x:80", "[evil]", "::1", "[::1", "2130706433", "0x7f.1", "127.1", "127.0.0.1:", "127.0.0.1:x", ":8001", ""],
      ...[
        "localhost@evil.test",
        "evil.test@localhost",
        "localhost/evil",
        "localhost,evil.test",
        "localhost evil.test",
        "localhost:1:2",
        "localhost..",
      ],
    ].map((host) => [host]),
  )("%j is refused", async (host) => {
    expect(await ask(host)).toBe(421);
  });

  test("it is told what to do, on every path, and nothing of the gateway", async () => {
    const url = await admin();
    for (const path of ["/status", "/healthz", "/none"]) {
      const response = await new Promise<string>((resolve) => {
        const socket = connect(Number(new URL(url).port), "127.0.0.1");
        let text = "";
        socket.setEncoding("utf8").on("data", (chunk: string) => (text += chunk));
        socket.on("close", () => resolve(text));
        socket.write(`GET ${path} HTTP/1.1\r\nHost: evil.test\r\n\r\n`);
      });
      expect(response).toMatch(/^HTTP\/1\.1 421 [^]*--admin-host-name/);
      expect(response.toLowerCase()).not.toContain("access-control");
    }
  });

  test("a name that was given is allowed in any case, alone and with a port; no part of it is", async () => {
    const options = { hostNames: ["Gateway", "a.internal"] };
    for (const host of ["gateway", "GATEWAY:8001", "gateway.", "a.internal"]) expect(await ask(host, options)).toBe(200);
    for (const host of ["gateway.evil", "internal", "b.a.internal"]) expect(await ask(host, options)).toBe(421);
  });

  test.each([
    ["no Host in HTTP/1.0", "GET /status HTTP/1.0\r\n\r\n"],
    ["no Host in HTTP/1.1", "GET /status HTTP/1.1\r\nConnection: close\r\n\r\n"],
    ["two", "GET /status HTTP/1.1\r\nHost: localhost\r\nHost: evil.test\r\nConnection: close\r\n\r\n"],
    ["two alike", "GET /status HTTP/1.1\r\nHost: localhost\r\nhost: localhost\r\nConnection: close\r\n\r\n"],
  ])("%s is 400", async (_name, text) => {
    expect(await raw(await admin(), text)).toBe(400);
  });
});

describe("pages of other hosts", () => {
  const change = async (origin: string, own = "localhost:8001"): Promise<number> => {
    const body = JSON.stringify({ request_id: "r1", score: 80 });
    const head = `POST /accuracy HTTP/1.1\r\nHost: ${own}\r\nOrigin: ${origin}\r\nAuthorization: Bearer right-token\r\nContent-Type: application/json`;
    return raw(await admin({}, { tokenFile }), `${head}\r\nConnection: close\r\nContent-Length: ${body.length}\r\n\r\n${body}`);
  };

  test.each([
    ["http://evil.test"],
    ["null"],
    ["http://localhost"],
    ["http://localhost:8000"],
    ["http://localhost.evil:8001"],
    ["localhost:8001"],
  ])("%s changes nothing, even with the token", async (origin) => {
    expect(await change(origin)).toBe(403);
  });

  test("one of this host does", async () => {
    expect(await change("http://localhost:8001")).toBe(204);
    expect(await change("http://LOCALHOST:8001")).toBe(204);
  });

  test("no answer allows another page to read it", async () => {
    const url = await admin();
    for (const method of ["GET", "OPTIONS"]) {
      const response = await fetch(`${url}/status`, { method, headers: { origin: "http://evil.test" } });
      expect([...response.headers.keys()].filter((name) => name.startsWith("access-control"))).toEqual([]);
    }
  });
});

describe("from another machine", () => {
  const access = (url: string, options: { tokenFile?: string; authorization?: string; method?: string; remote?: string } = {}) => {
    const { tokenFile: file, authorization, method = "GET", remote = "192.0.2.7" } = options;
    const headers = { host: "192.0.2.1:8001", ...(authorization === undefined ? {} : { authorization }) };
    const request = {
      headers,
      rawHeaders: Object.entries(headers).flat(),
      method,
      url,
      socket: { remoteAddress: remote, localAddress: "192.0.2.1" },
    };
    return checkAccess(request as unknown as IncomingMessage, new Set(), file).then(
      () => 200,
      (error: unknown) => (error as AdminError).kind.status,
    );
  };

  test.each(["/readyz", "/status", "/metrics", "/accuracy", "/none", "/healthz/", "/status?/healthz"])(
    "%s needs the token",
    async (path) => {
      expect(await access(path)).toBe(403);
      expect(await access(path, { tokenFile })).toBe(401);
      expect(await access(path, { tokenFile, authorization: "Bearer wrong" })).toBe(401);
      expect(await access(path, { tokenFile, authorization: "Bearer right-token" })).toBe(200);
    },
  );

  test("/healthz needs none", async () => {
    expect(await access("/healthz")).toBe(200);
    expect(await access("/healthz?x", { tokenFile })).toBe(200);
  });

  test.each(["127.0.0.1", "127.8.9.1", "::1", "::ffff:127.0.0.1", "192.0.2.1"])("%s is this machine", async (remote) => {
    expect(await access("/status", { remote })).toBe(200);
  });

  test.each(["::2", "::ffff:192.0.2.7", "128.0.0.1"])("%s is another", async (remote) => {
    expect(await access("/status", { remote })).toBe(403);
  });
});
