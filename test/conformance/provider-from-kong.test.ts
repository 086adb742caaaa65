import { readFileSync } from "node:fs";
import { join } from "node:path";
import { fromKong, rendered, validate, validateConfig } from "../provider/signalbox/support";

interface Example {
  readonly id: string;
  readonly plugin: "ai-proxy" | "ai-proxy-advanced";
  readonly expect: "accepted" | "refused";
  readonly names?: string;
  readonly config: Readonly<Record<string, unknown>>;
}

const examples = JSON.parse(
  readFileSync(join(__dirname, "../../../shared/conformance/kong-docs/examples.json"), "utf8"),
) as readonly Example[];
const accepted = examples.filter((example) => example.expect === "accepted");
const refused = examples.filter((example) => example.expect === "refused");

const file = ({ plugin, config }: Example): string =>
  JSON.stringify({
    _format_version: "3.0",
    services: [
      { name: "s", url: "http://localhost:32000", routes: [{ name: "chat", paths: ["/chat"], plugins: [{ name: plugin, config }] }] },
    ],
  });

describe("Kong's published examples through the provider", () => {
  it.each(accepted.map((example) => [example.id, example] as const))(
    "%s comes out of from_kong and the data source as it went in",
    async (_, example) => {
      const value = await fromKong(file(example));
      expect(await validate(value)).toEqual([]);
      expect(await rendered(value)).toEqual({
        _format_version: "3.0",
        services: [
          {
            name: "signalbox",
            url: "http://localhost:32000",
            routes: [{ name: "chat", paths: ["/chat"], plugins: [{ name: example.plugin, config: example.config }] }],
          },
        ],
      });
    },
  );

  it.each(refused.map((example) => [example.id, example] as const))("%s is refused by the field's name", async (_, example) => {
    const name = example.names ?? "error";
    await expect(fromKong(file(example))).rejects.toThrow(name);
    const attribute = example.plugin === "ai-proxy" ? "ai_proxy" : "ai_proxy_advanced";
    const found = await validate({ [attribute]: [{ route: { name: "chat", paths: ["/chat"] }, ...example.config }] });
    expect(found.map(({ path, message }) => `${path}: ${message}`).join("\n")).toContain(example.names ?? attribute);
  });

  it("warns of nothing but of what is not served yet", async () => {
    for (const example of accepted) {
      const said = await validateConfig(await fromKong(file(example)));
      expect(said.filter(({ severity, detail }) => severity === "error" || !/not served|deprecated|should/.test(detail))).toEqual([]);
    }
  });

  it("covers both plugins and both outcomes", () => {
    expect(new Set(accepted.map(({ plugin }) => plugin)).size).toBe(2);
    expect(refused.length).toBeGreaterThan(0);
  });
});
