import { setTimeout as sleep } from "node:timers/promises";
import { redis as redisSchema } from "../../../config/schema/redis";
import type { RedisConfig } from "../../../config/types.generated";
import { systemClock } from "../../../runtime/clock";
import { SharedState, type SharedStateOptions } from "../../../runtime/shared-state/shared-state";
import type { SharedPlugin } from "../../../runtime/shared-state/shared-plugin";
import type { Breaker, BreakerSettings } from "../../../runtime/targets/breaker";
import { TargetState } from "../../../runtime/targets/state";

export const TARGET = "0123456789abcdef0123456789abcdef";

/** The connection's settings with their defaults, as the configuration gives them. */
export const redisConfig = (fields: Record<string, unknown>): RedisConfig => redisSchema.parse(fields) as RedisConfig;

export const settings = (more: Partial<BreakerSettings> = {}): BreakerSettings => ({
  maxFails: 3,
  failTimeout: 2000,
  minFailureRatio: undefined,
  ...more,
});

/** One process, as far as shared state goes: one plugin instance with one target. */
export interface Process {
  readonly state: SharedState;
  readonly plugin: SharedPlugin;
  readonly breaker: Breaker;
  readonly target: TargetState;
  /** All lines of its log, as text. */
  readonly log: string[];
  /** Amounts that were heard of the target. */
  readonly heard: number[];
  /** Tells usage of the target. */
  readonly tell: (amount: number) => void;
  /** Changes of the circuit, with the moment on the system's clock. */
  readonly changes: { readonly to: string; readonly at: number }[];
}

const processes: SharedState[] = [];

export function startProcess(
  config: RedisConfig,
  breakerSettings = settings(),
  options: Partial<SharedStateOptions> = {},
  pluginId = "plugin",
): Process {
  const log: string[] = [];
  const write = (details: unknown, message: string): number => log.push(`${message} ${JSON.stringify(details)}`);
  const state = new SharedState(config, { clock: systemClock, log: { info: write, warn: write }, password: () => undefined, ...options });
  processes.push(state);
  const plugin = state.plugin(pluginId);
  const breaker = plugin.breaker(TARGET, breakerSettings);
  const target = new TargetState(TARGET, breaker);
  plugin.serve(new Map([[TARGET, target]]));
  const share = plugin.usage();
  const heard: number[] = [];
  share.hear = (of, amount) => {
    if (of === target) heard.push(amount);
  };
  const changes: Process["changes"] = [];
  breaker.onChange = (_from, to) => changes.push({ to, at: performance.now() });
  return { state, plugin, breaker, target, log, heard, changes, tell: (amount) => share.tell(target, amount) };
}

export function closeProcesses(): void {
  for (const state of processes.splice(0)) state.close();
}

export const now = (): number => performance.now();

export function fail({ breaker }: Process, times = 1): void {
  for (let one = 0; one < times; one++) breaker.failed(breaker.begin(now()), now());
}

export const phase = ({ breaker }: Process): string => breaker.phase(now());

export const sum = (amounts: readonly number[]): number => amounts.reduce((total, amount) => total + amount, 0);

/** Waits until something holds, and returns how long that took, in milliseconds; fails after `within`. */
export async function until(holds: () => boolean, within: number, what = "it"): Promise<number> {
  const start = now();
  while (!holds()) {
    if (now() - start > within) throw new Error(`${what} did not come about within ${within} ms`);
    await sleep(2);
  }
  return now() - start;
}

/** Waits until all have talked to Redis. */
export const connected = (...all: readonly Process[]): Promise<number> =>
  until(() => all.every(({ state }) => state.status().connected), 5000, "the connection");
