import { connect } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { AnswerCounter } from "./answer-counter";
import { fuzzedConfiguration } from "./configuration";
import { BuiltGateway, type BuiltGatewayOptions, type Holdings } from "./gateway";
import { perform } from "./perform";
import { FuzzedProvider } from "./provider";
import { Random } from "./random";
import { ROUTES, sessionOf, type FuzzedRoute, type Session } from "./requests";

/** How a run is made. */
export interface FuzzOptions extends BuiltGatewayOptions {
  readonly seed: number;
  /** How many exchanges are begun; the last connection brings its own to an end. */
  readonly exchanges: number;
  /** Index of the first exchange: the run is that part of a longer one. */
  readonly first?: number;
  /** First exchanges of the connections that are made, instead of all from `first` on. */
  readonly only?: readonly number[];
  /** Connections at a time. */
  readonly concurrency?: number;
}

/** What a run found. */
export interface FuzzReport {
  /** All that is wrong, in words. Empty: nothing. */
  readonly faults: readonly string[];
  /** First exchanges of the connections that were open when the first fault came, or shortly before. */
  readonly suspects: readonly number[];
  /** Answers by status. */
  readonly statuses: Readonly<Record<string, number>>;
  readonly before: Holdings;
  readonly after: Holdings | undefined;
  /** Largest resident memory that was seen, in bytes. */
  readonly peakRss: number;
}

/** Time that a whole session may take; all limits of the gateway together are far below. */
const SESSION_MS = 25_000;

/** How long a client that is owed nothing waits before it leaves. */
const UNOWED_MS = 200;

/** Connections that have just ended are suspects too: what they left behind may take a moment to show. */
const RECENT = 160;

const MIB = 1024 * 1024;

/** Runs exchanges against the built gateway and says what was wrong with it. */
export async function fuzz(options: FuzzOptions): Promise<FuzzReport> {
  const provider = new FuzzedProvider(options.seed);
  await provider.start();
  const gateway = await BuiltGateway.start((folder) => fuzzedConfiguration(provider.origin, folder), options);
  try {
    return await new Run(options, gateway, provider).whole();
  } finally {
    await gateway.close();
    await provider.close();
  }
}

/**
 * The smallest list of connections that still shows a fault, by halves, each tried on a gateway of its own. The whole list comes back if its halves do
 * no harm apart from each other.
 */
export async function smallest(options: FuzzOptions, suspects: readonly number[]): Promise<readonly number[]> {
  if (suspects.length < 2) return suspects;
  const middle = Math.ceil(suspects.length / 2);
  for (const only of [suspects.slice(middle), suspects.slice(0, middle)]) {
    const { faults } = await fuzz({ ...options, only });
    if (faults.length > 0) return smallest(options, only);
  }
  return suspects;
}

class Run {
  private readonly faults: string[] = [];
  private readonly open = new Set<number>();
  private recent: number[] = [];
  private suspects: number[] = [];
  private readonly statuses: Record<string, number> = {};
  private peakRss = 0;

  constructor(
    private readonly options: FuzzOptions,
    private readonly gateway: BuiltGateway,
    private readonly provider: FuzzedProvider,
  ) {}

  async whole(): Promise<FuzzReport> {
    const { gateway, provider } = this;
    provider.sane = true;
    await this.everyRouteAnswers("before the run");
    await this.idle();
    const before = await gateway.measure();
    provider.sane = false;
    await this.sessions();
    provider.sane = true;
    let after: Holdings | undefined;
    if (gateway.running) {
      after = await this.asBefore(before);
      await this.everyRouteAnswers("after the run");
      const code = await gateway.terminate();
      if (code !== 0) this.found(`SIGTERM ended the process with ${code} instead of 0`);
    }
    this.collect();
    return { faults: this.faults, suspects: this.suspects, statuses: this.statuses, before, after, peakRss: this.peakRss };
  }

  private async sessions(): Promise<void> {
    const { first = 0, exchanges, only, seed, concurrency = 128 } = this.options;
    const wanted = only?.values();
    let next = first;
    const work = async (): Promise<void> => {
      while (this.faults.length === 0) {
        const from = wanted === undefined ? next : wanted.next().value;
        if (from === undefined || from >= first + exchanges) return;
        const session = sessionOf(new Random(seed, 1, from), from);
        next += session.exchanges.length;
        this.open.add(from);
        await this.session(session);
        this.collect();
        this.open.delete(from);
        this.recent.push(from);
        if (this.recent.length > RECENT) this.recent.shift();
      }
    };
    const watch = setInterval(() => void this.sample(), 500);
    await Promise.all(Array.from({ length: concurrency }, work));
    clearInterval(watch);
  }

