import { readPlan } from "../../../cli/plan-summary/read-plan";
import { summarise } from "../../../cli/plan-summary/summarise";
import type { Path } from "../../../config/problem";

const target = (name: string, weight: number): object => ({
  route_type: "llm/v1/chat",
  weight,
  auth: { header_name: "Authorization", header_value: "Bearer {vault://file/openai.key}" },
  model: { provider: "openai", name },
});
const ai = {
  name: "ai-proxy-advanced",
  config: { balancer: { algorithm: "round-robin" }, targets: [target("gpt-4o", 70), target("gpt-4o-mini", 30)] },
};

const DOCUMENT = {
  _format_version: "3.0",
  services: [
    {
      name: "llm",
      url: "http://localhost:32000",
      plugins: [{ name: "file-log", config: { path: "/tmp/x" } }],
      routes: [
        { name: "chat", paths: ["/chat", "/talk"], plugins: [ai] },
        { name: "other", paths: ["/other"], methods: ["POST"], plugins: [ai] },
      ],
    },
  ],
  routes: [
    {
      name: "lone",
      paths: ["/lone"],
      plugins: [{ name: "ai-proxy", config: { route_type: "llm/v1/chat", model: { provider: "openai", name: "x" } } }],
    },
  ],
  consumers: [{ username: "bob", plugins: [{ name: "file-log", config: { path: "/tmp/y" } }] }],
  plugins: [{ name: "file-log", route: "chat", config: { path: "/tmp/z" } }],
};

/** Every place of a tree, the root first. */
function places(value: unknown, path: Path = []): Path[] {
  const below = Array.isArray(value) ? [...value.entries()] : typeof value === "object" && value !== null ? Object.entries(value) : [];
  return [path, ...below.flatMap(([part, member]) => places(member, [...path, part]))];
}

/** The tree without what stands at the path, as Terraform prints it, and the mask that says so. */
function hide(value: unknown, [part, ...rest]: Path): { after: unknown; mask: unknown } {
  if (part === undefined) return { after: undefined, mask: true };
  const inner = hide((value as Record<string | number, unknown>)[part], rest);
  if (Array.isArray(value)) {
    const after = value.map((one: unknown, index) => (index === part ? (inner.after ?? null) : one));
    return { after, mask: value.map((_, index) => (index === part ? inner.mask : false)) };
  }
  const members = Object.entries(value as object).flatMap(([name, one]: [string, unknown]) =>
    name !== part ? [[name, one] as const] : inner.after === undefined ? [] : [[name, inner.after] as const],
  );
  return { after: Object.fromEntries(members), mask: { [part]: inner.mask } };
}

const summaryOf = (before: unknown, after: unknown, mask: unknown) =>
  summarise(
    readPlan(
      Buffer.from(
        JSON.stringify({
          format_version: "1.2",
          resource_changes: [],
          output_changes: { gateway_configuration: { actions: ["update"], before, after, after_unknown: mask } },
        }),
      ),
    ),
  );

test("the document without a gap has no change and no warning", () => {
  expect(summaryOf(DOCUMENT, DOCUMENT, false)).toMatchObject({ warnings: [], gateways: [{ configuration: "unchanged", changes: [] }] });
});

test.each(places(DOCUMENT).map((path) => [path.join("."), path] as const))(
  "what is unknown is called neither removed nor added: %s",
  (_name, path) => {
    const { after, mask } = hide(DOCUMENT, path);
    const { warnings, gateways } = summaryOf(DOCUMENT, after, mask);
    expect(warnings).toEqual([]);
    expect(gateways).toHaveLength(1);
    const text = JSON.stringify(gateways);
    expect(text).not.toMatch(/removed|added|404|400|no longer/);
  },
);

test("what is really gone beside a gap elsewhere is called removed", () => {
  const { after, mask } = hide({ ...DOCUMENT, routes: [] }, ["services", 0, "routes", 0, "plugins"]);
  const { warnings } = summaryOf(DOCUMENT, after, mask);
  expect(warnings).toEqual([expect.stringContaining("Route lone is removed") as string]);
});

test("what an upload brings after the apply is unknown", () => {
  const container = (upload: unknown) => ({ name: "x_delivery", upload });
  const content = JSON.stringify(DOCUMENT);
  const masks: [unknown, unknown][] = [
    [[{ file: "/etc/signalbox/kong.json" }], { upload: [{ content: true }] }],
    [[{ file: "/etc/signalbox/kong.json", content: null }], { upload: [{ content_base64: true }] }],
    [[null], { upload: [true] }],
    [undefined, { upload: true }],
    [undefined, true],
  ];
  for (const [upload, mask] of masks) {
    const change = {
      actions: ["delete", "create"],
      before: container([{ file: "/etc/signalbox/kong.json", content }]),
      after: mask === true ? null : container(upload),
      after_unknown: mask,
    };
    const address = "docker_container.x_delivery";
    const resource = { address, type: "docker_container", name: "x_delivery", mode: "managed", change };
    const { warnings, gateways } = summarise(
      readPlan(Buffer.from(JSON.stringify({ format_version: "1.2", resource_changes: [resource] }))),
    );
    expect(warnings).toEqual([]);
    expect([mask, gateways[0]?.configuration]).toEqual([mask, "unknown"]);
  }
});
