import { ReferenceProblem } from "../../../config/references";
import type { AuthConfig } from "../../../config/types.generated";
import { credentialNames, noCredential, StaticCredential } from "../../../runtime/credentials/static";
import type { OutgoingRequest } from "../../../runtime/credentials/source";
import { createSecretStore } from "../../../runtime/secrets/store";

const secrets = createSecretStore({ env: {}, log: { warn: () => undefined } });
const auth = (more: Partial<AuthConfig>) => ({
  allow_override: false,
  azure_use_managed_identity: false,
  gcp_use_service_account: false,
  ...more,
});

/** A request as it is made for one attempt. */
const given = (more: Partial<OutgoingRequest> = {}): OutgoingRequest => ({
  method: "POST",
  origin: "http://h",
  path: "/v1",
  query: "a=1",
  headers: ["accept", "*/*"],
  body: Buffer.from('{"messages":[],"key":"client"}'),
  ...more,
});

function authorized(more: Partial<AuthConfig>, request: OutgoingRequest): OutgoingRequest {
  new StaticCredential(auth(more), secrets).authorize(request);
  return request;
}

const HEADER = { header_name: "X-Own-Key", header_value: "s3cret" };
const parameter = (param_location: "query" | "body") => ({ param_name: "key", param_value: "s3cret", param_location });

test.each<[string, Partial<AuthConfig>]>([
  ["header", HEADER],
  ["query", parameter("query")],
  ["body", parameter("body")],
])("a credential in the %s changes the request alone, never the client's body that is logged and judged", (_place, more) => {
  const request = given();
  const { body } = request;
  new StaticCredential(auth(more), secrets).authorize(request);
  expect(JSON.stringify({ ...request, body: request.body?.toString() })).toContain("s3cret");
  expect(body?.toString()).toBe(given().body?.toString());
});

test("a request without credentials stays as it is", () => {
  const request = given();
  void noCredential.authorize(request, { signal: () => new AbortController().signal });
  expect(request).toEqual(given());
});

test("a client's body member of the configured name is replaced wherever it stands", () => {
  const body = Buffer.from('{"key":"one","messages":[],"k\\u0065y":"two"}');
  const sent = authorized(parameter("body"), given({ body })).body;
  expect(sent?.toString()).not.toMatch(/one|two/);
  expect(JSON.parse(sent?.toString() ?? "")).toMatchObject({ key: "s3cret" });
});

test("allow_override keeps what the client sent", () => {
  const kept = (more: Partial<AuthConfig>, request: OutgoingRequest) => authorized({ allow_override: true, ...more }, request);
  expect(kept(HEADER, given({ headers: ["x-own-key", "mine"] })).headers).toEqual(["x-own-key", "mine"]);
  expect(kept(parameter("query"), given({ query: "key=mine" })).query).toBe("key=mine");
  expect(kept(parameter("body"), given()).body?.toString()).toContain('"key":"client"');
});

test.each<[string, Partial<AuthConfig>]>([
  ["auth.header_value", { header_name: "x", header_value: "s3cret\n模" }],
  ["auth.param_value", { param_name: "x", param_value: "s3cret\n模", param_location: "query" }],
  ["auth.param_value", { param_name: "x", param_value: "s3cret\n模", param_location: "body" }],
])("a value that cannot be carried is refused when it is read, by its field and reason: %s", (field, more) => {
  const build = (): StaticCredential => new StaticCredential(auth(more), secrets);
  expect(build).toThrow(ReferenceProblem);
  expect(build).toThrow(/a line break was given as its character 7\.$/);
  expect(build).toThrow(field);
  expect(build).not.toThrow(/s3cret|模/);
});

test("the names of all targets count", () => {
  const names = credentialNames([auth(HEADER), undefined, auth(parameter("query")), auth(parameter("body"))]);
  expect(names).toEqual({ headers: new Set(["x-own-key"]), parameters: new Set(["key"]) });
});
