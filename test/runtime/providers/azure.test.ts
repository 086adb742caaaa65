import type { RouteType } from "../../../config/types.generated";
import type { Call } from "../../../runtime/codecs/codec";
import { addressOf, callOf, CHAT, COMPLETIONS, optionsOf, serviceOf } from "./support";

const DEPLOYED = { azure_instance: "my-res", azure_deployment_id: "dep-1" };
const HOST = "https://my-res.openai.azure.com";
const v = (azure_api_version: string, more: object = {}): object => ({ ...DEPLOYED, azure_api_version, ...more });

test.each<[string, RouteType, object, string, string]>([
  ["a deployment", CHAT, DEPLOYED, "", `${HOST}/openai/deployments/dep-1/chat/completions?api-version=2023-05-15`],
  ["its completions", COMPLETIONS, DEPLOYED, "", `${HOST}/openai/deployments/dep-1/completions?api-version=2023-05-15`],
  ["the configured version", CHAT, v("2024-10-21"), "", `${HOST}/openai/deployments/dep-1/chat/completions?api-version=2024-10-21`],
  ["what a query cannot hold", CHAT, v('a b"'), "", `${HOST}/openai/deployments/dep-1/chat/completions?api-version=a%20b%22`],
  [
    "the client's version",
    CHAT,
    v("2024-10-21"),
    "api-version=2025-01-01-preview",
    `${HOST}/openai/deployments/dep-1/chat/completions?api-version=2025-01-01-preview`,
  ],
  [
    "the client's version among others, byte for byte",
    CHAT,
    DEPLOYED,
    "a=%20&api-version=x&b",
    `${HOST}/openai/deployments/dep-1/chat/completions?a=%20&api-version=x&b`,
  ],
  ["the client's others", CHAT, DEPLOYED, "a=1", `${HOST}/openai/deployments/dep-1/chat/completions?a=1&api-version=2023-05-15`],
  ["a custom address", CHAT, { ...DEPLOYED, upstream_url: "http://h:1/x" }, "", "http://h:1/x?api-version=2023-05-15"],
  ["one with a version of its own", CHAT, { ...DEPLOYED, upstream_url: "http://h:1/x?api-version=y" }, "", "http://h:1/x?api-version=y"],
  [
    "the client's wins there too",
    CHAT,
    { ...DEPLOYED, upstream_url: "http://h:1/x?api-version=y&z=1" },
    "api-version=c",
    "http://h:1/x?api-version=c&z=1",
  ],
  ["one with another query", CHAT, { ...DEPLOYED, upstream_url: "http://h:1/x?z=1" }, "", "http://h:1/x?z=1&api-version=2023-05-15"],
  ["preserve", "preserve", DEPLOYED, "", `${HOST}?api-version=2023-05-15`],
  ["preserve with the client's", "preserve", v("v1"), "api-version=2024-10-21", `${HOST}?api-version=2024-10-21`],
  ["the v1 API", CHAT, v("v1"), "", `${HOST}/openai/v1/chat/completions`],
  ["its completions", COMPLETIONS, v("v1"), "", `${HOST}/openai/v1/completions`],
  ["its preview", CHAT, v("preview"), "", `${HOST}/openai/v1/chat/completions?api-version=preview`],
  ["the client's preview of it", CHAT, v("v1"), "api-version=preview&a=1", `${HOST}/openai/v1/chat/completions?api-version=preview&a=1`],
  ["a dated version, which it does not know", CHAT, v("v1"), "a=1&api-version=2024-10-21", `${HOST}/openai/v1/chat/completions?a=1`],
  [
    "likewise in front of its preview",
    CHAT,
    v("preview"),
    "api-version=2024-10-21",
    `${HOST}/openai/v1/chat/completions?api-version=preview`,
  ],
  ["the v1 API at a custom address", CHAT, v("v1", { upstream_url: "http://h:1/x" }), "", "http://h:1/x"],
])("%s", (_what, routeType, options, client, expected) => {
  expect(addressOf("azure", routeType, options, client)).toBe(expected);
});

function sent(options: object, body: string, more: Partial<Call> = {}, routeType: RouteType = CHAT): string | undefined {
  const call = callOf(routeType, body, { options: optionsOf(options), ...more });
  return serviceOf("azure", routeType, options).codec.begin(call).body?.toString();
}

