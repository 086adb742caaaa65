import type { Provider as ProviderName } from "../../../config/types.generated";
import { entraCredential } from "../../../runtime/credentials/entra";
import { providers } from "../../../runtime/providers";
import type { Provider } from "../../../runtime/providers/provider";
import { CHAT, document, post, startTestGateway, target, until, type TestGateway } from "../../support/gateway";
import { TestTokenService } from "../../support/token-service";
import { chatAnswer, chatStream, sendJson, startStream, TestUpstream, type Answer } from "../../support/upstream";
import { VirtualClock } from "../../support/virtual-clock";

jest.setTimeout(60_000);

const SECRET = "s3cret-zq-of-the-client";

const openai = providers.get("openai");

/** Of all requests that had to wait for a token. */
const waits: AbortSignal[] = [];

/** OpenAI's provider with Entra's credentials: what an exchange does with a token is the same for every provider. */
const fetching: Provider = {
  name: "openai",
  serve: (surface, config) => openai?.serve(surface, config),
  credential({ auth }, registry) {
    const source = entraCredential(auth, "https://cognitiveservices.azure.com", registry);
    const authorize = source.authorize.bind(source);
    source.authorize = (request, waiting) =>
      authorize(request, {
        signal() {
          const signal = waiting.signal();
          waits.push(signal);
          return signal;
        },
      });
    return source;
  },
};

const AUTH = { azure_use_managed_identity: true, azure_client_id: "client-1", azure_tenant_id: "tenant-1", azure_client_secret: SECRET };

let service: TestTokenService;
let upstream: TestUpstream;
let fallback: TestUpstream;
let running: TestGateway | undefined;

/** Answers 401 unless the request carries a token that is accepted. */
const accepting =
  (isAccepted: (token: string) => boolean): Answer =>
  (response, { headers }) => {
    const token = /^Bearer (.+)$/.exec(headers.authorization ?? "")?.[1] ?? "";
    if (isAccepted(token)) sendJson(response, 200, chatAnswer("It is 2."));
    else sendJson(response, 401, { error: { message: "the token has expired", type: "invalid_request_error", code: "expired" } });
  };

const config = (more: object = {}, auth: object = AUTH) => ({ targets: [target(upstream.url, { auth })], ...more });
const withFallback = (more: object = {}) => ({
  balancer: { algorithm: "priority" },
  targets: [target(upstream.url, { weight: 100, auth: AUTH }), target(fallback.url, { weight: 10 })],
  ...more,
});

async function start(served: object = config(), options: Parameters<typeof startTestGateway>[1] = {}): Promise<TestGateway> {
  running = await startTestGateway(document(served), options);
  return running;
}

/** Starts, and waits for the first token. */
async function startWithToken(served: object = config()): Promise<TestGateway> {
  const gateway = await start(served);
  await until(() => service.given.length === 1);
  await until(() => (gateway.gateway.fullStatus().plugins[0]?.targets[0]?.credential?.valid_ms ?? 0) > 0);
  return gateway;
}

const ask = (gateway: TestGateway, body: object = CHAT): Promise<Response> => post(`${gateway.url}/chat`, body);

beforeAll(async () => {
  (providers as Map<ProviderName, Provider>).set("openai", fetching);
  [service, upstream, fallback] = await Promise.all([TestTokenService.start(), TestUpstream.start(), TestUpstream.start()]);
  process.env["AZURE_AUTHORITY_HOST"] = service.origin;
});
beforeEach(() => {
  service.requests.length = 0;
  service.given.length = 0;
  waits.length = 0;
  service.answer = (response) => service.give(response);
  for (const one of [upstream, fallback]) one.calls.length = 0;
  upstream.answer = accepting((token) => token === service.present);
  fallback.answer = (response) => sendJson(response, 200, chatAnswer("It is 2, says the other."));
});
afterEach(async () => {
  await running?.close();
  running = undefined;
});
afterAll(async () => {
  delete process.env["AZURE_AUTHORITY_HOST"];
  await Promise.all([service.close(), upstream.close(), fallback.close()]);
});

