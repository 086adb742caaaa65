import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startGateway, type Gateway, type GatewayOptions } from "../../runtime/gateway";

/** A gateway over a temporary folder; its log goes into a file there. */
export interface TestGateway {
  readonly gateway: Gateway;
  readonly folder: string;
  readonly configFile: string;
  /** `http://127.0.0.1:<port>` */
  readonly url: string;
  /** Writes a new configuration; resolves when the gateway has taken notice of it. */
  readonly reconfigure: (document: object | string) => Promise<void>;
  /** Log lines when no exchange is under way any more, of one message or all. */
  readonly log: (message?: string) => Promise<LogLine[]>;
  readonly close: () => Promise<void>;
}

export type LogLine = Readonly<Record<string, unknown>> & { readonly msg: string };

export async function startTestGateway(document: object, options: Partial<GatewayOptions> = {}): Promise<TestGateway> {
  const folder = await mkdtemp(join(tmpdir(), "signalbox-test-"));
  const configFile = join(folder, "kong.yaml");
  const logDestination = join(folder, "gateway.log");
  await writeFile(configFile, JSON.stringify(document));
  let notices = 0;
  const gateway = await startGateway({
    config: configFile,
    port: 0,
    adminPort: 0,
    logDestination,
    onStatusChange: () => {
      notices++;
    },
    ...options,
  });
  return {
    gateway,
    folder,
    configFile,
    url: `http://127.0.0.1:${gateway.port}`,
    async reconfigure(next) {
      const before = notices;
      await writeFile(configFile, typeof next === "string" ? next : JSON.stringify(next));
      await until(() => notices > before);
    },
    async log(message) {
      // a client may have its whole answer before the gateway is done with the exchange
      await until(async () => (await requestsInFlight(gateway)) === 0);
      await gateway.flushLog();
      const lines = await logLines(folder);
      return message === undefined ? lines : lines.filter((line) => line.msg === message);
    },
    async close() {
      await gateway.close();
      await rm(folder, { recursive: true });
    },
  };
}

async function requestsInFlight(gateway: Gateway): Promise<number> {
  const metric = (await gateway.metrics()).find(({ name }) => name === "signalbox_requests_in_flight");
  if (metric === undefined) throw new Error("the metric of requests under way is missing");
  return metric.values.reduce((sum, { value }) => sum + value, 0);
}

/** What the gateway over a folder has written to its log so far; after its end that is all. */
export async function logLines(folder: string): Promise<LogLine[]> {
  const text = await readFile(join(folder, "gateway.log"), "utf8");
  return text
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => JSON.parse(line) as LogLine);
}

/** Waits for a condition; fails if it does not come true in time. */
export async function until(condition: () => boolean | Promise<boolean>, milliseconds = 5_000): Promise<void> {
  const end = Date.now() + milliseconds;
  while (!(await condition())) {
    if (Date.now() > end) throw new Error(`the condition did not come true within ${milliseconds / 1000} s`);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

/** A file with one route `/chat` whose plugin is given. */
export function document(config: object, route: object = { name: "chat", paths: ["/chat"] }, plugin = "ai-proxy-advanced"): object {
  return {
    _format_version: "3.0",
    services: [{ name: "ai", url: "http://localhost:32000", routes: [{ ...route, plugins: [{ name: plugin, config }] }] }],
  };
}

/** One OpenAI chat target at an upstream. */
export function target(
  upstreamUrl: string,
  more: { name?: string; weight?: number; alias?: string; options?: object; [key: string]: unknown } = {},
): object {
  const { name = "gpt-4o", weight = 100, alias, options, ...rest } = more;
  return {
    route_type: "llm/v1/chat",
    weight,
    model: {
      provider: "openai",
      name,
      ...(alias !== undefined && { model_alias: alias }),
      options: { upstream_url: upstreamUrl, ...options },
    },
    ...rest,
  };
}

export const CHAT = { messages: [{ role: "user", content: "What is 1 + 1?" }] };

/** Posts JSON (or a text) to a gateway. */
export function post(url: string, body: unknown, init: RequestInit = {}): Promise<Response> {
  return fetch(url, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: typeof body === "string" ? body : JSON.stringify(body),
    ...init,
  });
}
