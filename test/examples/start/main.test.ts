import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
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
    await new Promise<void>((resolve, reject) => {
      child.stdout.on("data", (chunk: Buffer) => {
        output += chunk.toString();
        if (output.includes("Ctrl-C ends it.")) resolve();
      });
      child.once("exit", () => reject(new Error(output)));
    });
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
    expect(await ended).toEqual([0, null]);
  } finally {
    child.kill("SIGKILL");
  }
}, 30_000);
