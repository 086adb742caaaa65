import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { AuthConfig } from "../../../config/types.generated";
import { entraCredential } from "../../../runtime/credentials/entra";
import { CredentialRegistry } from "../../../runtime/credentials/registry";
import type { CredentialSource, OutgoingRequest } from "../../../runtime/credentials/source";
import { createSecretStore } from "../../../runtime/secrets/store";
import { serviceCalls } from "../../../runtime/upstream/service-calls";
import { TestTokenService } from "../../support/token-service";
import { sendJson, TestUpstream } from "../../support/upstream";
import { VirtualClock } from "../../support/virtual-clock";

const RESOURCE = "https://cognitiveservices.azure.com";
const SECRET = "s3cret-zq";

const auth = (more: Partial<AuthConfig> = {}): AuthConfig => ({
  allow_override: false,
  azure_use_managed_identity: true,
  gcp_use_service_account: false,
  ...more,
});
const CLIENT = { azure_client_id: "client-1", azure_tenant_id: "contoso.onmicrosoft.com", azure_client_secret: SECRET };

let service: TestTokenService;
let registry: CredentialRegistry | undefined;
let clock: VirtualClock;
let logged: string[];

function credentialOf(given: AuthConfig | undefined, environment: Record<string, string> = {}): CredentialSource {
  const log = (details: object, message: string): void => void logged.push(`${message} ${JSON.stringify(details)}`);
  const secrets = createSecretStore({ env: environment, log: { warn: log } });
  const context = { clock, random: () => 0.5, log: { info: log, warn: log }, secrets, call: serviceCalls(clock), environment };
  registry = new CredentialRegistry(context);
  return entraCredential(given, RESOURCE, registry);
}

