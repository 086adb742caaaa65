import { createServer, request as httpRequest, type IncomingMessage, type Server } from "node:http";
import { createServer as createTlsServer } from "node:https";
import { connect, createServer as createTcpServer, type AddressInfo, type Server as TcpServer, type Socket } from "node:net";
import tls from "node:tls";
import { createCertificate } from "../../../provider/rpc/certificate";
import { createDispatcher } from "../../../runtime/upstream/dispatcher";
import { readProxyEnvironment } from "../../../runtime/upstream/proxy-environment";
import { ProxyFailure } from "../../../runtime/upstream/proxy-failure";
import { CHAT, document, post, startTestGateway, target } from "../../support/gateway";
import { TestUpstream } from "../../support/upstream";

const SETTINGS = { connections: 2, connectTimeoutMs: 2_000, keepAliveTimeoutMs: 1_000 };

const listen = (server: TcpServer): Promise<number> =>
  new Promise((resolve) => server.listen(0, "127.0.0.1", () => resolve((server.address() as AddressInfo).port)));

/** A forward proxy as they are in the field: absolute form for http, CONNECT for https, and as Squid has it to no other port than that of https. */
class TestProxy {
  readonly asked: { readonly line: string; readonly authorization: string | undefined; readonly host: string | undefined }[] = [];
  /** Answers everything with this status, if it is set. */
  refusal: number | undefined;
  /** Headers of the refusal. */
  told: Record<string, string> = {};
  /** The port to which it opens tunnels. */
  sslPort = 443;
  private readonly server = createServer((request, response) => {
    this.note(request);
    if (this.refusal !== undefined) {
      response.writeHead(this.refusal, this.told).end("<html>the proxy's own page</html>");
      return;
    }
    const { hostname, port, pathname, search } = new URL(request.url ?? "");
    const headers = { ...request.headers };
    delete headers["proxy-authorization"];
    const onward = httpRequest({ hostname, port, path: pathname + search, method: request.method, headers }, (answer) => {
      response.writeHead(answer.statusCode ?? 500, answer.headers);
      answer.pipe(response);
    });
    request.pipe(onward);
  });

  async start(): Promise<string> {
    this.server.on("connect", (request, socket) => {
      this.note(request);
      if (this.refusal !== undefined && this.refusal >= 400) {
        socket.end(`HTTP/1.1 ${this.refusal} Refused\r\ncontent-length: 0\r\n\r\n`);
        return;
      }
      const [host = "", port = ""] = (request.url ?? "").split(":");
      if (Number(port) !== this.sslPort) {
        socket.end("HTTP/1.1 403 Forbidden\r\nX-Squid-Error: ERR_ACCESS_DENIED 0\r\ncontent-length: 0\r\n\r\n");
        return;
      }
      const way = connect(Number(port), host, () => socket.write("HTTP/1.1 200 Connection Established\r\n\r\n"));
      way.pipe(socket).pipe(way);
      way.on("error", () => socket.destroy());
      socket.on("error", () => way.destroy());
    });
    return `127.0.0.1:${await listen(this.server)}`;
  }

  stop(): void {
    this.server.closeAllConnections();
    this.server.close();
  }

  private note({ method, url, headers }: IncomingMessage): void {
    this.asked.push({ line: `${method ?? ""} ${url ?? ""}`, authorization: headers["proxy-authorization"], host: headers.host });
  }
}

/** Asks once; the error's chain as it comes. */
async function ask(env: Record<string, string>, origin: string): Promise<{ status: number; body: string } | Error> {
  const dispatcher = createDispatcher(origin, SETTINGS, readProxyEnvironment(env));
  try {
    const { statusCode, body } = await dispatcher.request({
      origin,
      path: "/v1?a=b",
      method: "POST",
      headers: ["x-a", "1"],
      body: "hello",
    });
    return { status: statusCode, body: await body.text() };
  } catch (error) {
    return error as Error;
  } finally {
    await dispatcher.destroy();
  }
}

