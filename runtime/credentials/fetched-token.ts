import type { Clock, Timer } from "../clock";
import { causeOf, CredentialProblem } from "./problem";
import { Renewals, retryDelayMs, tokenTimes, type Lifetime } from "./schedule";
import { Waiters, type Waiting } from "./waiters";

/** A token as its service gave it. */
export interface FreshToken extends Lifetime {
  readonly value: string;
}

/** A token in use; two of them are the same only if they are the same object. */
export class Token {
  constructor(
    readonly value: string,
    /** Until when it is put on requests, on the gateway's clock. */
    readonly goodUntil: number,
  ) {}
}

/** What a token is, and where it comes from. */
export interface TokenOrder {
  /** Everything that the token depends on; kept as a hash alone, so that it may hold secrets. */
  readonly identity: readonly (string | undefined)[];
  /** What people know it by, in logs; holds no secret. */
  readonly label: string;
  /**
   * Asks for a token.
   * @param signal aborts when the answer is of no use any longer
   * @throws CredentialProblem that says why there is none; of any other error the class alone is told
   */
  fetch(signal: AbortSignal): Promise<FreshToken>;
}

/** Where changes of a credential are told; pino's logger fits. */
export interface CredentialLog {
  info(details: object, message: string): void;
  warn(details: object, message: string): void;
}

/** What all tokens need from outside. */
export interface TokenContext {
  readonly clock: Clock;
  /** Uniform in 0..1, 1 excluded. */
  readonly random: () => number;
  readonly log: CredentialLog;
}

/** What `/status` tells of a credential. */
export interface CredentialStatus {
  /** For how long the present token is put on requests, in milliseconds; 0 if there is none. */
  readonly validMs: number;
  /** Why the last refresh failed, and since when they do, in milliseconds since 1970; undefined if it did not. */
  readonly problem: { readonly cause: string; readonly since: number } | undefined;
}

/** A service that has not answered by then has failed, in milliseconds. */
export const REFRESH_LIMIT_MS = 10_000;

/**
 * One token that is fetched, kept, and refreshed ahead of its end. One refresh is under way at a time, with a limit of its own; those who need its token
 * wait for it, each for as long as it likes. A token goes on being used while refreshes fail, until its end (docs/behaviour.md "Fetched credentials").
 */
export class FetchedToken {
  private token: Token | undefined;
  /** Of the refresh under way. */
  private call: AbortController | undefined;
  /** The limit of the refresh under way, else the moment of the next one. */
  private timer: Timer | undefined;
  private refreshAt = 0;
  private failures = 0;
  /** Nothing is asked before this moment, as the last refresh failed. */
  private retryAt = 0;
  private trouble: CredentialStatus["problem"];
  private kept = false;
  private readonly waiters = new Waiters<Token>();
  private readonly renewals = new Renewals();

  constructor(
    private readonly order: TokenOrder,
    private readonly context: TokenContext,
  ) {}

  /**
   * The present token, or a promise of the next one.
   * @param refused one that is of no use, as the provider refused it; undefined if there is none
   * @throws CredentialProblem if there is none, and the last refresh failed a moment ago; rejects likewise, or with the reason of the signal
   */
  take(refused: Token | undefined, waiting: Waiting): Token | Promise<Token> {
    const { token } = this;
    const now = this.context.clock.now();
    if (token !== undefined && token !== refused && now < token.goodUntil) return token;
    if (this.call === undefined) {
      if (now < this.retryAt) throw new CredentialProblem(this.trouble?.cause ?? "the last refresh failed");
      this.refresh();
    }
    return this.waiters.add(waiting.signal());
  }

  /**
   * A provider refused a token. One refresh follows, however many say so of the same token.
   * @returns whether another token is there or on its way, or why not is about to be told
   */
  refused(token: Token): boolean {
    const now = this.context.clock.now();
    if (token !== this.token || this.call !== undefined || now < this.retryAt) return true;
    if (!this.renewals.take(now)) return false;
    this.refresh();
    return true;
  }

  status(): CredentialStatus {
    const { token, trouble } = this;
    return { validMs: token === undefined ? 0 : Math.max(0, token.goodUntil - this.context.clock.now()), problem: trouble };
  }

  /** From now on there is always a token, if the service gives any. */
  keep(): void {
    if (this.kept) return;
    this.kept = true;
    if (this.call !== undefined) return;
    const now = this.context.clock.now();
    if (this.token === undefined || now >= this.refreshAt) this.refresh();
    else this.timer = this.context.clock.start(refreshDue, this.refreshAt - now, this);
  }

  /** Nobody will need it but those who have it: it is refreshed no more unless it is asked for. */
  release(): void {
    this.kept = false;
    if (this.call === undefined) this.stopTimer();
  }

  /** Ends everything at once. */
  close(): void {
    this.kept = false;
    const { call } = this;
    this.settled();
    call?.abort();
    this.waiters.fail(new CredentialProblem("the gateway ends"));
  }

  /** It is time for the next refresh. */
  refreshDue(): void {
    this.timer = undefined;
    if (this.call === undefined) this.refresh();
  }

  /** The service has not answered in time. */
  limitPassed(): void {
    const { call } = this;
    this.timer = undefined;
    this.failed(new CredentialProblem(`no token came within ${REFRESH_LIMIT_MS / 1000} s`));
    call?.abort();
  }

  private refresh(): void {
    this.stopTimer();
    this.timer = this.context.clock.start(limitPassed, REFRESH_LIMIT_MS, this);
    void this.ask((this.call = new AbortController()));
  }

  private async ask(call: AbortController): Promise<void> {
    const askedAt = this.context.clock.now();
    let fresh: FreshToken;
    try {
      fresh = await this.order.fetch(call.signal);
    } catch (error) {
      if (this.call === call) this.failed(error);
      return;
    }
    if (this.call === call) this.came(fresh, askedAt);
  }

  private came(fresh: FreshToken, askedAt: number): void {
    this.settled();
    const { clock, random, log } = this.context;
    const { goodMs, refreshMs } = tokenTimes(fresh, random);
    const token = (this.token = new Token(fresh.value, askedAt + goodMs));
    this.refreshAt = askedAt + refreshMs;
    this.failures = 0;
    this.retryAt = 0;
    if (this.trouble !== undefined) log.info({ credential: this.order.label }, "a credential can be had again");
    this.trouble = undefined;
    if (this.kept) this.timer = clock.start(refreshDue, Math.max(0, this.refreshAt - clock.now()), this);
    this.waiters.release(token);
  }

  private failed(error: unknown): void {
    this.settled();
    const { clock, random, log } = this.context;
    const cause = causeOf(error);
    const delayMs = retryDelayMs(++this.failures, error instanceof CredentialProblem ? error.retryAfterMs : undefined, random);
    this.retryAt = clock.now() + delayMs;
    if (this.trouble?.cause !== cause) log.warn({ credential: this.order.label, cause }, "a credential cannot be fetched");
    this.trouble = { cause, since: this.trouble?.since ?? clock.date() };
    if (this.kept) this.timer = clock.start(refreshDue, delayMs, this);
    this.waiters.fail(new CredentialProblem(cause));
  }

  /** No refresh is under way any longer. */
  private settled(): void {
    this.call = undefined;
    this.stopTimer();
  }

  private stopTimer(): void {
    if (this.timer !== undefined) this.context.clock.cancel(this.timer);
    this.timer = undefined;
  }
}

const refreshDue = (token: FetchedToken): void => token.refreshDue();
const limitPassed = (token: FetchedToken): void => token.limitPassed();
