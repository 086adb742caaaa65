import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { explain } from "../../cli/explain";
import { document, target } from "../support/gateway";
import { memoryIo } from "./support";

const folder = mkdtempSync(join(tmpdir(), "signalbox-explain-"));
afterAll(() => rmSync(folder, { recursive: true }));

const TARGETS = ["a", "b"].map((name) => target("http://127.0.0.1:9/v1/chat/completions", { name }));

function run(config: object, options: { json?: boolean; route?: string } = {}): { code: number; out: string; err: string } {
  const file = join(folder, "kong.yaml");
  writeFileSync(file, JSON.stringify(document({ targets: TARGETS, ...config })));
  const io = memoryIo();
  const code = explain({ file, json: options.json ?? false, route: options.route, ignorePlugins: [] }, io);
  return { code, out: io.out(), err: io.err() };
}

interface Row {
  readonly failure: string;
  readonly then: string;
  readonly atLast: string;
  readonly counts: boolean;
  readonly worstSeconds: number;
}
interface Result {
  readonly routes: readonly {
    readonly route: string;
    readonly worstSeconds: number;
    readonly withoutDeadlineSeconds: number;
    readonly failures: readonly Row[];
    readonly notes: readonly string[];
  }[];
}
const rows = (config: object): Readonly<Record<string, Row>> => {
  const { routes } = JSON.parse(run(config, { json: true }).out) as Result;
  return Object.fromEntries((routes[0]?.failures ?? []).map((row) => [row.failure, row]));
};

test("a text says for each failure what follows, and the worst case", () => {
  const { code, out } = run({});
  expect(code).toBe(0);
  expect(out).toContain("route chat: round-robin over 0:openai/a, 1:openai/b; at most 6 attempts");
  // six attempts of 60 s each to connect, write and read, and four repetitions after waits of 0.1 to 0.8 s
  expect(out).toContain("worst case until an answer: 1081.5 s; extensions.deadline would limit it");
  expect(out).toMatch(/^ {2}connect\s+next target at once\s+502 upstream_connect, or 504 upstream_timeout\s+no\s+/m);
  expect(out).toMatch(/^ {2}http_429\s+passed on: not listed/m);
  expect(out).toMatch(/^ {2}read_timeout\s+passed on: the request was sent, and non_idempotent is not listed\s+504 upstream_timeout/m);
});

test("a route that is answered with 501 is said to be, as it is served and checked", () => {
  const ollama = {
    route_type: "llm/v1/embeddings",
    model: { provider: "ollama", name: "m", options: { upstream_url: "http://h/api/embed" } },
  };
  const what = 'route_type "llm/v1/embeddings" of provider "ollama" with an "upstream_url" whose path does not end in "/v1/embeddings"';
  expect(run({ targets: [...TARGETS, ollama] }).out).toBe(`route chat: 501 to every request, as this version does not serve ${what}\n`);
  expect(JSON.parse(run({ targets: [...TARGETS, ollama] }, { json: true }).out)).toEqual({ routes: [{ route: "chat", unserved: what }] });
});

test("the words follow the configuration", () => {
  const all = {
    balancer: { retries: 2, max_fails: 3, failover_criteria: ["error", "timeout", "http_429", "non_idempotent"] },
    extensions: {
      deadline: 30_000,
      first_token_timeout: 4000,
      same_target: { on: ["http_429"] },
      failover_on: ["context_length"],
      resume_streams: "restart",
    },
  };
  const by = rows(all);
  expect(by["http_429"]).toMatchObject({ counts: true, then: expect.stringContaining("same target up to 1 more") as string });
  expect(by["http_401"]).toMatchObject({ counts: false, then: "never moves on", atLast: "401, the provider's answer" });
  expect(by["cut"]).toMatchObject({ then: "the next target goes on with the stream (restart)", counts: true });
  expect(by["context_length"]?.then).toBe("next target at once");
  expect(by["content_filter"]?.then).toBe("never moves on");
  expect(by["http_503"]?.then).toBe("passed on: not listed");
  expect(by["read_timeout"]?.worstSeconds).toBe(30);
  expect(by["first_token_timeout"]?.worstSeconds).toBe(12.1);
  const text = run(all).out;
  expect(text).toContain("30 s by extensions.deadline (540.1 s without it)");
});

test.each(["first_token_timeout", "deadline"] as const)("%s is told only if there is such a limit", (limit) => {
  expect(rows({})).not.toHaveProperty(limit);
  expect(run({}).out).not.toMatch(/^.*\b0 s$/m);
  expect(rows({ extensions: { [limit]: 5_000 } })[limit]).toBeDefined();
});

test("one target: a repetition is called what it is", () => {
  const by = rows({ targets: TARGETS.slice(0, 1), extensions: { resume_streams: "continue" } });
  expect(by["connect"]?.then).toContain("the same target again after a wait");
  expect(by["cut"]?.then).toBe("the same target goes on with the stream (continue)");
});

test("credentials are waited for no longer than connect_timeout", () => {
  expect(rows({ balancer: { retries: 1, connect_timeout: 3_000 } })["credentials"]?.worstSeconds).toBe(6);
});

describe("what holds beside the table", () => {
  const notes = (config: object): string => {
    const [route] = (JSON.parse(run(config, { json: true }).out) as Result).routes;
    const told = route?.notes ?? [];
    for (const note of told) expect(run(config).out).toContain(`\n${note}\n`);
    return told.join("\n");
  };
  const embedding = target("http://127.0.0.1:9/v1/embeddings", { name: "e", route_type: "llm/v1/embeddings" });

  test("a stream that is kept alive, at the default too", () => {
    expect(notes({})).toContain("waited 15 s for its stream");
    expect(notes({ extensions: { stream_keep_alive: 20_000 } })).toContain("waited 20 s for its stream");
  });

  test.each<[string, object]>([
    ["it is off", { extensions: { stream_keep_alive: 0 } }],
    ["nothing is streamed", { response_streaming: "deny" }],
    ["embeddings alone are served", { targets: [embedding] }],
  ])("no stream is kept alive if %s", (_name, config) => {
    expect(notes(config)).not.toContain("stream");
  });

  test("limits of embeddings that are made in several calls", () => {
    expect(notes({ targets: [embedding] })).toContain("several calls");
    expect(notes({})).not.toContain("several calls");
  });

  test("a token that is renewed after 401", () => {
    const azure = {
      route_type: "llm/v1/chat",
      auth: { azure_use_managed_identity: true },
      model: { provider: "azure", name: "m", options: { azure_instance: "i", azure_deployment_id: "d" } },
    };
    expect(notes({ targets: [azure] })).toContain("After 401");
    expect(notes({})).not.toContain("After 401");
  });
});

test("one route alone; an unknown one names those that are there", () => {
  expect(run({}, { route: "chat" }).out).toContain("route chat");
  expect(() => run({}, { route: "nobody" })).toThrow("There is no route nobody; there is chat.");
});

test("a file with errors prints them and returns 1", () => {
  const { code, err } = run({ balancer: { retries: -1 } });
  expect(code).toBe(1);
  expect(err).toContain("retries");
});