/** The headers of a request that it has authorized, or why it could not. */
async function authorized(source: CredentialSource, headers: string[] = []): Promise<string[] | string> {
  const request: OutgoingRequest = { method: "POST", origin: "http://h", path: "/", query: "", headers, body: undefined };
  try {
    await source.authorize(request, { signal: () => new AbortController().signal });
    return request.headers;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

beforeAll(async () => {
  service = await TestTokenService.start();
});
beforeEach(() => {
  clock = new VirtualClock();
  logged = [];
  service.requests.length = 0;
  service.given.length = 0;
  service.lifeSeconds = 3599;
  service.answer = (response) => service.give(response);
});
afterEach(() => {
  registry?.close();
  expect(logged.join("\n")).not.toMatch(/zq/);
});
afterAll(() => service.close());

const atService = () => ({ AZURE_AUTHORITY_HOST: `${service.origin}/` });

describe("by client secret", () => {
  test("the grant is asked for as Entra documents it", async () => {
    const source = credentialOf(auth(CLIENT), atService());
    expect(await authorized(source)).toEqual(["authorization", "Bearer token-zq-1"]);
    const [request] = service.requests;
    expect([request?.method, request?.path]).toEqual(["POST", "/contoso.onmicrosoft.com/oauth2/v2.0/token"]);
    expect(request?.headers["content-type"]).toBe("application/x-www-form-urlencoded");
    expect(Object.fromEntries(request?.form ?? [])).toEqual({
      grant_type: "client_credentials",
      client_id: "client-1",
      client_secret: SECRET,
      scope: "https://cognitiveservices.azure.com/.default",
    });
  });

  test("what is not configured comes from the environment, as it stands", async () => {
    const environment = {
      ...atService(),
      AZURE_CLIENT_ID: "client-env",
      AZURE_TENANT_ID: "tenant-env",
      AZURE_CLIENT_SECRET: "{vault://env/zq}&=",
    };
    const source = credentialOf(auth({ azure_client_id: "client-1" }), environment);
    await authorized(source);
    expect(service.requests[0]?.path).toBe("/tenant-env/oauth2/v2.0/token");
    expect(service.requests[0]?.form.get("client_id")).toBe("client-1");
    expect(service.requests[0]?.form.get("client_secret")).toBe("{vault://env/zq}&=");
  });

  test("references are read", async () => {
    const source = credentialOf(auth({ ...CLIENT, azure_client_secret: "{vault://env/THE_SECRET}" }), {
      ...atService(),
      THE_SECRET: SECRET,
    });
    await authorized(source);
    expect(service.requests[0]?.form.get("client_secret")).toBe(SECRET);
  });

  test.each([
    ["azure_client_id", "AZURE_CLIENT_ID"],
    ["azure_tenant_id", "AZURE_TENANT_ID"],
  ])("without %s there is no credential", (field, variable) => {
    expect(() => credentialOf(auth({ ...CLIENT, [field]: "" }), atService())).toThrow(
      `auth.${field} must be given together with a client secret or a federated token, or ${variable} in the environment, but neither is.`,
    );
  });

  test.each(["../evil", "a/b", ".", "a b", "a?b", "ä"].map((tenant) => [tenant]))(
    "the tenant %j never gets into a path",
    async (tenant) => {
      const source = credentialOf(auth({ ...CLIENT, azure_tenant_id: "{vault://env/TENANT}" }), { ...atService(), TENANT: tenant });
      expect(await authorized(source)).toBe("azure_tenant_id must be the id or a domain of a tenant, but another text was given");
      expect(service.requests).toEqual([]);
    },
  );

  test.each(["http://login.example", "ftp://login.example", "login.example", "https://user:zq@login.example", ""])(
    "the authority %j is not one",
    (authority) => {
      expect(() => credentialOf(auth(CLIENT), { AZURE_AUTHORITY_HOST: authority })).toThrow(
        /^AZURE_AUTHORITY_HOST must be an https address \(or http on this machine\) without credentials in it, but another text was given/,
      );
    },
  );
});

describe("by a workload's federated token", () => {
  const workload = (file: string) => ({
    ...atService(),
    AZURE_FEDERATED_TOKEN_FILE: file,
    AZURE_CLIENT_ID: "client-env",
    AZURE_TENANT_ID: "tenant-env",
  });
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), "signalbox-workload-"));
  });
  afterEach(() => rm(folder, { recursive: true }));

  test("the file is read for each grant, as it is renewed there", async () => {
    const file = join(folder, "token");
    await writeFile(file, "assertion-zq-1\n");
    service.lifeSeconds = 10;
    const source = credentialOf(auth(), workload(file));
    expect(await authorized(source)).toEqual(["authorization", "Bearer token-zq-1"]);
    await writeFile(file, "assertion-zq-2");
    await clock.advance(9_000);
    expect(await authorized(source)).toEqual(["authorization", "Bearer token-zq-2"]);
    expect(service.requests.map(({ path, form }) => [path, Object.fromEntries(form)])).toEqual(
      [1, 2].map((count) => [
        "/tenant-env/oauth2/v2.0/token",
        {
          grant_type: "client_credentials",
          client_id: "client-env",
          scope: "https://cognitiveservices.azure.com/.default",
          client_assertion_type: "urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
          client_assertion: `assertion-zq-${count}`,
        },
      ]),
    );
  });

  test("a client secret wins, as in Azure's own libraries", async () => {
    await authorized(credentialOf(auth(CLIENT), workload("/nowhere")));
    expect(service.requests[0]?.form.get("client_secret")).toBe(SECRET);
  });

  test("a file that cannot be used is named by its variable", async () => {
    const problem = async (file: string) => authorized(credentialOf(auth(), workload(file)));
    expect(await problem(join(folder, "none"))).toBe(
      "the file of AZURE_FEDERATED_TOKEN_FILE must be readable, but it is not: the call failed (ENOENT)",
    );
    await writeFile(join(folder, "empty"), " \n");
    expect(await problem(join(folder, "empty"))).toBe("the file of AZURE_FEDERATED_TOKEN_FILE must hold a token, but it does not");
    expect(service.requests).toEqual([]);
  });
});