describe("the model", () => {
  const BODY = '{"messages":[1]}';

  test("of a deployment may be missing, as the path names it", () => {
    expect(sent(DEPLOYED, BODY)).toBe(BODY);
    expect(sent(DEPLOYED, '{"messages":[1],"model":"m"}')).toBe('{"messages":[1],"model":"m"}');
    expect(sent(DEPLOYED, BODY, { model: "gpt-4o" })).toBe('{"messages":[1],"model":"gpt-4o"}');
  });

  test("an alias is taken out where there is no other name", () => {
    expect(sent(DEPLOYED, '{"model":"alias","messages":[1]}', { model: undefined })).toBe(BODY);
  });

  test.each(["v1", "preview"])("of the API %s is the deployment", (version) => {
    expect(sent(v(version), BODY, { model: "gpt-4o" })).toBe('{"messages":[1],"model":"dep-1"}');
    expect(sent(v(version), '{"model":"gpt-4o","messages":[1]}')).toBe('{"model":"dep-1","messages":[1]}');
    expect(sent(v(version), '{"model":"dep-1","messages":[1]}')).toBe('{"model":"dep-1","messages":[1]}');
    expect(sent(v(version), '{"prompt":"p"}', {}, COMPLETIONS)).toBe('{"prompt":"p","model":"dep-1"}');
  });

  test("decides about the name of the cap, not the deployment", () => {
    const parameters = { defaults: [], maxTokens: 5 };
    expect(sent(v("v1"), BODY, { model: "gpt-5", parameters })).toBe('{"messages":[1],"model":"dep-1","max_completion_tokens":5}');
  });
});

describe("the usage of a stream is asked for where the API knows how", () => {
  const asks = (options: object, query = "", body = '{"messages":[1]}'): boolean => {
    const { usageInStreams } = serviceOf("azure", CHAT, options).traits;
    return (
      typeof usageInStreams === "function" &&
      usageInStreams(callOf(CHAT, body).ask, new URL(addressOf("azure", CHAT, options, query)).search.slice(1))
    );
  };

  test.each<[object, string, boolean]>([
    [DEPLOYED, "", false],
    [v("2024-08-01-preview"), "", false],
    [v("2024-09-01-preview"), "", true],
    [v("2024-10-21"), "", true],
    [v("2024-10-21"), "api-version=2024-02-01", false],
    [DEPLOYED, "api-version=2025-01-01-preview", true],
    [{ ...DEPLOYED, upstream_url: "http://h/x?api-version=2024-10-21" }, "", true],
    [v("2024-10-21", { upstream_url: "http://h/x?api-version=2024-02-01" }), "", false],
    [v("2024-10-21", { upstream_url: "http://h/x?api-version=2024-02-01" }), "api-version=2025-01-01-preview", true],
    [v("2024-10-21"), "api%2Dversion=2024-02-01", false],
    [v("v1"), "", true],
    [v("preview"), "", true],
  ])("%j, client %s: %s", (options, query, expected) => {
    expect(asks(options, query)).toBe(expected);
  });

  test("never with data of one's own, beside which it is refused", () => {
    for (const version of ["2025-01-01-preview", "v1"]) {
      expect(asks(v(version), "", '{"messages":[1],"data_sources":[]}')).toBe(false);
      expect(asks(v(version), "", '{"messages":[1],"extra_body":{"data_sources":[]}}')).toBe(false);
    }
  });
});

describe("a version is known in every spelling that Azure reads", () => {
  test.each(["api%2Dversion", "API-Version", "api-versio%6e", "%61pi-version"])("%s", (name) => {
    expect(addressOf("azure", CHAT, DEPLOYED, `${name}=2024-10-21`)).toBe(
      `${HOST}/openai/deployments/dep-1/chat/completions?${name}=2024-10-21`,
    );
    expect(addressOf("azure", CHAT, v("v1"), `a=1&${name}=2024-10-21`)).toBe(`${HOST}/openai/v1/chat/completions?a=1`);
  });

  test.each(["xapi-version", "api-versions", "x", "%", "%zz", "a%26api-version"])("%s is none", (name) => {
    expect(addressOf("azure", CHAT, v("v1"), `${name}=2`)).toBe(`${HOST}/openai/v1/chat/completions?${name}=2`);
  });
});
