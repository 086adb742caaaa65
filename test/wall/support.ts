import { FAILOVER_CRITERIA } from "../../config/schema/vocabulary";
import type { FailoverCriterion } from "../../config/types.generated";
import { systemClock, type Clock } from "../../runtime/clock";
import type { GatewayOptions } from "../../runtime/gateway";
import { document, logLines, startTestGateway, type LogLine, type TestGateway } from "../support/gateway";
import { VirtualClock } from "../support/virtual-clock";
import { Asking, type Got, type Sent } from "./client";
import { FaultUpstream, refusingUrl } from "./upstream";

/** A target of the wall: its model's name is the fault. */
export interface WallTarget {
  /** Name of the model and so of the fault; `refuse` = nobody listens. Undefined: the client's `model` names the fault. */
  readonly fault: string | undefined;
  /** Default: openai. */
  readonly provider?: "openai" | "anthropic";
  readonly weight?: number;
  readonly alias?: string;
  /** Default: the wall's upstream. */
  readonly url?: string;
  /** `logging.log_statistics`. Default true. */
  readonly statistics?: boolean;
  readonly auth?: object;
  /** More members of the model's options. */
  readonly options?: object;
}

export interface WallOptions {
  readonly targets: readonly (string | WallTarget)[];
  /** Default: all of them, `non_idempotent` too. */
  readonly criteria?: readonly FailoverCriterion[];
  readonly balancer?: object;
  readonly extensions?: object;
  /** More members of the plugin's configuration. */
  readonly config?: object;
  readonly gateway?: Partial<GatewayOptions>;
}

/** What is asked; by default one plain chat. */
export interface Question extends Partial<Sent> {
  readonly model?: string;
  readonly stream?: boolean;
  /** More members of the body. */
  readonly more?: object;
}

/** One attempt as the ledger has it. */
export interface LedgerAttempt {
  readonly target: string;
  readonly outcome: string;
  readonly status?: number;
  readonly ms: number;
  readonly resumes?: string;
  readonly next?: string;
}

/** One exchange as the ledger has it. */
export interface LedgerExchange extends LogLine {
  readonly status: number;
  readonly attempts?: readonly LedgerAttempt[];
  readonly error?: { readonly code: string; readonly message: string };
  readonly ai?: {
    readonly proxy: { readonly usage: Readonly<Record<string, unknown>>; readonly tried_targets: readonly { readonly model: string }[] };
  };
}

// no test waits for real time, but a loaded machine takes its time for everything
jest.setTimeout(60_000);

const CHAT = { messages: [{ role: "user", content: "What is 1 + 1?" }] };

/** The first of such a target and lighter ones is always tried first, whatever has been asked before. */
export const HEAVY = 60_000;

const opened: { close(): Promise<void> }[] = [];

/** Has something closed together with the walls of a test. */
export function closeLater<T extends { close(): Promise<void> }>(one: T): T {
  opened.push(one);
  return one;
}

/** Closes all walls of a test; called after each. */
export async function closeWalls(): Promise<void> {
  for (const one of opened.splice(0).reverse()) await one.close();
}

/** A gateway, the fault upstream behind it, and a clock that drives both. */
export class Wall<C extends Clock = VirtualClock> {
  private constructor(
    readonly clock: C,
    readonly upstream: FaultUpstream,
    readonly gateway: TestGateway,
    /** Address of the targets named `refuse`. */
    private readonly refusing: string,
    private readonly options: WallOptions,
  ) {}

  static async start<C extends Clock>(options: WallOptions, clock: C): Promise<Wall<C>> {
    const upstream = closeLater(await FaultUpstream.start(clock));
    const refusing = await refusingUrl();
    const given = { clock, random: () => 0.5, ...options.gateway };
    const gateway = closeLater(await startTestGateway(documentOf(options, upstream.url, refusing), given));
    return new Wall(clock, upstream, gateway, refusing, options);
  }

  get url(): string {
    return this.gateway.url;
  }

  get adminUrl(): string {
    return `http://127.0.0.1:${this.gateway.gateway.adminPort ?? 0}`;
  }

