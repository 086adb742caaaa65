import { execFileSync } from "node:child_process";
import { copyFileSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parse } from "yaml";
import { MARKER } from "../../../cli/plan-summary/markdown";

const root = join(__dirname, "../../..");
const text = readFileSync(join(root, "examples/ci/github/workflows/plan.yml"), "utf8");

interface Step {
  readonly name?: string;
  readonly uses?: string;
  readonly run?: string;
  readonly if?: string;
  readonly with?: Readonly<Record<string, unknown>>;
  readonly env?: Readonly<Record<string, string>>;
}

interface Workflow {
  readonly on: Readonly<Record<string, unknown>>;
  readonly concurrency: { readonly group: string; readonly "cancel-in-progress": boolean };
  readonly permissions: Readonly<Record<string, string>>;
  readonly jobs: Readonly<
    Record<string, { readonly if: string; readonly permissions: Readonly<Record<string, string>>; readonly steps: readonly Step[] }>
  >;
}

const workflow = parse(text) as Workflow;
const { steps, permissions, if: condition } = workflow.jobs["plan"]!;
const named = (name: string): Step => steps.find((step) => step.name === name)!;

const folder = mkdtempSync(join(tmpdir(), "workflow-"));
afterAll(() => rmSync(folder, { recursive: true }));

/** Puts a program in the place of one that the steps call. */
function standIn(name: string, script: string): void {
  writeFileSync(join(folder, name), `#!/usr/bin/env bash\nset -eu\n${script}\n`, { mode: 0o755 });
}

/** Runs a step as the runner's `shell: bash` does. */
function run(name: string, env: Readonly<Record<string, string>> = {}): string {
  const script = join(folder, "step.sh");
  writeFileSync(script, named(name).run!);
  return execFileSync("bash", ["--noprofile", "--norc", "-eo", "pipefail", script], {
    cwd: folder,
    env: { PATH: `${folder}:${process.env["PATH"]}`, RUNNER_TEMP: folder, GITHUB_STEP_SUMMARY: join(folder, "step-summary.md"), ...env },
    encoding: "utf8",
  });
}

test("runs on pull requests of the repository itself, with no more rights than it needs, the newest push alone", () => {
  expect(Object.keys(workflow.on)).toEqual(["pull_request"]);
  expect(condition).toBe("github.event.pull_request.head.repo.full_name == github.repository");
  expect([workflow.permissions, permissions]).toEqual([{}, { contents: "read", "pull-requests": "write" }]);
  expect(workflow.concurrency["cancel-in-progress"]).toBe(true);
});

test("takes actions by their major version, and hands the token to one step", () => {
  expect(
    steps
      .flatMap(({ uses }) => uses ?? [])
      .filter((uses) => !/^(actions\/checkout|actions\/setup-node|hashicorp\/setup-terraform)@v\d+$/.test(uses)),
  ).toEqual([]);
  expect([steps[0]!.uses!.split("@")[0], steps[0]!.with]).toEqual(["actions/checkout", { "persist-credentials": false }]);
  expect(steps.filter((step) => JSON.stringify(step).includes("github.token")).map(({ name }) => name)).toEqual(["Comment"]);
});

test("keeps the plan to itself, and removes it whatever happens", () => {
  expect(text).not.toMatch(/upload-artifact|actions\/cache/);
  expect(named("Remove the plan").if).toBe("always()");
  expect(steps.at(-1)).toBe(named("Remove the plan"));
});

test("no expression stands in a script, where a pull request's texts could become commands", () => {
  expect(steps.filter(({ run: script }) => script?.includes("${{"))).toEqual([]);
});

test("synthesizes, plans, and summarizes the plan", () => {
  standIn("npm", 'echo "npm $*"');
  standIn("npx", 'echo "npx $*"');
  expect(run("Synthesize")).toBe("npm ci\nnpx --no -- cdktf synth\n");

  copyFileSync(join(__dirname, "plans/weight.json"), join(folder, "fixture.json"));
  standIn("terraform", 'echo "$*" >> calls\nif [ "$1" = show ]; then cat fixture.json; fi');
  run("Plan");
  expect(readFileSync(join(folder, "calls"), "utf8").split("\n")).toEqual([
    "init -input=false -no-color",
    `plan -input=false -no-color -lock-timeout=5m -out=${folder}/plan.tfplan`,
    `show -json ${folder}/plan.tfplan`,
    "",
  ]);

  // the command itself, in the place of the installed package's
  standIn(
    "npx",
    `[ "$1 $2 $3" = "--no -- signalbox" ]; shift 3; cd ${JSON.stringify(root)}; exec ${JSON.stringify(process.execPath)} --import tsx cli/main.ts "$@"`,
  );
  run("Summarize");
  const golden = readFileSync(join(__dirname, "golden/weight.md"), "utf8");
  expect(readFileSync(join(folder, "summary.md"), "utf8")).toBe(golden);
  expect(readFileSync(join(folder, "step-summary.md"), "utf8")).toBe(golden);

  run("Remove the plan");
  expect(["plan.json", "plan.log", "summary.md"].map((file) => existsSync(join(folder, file)))).toEqual([false, false, true]);
}, 30_000);

test("shows the end of a failed plan's log, and ends there", () => {
  standIn("terraform", 'if [ "$1" = plan ]; then echo "Error: no"; exit 1; fi');
  expect(() => run("Plan")).toThrow(expect.objectContaining({ status: 1, stdout: "Error: no\n" }) as Error);
});

test.each([
  ["", "--silent --method POST repos/o/r/issues/7/comments --field body=@"],
  ["12\n13", "--silent --method PATCH repos/o/r/issues/comments/12 --field body=@"],
])("writes one comment, and updates it: found %j", (found, expected) => {
  standIn("gh", `if [[ "$*" == *--paginate* ]]; then printf %s '${found}'; else echo "$*"; fi; echo "$*" >> gh-calls`);
  const env = { GH_TOKEN: "t", REPOSITORY: "o/r", NUMBER: "7" };
  expect(run("Comment", env)).toBe(`api ${expected}${folder}/summary.md\n`);
  expect(readFileSync(join(folder, "gh-calls"), "utf8")).toContain(`startswith("${MARKER}")`);
});
