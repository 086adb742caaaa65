/**
 * `npm start`: the quickstart example, synthesized and served on this machine without a key, Docker or a network.
 * What runs is the gateway itself, with exactly the configuration that stands in the synthesized stack; only the provider is a mock.
 */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { startGateway, type Gateway } from "../../runtime/gateway";
import { follow, type JournalEntry } from "./journal";
import { startMockProvider, type MockProvider } from "./mock-provider";
import { nextSteps, requestLine, targetTable, type Question } from "./screen";
import { readSynthesized, secretFiles, summarize, type KongDocument } from "./synthesized";

const host = "127.0.0.1";

/** Asked in turn: ten, so that they walk once around the quickstart's weights. */
const questions: readonly Question[] = [
  { prompt: "What is a gateway?" },
  { prompt: "Say hello in Finnish." },
  { prompt: "Name three prime numbers." },
  { prompt: "Who wrote Faust?" },
  { prompt: "What is 17 times 23?" },
  { prompt: "Translate 'tree' to French." },
  { prompt: "Why is the sky blue?" },
  { prompt: "Give me a haiku." },
  { prompt: "How far is the moon?" },
  { prompt: "What is a token?" },
];

/** Synthesizes the quickstart against the mock and returns what its stack would deliver to the gateway's container. */
async function synthesize(folder: string, upstream: string): Promise<KongDocument> {
  process.env["CDKTF_OUTDIR"] = join(folder, "cdktf.out");
  process.env["OPENAI_BASE_URL"] = `${upstream}/v1`;
  // The image is not built here, so the Dockerfile's folder stands for the bundled runtime of a built package.
  process.env["CDKTF_CONTEXT_JSON"] = JSON.stringify({ "signalbox:runtime": join(__dirname, "../../container") });
  await import("../quickstart.js");
  return readSynthesized(process.env["CDKTF_OUTDIR"]);
}

/** `wanted`, or the next one that is free. */
async function freePort(wanted: number): Promise<number> {
  for (let port = wanted; port < Math.min(wanted + 50, 65_536); port++) {
    const free = await new Promise<boolean>((resolve) => {
      const probe = createServer()
        .once("error", () => resolve(false))
        .once("listening", () => probe.close(() => resolve(true)))
        .listen(port, host);
    });
    if (free) return port;
  }
  throw new Error(`One of the ports from ${wanted} on must be free, but none is. Choose another with PORT=…`);
}

function wantedPort(): number {
  const text = process.env["PORT"] ?? "8000";
  const port = /^\d{1,5}$/.test(text) ? Number(text) : 0;
  if (port < 1 || port > 65_535) throw new Error(`PORT must be a number from 1 to 65535, but is ${JSON.stringify(text)}.`);
  return port;
}

interface Running {
  readonly gateway: Gateway;
  readonly document: KongDocument;
  readonly log: string;
  readonly url: string;
}

async function startFrom(document: KongDocument, folder: string): Promise<Running> {
  const config = join(folder, "config", "kong.json");
  const secretsDir = join(folder, "secrets");
  const log = join(folder, "gateway.log");
  mkdirSync(join(folder, "config"));
  mkdirSync(secretsDir);
  for (const name of secretFiles(document)) writeFileSync(join(secretsDir, name), "no-key-needed-here", { mode: 0o600 });
  writeFileSync(config, JSON.stringify(document, null, 2));
  const wanted = wantedPort();
  const port = await freePort(wanted);
  if (port !== wanted) console.log(`Port ${wanted} is taken, so this is ${port}.`);
  const gateway = await startGateway({
    config,
    host,
    port,
    adminHost: host,
    adminPort: undefined,
    secretsDir,
    drainTimeoutSeconds: 1,
    ignorePlugins: [],
    logDestination: log,
  });
  return { gateway, document, log, url: `http://${host}:${gateway.port}` };
}

async function ask(url: string, { prompt, model }: Question): Promise<string> {
  const body = JSON.stringify({ ...(model === undefined ? {} : { model }), messages: [{ role: "user", content: prompt }] });
  const response = await fetch(url, { method: "POST", headers: { "content-type": "application/json" }, body });
  await response.arrayBuffer();
  return response.headers.get("x-kong-request-id") ?? "";
}

/** Sends the samples, prints a line for each and for every request that comes later; returns what ends the printing. */
async function show({ document, log, url }: Running): Promise<() => void> {
  const { path, algorithm, targets } = summarize(document);
  const asked = new Map<string, Question>();
  const answered = new Map<string, number>();
  const early: JournalEntry[] = [];
  let take = (entry: JournalEntry): void => void early.push(entry);
  const stopFollowing = follow(log, (entry) => take(entry));

  const print = (entry: JournalEntry): void => {
    const isBalanced = asked.get(entry.requestId)?.model === undefined;
    if (entry.model !== undefined && isBalanced) answered.set(entry.model, (answered.get(entry.model) ?? 0) + 1);
    console.log(requestLine(entry, asked.get(entry.requestId), targets, algorithm));
    asked.delete(entry.requestId);
  };

  console.log(`The gateway of examples/quickstart answers at ${url}${path}\n`);
  const alias = targets.find((target) => target.alias !== undefined)?.alias;
  const samples = [...questions, ...(alias === undefined ? [] : [{ prompt: "A quick question.", model: alias }])];
  for (const question of samples) asked.set(await ask(url + path, question), question);
  for (let wait = 0; early.length < samples.length && wait < 30; wait++) await sleep(100);
  for (const entry of early) print(entry);
  console.log(`\nShares among the requests that named no model:\n\n${targetTable(targets, answered)}\n\n${nextSteps(url + path)}\n`);
  take = (entry) => {
    print(entry);
    console.log(`${targetTable(targets, answered)}\n`);
  };
  return stopFollowing;
}

async function main(): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), "signalbox-start-"));
  let mock: MockProvider | undefined;
  let running: Running | undefined;
  let stopShowing: (() => void) | undefined;

  const end = async (code: number): Promise<void> => {
    const hurry = setTimeout(() => process.exit(code), 1_500);
    stopShowing?.();
    await Promise.allSettled([running?.gateway.close(), mock?.stop()]);
    rmSync(folder, { recursive: true, force: true });
    clearTimeout(hurry);
    process.exit(code);
  };
  // One Ctrl-C can arrive twice: from the terminal and from npm, which passes on its own.
  let stopping = false;
  const stop = (): void => {
    if (stopping) return;
    stopping = true;
    console.log("\nStopped.");
    void end(0);
  };
  process.on("SIGINT", stop).on("SIGTERM", stop);

  try {
    mock = await startMockProvider();
    running = await startFrom(await synthesize(folder, mock.url), folder);
    stopShowing = await show(running);
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    await end(1);
  }
}

void main();