  /** Value of a metric: the sum of all its series. */
  async metric(name: string): Promise<number> {
    const text = await (await fetch(`${this.adminUrl}/metrics`)).text();
    const values = [...text.matchAll(new RegExp(`^${name}(?:\\{[^}]*\\})? (\\S+)$`, "gm"))].map(([, value]) => Number(value));
    return values.reduce((sum, value) => sum + value, 0);
  }

  /** Begins a request; the clock stands still. */
  begin(question: Question = {}): Asking {
    return new Asking(this.url, sentOf(question), this.clock);
  }

  /** What a configuration with these changes says; for `gateway.reconfigure`. */
  document(changes: Partial<WallOptions> = {}): object {
    return documentOf({ ...this.options, ...changes }, this.upstream.url, this.refusing);
  }

  /**
   * Ends the gateway and reads what it has logged.
   * @returns the exchanges in the order of their ends, and all other lines
   */
  async ledger(): Promise<{ readonly exchanges: readonly LedgerExchange[]; readonly lines: readonly LogLine[] }> {
    await this.gateway.gateway.close();
    const all = await logLines(this.gateway.folder);
    return {
      exchanges: all.filter(({ msg }) => msg === "exchange") as LedgerExchange[],
      lines: all.filter(({ msg }) => msg !== "exchange"),
    };
  }

  /** The ledger's attempts of the only exchange, each as `<index> <outcome> <status> <next>`. */
  async attempts(): Promise<string[]> {
    const { exchanges } = await this.ledger();
    if (exchanges.length !== 1) throw new Error(`one exchange was to be logged, but there are ${exchanges.length}`);
    return attemptsOf(exchanges[0]!);
  }
}

/** Starts a wall whose every wait takes no real time. */
export function wall(options: WallOptions): Promise<Wall> {
  return Wall.start(options, new VirtualClock());
}

/** Starts a wall on the system's clock. */
export function realWall(options: WallOptions): Promise<Wall<Clock>> {
  return Wall.start(options, systemClock);
}

/** Asks, and moves the clock on until the answer has ended. */
export async function ask(one: Wall, question: Question = {}, stepMs?: number): Promise<Got> {
  return (await askAll(one, [question], stepMs))[0]!;
}

/** Asks all of it at once, and moves the clock on until all answers have ended. */
export async function askAll(one: Wall, questions: readonly Question[], stepMs?: number): Promise<Got[]> {
  const askings = questions.map((question) => one.begin(question));
  await one.clock.advanceUntil(() => askings.every(({ done }) => done), stepMs);
  return Promise.all(askings.map(({ ended }) => ended));
}

/** Attempts of an exchange, each as `<index> <outcome> <status> <next>`; empty for an exchange with one good attempt. */
export function attemptsOf({ attempts = [] }: LedgerExchange): string[] {
  return attempts.map(({ target, outcome, status, next }) =>
    [target.slice(0, target.indexOf(":")), outcome, status, next].filter((part) => part !== undefined).join(" "),
  );
}

function sentOf({ model, stream, more, ...sent }: Question): Sent {
  const body = JSON.stringify({ ...CHAT, ...(model !== undefined && { model }), ...(stream === true && { stream }), ...more });
  return { body, ...sent };
}

function documentOf(options: WallOptions, url: string, refusing: string): object {
  const { targets, criteria = FAILOVER_CRITERIA, balancer, extensions, config } = options;
  return document({
    balancer: { failover_criteria: criteria, ...balancer },
    ...(extensions !== undefined && { extensions }),
    targets: targets.map((one) => targetOf(typeof one === "string" ? { fault: one } : one, url, refusing)),
    ...config,
  });
}

/** What a provider needs besides. */
const VERSIONS = { openai: {}, anthropic: { anthropic_version: "2023-06-01" } } as const;

function targetOf(
  { fault, provider = "openai", weight = 100, alias, url, statistics = true, auth, options }: WallTarget,
  upstreamUrl: string,
  refusing: string,
): object {
  return {
    route_type: "llm/v1/chat",
    weight,
    logging: { log_statistics: statistics },
    ...(auth !== undefined && { auth }),
    model: {
      provider,
      ...(fault !== undefined && { name: fault }),
      ...(alias !== undefined && { model_alias: alias }),
      options: { upstream_url: url ?? (fault === "refuse" ? refusing : upstreamUrl), ...VERSIONS[provider], ...options },
    },
  };
}
