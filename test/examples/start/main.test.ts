import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { withPatience } from "../../support/child-process";
import { freePort } from "../../support/free-port";

const root = join(__dirname, "../../..");

it("serves the synthesized quickstart, prints the shares and a line to try, and ends cleanly on Ctrl-C", async () => {
  const port = await freePort();
  const child = spawn(process.execPath, ["--import", "tsx", "examples/start/main.ts"], {
    cwd: root,
    env: { ...process.env, PORT: String(port) },
    stdio: ["ignore", "pipe", "pipe"],
  });
  try {
    let output = "";
    child.stderr.on("data", (chunk: Buffer) => (output += chunk.toString()));
    const ready = new Promise<void>((resolve, reject) => {
      child.stdout.on("data", (chunk: Buffer) => {
        output += chunk.toString();
        if (output.includes("Ctrl-C ends it.")) resolve();
      });
      child.once("exit", (code, signal) => reject(new Error(`ended with ${String(code ?? signal)}: ${output}`)));
    });
    await withPatience(25_000, ready, () => output);
    expect(output.match(/-> gpt-4o /g)).toHaveLength(7);
    expect(output.match(/round-robin, weight 30/g)).toHaveLength(3);
    expect(output).toMatch(/openai\/gpt-4o +- +70 +70 % +7 +70 %/);
    expect(output).toContain("asked for alias quick");

    const url = /curl -s (\S+)/.exec(output)?.[1] ?? "";
    const body = JSON.stringify({ messages: [{ role: "user", content: "Hello" }] });
    const response = await fetch(url, { method: "POST", headers: { "content-type": "application/json" }, body });
    expect(response.status).toBe(200);

    const ended = once(child, "exit");
    child.kill("SIGINT");
    expect(await withPatience(25_000, ended, () => output)).toEqual([0, null]);
  } finally {
    child.kill("SIGKILL");
  }
}, 60_000);