describe("by managed identity", () => {
  test("the metadata service of the machine is asked", async () => {
    const source = credentialOf(auth(), { AZURE_POD_IDENTITY_AUTHORITY_HOST: service.origin });
    expect(await authorized(source)).toEqual(["authorization", "Bearer token-zq-1"]);
    const [request] = service.requests;
    expect([request?.method, request?.path]).toEqual(["GET", "/metadata/identity/oauth2/token"]);
    expect(request?.headers["metadata"]).toBe("true");
    expect(Object.fromEntries(request?.query ?? [])).toEqual({ "api-version": "2018-02-01", resource: RESOURCE });
  });

  test("a client's id chooses the identity", async () => {
    await authorized(credentialOf(auth({ azure_client_id: "client-1" }), { AZURE_POD_IDENTITY_AUTHORITY_HOST: service.origin }));
    await authorized(credentialOf(auth(), { AZURE_POD_IDENTITY_AUTHORITY_HOST: service.origin, AZURE_CLIENT_ID: "client-env" }));
    expect(service.requests.map(({ query }) => query.get("client_id"))).toEqual(["client-1", "client-env"]);
  });

  test("App Service's endpoint is asked with its header", async () => {
    const environment = { IDENTITY_ENDPOINT: `${service.origin}/msi/token`, IDENTITY_HEADER: "header-zq" };
    service.answer = (response) =>
      sendJson(response, 200, { access_token: "t1", expires_on: String(clock.date() / 1000 + 100), token_type: "Bearer" });
    const source = credentialOf(auth(), environment);
    expect(await authorized(source)).toEqual(["authorization", "Bearer t1"]);
    const [request] = service.requests;
    expect([request?.method, request?.path, request?.query.get("api-version")]).toEqual(["GET", "/msi/token", "2019-08-01"]);
    expect(request?.headers["x-identity-header"]).toBe("header-zq");
    expect(request?.headers["metadata"]).toBeUndefined();
    expect(source.token?.status().validMs).toBe(90_000);
  });

  test("an endpoint without its header is no App Service", () => {
    expect(() => credentialOf(auth(), { IDENTITY_ENDPOINT: "http://127.0.0.1:40342/token" })).toThrow(
      /^IDENTITY_ENDPOINT must be given together/,
    );
  });

  test("no forward proxy sees the request, as the service belongs to the machine", async () => {
    const proxy = await TestUpstream.start();
    const before = process.env["HTTP_PROXY"];
    process.env["HTTP_PROXY"] = proxy.origin;
    try {
      expect(await authorized(credentialOf(auth(), { AZURE_POD_IDENTITY_AUTHORITY_HOST: service.origin }))).toEqual([
        "authorization",
        "Bearer token-zq-1",
      ]);
      expect(proxy.calls).toEqual([]);
    } finally {
      if (before === undefined) delete process.env["HTTP_PROXY"];
      else process.env["HTTP_PROXY"] = before;
      await proxy.close();
    }
  });
});

describe("beside other credentials", () => {
  test("without azure_use_managed_identity it is the placed one", async () => {
    const source = credentialOf(auth({ azure_use_managed_identity: false, header_name: "api-key", header_value: "k" }));
    expect(await authorized(source)).toEqual(["api-key", "k"]);
    expect("refused" in source).toBe(false);
    expect(await authorized(credentialOf(undefined))).toEqual([]);
  });

  test("the key of a gateway before Azure goes along", async () => {
    const source = credentialOf(auth({ ...CLIENT, header_name: "Ocp-Apim-Subscription-Key", header_value: "k" }), atService());
    expect(await authorized(source)).toEqual(["Ocp-Apim-Subscription-Key", "k", "authorization", "Bearer token-zq-1"]);
  });

  test("of two Authorizations the token is sent", async () => {
    const source = credentialOf(auth({ ...CLIENT, header_name: "Authorization", header_value: "k" }), atService());
    expect(await authorized(source)).toEqual(["authorization", "Bearer token-zq-1"]);
  });

  test("allow_override lets the client's own through, whose refusal is none of the token's", async () => {
    const source = credentialOf(auth({ ...CLIENT, allow_override: true }), atService());
    expect(source.overridableHeader).toBe("authorization");
    expect(await authorized(source, ["Authorization", "Bearer own"])).toEqual(["Authorization", "Bearer own"]);
    expect(service.requests).toEqual([]);
    const request = { method: "POST", origin: "http://h", path: "/", query: "", headers: ["Authorization", "Bearer own"], body: undefined };
    expect(source.refused?.(request)).toBe(false);
  });
});