describe("a token", () => {
  test("is fetched before the first request, and put on all of them", async () => {
    const gateway = await startWithToken();
    for (const answer of await Promise.all(Array.from({ length: 20 }, () => ask(gateway)))) expect(answer.status).toBe(200);
    expect(service.requests).toHaveLength(1);
    expect(new Set(upstream.calls.map(({ headers }) => headers.authorization))).toEqual(new Set(["Bearer token-zq-1"]));
  });

  test("is waited for by requests that come before it", async () => {
    service.answer = (response) => void setTimeout(() => service.give(response), 100);
    const gateway = await start();
    const answers = await Promise.all(Array.from({ length: 50 }, () => ask(gateway)));
    expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 200));
    expect(service.requests).toHaveLength(1);
  });

  test("is not waited for any longer by a client that has gone", async () => {
    let give = (): void => undefined;
    service.answer = (response) => {
      give = () => service.give(response);
    };
    const gateway = await start();
    const gone = new AbortController();
    const asked = post(`${gateway.url}/chat`, CHAT, { signal: gone.signal });
    await until(() => gateway.gateway.fullStatus().plugins[0]?.targets[0]?.in_flight === 1);
    expect(waits.map(({ aborted }) => aborted)).toEqual([false]);
    gone.abort();
    await expect(asked).rejects.toThrow();
    await until(() => gateway.gateway.fullStatus().plugins[0]?.targets[0]?.in_flight === 0);
    expect(waits.map(({ aborted }) => aborted)).toEqual([true]);
    give();
    expect((await ask(gateway)).status).toBe(200);
    expect(service.requests).toHaveLength(1);
    expect(upstream.calls).toHaveLength(1);
  });

  test("is waited for no longer than connect_timeout; the refresh goes on", async () => {
    const clock = new VirtualClock();
    let give = (): void => undefined;
    service.answer = (response) => {
      give = () => service.give(response);
    };
    const gateway = await start(config({ balancer: { connect_timeout: 1_000, retries: 0 } }), { clock });
    await until(() => service.requests.length === 1);
    const asked = ask(gateway);
    await clock.advanceUntil(() => gateway.gateway.fullStatus().plugins[0]?.targets[0]?.in_flight === 1, 1);
    await clock.advance(1_000);
    const refused = await asked;
    expect([refused.status, await refused.json()]).toMatchObject([500, { error: { code: "credentials" } }]);
    expect(waits.map(({ aborted }) => aborted)).toEqual([true]);
    give();
    await until(() => (gateway.gateway.fullStatus().plugins[0]?.targets[0]?.credential?.valid_ms ?? 0) > 0);
    const answered = ask(gateway);
    expect((await answered).status).toBe(200);
    expect(service.requests).toHaveLength(1);
  });

  test("is kept over a reload, and one of another identity is fetched", async () => {
    const gateway = await startWithToken();
    expect((await ask(gateway)).status).toBe(200);
    await gateway.reconfigure(document(config({ balancer: { retries: 3 } })));
    expect((await ask(gateway)).status).toBe(200);
    expect(service.requests).toHaveLength(1);
    await gateway.reconfigure(document(config({}, { ...AUTH, azure_client_id: "client-2" })));
    expect((await ask(gateway)).status).toBe(200);
    expect(service.requests.map(({ form }) => form.get("client_id"))).toEqual(["client-1", "client-2"]);
  });

  test("that is on its way over a reload is what all get who wait for it, before and after", async () => {
    let give = (): void => undefined;
    service.answer = (response) => {
      give = () => service.give(response);
    };
    const gateway = await start();
    await until(() => service.requests.length === 1);
    const before = Array.from({ length: 10 }, () => ask(gateway));
    await until(() => waits.length === 10);
    await gateway.reconfigure(document(config({ balancer: { retries: 3 } })));
    const after = Array.from({ length: 10 }, () => ask(gateway));
    await until(() => waits.length === 20);
    give();
    for (const answer of await Promise.all([...before, ...after])) expect(answer.status).toBe(200);
    expect(service.requests).toHaveLength(1);
  });

  test("that is on its way while a reload takes its identity away still comes to those who wait", async () => {
    let give = (): void => undefined;
    service.answer = (response, { form }) => {
      if (form.get("client_id") === "client-1") give = () => service.give(response);
      else service.give(response);
    };
    upstream.answer = accepting((token) => service.given.includes(token));
    const gateway = await start();
    await until(() => service.requests.length === 1);
    const waiting = ask(gateway);
    await until(() => waits.length === 1);
    await gateway.reconfigure(document(config({}, { ...AUTH, azure_client_id: "client-2" })));
    expect((await ask(gateway)).status).toBe(200);
    give();
    expect((await waiting).status).toBe(200);
    expect(service.requests).toHaveLength(2);
  });

  test("of a configuration that is refused is never fetched", async () => {
    const gateway = await startWithToken();
    const unusable = target(upstream.url, { auth: { ...AUTH, azure_client_id: "client-3", azure_tenant_id: "" } });
    await gateway.reconfigure(document({ targets: [target(upstream.url, { auth: { ...AUTH, azure_client_id: "client-2" } }), unusable] }));
    expect(gateway.gateway.status().configuration.problems?.join()).toContain(
      "of route:chat: auth.azure_tenant_id must be given together with a client secret or a federated token, or AZURE_TENANT_ID in the environment",
    );
    expect((await ask(gateway)).status).toBe(200);
    expect(service.requests).toHaveLength(1);
  });
});

