import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { readSynthesized, secretFiles, summarize } from "../../../examples/start/synthesized";

const folder = mkdtempSync(join(tmpdir(), "synthesized-"));
afterAll(() => {
  rmSync(folder, { recursive: true });
});

const document = (secret: string) => ({
  services: [
    {
      routes: [
        {
          name: "chat",
          paths: ["/chat"],
          plugins: [
            {
              name: "ai-proxy-advanced",
              config: {
                balancer: { algorithm: "round-robin" },
                targets: [
                  { weight: 70, model: { provider: "openai", name: "gpt-4o" }, auth: { header_value: secret } },
                  { model: { provider: "openai", name: "gpt-4o-mini", model_alias: "quick" }, auth: { header_value: secret } },
                ],
              },
            },
          ],
        },
      ],
    },
  ],
});

function synthesized(locals: object): string {
  mkdirSync(join(folder, "stacks/quickstart"), { recursive: true });
  writeFileSync(
    join(folder, "manifest.json"),
    JSON.stringify({ stacks: { quickstart: { synthesizedStackPath: "stacks/quickstart/cdk.tf.json" } } }),
  );
  writeFileSync(join(folder, "stacks/quickstart/cdk.tf.json"), JSON.stringify({ locals }));
  return folder;
}

it("takes the gateway's local and undoes Terraform's escapes", () => {
  const found = readSynthesized(synthesized({ other: 1, gateway_configuration: document('$${{ env "DECK_KEY" }} %%{x}') }));
  expect(found).toEqual(document('${{ env "DECK_KEY" }} %{x}'));
});

it.each(["${docker_container.mock.name}", "%{ if true }"])("refuses %s, which only a deploy knows", (expression) => {
  expect(() => readSynthesized(synthesized({ gateway_configuration: document(expression) }))).toThrow(
    `must be known at synth to run without Terraform, but holds ${expression}`,
  );
});

it("says so where no stack has a gateway", () => {
  expect(() => readSynthesized(synthesized({ other: 1 }))).toThrow("must hold a gateway's configuration as a local, but none does");
});

it("summarizes path, algorithm and targets, a left-out weight being 100", () => {
  expect(summarize(document("x"))).toEqual({
    path: "/chat",
    algorithm: "round-robin",
    targets: [
      { provider: "openai", model: "gpt-4o", alias: undefined, weight: 70 },
      { provider: "openai", model: "gpt-4o-mini", alias: "quick", weight: 100 },
    ],
  });
});

it("names each secret file once", () => {
  expect(secretFiles(document("Bearer {vault://file/openai.key}"))).toEqual(["openai.key"]);
});
