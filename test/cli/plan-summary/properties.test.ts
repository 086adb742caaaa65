import { fc } from "../../support/properties";
import { toMarkdown } from "../../../cli/plan-summary/markdown";
import { summarise } from "../../../cli/plan-summary/summarise";
import { delivery, document, gateway, planOf, serving } from "./containers";
import { kong, quickstart, route, target } from "./documents";

const both = (plan: unknown): string => {
  const summary = summarise(planOf(plan));
  return toMarkdown(summary) + JSON.stringify(summary);
};

/** Names that mean something somewhere in a plan, so that the random trees go deep. */
const names = [
  ..."resource_changes output_changes planned_values prior_state configuration root_module variables outputs value change actions before after".split(
    " ",
  ),
  ..."after_unknown after_sensitive before_sensitive address type name mode upload file content labels label command mounts target env".split(
    " ",
  ),
  ..."services routes plugins config targets model provider weight options balancer algorithm auth header_value paths route service".split(
    " ",
  ),
  ..."ai-proxy-advanced docker_container update create delete gateway_configuration resource_drift replace_paths __proto__ constructor".split(
    " ",
  ),
];

const json = fc.letrec<{ tree: unknown }>((tie) => ({
  tree: fc.oneof(
    { maxDepth: 7 },
    fc.oneof(fc.constantFrom(...names, true, false, null, 0, 1, 70, -1, "", "/chat", "docker_container.gateway"), fc.string()),
    fc.array(tie("tree"), { maxLength: 4 }),
    fc.dictionary(fc.constantFrom(...names), tie("tree"), { maxKeys: 6 }),
  ),
})).tree;

test("never throws, whatever JSON a plan is made of", () => {
  fc.assert(
    fc.property(fc.dictionary(fc.constantFrom(...names), json), (plan) => {
      expect(both({ ...plan, format_version: "1.2", resource_changes: [plan["resource_changes"]] })).toContain("### Gateway plan");
    }),
    { numRuns: 100 },
  );
});

test("never throws on odd documents, changes and masks in the right places", () => {
  fc.assert(
    fc.property(json, json, json, json, json, (before, after, mask, config, side) => {
      const documents = [
        kong(route("chat", [target("a", 1)])),
        { ...kong(), services: before, plugins: [{ name: "ai-proxy-advanced", config }] },
      ];
      const plan = document(documents[0], documents[1], [
        delivery(before ?? 1, after ?? 2),
        gateway(["update"], side, { ...serving(), env: mask }, { after_unknown: mask, after_sensitive: after }),
      ]);
      expect(both(plan)).toContain("### Gateway plan");
    }),
    { numRuns: 100 },
  );
});

test("never throws on trees that are deeper than the stack", () => {
  const depth = 100_000;
  const deep = `${'{"services":['.repeat(depth)}1${"]}".repeat(depth)}`;
  const text = `{"format_version":"1.2","resource_changes":[],"output_changes":{"x_configuration":{"actions":["update"],"before":null,"after":${deep},"after_unknown":${deep},"after_sensitive":${deep}}}}`;
  expect(toMarkdown(summarise(planOf(JSON.parse('{"resource_changes":[]}'))))).toContain("No changes");
  const plan = { ...planOf({ resource_changes: [] }), document: JSON.parse(text) as Record<string, unknown> };
  expect(() => summarise(plan)).not.toThrow();
});