test("a judge's token is kept like a target's", async () => {
  const judged = (more: object = {}) => ({
    targets: [target(fallback.url, { logging: { log_statistics: true } })],
    balancer: { algorithm: "lowest-usage", tokens_count_strategy: "llm-accuracy", ...more },
    extensions: { judge: { target: target(upstream.url, { auth: AUTH }), sample: 1 } },
  });
  const gateway = await start(judged());
  await until(() => service.given.length === 1);
  await gateway.reconfigure(document(judged({ retries: 3 })));
  expect((await ask(gateway)).status).toBe(200);
  await until(() => upstream.calls.length === 1);
  expect(upstream.calls[0]?.headers.authorization).toBe("Bearer token-zq-1");
  expect(service.requests).toHaveLength(1);
});

describe("a 401 against a token", () => {
  test("is repeated once with a new token, as if nothing had happened", async () => {
    const gateway = await startWithToken(config({ balancer: { retries: 0, max_fails: 1, failover_criteria: ["error"] } }));
    upstream.answer = accepting((token) => token === "token-zq-2");
    const answer = await ask(gateway);
    expect(answer.status).toBe(200);
    expect(answer.headers.get("x-kong-upstream-attempts")).toBeNull();
    expect(upstream.calls.map(({ headers }) => headers.authorization)).toEqual(["Bearer token-zq-1", "Bearer token-zq-2"]);
    expect(upstream.calls[0]?.body).toBe(upstream.calls[1]?.body);
    const [line] = await gateway.log("exchange");
    expect(line?.["attempts"]).toMatchObject([{ outcome: "status", status: 401, next: "new_credential" }, { outcome: "ok" }]);
    expect(gateway.gateway.fullStatus().plugins[0]?.targets[0]).toMatchObject({ failures: 0, breaker: { phase: "closed", failures: 0 } });
    expect(await gateway.log("the provider refused the credentials of a target")).toEqual([]);
  });

  test("is passed on if the new token is refused, too", async () => {
    const gateway = await startWithToken();
    upstream.answer = accepting(() => false);
    const answer = await ask(gateway);
    expect([answer.status, await answer.json()]).toMatchObject([401, { error: { code: "expired" } }]);
    expect(upstream.calls).toHaveLength(2);
    expect(service.requests).toHaveLength(2);
  });

  test("that has nothing to do with the token does not wear out the service", async () => {
    const gateway = await startWithToken();
    upstream.answer = accepting(() => false);
    for (let count = 0; count < 40; count++) expect((await ask(gateway)).status).toBe(401);
    expect(service.requests.length).toBeLessThanOrEqual(1 + 5 + 1);
    expect(upstream.calls.length).toBeLessThanOrEqual(40 + 7);
  });

  test.each([
    ["a static key", 401, { header_name: "Authorization", header_value: "Bearer static" }],
    ["a 403", 403, AUTH],
  ])("is not what %s gets", async (_what, status, auth) => {
    const gateway = await start(config({}, auth));
    upstream.answer = (response) => sendJson(response, status, { error: { message: "no" } });
    expect((await ask(gateway)).status).toBe(status);
    expect(upstream.calls).toHaveLength(1);
  });

  test("of many requests at once leads to one refresh, and none of them fails", async () => {
    const gateway = await startWithToken();
    upstream.answer = accepting((token) => token === "token-zq-2");
    service.answer = (response) => void setTimeout(() => service.give(response), 50);
    const answers = await Promise.all(Array.from({ length: 150 }, () => ask(gateway)));
    expect(answers.filter(({ status }) => status !== 200)).toEqual([]);
    expect(service.requests).toHaveLength(2);
  });

  test("comes before a stream, which begins as if nothing had happened", async () => {
    const gateway = await startWithToken();
    upstream.answer = (response, call) => {
      if (call.headers.authorization !== "Bearer token-zq-2") return accepting(() => false)(response, call);
      startStream(response);
      response.end(chatStream(["It", " is 2."]));
    };
    const text = await (await ask(gateway, { ...CHAT, stream: true })).text();
    expect(text).toContain("is 2.");
    expect(text.endsWith("data: [DONE]\n\n")).toBe(true);
    expect(upstream.calls).toHaveLength(2);
  });

  test("against many streams at once leads to one refresh; those that have begun go on", async () => {
    const gateway = await startWithToken();
    const begun: (() => void)[] = [];
    upstream.answer = (response, call) => {
      const token = /token-zq-(\d+)/.exec(call.headers.authorization ?? "")?.[1];
      if (token === "1" && begun.length === 32) return accepting(() => false)(response, call);
      startStream(response);
      if (token !== "1") {
        response.end(chatStream(["It", " is 2."]));
        return;
      }
      response.write(chatStream(["It"]).replace(/data: \[DONE\]\n\n$/, ""));
      begun.push(() => response.end("data: [DONE]\n\n"));
    };
    const stream = { ...CHAT, stream: true };
    const first = Array.from({ length: 32 }, () => ask(gateway, stream).then((answer) => answer.text()));
    await until(() => begun.length === 32);
    const later = Array.from({ length: 64 }, () => ask(gateway, stream).then((answer) => answer.text()));
    for (const text of await Promise.all(later)) expect(text).toContain("is 2.");
    for (const end of begun) end();
    for (const text of await Promise.all(first)) expect(text.endsWith("data: [DONE]\n\n")).toBe(true);
    expect(service.requests).toHaveLength(2);
  });

  test("is repeated on preserve as well, with the same bytes", async () => {
    const gateway = await startWithToken({ targets: [{ ...target(upstream.url, { auth: AUTH }), route_type: "preserve" }] });
    upstream.answer = accepting((token) => token === "token-zq-2");
    const bytes = "not JSON at all, é";
    const answer = await fetch(`${gateway.url}/chat`, { method: "PUT", headers: { "content-type": "text/plain" }, body: bytes });
    expect(answer.status).toBe(200);
    expect(upstream.calls.map(({ body, method }) => [method, body])).toEqual([
      ["PUT", bytes],
      ["PUT", bytes],
    ]);
  });

  test("within a probe belongs to the probe", async () => {
    const clock = new VirtualClock();
    const gateway = await start(config({ balancer: { retries: 0, max_fails: 1, fail_timeout: 1_000, failover_criteria: ["http_500"] } }), {
      clock,
    });
    await until(() => service.given.length === 1);
    upstream.answer = (response) => sendJson(response, 500, { error: { message: "no" } });
    expect((await ask(gateway)).status).toBe(500);
    expect((await ask(gateway)).status).toBe(503);
    await clock.advance(1_001);
    upstream.answer = accepting((token) => token === "token-zq-2");
    const phases: (string | undefined)[] = [];
    service.answer = (response) => {
      phases.push(gateway.gateway.fullStatus().plugins[0]?.targets[0]?.breaker.phase);
      service.give(response);
    };
    expect((await ask(gateway)).status).toBe(200);
    phases.push(gateway.gateway.fullStatus().plugins[0]?.targets[0]?.breaker.phase);
    expect(phases).toEqual(["half-open", "closed"]);
  });

  test("whose new token cannot be had moves on as any request without credentials does", async () => {
    const gateway = await startWithToken(withFallback());
    upstream.answer = accepting(() => false);
    service.answer = (response) => sendJson(response, 500, {});
    const answer = await ask(gateway);
    expect(answer.status).toBe(200);
    expect(answer.headers.get("x-kong-upstream-target")).toBe("1:openai/gpt-4o");
    const [line] = await gateway.log("exchange");
    expect(line?.["attempts"]).toMatchObject([
      { status: 401, next: "new_credential" },
      { outcome: "credentials", cause: "the token service answered 500", next: "next_target" },
      { outcome: "ok" },
    ]);
  });
});

