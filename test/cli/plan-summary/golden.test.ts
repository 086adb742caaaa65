import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { toMarkdown } from "../../../cli/plan-summary/markdown";
import { readPlan } from "../../../cli/plan-summary/read-plan";
import { summarise } from "../../../cli/plan-summary/summarise";
import { delivery, document, gateway, serving } from "./containers";
import { kong, quickstart, route, target } from "./documents";

/** `UPDATE_GOLDEN=1` writes the golden files anew. */
const UPDATE = process.env["UPDATE_GOLDEN"] === "1";

const made: readonly (readonly [string, Uint8Array])[] = readdirSync(join(__dirname, "plans"))
  .filter((file) => file.endsWith(".json"))
  .map((file) => [basename(file, ".json"), readFileSync(join(__dirname, "plans", file))]);

const [before, after] = [quickstart(70), quickstart(60)];
const same = gateway(["no-op"], serving(), serving());
const image = { resource: "docker_image.gateway", type: "docker_image", name: "gateway", address: "docker_image.gateway", mode: "managed" };
const rebuilt = {
  ...image,
  change: { actions: ["delete", "create"], before: { image_id: "sha256:1" }, after: {}, after_unknown: { image_id: true } },
};
const newImage = { after_unknown: { id: true, image: true }, replace_paths: [["image"], ["env"]] };

const byHand: Readonly<Record<string, unknown>> = {
  "containers-reload": document(before, after, [delivery(before, after), same]),
  "containers-restart": document(before, after, [
    rebuilt,
    delivery(before, after),
    gateway(["delete", "create"], serving(), serving("gateway", { image: undefined }), newImage),
  ]),
  "containers-restart-only": document(before, before, [
    rebuilt,
    delivery(before, before),
    gateway(["delete", "create"], serving("gateway", { destroy_grace_seconds: null }), serving("gateway", { image: undefined }), newImage),
  ]),
  "containers-first": document(undefined, before, [delivery(undefined, before), gateway(["create"], null, serving())]),
  "containers-destroy": document(before, undefined, [delivery(before, undefined), gateway(["delete"], serving(), null)]),
  "containers-in-place": document(before, after, [
    delivery(before, after),
    gateway(["update"], serving("gateway", { memory: 256 }), serving("gateway", { memory: 512 })),
  ]),
  "containers-drift": document(before, before, [delivery(before, before), gateway(["create"], null, serving())], {
    resource_drift: [gateway(["delete"], serving(), null)],
  }),
  "containers-noise": document(before, before, [delivery(before, before), same]),
  "containers-upload-only": {
    format_version: "1.2",
    resource_changes: [
      ...[delivery(before, after, "edge"), gateway(["no-op"], serving("edge"), serving("edge"), {}, "edge")],
      ...[delivery(after, after, "inner"), gateway(["no-op"], serving("inner"), serving("inner"), {}, "inner")],
    ],
  },
  "many-rows": (() => {
    const many = (weight: number) =>
      kong(
        route(
          "chat",
          Array.from({ length: 400 }, (_, index) => target(`model-${index}`, weight + index)),
        ),
      );
    return document(many(1), many(2), [delivery(many(1), many(2)), same]);
  })(),
};

const all = [...made, ...Object.entries(byHand).map(([name, plan]) => [name, Buffer.from(JSON.stringify(plan))] as const)];

test.each(all)("%s", (name, bytes) => {
  const file = join(__dirname, "golden", `${name}.md`);
  const markdown = toMarkdown(summarise(readPlan(bytes)));
  if (UPDATE) writeFileSync(file, markdown);
  expect(existsSync(file)).toBe(true);
  expect(markdown).toBe(readFileSync(file, "utf8"));
});

test("no golden file is left over", () => {
  expect(readdirSync(join(__dirname, "golden")).sort()).toEqual(all.map(([name]) => `${name}.md`).sort());
});

test("no plan tells of the machine that made it", () => {
  for (const [, bytes] of made) expect(Buffer.from(bytes).toString()).not.toMatch(/\/(tmp|home|root|work)\//);
});