const SECRET = fc
  .tuple(fc.constantFrom("", "sk-", "Bearer ", "hf_"), fc.stringMatching(/^[A-Za-z][A-Za-z0-9]{5}-[A-Za-z0-9"'\\ .]{6,20}[A-Za-z0-9]$/))
  .map(([prefix, rest]) => ({ written: `${prefix}${rest}`, secret: rest }));

/** Places where a secret stands in a document by its field's meaning. */
const places: readonly ((secret: string, weight: number) => Record<string, unknown>)[] = [
  (secret, weight) => kong(route("chat", [target("a", weight, { auth: { header_name: "x", header_value: secret } })])),
  (secret, weight) =>
    kong(route("chat", [target("a", weight, { auth: { param_name: "x", param_value: `pre {vault://file/a} ${secret}` } })])),
  (secret, weight) =>
    kong(
      route("chat", [
        target("a", weight, { auth: { aws_secret_access_key: secret, azure_client_secret: secret, gcp_service_account_json: secret } }),
      ]),
    ),
  (secret, weight) =>
    kong(route("chat", [target("a", weight)], { vectordb: { strategy: "redis", redis: { host: "r", password: secret } } })),
  (secret, weight) => kong(route("chat", [target("a", weight)], { vectordb: { strategy: "pgvector", pgvector: { password: secret } } })),
  (secret, weight) => kong(route("chat", [target("a", weight)], { embeddings: { auth: { header_name: "x", header_value: secret } } })),
  (secret, weight) =>
    kong(route("chat", [target("a", weight, { metadata: { note: secret }, unknown_field: secret })], { other: [{ x: secret }] })),
  (secret) =>
    kong({
      name: "chat",
      paths: ["/chat"],
      plugins: [{ name: "rate-limiting", config: { redis_password: secret, nested: { a: [secret] } } }],
    }),
  (secret) => kong({ name: "chat", paths: ["/chat"], headers: { authorization: [secret] }, plugins: [] }),
  (secret) => ({ ...kong(), consumers: [{ username: "x", keyauth_credentials: [{ key: secret }] }] }),
];

test("no secret of a document is printed, whether it comes, goes, changes or stays", () => {
  fc.assert(
    fc.property(SECRET, fc.constantFrom(...places), fc.constantFrom(0, 1, 2, 3), ({ written, secret }, place, way) => {
      const [empty, first, second, other] = [kong(), place(written, 1), place(written, 2), place(`${written}2`, 2)];
      const [before, after] = [
        [empty, first],
        [first, empty],
        [first, second],
        [first, other],
      ][way]!;
      const text = both(document(before, after, [delivery(before, after)]));
      expect(text).not.toContain(secret);
      expect(text).not.toContain(JSON.stringify(secret).slice(1, -1));
    }),
    { numRuns: 100 },
  );
});

test("what the plan marks sensitive is printed nowhere, even where it stands unmarked as well", () => {
  const unmarked: readonly ((secret: string) => Record<string, unknown>)[] = [
    (secret) => kong(route(secret, [target("a", 1)])),
    (secret) => kong(route("chat", [target(secret, 1, {}, {}, { model_alias: `x ${secret}` })])),
    (secret) =>
      kong(
        route("chat", [target("a", 1, { [secret]: 1, description: `d ${secret}` })], {
          llm_format: secret,
          balancer: { algorithm: secret },
        }),
      ),
    (secret) => kong(route("chat", [target("a", 1, {}, { upstream_url: `https://h/${secret}` })], {}, { paths: [`/${secret}`] })),
  ];
  const marks: readonly ((secret: string) => Record<string, unknown>)[] = [
    (secret) => ({ variables: { v: { value: secret } }, configuration: { root_module: { variables: { v: { sensitive: true } } } } }),
    (secret) => ({ planned_values: { outputs: { token: { value: { deep: [secret] }, sensitive: true } } } }),
    (secret) => ({
      prior_state: {
        values: { root_module: { child_modules: [{ resources: [{ values: { k: secret }, sensitive_values: { k: true } }] }] } },
      },
    }),
    (secret) => ({
      resource_drift: [{ address: "a.b", type: "a", change: { actions: ["update"], before: [secret], before_sensitive: [true] } }],
    }),
  ];
  fc.assert(
    fc.property(SECRET, fc.constantFrom(...unmarked), fc.constantFrom(...marks), ({ secret }, make, mark) => {
      const trimmed = secret.trim();
      const changes = [delivery(quickstart(1), make(trimmed)), gateway(["create"], null, serving("gateway", { env: [`A=${trimmed}`] }))];
      const plan = document(quickstart(1), make(trimmed), changes, mark(trimmed));
      expect(both(plan)).not.toContain(trimmed);
      expect(both(plan)).not.toContain(JSON.stringify(trimmed).slice(1, -1));
    }),
    { numRuns: 100 },
  );
});