test("a rotation under load fails no request, though the provider takes the present token alone", async () => {
  const gateway = await startWithToken();
  let accepted = 1;
  upstream.answer = accepting((token) => token === `token-zq-${accepted}`);
  const statuses: number[] = [];
  const client = async (requests: number): Promise<void> => {
    for (let count = 0; count < requests; count++) {
      const answer = await ask(gateway);
      await answer.arrayBuffer();
      // the tokens before become void in the middle of the traffic, four times
      if (statuses.push(answer.status) % 60 === 0 && accepted < 5) accepted++;
    }
  };
  await Promise.all(Array.from({ length: 10 }, () => client(30)));
  expect(statuses.filter((status) => status !== 200)).toEqual([]);
  expect(statuses).toHaveLength(300);
  expect(service.given).toHaveLength(5);
});

describe("without a token", () => {
  test("a request moves on, no circuit counts it, and status and log say why", async () => {
    service.answer = (response) => sendJson(response, 401, { error: "invalid_client", error_codes: [7000215], error_description: SECRET });
    const gateway = await start(withFallback({ balancer: { algorithm: "priority", max_fails: 1 } }));
    await until(() => gateway.gateway.fullStatus().plugins[0]?.targets[0]?.credential?.problem !== undefined);
    for (let count = 0; count < 3; count++) expect((await ask(gateway)).status).toBe(200);
    expect(fallback.calls).toHaveLength(3);
    const cause = "the token service answered 401 (invalid_client, AADSTS7000215)";
    const [first] = gateway.gateway.fullStatus().plugins[0]?.targets ?? [];
    expect(first).toMatchObject({ breaker: { phase: "closed", failures: 0 }, credential: { valid_ms: 0, problem: { cause } } });
    expect(await gateway.log("a credential cannot be fetched")).toMatchObject([{ credential: "Entra client client-1", cause }]);
    expect(await gateway.log("the credentials of a target cannot be had")).toMatchObject([{ target: "0:openai/gpt-4o", cause }]);
  });

  test("and without another target the client gets 500 that tells nothing more", async () => {
    service.answer = (response) => sendJson(response, 400, { error: "invalid_grant" });
    const gateway = await start(config({ balancer: { retries: 0 } }));
    const answer = await ask(gateway);
    expect([answer.status, await answer.json()]).toEqual([
      500,
      { error: { message: "LLM request failed before proxying: no credentials for the target", type: "api_error", code: "credentials" } },
    ]);
    expect((await gateway.log("exchange"))[0]?.["error"]).toMatchObject({ detail: "the token service answered 400 (invalid_grant)" });
  });

  test("the gateway recovers by itself as soon as the service does", async () => {
    service.answer = (response) => sendJson(response, 503, {});
    const gateway = await start(config({ balancer: { retries: 0 } }));
    await until(() => service.requests.length > 0);
    service.answer = (response) => service.give(response);
    await until(() => service.given.length > 0);
    await until(async () => (await ask(gateway)).status === 200);
    expect(await gateway.log("a credential can be had again")).toHaveLength(1);
  });
});

test("neither secret nor token stands in any log, status, metric or error", async () => {
  const texts: string[] = [];
  const gateway = await startWithToken(
    config({
      balancer: { retries: 1 },
      targets: [target(upstream.url, { auth: AUTH, logging: { log_statistics: true, log_payloads: true } })],
    }),
  );
  const told = async (): Promise<void> => {
    texts.push(await (await ask(gateway)).text());
    for (const path of ["status", "readyz", "metrics"])
      texts.push(await (await fetch(`http://127.0.0.1:${gateway.gateway.adminPort}/${path}`)).text());
  };
  await told();
  upstream.answer = accepting(() => false);
  await told();
  service.answer = (response, { form }) =>
    sendJson(response, 400, { error: form.get("client_secret"), error_description: form.toString() });
  await told();
  service.answer = (response, { form }) => response.writeHead(200).end(form.toString());
  await told();
  service.answer = (response) => response.destroy();
  await told();
  texts.push(JSON.stringify(await gateway.log()));
  expect(service.requests[0]?.form.get("client_secret")).toBe(SECRET);
  expect(texts.join("\n")).not.toMatch(/s3cret|token-zq/);
  expect(texts.join("\n")).toContain("401");
});
