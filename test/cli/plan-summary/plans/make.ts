/**
 * Makes the plans in this folder with the `terraform` on PATH, from stacks without a provider:
 *
 *   npx tsx test/cli/plan-summary/plans/make.ts
 *
 * Each applies a document, replaces it by another one, and keeps the JSON of the plan between the two.
 */
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { kong, quickstart, route, target } from "../documents";

interface Scenario {
  /** Documents by file name; without `before` nothing is applied first. */
  readonly before?: Readonly<Record<string, unknown>>;
  readonly after: Readonly<Record<string, unknown>>;
  readonly terraform?: string;
}

const OUTPUT = `
locals { gateway_configuration = jsondecode(file("gateway.json")) }
output "gateway_configuration" { value = local.gateway_configuration }
`;

const one = (before: unknown, after: unknown): Scenario => ({ before: { gateway: before }, after: { gateway: after } });

const hostileName = "a|b`c`<img src=x onerror=alert(1)>@everyone #1 [x](http://evil.example) $x$ \u202egnp\nnext";

const scenarios: Readonly<Record<string, Scenario>> = {
  weight: one(quickstart(70), quickstart(60)),
  first: { after: { gateway: quickstart(70) } },
  none: one(quickstart(70), quickstart(70)),
  others: {
    ...{ before: { gateway: quickstart(70), note: "a" }, after: { gateway: quickstart(70), note: "b" } },
    terraform: `${OUTPUT}
resource "terraform_data" "note" { input = jsondecode(file("note.json")) }
`,
  },
  targets: one(
    kong(
      route(
        "chat",
        [
          target("gpt-4o", 50, {}, { max_tokens: 1024, input_cost: 2.5, output_cost: 10 }),
          target("gpt-4o-mini", 30, {}, { max_tokens: 512 }, { model_alias: "quick" }),
          target("gpt-4.1", 20),
        ],
        { balancer: { algorithm: "round-robin", read_timeout: 60000 }, max_request_body_size: 1048576 },
      ),
    ),
    kong(
      route(
        "chat",
        [
          target(
            "gpt-4o",
            50,
            {},
            {
              max_tokens: 2048,
              input_cost: 3,
              output_cost: 10,
              upstream_url: "https://user:pass@llm.example.com/v1/chat/completions?key=abc",
            },
          ),
          target("gpt-4o-mini", 30, {}, { max_tokens: 512 }, { model_alias: "fast" }),
          target("gpt-5", 40),
        ],
        { balancer: { algorithm: "round-robin", read_timeout: 30000 }, max_request_body_size: 8192 },
      ),
    ),
  ),
  "added-removed": one(
    kong(route("chat", [target("gpt-4o", 70), target("gpt-4.1", 30, {}, {}, { model_alias: "old" })])),
    kong(route("chat", [target("gpt-4o", 70), target("gpt-4.1-mini", 35), target("gpt-4.1-nano", 35, {}, { max_tokens: 256 })])),
  ),
  routes: one(
    kong(
      route("chat", [target("gpt-4o", 70)], {}, { paths: ["/chat", "/v1/chat"], headers: { "x-team": ["red"] } }),
      route("legacy", [target("gpt-4.1", 1)], {}, { paths: ["/legacy"] }),
    ),
    kong(
      route("chat", [target("gpt-4o", 70)], {}, { paths: ["/chat", "/v2/chat"], headers: { "x-team": ["blue"] }, strip_path: false }),
      route("code", [target("gpt-4.1", 3), target("gpt-4.1-mini", 1)], {}, { paths: ["/code"] }),
    ),
  ),
  gateways: {
    before: { edge: quickstart(70), inner: quickstart(50) },
    after: { edge: quickstart(60), inner: quickstart(50) },
    terraform: ["edge", "inner"].map((name) => `output "${name}_configuration" { value = jsondecode(file("${name}.json")) }`).join("\n"),
  },
  unknown: {
    before: { gateway: quickstart(70), host: "a.example.com" },
    after: { gateway: quickstart(70), host: "b.example.com" },
    terraform: `
resource "terraform_data" "host" { input = jsondecode(file("host.json")) }
locals {
  document = jsondecode(file("gateway.json"))
  target   = local.document.services[0].routes[0].plugins[0].config.targets[0]
  weighed  = merge(local.target, { model = merge(local.target.model, { options = { upstream_url = "https://\${terraform_data.host.output}/v1/chat/completions" } }) })
}
output "gateway_configuration" {
  value = { _format_version = "3.0", services = [{ name = "gateway", url = "http://localhost:32000", routes = [{ name = "chat", paths = ["/chat"],
    plugins = [{ name = "ai-proxy-advanced", config = { targets = [local.weighed, local.document.services[0].routes[0].plugins[0].config.targets[1]] } }] }] }] }
}
`,
  },
  sensitive: {
    before: { gateway: quickstart(70) },
    after: { gateway: quickstart(60) },
    terraform: `
variable "token" {
  sensitive = true
  default   = "planted-sensitive-value"
}
output "gateway_configuration" {
  value     = merge(jsondecode(file("gateway.json")), { consumers = [{ username = var.token }] })
  sensitive = true
}
`,
  },
  "literal-secrets": one(
    kong(route("chat", [target("gpt-4o", 70, { auth: { header_name: "Authorization", header_value: "Bearer planted-old-credential" } })])),
    kong(
      route("chat", [
        target(
          "gpt-4o",
          70,
          { auth: { header_name: "Authorization", header_value: "Bearer planted-new-credential" } },
          { upstream_url: "https://llm.example.com/sk-planted1234567890abcdef/v1" },
        ),
      ]),
    ),
  ),
  hostile: one(
    kong(route(hostileName, [target(hostileName, 70), target("gpt-4o", 30)])),
    kong(route(hostileName, [target(hostileName, 60), target("gpt-4o", 30, {}, { upstream_url: "https://www.evil.example/?x=1" })])),
  ),
};

function terraform(folder: string, ...args: readonly string[]): string {
  return execFileSync("terraform", [...args], {
    cwd: folder,
    env: { PATH: process.env["PATH"], CHECKPOINT_DISABLE: "1", TF_CLI_CONFIG_FILE: join(folder, "terraform.rc"), TF_IN_AUTOMATION: "1" },
    encoding: "utf8",
    maxBuffer: 64 * 1024 * 1024,
  });
}

function write(folder: string, documents: Readonly<Record<string, unknown>>): void {
  for (const [name, document] of Object.entries(documents)) writeFileSync(join(folder, `${name}.json`), JSON.stringify(document));
}

for (const [name, { before, after, terraform: source = OUTPUT }] of Object.entries(scenarios)) {
  const folder = mkdtempSync(join(tmpdir(), "plan-"));
  try {
    writeFileSync(join(folder, "terraform.rc"), "");
    writeFileSync(join(folder, "main.tf"), source);
    write(folder, before ?? after);
    terraform(folder, "init", "-no-color");
    if (before !== undefined) terraform(folder, "apply", "-no-color", "-auto-approve");
    write(folder, after);
    terraform(folder, "plan", "-no-color", "-out", "plan");
    const plan = JSON.parse(terraform(folder, "show", "-json", "plan")) as Record<string, unknown>;
    delete plan["timestamp"];
    writeFileSync(join(__dirname, `${name}.json`), `${JSON.stringify(plan)}\n`);
  } finally {
    rmSync(folder, { recursive: true });
  }
}
