import { anyCharacter, fc } from "../../support/properties";
import { ProxyEnvironmentProblem, readProxyEnvironment } from "../../../runtime/upstream/proxy-environment";

const HTTP = "http://api.example/";
const HTTPS = "https://api.example/";

const originFor = (env: Record<string, string>, origin: string): string | undefined => readProxyEnvironment(env).proxyFor(origin)?.origin;

describe("which proxy is asked", () => {
  test.each<[string, Record<string, string>, string | undefined, string | undefined]>([
    ["none", {}, undefined, undefined],
    ["an empty variable is none", { HTTP_PROXY: "", HTTPS_PROXY: " " }, undefined, undefined],
    ["HTTP_PROXY serves both", { HTTP_PROXY: "http://p:1" }, "http://p:1", "http://p:1"],
    ["HTTPS_PROXY serves https alone", { HTTPS_PROXY: "http://s:2" }, undefined, "http://s:2"],
    ["each its own", { HTTP_PROXY: "http://p:1", HTTPS_PROXY: "http://s:2" }, "http://p:1", "http://s:2"],
    ["ALL_PROXY serves what has none", { ALL_PROXY: "http://a:3", HTTP_PROXY: "http://p:1" }, "http://p:1", "http://a:3"],
    ["small letters win", { HTTP_PROXY: "http://p:1", http_proxy: "http://q:1" }, "http://q:1", "http://q:1"],
    ["an empty one in small letters hides nothing", { HTTP_PROXY: "http://p:1", http_proxy: "" }, "http://p:1", "http://p:1"],
    [
      "an unusable ALL_PROXY that does not count",
      { ALL_PROXY: "socks5://a", HTTP_PROXY: "http://p:1", HTTPS_PROXY: "http://s:2" },
      "http://p:1",
      "http://s:2",
    ],
  ])("%s", (_name, env, http, https) => {
    expect([originFor(env, HTTP), originFor(env, HTTPS)]).toEqual([http, https]);
  });

  test.each([
    ["http://127.0.0.1:8080", "http://127.0.0.1:8080"],
    ["HTTP://[::1]:8080", "http://[::1]:8080"],
    ["http://proxy:3128/", "http://proxy:3128"],
    ["https://proxy", "https://proxy"],
    [" http://proxy:3128\n", "http://proxy:3128"],
    ["proxy:3128", "http://proxy:3128"],
    ["proxy.example", "http://proxy.example"],
    ["localhost:3128/", "http://localhost:3128"],
    ["10.0.0.1:8080", "http://10.0.0.1:8080"],
    ["[fd00::1]:8080", "http://[fd00::1]:8080"],
  ])("an address is read: %j", (value, origin) => {
    expect(originFor({ HTTP_PROXY: value }, HTTP)).toBe(origin);
  });

  test.each([
    ["http://me:p%40ss@proxy", "me:p@ss"],
    ["http://me@proxy", "me:"],
    ["http://:secret@proxy", ":secret"],
    ["me:p%40ss@proxy", "me:p@ss"],
    ["http://m%C3%A9:%E2%82%AC@proxy", "mé:€"],
  ])("credentials stand in the header, not in the address: %s", (value, credentials) => {
    const proxy = readProxyEnvironment({ HTTP_PROXY: value }).proxyFor(HTTP);
    expect(proxy).toEqual({
      origin: "http://proxy",
      authorization: `Basic ${Buffer.from(credentials).toString("base64")}`,
      variable: "HTTP_PROXY",
    });
  });
});

describe("a value that is no usable proxy is refused by the variable's name", () => {
  const UNUSABLE = [
    "http://",
    "://s3cret@proxy",
    "3128",
    ":3128",
    "me:s3cret@",
    "me:s3cret@1",
    "http:s3cret@proxy:3128:1",
    "http:/s3cret:3128",
    "proxy:s3cret",
    "proxy host:3128",
    "me:s3/cret@proxy:3128",
    "http://me:s3cret@",
    "http://me:s3cret@proxy:99999",
    "http://me:s3cret@proxy:0",
    "http://me:s3/cret@proxy:3128",
    "http://me:1/s3cret@proxy:3128",
    "http://me:1#s3cret@proxy:3128",
    "http://me:1?s3cret@proxy:3128",
    "http://me:s3cret%zz@proxy",
    "http://me:s3cret@proxy host",
    "socks5://me:s3cret@proxy",
    "ftp://me:s3cret@proxy",
    "file:///s3cret",
    "http://[::1:3128",
  ];

  test.each(["HTTP_PROXY", "http_proxy", "HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy"])("%s", (name) => {
    for (const value of UNUSABLE) {
      let problem: unknown;
      try {
        readProxyEnvironment({ [name]: value });
      } catch (error) {
        problem = error;
      }
      expect([value, problem]).toEqual([value, expect.any(ProxyEnvironmentProblem)]);
      expect((problem as Error).message).toMatch(new RegExp(`^${name} must be the address of an HTTP proxy`));
      expect((problem as Error).message).not.toMatch(/s3|cret/);
    }
  });

  test("whatever the value, it is read or refused, and never repeated", () => {
    fc.assert(
      fc.property(fc.string({ unit: anyCharacter }), (value) => {
        const marked = `${value}CANARY7`;
        try {
          readProxyEnvironment({ HTTP_PROXY: marked });
        } catch (error) {
          expect(error).toBeInstanceOf(ProxyEnvironmentProblem);
          expect((error as Error).message).not.toMatch(/canary7/i);
        }
      }),
    );
  });
});