  private async session(session: Session): Promise<void> {
    const methods = session.owed ?? [];
    const counter = new AnswerCounter(methods);
    const socket = connect({ port: this.gateway.port, host: "127.0.0.1", allowHalfOpen: true, noDelay: true });
    let wake = (): void => undefined;
    socket.on("error", () => undefined).on("close", () => wake());
    socket.on("end", () => {
      counter.end();
      socket.end();
      wake();
    });
    socket.on("data", (bytes) => {
      counter.push(bytes);
      wake();
    });
    const isOwed = session.owed !== undefined;
    const answered = async (count: number): Promise<void> => {
      const until = performance.now() + (isOwed ? SESSION_MS : UNOWED_MS);
      while (counter.statuses.length < count && !socket.destroyed && !socket.readableEnded && performance.now() < until) {
        await Promise.race([new Promise<void>((resolve) => (wake = resolve)), sleep(isOwed ? 500 : UNOWED_MS)]);
      }
    };
    const ended = Promise.race([
      perform(socket, session.steps, answered).then(() => answered(Math.max(1, methods.length))),
      sleep(SESSION_MS, "late", { ref: false }),
    ]);
    const late = (await ended) === "late";
    for (const status of counter.statuses) this.statuses[status] = (this.statuses[status] ?? 0) + 1;
    const isAnswered = counter.statuses.length >= methods.length || socket.destroyed || socket.readableEnded;
    if (isOwed && this.gateway.running && (late || !isAnswered)) {
      this.found(
        `exchanges ${session.exchanges.join(", ")}: ${counter.statuses.length} of ${methods.length} answers within ${SESSION_MS} ms, and the connection is open`,
      );
    }
    if (counter.broken && isOwed) this.found(`exchanges ${session.exchanges.join(", ")}: the gateway sent what no answer is`);
    socket.unref().destroy();
  }

  /** Waits until nothing is under way, and until connections that are still kept have ended. */
  private async idle(): Promise<void> {
    this.provider.disconnect();
    const end = performance.now() + 15_000;
    for (;;) {
      const values = [
        ...(await this.gateway.metric("signalbox_requests_in_flight")),
        ...(await this.gateway.metric("signalbox_target_in_flight")),
      ];
      if (values.every((value) => value === 0)) break;
      if (performance.now() > end) {
        this.found(`in flight after all exchanges have ended: ${values.join(", ")}`);
        break;
      }
      await sleep(100);
    }
    this.provider.disconnect();
    await sleep(400);
  }

  /** Sockets, timers, descriptors and memory are what they were. */
  private async asBefore(before: Holdings): Promise<Holdings> {
    const { gateway } = this;
    await this.idle();
    let after = await gateway.measure();
    const more = (): string[] => grown(before.resources, after.resources);
    const end = performance.now() + 15_000;
    while ((more().length > 0 || after.descriptors > before.descriptors) && performance.now() < end) {
      await sleep(500);
      after = await gateway.measure();
    }
    if (more().length > 0) this.found(`held after all exchanges have ended: ${more().join(", ")}`);
    if (after.descriptors > before.descriptors) this.found(`descriptors: ${before.descriptors} before, ${after.descriptors} after`);
    const grewMib = (after.heapUsed + after.external - before.heapUsed - before.external) / MIB;
    if (grewMib > 64) this.found(`memory in use grew by ${Math.round(grewMib)} MiB`);
    return after;
  }

  /** A valid request on each route gets 200; circuits that are open are given time to close. */
  private async everyRouteAnswers(when: string): Promise<void> {
    const { port } = this.gateway;
    const ask = async ({ path, body }: FuzzedRoute): Promise<number> => {
      try {
        const response = await fetch(`http://127.0.0.1:${port}${path}`, {
          method: "POST",
          headers: { "content-type": "application/json", connection: "close" },
          body: JSON.stringify(body),
        });
        await response.arrayBuffer();
        return response.status;
      } catch {
        return 0;
      }
    };
    const end = performance.now() + 15_000;
    for (const route of ROUTES) {
      let status = await ask(route);
      while (status !== 200 && performance.now() < end) {
        await sleep(200);
        status = await ask(route);
      }
      if (status !== 200) this.found(`${when} ${route.path} answers ${status} to a valid request`);
    }
  }

  private async sample(): Promise<void> {
    if (!this.gateway.running) return;
    const { rss } = await this.gateway.measure().catch(() => ({ rss: 0 }));
    this.peakRss = Math.max(this.peakRss, rss);
  }

  private collect(): void {
    for (const fault of this.gateway.faults.splice(0)) this.found(fault);
  }

  private found(fault: string): void {
    if (this.faults.length === 0) this.suspects = [...this.recent, ...this.open];
    if (this.faults.length < 50) this.faults.push(fault);
  }
}

/** Kinds of resources of which there are more than before. */
function grown(before: readonly string[], after: readonly string[]): string[] {
  const count = (all: readonly string[], kind: string): number => all.filter((one) => one === kind).length;
  return [...new Set(after)]
    .filter((kind) => count(after, kind) > count(before, kind))
    .map((kind) => `${kind} ${count(before, kind)} -> ${count(after, kind)}`);
}