describe("a forward proxy", () => {
  const seen: { url: string | undefined; headers: IncomingMessage["headers"] }[] = [];
  const upstream = createServer((request, response) => {
    seen.push({ url: request.url, headers: request.headers });
    request.resume().on("end", () => response.end("plain"));
  });
  const { privateKeyPem: key, certificatePem: cert } = createCertificate();
  const secure: Server = createTlsServer({ key, cert }, (request, response) => {
    seen.push({ url: request.url, headers: request.headers });
    request.resume().on("end", () => response.end("secure"));
  });
  let http: string;
  let https: string;
  let proxy: TestProxy;
  let address: string;

  beforeAll(async () => {
    http = `http://127.0.0.1:${await listen(upstream)}`;
    https = `https://127.0.0.1:${await listen(secure)}`;
  });
  beforeEach(async () => {
    proxy = new TestProxy();
    address = await proxy.start();
    proxy.sslPort = Number(new URL(https).port);
  });
  afterEach(() => {
    proxy.stop();
    seen.length = 0;
  });
  afterAll(() => {
    upstream.close();
    secure.close();
  });

  test.each(["http://", ""])("that opens no tunnel to an http upstream is asked in absolute form (%j before its host)", async (scheme) => {
    expect(await ask({ HTTP_PROXY: scheme + address }, http)).toEqual({ status: 200, body: "plain" });
    const { host } = new URL(http);
    expect(proxy.asked).toEqual([
      { line: `CONNECT ${host}`, authorization: undefined, host },
      { line: `POST ${http}/v1?a=b`, authorization: undefined, host },
    ]);
    expect(seen).toMatchObject([{ url: "/v1?a=b", headers: { "x-a": "1", host: new URL(http).host } }]);
  });

  test("that opened no tunnel once is not asked for one again", async () => {
    const dispatcher = createDispatcher(http, SETTINGS, readProxyEnvironment({ HTTP_PROXY: address }));
    const once = async (): Promise<string> => (await dispatcher.request({ origin: http, path: "/", method: "GET" })).body.text();
    expect(await once()).toBe("plain");
    expect(await Promise.all([once(), once()])).toEqual(["plain", "plain"]);
    expect(proxy.asked.map(({ line }) => line.split(" ", 1)[0])).toEqual(["CONNECT", "GET", "GET", "GET"]);
    await dispatcher.close();
  });

  test("that knows nothing but tunnels is asked for one to an http upstream, too", async () => {
    proxy.sslPort = Number(new URL(http).port);
    expect(await ask({ HTTP_PROXY: address }, http)).toEqual({ status: 200, body: "plain" });
    expect(proxy.asked).toMatchObject([{ line: `CONNECT ${new URL(http).host}` }]);
    expect(seen).toMatchObject([{ url: "/v1?a=b", headers: { host: new URL(http).host } }]);
  });

  test("gets its credentials, which go no further", async () => {
    expect(await ask({ HTTP_PROXY: `http://me:s3cret@${address}` }, http)).toEqual({ status: 200, body: "plain" });
    const authorization = `Basic ${Buffer.from("me:s3cret").toString("base64")}`;
    expect(proxy.asked).toMatchObject([{ authorization }, { authorization }]);
    expect(seen[0]?.headers).not.toHaveProperty("proxy-authorization");
  });

  describe("tunnels to an https upstream", () => {
    const { connect: connectTls } = tls;

    // nobody vouches for the test's certificate
    beforeEach(() => {
      jest
        .spyOn(tls, "connect")
        .mockImplementation(((options: tls.ConnectionOptions) =>
          connectTls({ ...options, rejectUnauthorized: false })) as typeof tls.connect);
    });
    afterEach(() => {
      jest.restoreAllMocks();
    });

    test("and gets its credentials with CONNECT alone", async () => {
      expect(await ask({ HTTPS_PROXY: `http://me:s3cret@${address}` }, https)).toEqual({ status: 200, body: "secure" });
      expect(proxy.asked).toMatchObject([
        { line: `CONNECT ${new URL(https).host}`, authorization: `Basic ${Buffer.from("me:s3cret").toString("base64")}` },
      ]);
      expect(seen[0]?.headers).not.toHaveProperty("proxy-authorization");
    });

    test("and changes nothing about what a request says: several headers of one name stay several", async () => {
      const dispatcher = createDispatcher(https, SETTINGS, readProxyEnvironment({ HTTPS_PROXY: `http://${address}` }));
      const headers = ["x-a", "1", "x-b", "2", "x-a", "3", "constructor", "4"];
      const { body } = await dispatcher.request({ origin: https, path: "/", method: "GET", headers });
      expect(await body.text()).toBe("secure");
      expect(seen[0]?.headers).toMatchObject({ "x-a": "1, 3", "x-b": "2", constructor: "4", host: new URL(https).host });
      await dispatcher.destroy();
    });

    test.each<[string, (socket: Socket) => void]>([
      ["ends", (socket) => socket.end()],
      ["is reset", (socket) => setTimeout(() => socket.destroy(), 20)],
    ])("and a call whose answer is held back ends when its connection %s", async (_how, end) => {
      const head = "HTTP/1.1 200 OK\r\nconnection: close\r\ncontent-length: 5000\r\n\r\n";
      const cutting = tls.createServer({ key, cert }, (socket) => {
        socket
          .on("error", () => undefined)
          .once("data", () => {
            socket.write(head + "x".repeat(1000));
            end(socket);
          });
      });
      const port = await listen(cutting);
      proxy.sslPort = port;
      const origin = `https://127.0.0.1:${port}`;
      const dispatcher = createDispatcher(origin, SETTINGS, readProxyEnvironment({ HTTPS_PROXY: `http://${address}` }));
      const ended = await new Promise<string>((resolve) => {
        dispatcher.dispatch(
          { origin, path: "/", method: "GET" },
          {
            onRequestStart: () => undefined,
            onResponseStart: () => undefined,
            onResponseData: (controller) => controller.pause(),
            onResponseEnd: () => resolve("ended"),
            onResponseError: () => resolve("failed"),
          },
        );
      });
      expect(ended).toBe("failed");
      await dispatcher.destroy();
      cutting.close();
    });

    test("and NO_PROXY leaves it out", async () => {
      expect(await ask({ HTTPS_PROXY: `http://${address}`, NO_PROXY: "127.0.0.0/8" }, https)).toEqual({ status: 200, body: "secure" });
      expect(proxy.asked).toEqual([]);
    });
  });

  test("changes nothing about certificates: one that nobody vouches for is refused", async () => {
    expect(await ask({ HTTPS_PROXY: `http://${address}` }, https)).toMatchObject({ code: "DEPTH_ZERO_SELF_SIGNED_CERT" });
    expect(seen).toEqual([]);
  });

  test("is left out for what NO_PROXY names", async () => {
    expect(await ask({ HTTP_PROXY: `http://${address}`, NO_PROXY: "127.0.0.1" }, http)).toEqual({ status: 200, body: "plain" });
    expect(proxy.asked).toEqual([]);
  });

  test.each([403, 407, 502, 503])("that refuses a tunnel with %d is named, without its credentials", async (status) => {
    proxy.refusal = status;
    const failure = await ask({ HTTPS_PROXY: `http://me:s3cret@${address}` }, https);
    expect(failure).toBeInstanceOf(ProxyFailure);
    expect(failure).toMatchObject({
      reason: `refused the tunnel (${status})`,
      message: `the proxy http://${address} (HTTPS_PROXY) refused the tunnel (${status})`,
    });
    expect(seen).toEqual([]);
  });

  test.each([
    [403, "ERR_ACCESS_DENIED 0", "refused the request (403, ERR_ACCESS_DENIED)"],
    [503, "ERR_CONNECT_FAIL 111", "refused the request (503, ERR_CONNECT_FAIL)"],
    [503, "ERR_DNS_FAIL", "refused the request (503, ERR_DNS_FAIL)"],
    [407, "ERR_CACHE_ACCESS_DENIED 0", "refused the request (407, ERR_CACHE_ACCESS_DENIED)"],
  ])("that answers an http upstream's request itself is named: %d %s", async (status, told, reason) => {
    proxy.refusal = status;
    proxy.told = { "x-squid-error": told };
    expect(await ask({ HTTP_PROXY: `http://me:s3cret@${address}` }, http)).toMatchObject({
      name: "ProxyFailure",
      reason,
      message: `the proxy http://${address} (HTTP_PROXY) ${reason}`,
    });
    expect(seen).toEqual([]);
  });

  test.each([
    [504, "ERR_READ_TIMEOUT 0"],
    [502, "ERR_ZERO_SIZE_OBJECT 0"],
    [403, "ERR_ACCESS_DENIED_BY_ADMIN"],
    [200, "ERR_ACCESS_DENIED 0"],
    [503, ""],
  ])("whose answer may be the upstream's passes it: %d %s", async (status, told) => {
    proxy.refusal = status;
    proxy.told = { "x-squid-error": told };
    expect(await ask({ HTTP_PROXY: `http://${address}` }, http)).toMatchObject({ status });
  });

  test("that wants credentials for an http upstream is named", async () => {
    proxy.refusal = 407;
    expect(await ask({ HTTP_PROXY: `http://${address}` }, http)).toMatchObject({
      name: "ProxyFailure",
      reason: "refused the request (407)",
    });
  });

  test.each(["HTTP_PROXY", "HTTPS_PROXY"])("that is not there is named: %s", async (name) => {
    proxy.stop();
    const failure = await ask({ [name]: `http://me:s3cret@${address}` }, name === "HTTP_PROXY" ? http : https);
    expect(failure).toMatchObject({
      name: "ProxyFailure",
      reason: "cannot be reached (ECONNREFUSED)",
      message: `the proxy http://${address} (${name}) cannot be reached (ECONNREFUSED)`,
    });
  });

  test("that hangs up on CONNECT is named", async () => {
    const rude = createTcpServer((socket) => socket.on("error", () => undefined).once("data", () => socket.destroy()));
    const port = await listen(rude);
    const failure = await ask({ HTTPS_PROXY: `http://127.0.0.1:${port}` }, https);
    expect(failure).toMatchObject({ name: "ProxyFailure", reason: expect.stringMatching(/^opened no tunnel \(/) as string });
    rude.close();
  });
});

describe("the environment's proxy", () => {
  const names = ["HTTP_PROXY", "http_proxy", "NO_PROXY", "no_proxy", "HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy"];
  const before = new Map(names.map((name) => [name, process.env[name]]));

  beforeEach(() => {
    for (const name of names) Reflect.deleteProperty(process.env, name);
  });
  afterAll(() => {
    for (const [name, value] of before) if (value !== undefined) process.env[name] = value;
  });

  test("serves the gateway's upstreams", async () => {
    const [upstream, proxy] = [await TestUpstream.start(), new TestProxy()];
    process.env["HTTP_PROXY"] = `http://${await proxy.start()}`;
    const { url, close } = await startTestGateway(document({ targets: [target(upstream.url)] }));
    const { status } = await post(`${url}/chat`, CHAT);
    expect(status).toBe(200);
    expect(proxy.asked.map(({ line }) => line)).toEqual([`CONNECT ${new URL(upstream.url).host}`, `POST ${upstream.url}`]);
    await close();
    proxy.stop();
    await upstream.close();
  });

  test("is called the proxy to the client and by its address in the log", async () => {
    const [upstream, proxy] = [await TestUpstream.start(), new TestProxy()];
    const address = await proxy.start();
    proxy.refusal = 407;
    process.env["HTTP_PROXY"] = `http://me:s3cret@${address}`;
    const gateway = await startTestGateway(document({ balancer: { retries: 0 }, targets: [target(upstream.url)] }));
    const response = await post(`${gateway.url}/chat`, CHAT);
    const body = await response.text();
    expect(response.status).toBe(502);
    expect(JSON.parse(body)).toMatchObject({ error: { code: "upstream_connect" } });
    expect(body).toContain("the proxy refused the request (407)");
    expect(body).not.toContain(address);
    const log = JSON.stringify(await gateway.log("exchange"));
    await gateway.close();
    expect(log).toContain(`the proxy http://${address} (HTTP_PROXY) refused the request (407)`);
    expect(log + body).not.toContain("s3cret");
    proxy.stop();
    await upstream.close();
  });

  test("is checked at the start", async () => {
    process.env["HTTPS_PROXY"] = "socks5://me:s3cret@proxy";
    await expect(startTestGateway(document({ targets: [target("http://127.0.0.1:1")] }))).rejects.toThrow(
      /^HTTPS_PROXY must be the address/,
    );
  });
});