describe("NO_PROXY", () => {
  const asks = (exceptions: string, origin: string): boolean =>
    originFor({ HTTP_PROXY: "http://p:1", NO_PROXY: exceptions }, origin) !== undefined;

  test.each<[string, readonly string[], readonly string[]]>([
    ["", [], ["http://a.example", "http://localhost", "http://127.0.0.1"]],
    ["*", ["http://a.example", "https://[::1]:5"], []],
    [
      "example.com",
      ["http://example.com", "https://a.b.example.com", "http://EXAMPLE.com.:90"],
      ["http://badexample.com", "http://example.com.evil"],
    ],
    [".example.com", ["http://example.com", "http://a.example.com"], ["http://badexample.com"]],
    ["*.example.com", ["http://a.example.com"], ["http://badexample.com"]],
    ["Example.COM", ["http://example.com"], []],
    ["a,b c , d", ["http://a", "http://b", "http://c", "http://d"], ["http://e"]],
    ["example.com:8443", ["https://example.com:8443", "https://a.example.com:8443"], ["https://example.com", "http://example.com"]],
    ["example.com:443", ["https://example.com"], ["http://example.com"]],
    ["10.0.0.0/8", ["http://10.1.2.3:99"], ["http://11.0.0.1", "http://10.example"]],
    ["192.168.0.7", ["http://192.168.0.7:1"], ["http://192.168.0.70", "http://1.192.168.0.7.example"]],
    ["192.168.0.7:80", ["http://192.168.0.7"], ["http://192.168.0.7:81"]],
    ["::1", ["http://[::1]:9", "http://[0:0:0:0:0:0:0:1]"], ["http://[::2]"]],
    ["[::1]:9", ["http://[::1]:9"], ["http://[::1]:8"]],
    ["fd00::/8", ["http://[fd12::1]"], ["http://[fe80::1]"]],
    ["[fd00::]/8", ["http://[fd12::1]"], ["http://[fe80::1]"]],
    ["10.0.0.0/8", ["http://[::ffff:10.1.2.3]"], ["http://[::ffff:11.1.2.3]"]],
    ["0.0.0.0/0", ["http://1.2.3.4"], ["http://a.example", "http://[fd00::1]"]],
    ["169.254/16", ["http://169.254.9.9"], ["http://169.255.0.1"]],
    ["192.168.*", ["http://192.168.1.2"], ["http://192.169.1.2", "http://192.168.example"]],
    ["10.1.2.*,11.*.*.*", ["http://10.1.2.3", "http://11.9.9.9"], ["http://10.1.3.3", "http://12.1.1.1"]],
    [".example.com:8443", ["https://a.example.com:8443"], ["https://a.example.com"]],
    ["*.example.com:0443", ["https://a.example.com"], ["http://a.example.com"]],
    ["MÜNCHEN.example", ["http://münchen.example", "http://a.xn--mnchen-3ya.example"], ["http://munchen.example"]],
    ["my_host", ["http://my_host:8000"], ["http://my-host"]],
    ["localhost,127.0.0.0/8", ["http://localhost:1", "http://127.9.9.9"], ["http://localhost.example"]],
  ])("%j", (exceptions, direct, proxied) => {
    expect(direct.filter((origin) => asks(exceptions, origin))).toEqual([]);
    expect(proxied.filter((origin) => !asks(exceptions, origin))).toEqual([]);
  });

  test.each([
    ...["10.0.0.0/33", "10.0.0.0/x", "10.0.0.0/8:80", "10.0.0.0/", "/8", "10.0.0.0.0/8", "300.1/16", "300.*", "10.*.1", "1.2.3.4.*", "*.1"],
    ...["example.com/8", "http://example.com", "fd00::/129", "fe80::1%eth0", "fe80::1%eth0/64", "[::1", "::1]", "/", ".", "*.", ":80"],
    ...["example.com:0", "example.com:70000", "example.com:x", "a..b", "*example.com", "a.*.b", "192.168", "1", "<local>", "a_b%"],
  ])("an entry that can match nothing is refused, as it would send its upstreams by the proxy: %s", (entry) => {
    expect(() => asks(`a.example,${entry}`, HTTP)).toThrow(/^NO_PROXY, entry 2, must be/);
  });
});
