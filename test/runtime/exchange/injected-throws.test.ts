import { CollectedBytes } from "../../../runtime/bytes/collected-bytes";
import { once } from "node:events";
import { request as httpRequest, type ClientRequest, type IncomingMessage, type ServerResponse } from "node:http";
import { mkdtemp, rm } from "node:fs/promises";
import { connect, createServer, type AddressInfo, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { Judge } from "../../../runtime/accuracy/judge";
import { RecentAnswers } from "../../../runtime/accuracy/recent-answers";
import { TieredBalancer } from "../../../runtime/balancers/tiers";
import { systemClock, type Clock, type Timer } from "../../../runtime/clock";
import { StaticCredential } from "../../../runtime/credentials/static";
import { PassingConversion, PassingOpenAi } from "../../../runtime/dialects/openai/passing";
import { chat } from "../../../runtime/surfaces/chat";
import type { ClientTexts } from "../../../runtime/surfaces/surface";
import { OpenAiStreamReader } from "../../../runtime/dialects/openai/stream";
import { Attempt } from "../../../runtime/attempt/attempt";
import { AttemptTimer } from "../../../runtime/attempt/attempt-timer";
import { Attempts } from "../../../runtime/exchange/attempts";
import { ClientSide } from "../../../runtime/client/client-side";
import { BufferedRelay } from "../../../runtime/relay/buffered";
import { PassRelay } from "../../../runtime/relay/pass";
import { StreamRelay } from "../../../runtime/relay/stream";
import { FileLog } from "../../../runtime/ledger/file-log";
import { LogSink } from "../../../runtime/ledger/log-sink";
import { GatewayMetrics } from "../../../runtime/metrics/gateway-metrics";
import { Router } from "../../../runtime/router/router";
import { CandidateIndex } from "../../../runtime/snapshot/candidates";
import { CircuitBreaker } from "../../../runtime/targets/circuit-breaker";
import { RetryBudget } from "../../../runtime/targets/retry-budget";
import { Template } from "../../../runtime/templates/template";
import { Pools } from "../../../runtime/upstream/pools";
import { CHAT, logLines, startTestGateway, target, until, type TestGateway } from "../../support/gateway";
import { chatAnswer, chatEvent, chatStream, sendJson, startStream, TestUpstream } from "../../support/upstream";

// a loaded machine takes its time for everything
jest.setTimeout(30_000);

const MISTAKE = "an injected mistake";

/** A clock that knows which of its timers still run. */
class CountingClock implements Clock {
  readonly running = new Set<Timer>();
  now = (): number => systemClock.now();
  date = (): number => systemClock.date();

  start<T>(action: (argument: T) => void, milliseconds: number, argument: T): Timer {
    const timer = systemClock.start(
      (given: T) => {
        this.running.delete(timer);
        action(given);
      },
      milliseconds,
      argument,
    );
    this.running.add(timer);
    return timer;
  }

  cancel(timer: Timer): void {
    this.running.delete(timer);
    systemClock.cancel(timer);
  }
}

/** What the client of the exchange that is hit sees. */
type Seen =
  /** A 500 of the gateway's own with this code. */
  | "internal"
  | "credentials"
  /** 504: the deadline. */
  | "deadline"
  | "no_route"
  /** The answer, whole: what failed came after it. */
  | "whole"
  /** A head, and then an end that nobody can take for a proper one. */
  | "broken"
  /** The end of the connection. */
  | "closed";

/** How the provider answers the exchange that is hit. */
type Shape =
  | "whole"
  | "whole-gzip"
  | "broken-gzip"
  | "stream"
  | "stream-gzip"
  | "broken-stream-gzip"
  | "cut-whole"
  | "cut-stream"
  | "silent"
  | "silent-stream"
  | "large-stream"
  | "failing-once";

interface Row {
  /** The callback in which it happens. */
  readonly where: string;
  /** Class and method that throw. */
  readonly what: string;
  /** Makes them throw once, on the `at`th call. */
  readonly inject: () => Injection;
  readonly route?: string;
  readonly shape?: Shape;
  readonly stream?: boolean;
  /** What the client does besides asking. */
  readonly client?: "hangs up" | "reads late" | "sends in pieces";
  readonly seen: Seen | readonly Seen[];
  /** The mistake cannot be logged, as the log itself is hit, or is one that the gateway expects. */
  readonly silent?: boolean;
}

interface Injection {
  /** How often the mistake was made. */
  thrown(): number;
}

type Methods<T> = { [Name in keyof T]: T[Name] extends (...given: never[]) => unknown ? Name : never }[keyof T];

function throwing<T extends object>(holder: T, method: Methods<T> | string, at = 1): Injection {
  let thrown = 0;
  let calls = 0;
  const methods = holder as Record<string, (...given: unknown[]) => unknown>;
  const original = methods[method as string]!;
  jest.spyOn(methods, method as string).mockImplementation(function (this: unknown, ...given: unknown[]) {
    if (++calls !== at) return original.apply(this, given);
    thrown++;
    throw new Error(MISTAKE);
  });
  return { thrown: () => thrown };
}

/** The credential gives a promise that settles like this. */
function authorizing(promise: () => Promise<never>): Injection {
  let given = 0;
  jest.spyOn(StaticCredential.prototype, "authorize").mockImplementationOnce(() => {
    given++;
    // a source may give a promise, though this one never does by itself
    return promise() as never;
  });
  return { thrown: () => given };
}

/** Once the exchange's head is out, its response tells an error, and what handles that throws. */
function responseError(): Injection {
  let thrown = 0;
  // eslint-disable-next-line @typescript-eslint/unbound-method -- it is called with the client's side below
  const { open } = ClientSide.prototype;
  jest.spyOn(ClientSide.prototype, "open").mockImplementationOnce(function (this: ClientSide, status, headers) {
    open.call(this, status, headers);
    const { response } = this;
    const destroy = response.destroy.bind(response);
    response.destroy = () => {
      response.destroy = destroy;
      thrown++;
      throw new Error(MISTAKE);
    };
    setImmediate(() => response.emit("error", new Error("the response failed")));
  });
  return { thrown: () => thrown };
}

/** The line of one exchange cannot be written. */
function logLine(): Injection {
  let thrown = 0;
  // eslint-disable-next-line @typescript-eslint/unbound-method -- it is called with the sink below
  const { write } = LogSink.prototype;
  jest.spyOn(LogSink.prototype, "write").mockImplementation(function (this: LogSink, line) {
    if (thrown > 0 || !line.includes('"msg":"exchange"')) {
      write.call(this, line);
      return;
    }
    thrown++;
    throw new Error(MISTAKE);
  });
  return { thrown: () => thrown };
}

const ROWS: readonly Row[] = [
  // the request
  { where: "request", what: "Router.match", inject: () => throwing(Router.prototype, "match"), seen: "internal" },
  {
    where: "body data",
    what: "CollectedBytes.add",
    client: "sends in pieces",
    inject: () => throwing(CollectedBytes.prototype, "add"),
    seen: "internal",
  },
  { where: "body end", what: "CandidateIndex.find", inject: () => throwing(CandidateIndex.prototype, "find"), seen: "internal" },
  { where: "body end", what: "Attempts.begin", inject: () => throwing(Attempts.prototype, "begin"), seen: "internal" },
  { where: "body end", what: "Template.render", route: "template", inject: () => throwing(Template.prototype, "render"), seen: "internal" },
  { where: "body end", what: "PassingOpenAi.begin", inject: () => throwing(PassingOpenAi.prototype, "begin"), seen: "internal" },
  {
    where: "request aborted",
    what: "Attempts.abort",
    client: "hangs up",
    shape: "silent",
    inject: () => throwing(Attempts.prototype, "abort"),
    seen: "closed",
  },
  {
    where: "request aborted",
    what: "Attempt.abandon",
    client: "hangs up",
    shape: "silent",
    inject: () => throwing(Attempt.prototype, "abandon"),
    seen: "closed",
  },
  // balancer, breaker, budget, pools
  { where: "balancer", what: "TieredBalancer.choose", inject: () => throwing(TieredBalancer.prototype, "choose"), seen: "internal" },
  { where: "balancer", what: "TieredBalancer.started", inject: () => throwing(TieredBalancer.prototype, "started"), seen: "internal" },
  {
    where: "balancer",
    what: "TieredBalancer.finished",
    inject: () => throwing(TieredBalancer.prototype, "finished"),
    seen: ["whole", "internal"],
  },
  {
    where: "balancer, next target",
    what: "CircuitBreaker.isOut",
    shape: "failing-once",
    route: "failing",
    inject: () => throwing(CircuitBreaker.prototype, "isOut"),
    seen: "internal",
  },
  { where: "breaker", what: "CircuitBreaker.begin", inject: () => throwing(CircuitBreaker.prototype, "begin"), seen: "internal" },
  {
    where: "breaker",
    what: "CircuitBreaker.succeeded",
    inject: () => throwing(CircuitBreaker.prototype, "succeeded"),
    seen: ["whole", "internal"],
  },
  { where: "retry budget", what: "RetryBudget.request", inject: () => throwing(RetryBudget.prototype, "request"), seen: "internal" },
  {
    where: "retry budget",
    what: "RetryBudget.mayRepeat",
    shape: "failing-once",
    route: "failing",
    inject: () => throwing(RetryBudget.prototype, "mayRepeat"),
    seen: "internal",
  },
  { where: "pool", what: "Pools.get", inject: () => throwing(Pools.prototype, "get"), seen: "internal" },
  // credentials
  {
    where: "credential",
    what: "StaticCredential.authorize throws",
    inject: () => throwing(StaticCredential.prototype, "authorize"),
    seen: "credentials",
    silent: true,
  },
  {
    where: "credential",
    what: "StaticCredential.authorize rejects",
    inject: () => authorizing(() => Promise.reject(new Error(MISTAKE))),
    seen: "credentials",
    silent: true,
  },
  {
    where: "credential",
    what: "StaticCredential.authorize never resolves",
    route: "deadline",
    inject: () => authorizing(() => new Promise<never>(() => undefined)),
    seen: "deadline",
    silent: true,
  },
  // the upstream's request and head
  {
    where: "connection, request start",
    what: "AttemptTimer.enter",
    inject: () => throwing(AttemptTimer.prototype, "enter", 2),
    seen: "internal",
  },
  { where: "head", what: "AttemptTimer.enter", inject: () => throwing(AttemptTimer.prototype, "enter", 3), seen: "internal" },
  {
    where: "head, stream",
    what: "PassingConversion.stream",
    stream: true,
    shape: "stream",
    inject: () => throwing(PassingConversion.prototype, "stream"),
    seen: "internal",
  },
  {
    where: "head, preserve",
    what: "ClientSide.open",
    route: "preserve",
    inject: () => throwing(ClientSide.prototype, "open"),
    seen: "internal",
  },
  // data
  { where: "data", what: "BufferedRelay.data", inject: () => throwing(BufferedRelay.prototype, "data"), seen: "internal" },
  {
    where: "data",
    what: "StreamRelay.data",
    stream: true,
    shape: "stream",
    inject: () => throwing(StreamRelay.prototype, "data"),
    seen: "internal",
  },
  {
    where: "data",
    what: "PassRelay.data",
    route: "preserve",
    inject: () => throwing(PassRelay.prototype, "data"),
    seen: ["broken", "closed"],
  },
  { where: "data", what: "AttemptTimer.progressed", inject: () => throwing(AttemptTimer.prototype, "progressed"), seen: "internal" },
  {
    where: "nextTick flush, before content",
    what: "OpenAiStreamReader.push",
    stream: true,
    shape: "stream",
    inject: () => throwing(OpenAiStreamReader.prototype, "push"),
    seen: "internal",
  },
  {
    where: "nextTick flush, first content",
    what: "ClientSide.open",
    stream: true,
    shape: "stream",
    inject: () => throwing(ClientSide.prototype, "open"),
    seen: "internal",
  },
  {
    where: "nextTick flush, first content",
    what: "Attempt.firstContent",
    stream: true,
    shape: "stream",
    inject: () => throwing(Attempt.prototype, "firstContent"),
    seen: ["broken", "closed"],
  },
  {
    where: "nextTick flush, after content",
    what: "OpenAiStreamReader.push",
    stream: true,
    shape: "large-stream",
    inject: () => throwing(OpenAiStreamReader.prototype, "push", 3),
    seen: ["broken", "closed"],
  },
  // end
  { where: "end", what: "BufferedRelay.end", inject: () => throwing(BufferedRelay.prototype, "end"), seen: "internal" },
  {
    where: "end",
    what: "PassingConversion.readAnswer",
    inject: () => throwing(PassingConversion.prototype, "readAnswer"),
    seen: "internal",
  },
  { where: "end", what: "ClientSide.open", inject: () => throwing(ClientSide.prototype, "open"), seen: "internal" },
  { where: "end", what: "Attempt.delivered", inject: () => throwing(Attempt.prototype, "delivered"), seen: ["whole", "closed"] },
  {
    where: "end",
    what: "StreamRelay.end",
    stream: true,
    shape: "stream",
    inject: () => throwing(StreamRelay.prototype, "end"),
    seen: ["broken", "closed", "internal", "whole"],
  },
  {
    where: "end",
    what: "PassRelay.end",
    route: "preserve",
    inject: () => throwing(PassRelay.prototype, "end"),
    seen: ["broken", "closed", "whole"],
  },
  // error
  {
    where: "error",
    what: "BufferedRelay.fail",
    shape: "cut-whole",
    inject: () => throwing(BufferedRelay.prototype, "fail"),
    seen: "internal",
  },
  {
    where: "error",
    what: "StreamRelay.fail",
    stream: true,
    shape: "cut-stream",
    inject: () => throwing(StreamRelay.prototype, "fail"),
    seen: ["broken", "closed"],
  },
  {
    where: "error",
    what: "OpenAiStreamReader.fail",
    stream: true,
    shape: "cut-stream",
    inject: () => throwing(OpenAiStreamReader.prototype, "fail"),
    seen: ["broken", "closed"],
  },
  {
    where: "error",
    what: "ClientSide.breakOff",
    route: "failing",
    stream: true,
    shape: "cut-stream",
    inject: () => throwing(ClientSide.prototype, "breakOff"),
    seen: ["broken", "closed"],
  },
  {
    where: "error",
    what: "PassRelay.fail",
    route: "preserve",
    shape: "cut-whole",
    inject: () => throwing(PassRelay.prototype, "fail"),
    seen: ["broken", "closed"],
  },
  {
    where: "error, refusal of ours",
    what: "ClientSide.refuse",
    route: "nowhere",
    inject: () => throwing(ClientSide.prototype, "refuse"),
    seen: ["no_route", "internal", "closed"],
  },
  // unpacking
  {
    where: "unzip, whole",
    what: "PassingConversion.readAnswer",
    shape: "whole-gzip",
    inject: () => throwing(PassingConversion.prototype, "readAnswer"),
    seen: "internal",
  },
  {
    where: "unzip error, whole",
    what: "Attempt.failed",
    shape: "broken-gzip",
    inject: () => throwing(Attempt.prototype, "failed"),
    seen: "internal",
  },
  {
    where: "unzip data",
    what: "OpenAiStreamReader.push",
    stream: true,
    shape: "stream-gzip",
    inject: () => throwing(OpenAiStreamReader.prototype, "push"),
    seen: "internal",
  },
  {
    where: "unzip end",
    what: "OpenAiStreamReader.end",
    stream: true,
    shape: "stream-gzip",
    inject: () => throwing(OpenAiStreamReader.prototype, "end"),
    seen: ["broken", "closed", "whole"],
  },
  {
    where: "unzip error",
    what: "Attempt.failed",
    stream: true,
    shape: "broken-stream-gzip",
    inject: () => throwing(Attempt.prototype, "failed"),
    seen: ["internal", "broken", "closed"],
  },
  // the client's side
  {
    where: "client drain",
    what: "Attempt.resume",
    stream: true,
    shape: "large-stream",
    client: "reads late",
    inject: () => throwing(Attempt.prototype, "resume"),
    seen: ["broken", "closed"],
  },
  {
    where: "client drain, preserve",
    what: "Attempt.resume",
    route: "preserve",
    shape: "large-stream",
    client: "reads late",
    inject: () => throwing(Attempt.prototype, "resume"),
    seen: ["broken", "closed"],
  },
  {
    where: "client slow",
    what: "Attempt.pause",
    stream: true,
    shape: "large-stream",
    client: "reads late",
    inject: () => throwing(Attempt.prototype, "pause"),
    seen: ["broken", "closed"],
  },
  {
    where: "response close",
    what: "Attempts.abort",
    client: "hangs up",
    stream: true,
    shape: "silent-stream",
    inject: () => throwing(Attempts.prototype, "abort"),
    seen: "closed",
  },
  {
    where: "response error",
    what: "ServerResponse.destroy",
    stream: true,
    shape: "silent-stream",
    inject: responseError,
    seen: ["broken", "closed"],
  },
  // timers
  {
    where: "connect timer",
    what: "Attempt.failed",
    route: "connect",
    inject: () => throwing(Attempt.prototype, "failed"),
    seen: "internal",
  },
  { where: "write timer", what: "Attempt.failed", route: "write", inject: () => throwing(Attempt.prototype, "failed"), seen: "internal" },
  { where: "read timer", what: "Attempt.failed", shape: "silent", inject: () => throwing(Attempt.prototype, "failed"), seen: "internal" },
  {
    where: "read timer, stream",
    what: "StreamRelay.fail",
    stream: true,
    shape: "silent-stream",
    inject: () => throwing(StreamRelay.prototype, "fail"),
    seen: ["internal", "broken", "closed"],
  },
  {
    where: "first token timer",
    what: "StreamRelay.fail",
    route: "first-token",
    stream: true,
    shape: "silent-stream",
    inject: () => throwing(StreamRelay.prototype, "fail"),
    seen: ["internal", "broken", "closed"],
  },
  {
    where: "keep-alive",
    what: "ClientSide.keepAlive",
    route: "keep-alive",
    stream: true,
    shape: "silent",
    inject: () => throwing(ClientSide.prototype, "keepAlive"),
    seen: "internal",
  },
  {
    where: "keep-alive, later",
    what: "ClientSide.keepAlive",
    route: "keep-alive",
    stream: true,
    shape: "silent",
    inject: () => throwing(ClientSide.prototype, "keepAlive", 2),
    seen: ["broken", "closed"],
  },
  {
    where: "deadline",
    what: "Attempts.abort",
    route: "deadline",
    shape: "silent",
    inject: () => throwing(Attempts.prototype, "abort"),
    seen: "internal",
  },
  {
    where: "deadline",
    what: "Attempt.stop",
    route: "deadline",
    shape: "silent",
    inject: () => throwing(Attempt.prototype, "stop"),
    seen: "internal",
  },
  {
    where: "back-off wait",
    what: "CircuitBreaker.begin",
    shape: "failing-once",
    route: "failing",
    inject: () => throwing(CircuitBreaker.prototype, "begin", 2),
    seen: "internal",
  },
  // records
  {
    where: "metrics of an attempt",
    what: "GatewayMetrics.attemptEnded",
    inject: () => throwing(GatewayMetrics.prototype, "attemptEnded"),
    seen: ["whole", "internal"],
  },
  {
    where: "metrics of an exchange",
    what: "GatewayMetrics.exchangeEnded",
    inject: () => throwing(GatewayMetrics.prototype, "exchangeEnded"),
    seen: "whole",
  },
  { where: "log line", what: "LogSink.write", inject: logLine, seen: "whole" },
  { where: "file-log", what: "FileLog.write", inject: () => throwing(FileLog.prototype, "write"), seen: "whole" },
  { where: "scores", what: "RecentAnswers.note", inject: () => throwing(RecentAnswers.prototype, "note"), seen: "whole", route: "judged" },
  { where: "judge", what: "Judge.wants", route: "judged", inject: () => throwing(Judge.prototype, "wants"), seen: "internal" },
  {
    where: "judge",
    what: "chat.texts.questionOf",
    route: "judged",
    inject: () => throwing(chat.texts as ClientTexts, "questionOf"),
    seen: "whole",
  },
];

let upstream: TestUpstream;
let silent: { readonly port: number; close(): void };
let gateway: TestGateway;
let clock: CountingClock;
/** Lets the innocent stream go on. */
let release: () => void;
let shape: Shape;
// as many as fit into no buffer between a provider and a client that does not read
const LARGE = chatEvent({ content: "x".repeat(64_000) });
const INNOCENT = "innocent";

/** Takes connections, and then neither reads nor writes. */
async function silentServer(): Promise<{ readonly port: number; close(): void }> {
  const sockets = new Set<Socket>();
  const server = createServer({ pauseOnConnect: true }, (socket) => sockets.add(socket.on("error", () => undefined)));
  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
  return {
    port: (server.address() as AddressInfo).port,
    close: () => {
      for (const socket of sockets) socket.destroy();
      server.close();
    },
  };
}

const ANSWERS: Readonly<Record<Shape, (response: ServerResponse, call: number) => void>> = {
  whole: (response) => sendJson(response, 200, chatAnswer("hi")),
  "whole-gzip": (response) => {
    response.writeHead(200, { "content-type": "application/json", "content-encoding": "gzip" });
    response.end(gzipSync(JSON.stringify(chatAnswer("hi"))));
  },
  "broken-gzip": (response) => {
    response.writeHead(200, { "content-type": "application/json", "content-encoding": "gzip" });
    response.end("this is not gzip");
  },
  stream: (response) => {
    startStream(response);
    response.end(chatStream(["one", "two"]));
  },
  "stream-gzip": (response) => {
    response.writeHead(200, { "content-type": "text/event-stream", "content-encoding": "gzip" });
    // without its end mark the stream's end decides whether it is complete
    response.end(gzipSync(chatStream(["one", "two"]).replace("data: [DONE]\n\n", "")));
  },
  "broken-stream-gzip": (response) => {
    response.writeHead(200, { "content-type": "text/event-stream", "content-encoding": "gzip" });
    response.end("this is not gzip");
  },
  "cut-whole": (response) => {
    response.writeHead(200, { "content-type": "application/json", "content-length": "100" });
    response.write('{"choices"');
    setTimeout(() => response.destroy(), 20);
  },
  "cut-stream": (response) => {
    startStream(response);
    response.write(chatEvent({ content: "one" }));
    setTimeout(() => response.destroy(), 20);
  },
  silent: () => undefined,
  "silent-stream": (response) => {
    startStream(response);
    response.write(chatEvent({ role: "assistant", content: "" }));
    if (shape === "silent-stream" && !waitsForContent) response.write(chatEvent({ content: "one" }));
  },
  "large-stream": (response) => {
    startStream(response);
    let sent = 0;
    const more = (): void => {
      while (sent < 2_000 && !response.destroyed) {
        sent++;
        if (!response.write(LARGE)) {
          response.once("drain", more);
          return;
        }
      }
      response.end(chatStream([]));
    };
    // in several reads, so that the reader is called more than once
    response.write(LARGE);
    setTimeout(() => response.write(LARGE), 20);
    setTimeout(more, 40);
  },
  "failing-once": (response, call) => {
    if (call === 1) sendJson(response, 503, { error: { message: "overloaded" } });
    else sendJson(response, 200, chatAnswer("hi"));
  },
};

/** Of the exchanges' log file. */
let folder: string;

/** Whether the provider's stream stops before its first content. */
let waitsForContent = false;
let hitCalls = 0;

beforeAll(async () => {
  upstream = await TestUpstream.start();
  silent = await silentServer();
  folder = await mkdtemp(join(tmpdir(), "signalbox-throws-"));
});
afterAll(async () => {
  await upstream.close();
  silent.close();
  await rm(folder, { recursive: true });
});

const auth = { header_name: "authorization", header_value: "Bearer key" };

function routes(): object[] {
  const balancer = {
    connect_timeout: 2_000,
    read_timeout: 250,
    write_timeout: 2_000,
    retries: 1,
    max_fails: 1,
    fail_timeout: 60_000,
    failover_criteria: ["http_503", "non_idempotent"],
  };
  const route = (name: string, one: object, more: { balancer?: object; [key: string]: unknown } = {}): object => ({
    name,
    paths: [`/${name}`],
    plugins: [
      {
        name: "ai-proxy-advanced",
        config: { targets: [one], max_request_body_size: 32_000_000, ...more, balancer: { ...balancer, ...more.balancer } },
      },
      { name: "file-log", config: { path: `${folder}/exchanges.json` } },
    ],
  });
  const plain = target(upstream.url, { auth });
  return [
    route("chat", plain),
    route(INNOCENT, target(upstream.url, { auth }), { balancer: { read_timeout: 20_000 } }),
    // what the provider does counts there, so that it has no circuit
    route("failing", plain, { balancer: { max_fails: 0 } }),
    route("preserve", { ...target(upstream.url, { auth }), route_type: "preserve" }),
    route("template", target(upstream.url, { auth, name: "$(headers.x-model)" })),
    route("deadline", plain, { balancer: { read_timeout: 5_000 }, extensions: { deadline: 250 } }),
    route("keep-alive", plain, { balancer: { read_timeout: 5_000 }, extensions: { stream_keep_alive: 20 } }),
    route("first-token", plain, { balancer: { read_timeout: 5_000 }, extensions: { first_token_timeout: 250 } }),
    route("judged", plain, {
      balancer: { algorithm: "lowest-usage", tokens_count_strategy: "llm-accuracy" },
      extensions: { judge: { sample: 1, target: target(upstream.url) } },
    }),
    route("connect", target(`https://127.0.0.1:${silent.port}/v1/chat/completions`, { auth }), { balancer: { connect_timeout: 250 } }),
    route("write", target(`http://127.0.0.1:${silent.port}/v1/chat/completions`, { auth }), {
      balancer: { write_timeout: 250, read_timeout: 5_000 },
    }),
  ];
}

beforeEach(async () => {
  hitCalls = 0;
  const released = new Promise<void>((resolve) => (release = resolve));
  upstream.answer = async (response, call) => {
    const asked = call.headers["x-asked"];
    if (asked === INNOCENT) {
      startStream(response);
      response.write(chatEvent({ content: "begun" }));
      await released;
      response.end(chatStream(["ended"]));
    } else if (asked === "hit") ANSWERS[shape](response, ++hitCalls);
    else sendJson(response, 200, chatAnswer("90"));
  };
  clock = new CountingClock();
  const document = { _format_version: "3.0", services: [{ name: "ai", url: "http://localhost:32000", routes: routes() }] };
  gateway = await startTestGateway(document, { clock });
});
afterEach(async () => {
  jest.restoreAllMocks();
  await gateway.close();
});

interface Asking {
  readonly sending: ClientRequest;
  /** Undefined: the connection ended without one. */
  readonly response: Promise<IncomingMessage | undefined>;
}

function ask(route: string, asked: string, body: object): Asking {
  const text = JSON.stringify(body);
  const sending = httpRequest(`${gateway.url}/${route}`, {
    method: "POST",
    agent: false,
    headers: { "content-type": "application/json", "content-length": Buffer.byteLength(text), "x-asked": asked, "x-model": "gpt-4o" },
  });
  const response = new Promise<IncomingMessage | undefined>((resolve) => {
    sending.on("response", resolve).on("error", () => resolve(undefined));
  });
  sending.end(text);
  return { sending, response };
}

async function read(response: IncomingMessage): Promise<string> {
  let text = "";
  response.on("data", (part: Buffer) => (text += part.toString()));
  response.on("error", () => undefined);
  response.resume();
  if (!response.closed) await once(response, "close").catch(() => undefined);
  return text;
}

async function seenBy({ sending, response }: Asking, client: Row["client"]): Promise<Seen> {
  if (client === "hangs up") {
    await until(() => hitCalls > 0);
    if (shape === "silent-stream") await response;
    sending.destroy();
  }
  const answer = await response;
  if (answer === undefined) return "closed";
  if (client === "reads late") {
    answer.pause();
    await new Promise((resolve) => setTimeout(resolve, 400));
  }
  if (client === "hangs up") return "closed";
  const text = await read(answer);
  if (!answer.complete) return "broken";
  if (answer.statusCode === 200) return "whole";
  return (JSON.parse(text) as { error: { code: Seen } }).error.code;
}

/** A request whose body comes in several pieces. */
function askInPieces(): Asking {
  const text = JSON.stringify(CHAT);
  const sending = httpRequest(`${gateway.url}/chat`, {
    method: "POST",
    agent: false,
    headers: { "content-length": Buffer.byteLength(text), "x-asked": "hit" },
  });
  const response = new Promise<IncomingMessage | undefined>((resolve) => {
    sending.on("response", resolve).on("error", () => resolve(undefined));
  });
  sending.write(text.slice(0, 10));
  setTimeout(() => sending.write(text.slice(10, 20)), 20);
  setTimeout(() => sending.end(text.slice(20)), 40);
  return { sending, response };
}

const bodyOf = ({ route, stream }: Row): object => {
  const more = route === "write" ? { padding: "x".repeat(16_000_000) } : {};
  return { ...CHAT, ...more, ...(stream === true && { stream: true }) };
};

test.each(ROWS.map((row) => [row.where, row.what, row] as const))("%s: %s throws", async (_where, _what, row) => {
  shape = row.shape ?? "whole";
  waitsForContent = row.route === "first-token";
  // GIVEN a stream of somebody else that has begun
  const innocent = ask(INNOCENT, INNOCENT, { ...CHAT, stream: true });
  const innocentAnswer = (await innocent.response)!;
  const innocentText = read(innocentAnswer);
  // WHEN something throws within another exchange
  const injection = row.inject();
  const route = row.route ?? "chat";
  const asking = row.client === "sends in pieces" ? askInPieces() : ask(route, "hit", bodyOf(row));
  const seen = await seenBy(asking, row.client);
  await until(() => injection.thrown() === 1);
  jest.restoreAllMocks();
  // THEN that exchange ends, and only that
  expect([row.seen].flat()).toContain(seen);
  release();
  expect(await innocentText).toBe(chatEvent({ content: "begun" }) + chatStream(["ended"]));
  expect(innocentAnswer.complete).toBe(true);
  // nothing is held any longer
  await until(async () => (await inFlight()) === 0);
  await until(() => clock.running.size === 0);
  // the provider is not to blame: with max_fails 1 anything that counted had opened the circuit
  if (!["connect", "write", "nowhere"].includes(route)) {
    const next = await ask(route, "next", CHAT).response;
    expect(next?.statusCode).toBe(200);
    await read(next!);
  }
  await gateway.gateway.close();
  const lines = await logLines(gateway.folder);
  expect(lines.filter(({ msg }) => msg === "circuit breaker")).toEqual([]);
  const told = lines.filter((line) => JSON.stringify(line["err"] ?? "").includes(MISTAKE));
  expect(told).toHaveLength(row.silent === true ? 0 : 1);
  if (row.silent !== true) expect((told[0]!["err"] as { stack: string }).stack).toMatch(/^Error: an injected mistake\n\s+at /);
});

async function inFlight(): Promise<number> {
  const metrics = await gateway.gateway.metrics();
  return metrics
    .filter(({ name }) => name === "signalbox_requests_in_flight" || name === "signalbox_target_in_flight")
    .flatMap(({ values }) => values as readonly { value: number }[])
    .reduce((sum, { value }) => sum + value, 0);
}

test("one connection closed in the middle of everything leaves nothing behind", async () => {
  shape = "silent";
  const socket = connect({ port: gateway.gateway.port, host: "127.0.0.1" });
  const body = JSON.stringify(CHAT);
  socket.on("error", () => undefined);
  socket.write(`POST /chat HTTP/1.1\r\nHost: x\r\nX-Asked: hit\r\nContent-Length: ${body.length}\r\n\r\n${body}`);
  await until(() => hitCalls === 1);
  socket.resetAndDestroy();
  await until(async () => (await inFlight()) === 0);
  await until(() => clock.running.size === 0);
});