describe("targets of one identity", () => {
  test("share one token, and others do not", () => {
    const first = credentialOf(auth(CLIENT), atService());
    const again = (more: Partial<AuthConfig>): CredentialSource => entraCredential(auth({ ...CLIENT, ...more }), RESOURCE, registry!);
    expect(again({}).token).toBe(first.token);
    expect(again({ allow_override: true }).token).toBe(first.token);
    for (const more of [{ azure_client_id: "c" }, { azure_tenant_id: "t" }, { azure_client_secret: "s" }])
      expect(again(more).token).not.toBe(first.token);
    expect(entraCredential(auth(CLIENT), "https://another.example", registry!).token).not.toBe(first.token);
  });
});

describe("a service that", () => {
  const failing: [string, (response: Parameters<TestTokenService["answer"]>[0]) => unknown, string][] = [
    ["refuses", (response) => sendJson(response, 401, { error: "invalid_client" }), "the token service answered 401 (invalid_client)"],
    ["wants rest", (response) => sendJson(response, 429, {}, { "retry-after": "20" }), "the token service answered 429"],
    ["fails", (response) => response.writeHead(500).end(`no ${SECRET}`), "the token service answered 500"],
    ["redirects", (response) => response.writeHead(302, { location: "http://127.0.0.1:1/" }).end(), "the token service answered 302"],
    ["answers garbage", (response) => response.end(SECRET), "the token service answered 200 without a usable access_token"],
    ["answers too much", (response) => response.end(Buffer.alloc(1_000_000, 0x20)), "the call failed (RangeError)"],
    [
      "breaks off",
      (response) => response.writeHead(200, { "content-length": "100" }).write("{", () => response.destroy()),
      "the call failed (",
    ],
    ["hangs up", (response) => response.destroy(), "the call failed (UND_ERR_SOCKET)"],
  ];

  test.each(failing)("%s gives no token, and says why", async (_what, answer, cause) => {
    service.answer = answer;
    const source = credentialOf(auth(CLIENT), atService());
    expect(await authorized(source)).toContain(cause);
    expect(service.requests).toHaveLength(1);
    expect(await authorized(source)).toContain(cause);
    expect(service.requests).toHaveLength(1);
    expect(source.token?.status().problem?.cause).toContain(cause);
  });

  test("wants rest gets it", async () => {
    service.answer = (response) => sendJson(response, 429, {}, { "retry-after": "20" });
    const source = credentialOf(auth(CLIENT), atService());
    await authorized(source);
    service.answer = (response) => service.give(response);
    await clock.advance(19_999);
    expect(await authorized(source)).toBe("the token service answered 429");
    await clock.advance(1);
    expect(await authorized(source)).toEqual(["authorization", "Bearer token-zq-1"]);
  });

  test.each<[string, (response: Parameters<TestTokenService["answer"]>[0]) => unknown]>([
    ["never answers", () => undefined],
    ["never ends its answer", (response) => response.writeHead(200).write("{")],
  ])("%s is given up after 10 s, and its connection is closed", async (_what, answer) => {
    let closed = false;
    service.answer = (response) => {
      response.on("close", () => (closed = true));
      answer(response);
    };
    const source = credentialOf(auth(CLIENT), atService());
    const waits = authorized(source);
    await clock.advanceUntil(() => service.requests.length === 1, 1);
    await clock.advance(10_000);
    expect(await waits).toBe("no token came within 10 s");
    await clock.advanceUntil(() => closed, 1);
  });

  test("cannot be reached is told by its code", async () => {
    expect(await authorized(credentialOf(auth(CLIENT), { AZURE_AUTHORITY_HOST: "http://127.0.0.1:1" }))).toBe(
      "the call failed (ECONNREFUSED)",
    );
  });

  test.each([[0], [-1], ["0"]])("gives a token that lives for %j s gives none", async (life) => {
    service.lifeSeconds = life;
    expect(await authorized(credentialOf(auth(CLIENT), atService()))).toBe(
      "the token service answered with a token that has expired already",
    );
  });

  test.each([["soon"], [undefined], [null]])("gives a token that lives for %j is asked anew within five minutes", async (life) => {
    service.lifeSeconds = life;
    const source = credentialOf(auth(CLIENT), atService());
    await authorized(source);
    expect(source.token?.status().validMs).toBe(270_000);
  });
});
