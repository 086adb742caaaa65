import { randomBytes } from "node:crypto";
import type { UsageShare } from "../balancers/balancer";
import type { TargetState } from "../targets/state";

/** What could not be told for this long is not told any more, in milliseconds: usage counts by its time. */
const STALE_MS = 30_000;

/** A sender that was not heard for this long is forgotten, in milliseconds. */
const FORGET_MS = 60_000;

/** Amounts in all since a sender's first, and those that it does not know to have arrived. */
type Told = Readonly<Record<string, readonly [inAll: number, unconfirmed: number]>>;

interface Own {
  inAll: number;
  confirmed: number;
}

interface Sender {
  heardAt: number;
  /** By target: amounts in all that were heard. */
  readonly inAll: Map<string, number>;
}

/** A random name of a process. */
export const randomName = (): string => randomBytes(9).toString("base64url");

/**
 * Usage that is told and heard. Senders tell sums since their start, so that an amount which is told twice or whose reply got lost is still heard once.
 * Everything is kept by target and by sender, and forgotten with them.
 */
export class UsageExchange {
  /** Name under which this process tells. */
  sender = randomName();
  private readonly own = new Map<string, Own>();
  private readonly unconfirmed = new Set<string>();
  private sent = new Map<string, number>();
  private failingSince: number | undefined;
  private readonly senders = new Map<string, Sender>();
  private targets: ReadonlyMap<string, TargetState> = new Map();
  /** Held weakly, as those of a configuration that was replaced or refused are of no use. */
  private shares: WeakRef<UsageShare>[] = [];

  /** For one balancer; all of a plugin's balancers that are still in use hear the same. */
  share(): UsageShare {
    const share: UsageShare = { tell: (target, amount) => this.tell(target.id, amount), hear: undefined };
    this.shares = [...this.shares.filter((known) => known.deref() !== undefined), new WeakRef(share)];
    return share;
  }

  /** Whose usage is of interest from now on. */
  serve(targets: ReadonlyMap<string, TargetState>): void {
    this.targets = targets;
    for (const id of this.own.keys()) {
      if (targets.has(id)) continue;
      this.own.delete(id);
      this.unconfirmed.delete(id);
    }
    for (const { inAll } of this.senders.values()) {
      for (const id of inAll.keys()) if (!targets.has(id)) inAll.delete(id);
    }
  }

  /** What is to be told now, as text; empty = nothing. After it either `confirmed` or `failed` is called. */
  take(): string {
    this.sent = new Map();
    const told: Record<string, readonly [number, number]> = {};
    for (const id of this.unconfirmed) {
      const { inAll, confirmed } = this.own.get(id) as Own;
      this.sent.set(id, inAll);
      told[id] = [inAll, inAll - confirmed];
    }
    return this.sent.size === 0 ? "" : JSON.stringify(told);
  }

  confirmed(): void {
    this.failingSince = undefined;
    for (const [id, inAll] of this.sent) {
      const own = this.own.get(id);
      if (own === undefined) continue;
      own.confirmed = inAll;
      if (own.inAll === inAll) this.unconfirmed.delete(id);
    }
  }

  /** The call failed. Returns of how many targets the usage is given up. */
  failed(now: number): number {
    this.failingSince ??= now;
    const lost = this.unconfirmed.size;
    if (lost === 0 || now - this.failingSince < STALE_MS) return 0;
    // under a new name the sums begin anew, so that it does not matter what has arrived
    this.sender = randomName();
    this.own.clear();
    this.unconfirmed.clear();
    this.failingSince = undefined;
    return lost;
  }

  /** What another process told. */
  heard(sender: string, text: string, now: number): void {
    const told = readTold(text);
    let known = this.senders.get(sender);
    if (known === undefined) this.senders.set(sender, (known = { heardAt: now, inAll: new Map() }));
    known.heardAt = now;
    for (const [id, amounts] of Object.entries(told)) {
      const target = this.targets.get(id);
      if (target === undefined || !isAmounts(amounts)) continue;
      const [inAll, unconfirmed] = amounts;
      const before = known.inAll.get(id) ?? inAll - unconfirmed;
      known.inAll.set(id, inAll);
      if (inAll !== before) this.pass(target, inAll - before);
    }
  }

  /** Forgets senders that are silent. */
  sweep(now: number): void {
    for (const [name, { heardAt }] of this.senders) if (now - heardAt > FORGET_MS) this.senders.delete(name);
  }

  private tell(id: string, amount: number): void {
    if (!Number.isFinite(amount) || amount === 0) return;
    const own = this.own.get(id);
    if (own === undefined) this.own.set(id, { inAll: amount, confirmed: 0 });
    else own.inAll += amount;
    this.unconfirmed.add(id);
  }

  private pass(target: TargetState, amount: number): void {
    for (const share of this.shares) share.deref()?.hear?.(target, amount);
  }
}

const isAmounts = (value: unknown): value is readonly [number, number] =>
  Array.isArray(value) && value.length === 2 && value.every((amount) => Number.isFinite(amount));

/** What others wrote is not trusted: text that is none is as if nothing was told. */
function readTold(text: string): Told {
  try {
    const told: unknown = JSON.parse(text);
    return typeof told === "object" && told !== null ? (told as Told) : {};
  } catch {
    return {};
  }
}
