import { spawn } from "node:child_process";
import { once } from "node:events";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { parse, stringify } from "yaml";
import { freePort } from "../support/free-port";
import { environment, manifest, pack, Project, readmeExample } from "./support/project";
import { withPatience } from "../support/child-process";

/** Without `--` npx takes the command's own flags for its. */
const npx = ["npx", "--no", "--"] as const;

const typescript = { typescript: manifest.devDependencies["typescript"], "@types/node": manifest.devDependencies["@types/node"] };
const cdktn = JSON.parse(readmeExample("overrides")) as { readonly dependencies: object; readonly overrides: object };

const flavours = [
  { core: "cdktf", packageJson: { dependencies: { cdktf: "0.21.0", constructs: "10.4.2", "@cdktf/provider-docker": "12.0.3" } } },
  { core: "cdktn", packageJson: cdktn },
];

interface Stack {
  readonly locals: { readonly gateway_configuration: unknown };
  readonly resource: { readonly docker_container: object };
}

async function statusOf(url: string): Promise<number | undefined> {
  try {
    return (await fetch(url)).status;
  } catch {
    return undefined;
  }
}

describe.each(flavours)("in an empty project with $core", ({ core, packageJson }) => {
  const project = new Project();

  beforeAll(async () => {
    const packed = await pack(project.folder);
    project.write(
      "package.json",
      JSON.stringify({
        name: "gateway-of-a-user",
        private: true,
        ...packageJson,
        dependencies: { ...packageJson.dependencies, signalbox: `file:${packed.filename}` },
        devDependencies: typescript,
      }),
    );
    project.write("main.ts", readmeExample("main.ts").replace('from "cdktf"', `from "${core}"`));
    project.write("kong.yaml", readmeExample("kong.yaml"));
    project.write(
      "tsconfig.json",
      JSON.stringify({
        compilerOptions: { strict: true, module: "node16", moduleResolution: "node16", target: "ES2022", types: ["node"], outDir: "out" },
        files: ["main.ts"],
      }),
    );
    await project.succeed("npm", "install", "--no-audit", "--no-fund");
  }, 300_000);

  afterAll(() => {
    project.remove();
  });

  it.each([
    [
      "import",
      ["--input-type=module", "-e", 'import { Gateway, Target } from "signalbox"; console.log(typeof Gateway, typeof Target.openai);'],
    ],
    ["require", ["-e", 'const { Gateway, Target } = require("signalbox"); console.log(typeof Gateway, typeof Target.openai);']],
  ])("loads by %s", async (_, command) => {
    expect(await project.succeed("node", ...command)).toBe("function function\n");
  });

  it("compiles the README's example, the package's own declarations included, and refuses a wrong one", async () => {
    await project.succeed(...npx, "tsc", "--noEmit");

    project.write("wrong.ts", readmeExample("main.ts").replace('from "cdktf"', `from "${core}"`).replace("weight: 70", 'weight: "70"'));
    project.write("tsconfig.strict.json", JSON.stringify({ extends: "./tsconfig.json", compilerOptions: { skipLibCheck: false }, files: ["main.ts", "wrong.ts"] })); // prettier-ignore
    const { stdout } = await project.run(...npx, "tsc", "--noEmit", "-p", "tsconfig.strict.json");
    expect(stdout.split("\n").filter((line) => /^(main\.ts|node_modules\/signalbox\/)/.test(line))).toEqual([]);
    expect(stdout).toMatch(/^wrong\.ts\(\d+,\d+\): error TS/m);
  }, 120_000);

  it("synthesizes the README's example", async () => {
    await project.succeed(...npx, "tsc");
    await project.succeed("node", "out/main.js");
    const stack = JSON.parse(project.read(join("cdktf.out", "stacks", "gateway", "cdk.tf.json"))) as Stack;
    expect(Object.keys(stack.resource.docker_container)).toEqual(["gateway", "gateway_delivery"]);
    expect(JSON.stringify(stack.locals.gateway_configuration)).toContain('"Bearer {vault://file/openai.key}"');
  }, 120_000);

  it("checks a Kong file", async () => {
    const file = project.read("kong.yaml");
    project.write("broken.yaml", file.replace("weight: 70", "wieght: 70"));
    const good = await project.run("env", "OPENAI_API_KEY=x", ...npx, "signalbox", "check", "kong.yaml");
    expect(good).toMatchObject({ code: 0 });
    const broken = await project.run("env", "OPENAI_API_KEY=x", ...npx, "signalbox", "check", "broken.yaml");
    expect(broken.code).toBe(1);
    expect(broken.stdout).toContain("services[0].routes[0].plugins[0].config.targets[0].wieght");
    expect(broken.stdout).toMatch(/did you mean.*weight/i);
  }, 60_000);

  describe("serving a Kong file", () => {
    let upstream: Server;
    const asked: (string | undefined)[] = [];

    beforeAll(async () => {
      upstream = createServer((request, response) => {
        asked.push(request.headers.authorization);
        request.resume().on("end", () => {
          response.setHeader("content-type", "application/json");
          response.end('{"id":"1","object":"chat.completion","model":"gpt-4o","choices":[{"index":0,"message":{"role":"assistant","content":"Hi"},"finish_reason":"stop"}]}'); // prettier-ignore
        });
      }).listen(0, "127.0.0.1");
      await once(upstream, "listening");
    });
    afterAll(() => {
      upstream.close();
      upstream.closeAllConnections();
    });

    it("answers by way of the target and ends when it is told to", async () => {
      const { port } = upstream.address() as AddressInfo;
      const document = parse(project.read("kong.yaml")) as {
        services: [{ routes: [{ plugins: [{ config: { targets: [{ model: object }] } }] }] }];
      };
      Object.assign(document.services[0].routes[0].plugins[0].config.targets[0].model, { options: { upstream_url: `http://127.0.0.1:${port}/v1/chat/completions` } }); // prettier-ignore
      project.write("local.yaml", stringify(document));

      const [proxyPort, adminPort] = [await freePort(), await freePort()];
      const command = [
        "--no",
        "signalbox",
        "serve",
        "--config",
        "local.yaml",
        "--port",
        String(proxyPort),
        "--admin-port",
        String(adminPort),
      ];
      const child = spawn("npx", command, {
        cwd: project.folder,
        env: { ...environment(), OPENAI_API_KEY: "not-a-key" },
        stdio: "ignore",
        detached: true,
      });
      const { pid } = child;
      if (pid === undefined) throw new Error("npx did not start");
      try {
        for (let wait = 0; wait < 200 && (await statusOf(`http://127.0.0.1:${adminPort}/readyz`)) !== 200; wait++) await sleep(50);
        expect(await statusOf(`http://127.0.0.1:${adminPort}/healthz`)).toBe(200);
        const response = await fetch(`http://127.0.0.1:${proxyPort}/chat`, {
          method: "POST",
          headers: { "content-type": "application/json" },
          body: '{"messages":[{"role":"user","content":"Hello"}]}',
        });
        expect(response.status).toBe(200);
        expect(await response.json()).toMatchObject({ choices: [{ message: { content: "Hi" } }] });
        expect(asked).toEqual(["Bearer not-a-key"]);

        const ended = once(child, "exit");
        process.kill(-pid, "SIGTERM");
        await withPatience(20_000, ended, () => "the gateway has not ended at SIGTERM");
        for (let wait = 0; wait < 100 && (await statusOf(`http://127.0.0.1:${adminPort}/healthz`)) !== undefined; wait++) await sleep(50);
        expect(await statusOf(`http://127.0.0.1:${adminPort}/healthz`)).toBeUndefined();
      } finally {
        try {
          process.kill(-pid, "SIGKILL");
        } catch {
          // the whole group has ended, as it should have
        }
      }
    }, 60_000);
  });
});
