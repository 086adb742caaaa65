import { formatProblem, type Problem } from "../config/problem";
import type { ReloadStatus } from "./reload/reloader";
import type { BreakerPhase } from "./targets/breaker";

/** What health checks tell. */
export interface GatewayStatus {
  /** Requests are served. */
  readonly ready: boolean;
  readonly draining: boolean;
  readonly configuration: {
    /** `refused`: the newest file cannot be used and an older one is served. */
    readonly state: ReloadStatus["state"];
    readonly reason?: string;
    /** One line each. */
    readonly problems?: readonly string[];
    /** SHA-256 (hex) of the configuration that is served. */
    readonly digest?: string;
  };
}

/** Number of the shape of `FullStatus`; it grows where a member changes its meaning or goes, not where one is added. */
export const STATUS_VERSION = 1;

/** What `/status` tells: plain data, which also travels from worker to primary process. */
export interface FullStatus extends GatewayStatus {
  readonly version: typeof STATUS_VERSION;
  /** With `--workers` only: how many there are to be, and how many answered in time; the others' values are missing. */
  readonly workers?: { readonly expected: number; readonly answered: number };
  readonly plugins: readonly PluginStatus[];
}

export interface PluginStatus {
  /** Its label: what metrics call it. */
  readonly plugin: string;
  readonly routes: readonly string[];
  readonly algorithm: string;
  readonly targets: readonly TargetStatus[];
}

/** A target; members end in `_ms` where they are milliseconds. */
export interface TargetStatus {
  /** `<index>:<provider>/<model>`, as in metrics. */
  readonly target: string;
  readonly alias?: string;
  readonly weight: number;
  readonly breaker: {
    /** With workers: the worst of theirs. */
    readonly phase: BreakerPhase;
    /** With workers only: how many are in each phase. */
    readonly workers?: Readonly<Partial<Record<BreakerPhase, number>>>;
    /** Failures within the window; with workers, of the one that counts most. */
    readonly failures: number;
    /** Until the next probe may go; 0 where the circuit is closed. */
    readonly opens_again_in_ms: number;
  };
  /** How long it is left alone, as it asked to be. */
  readonly resting_ms: number;
  readonly in_flight: number;
  /** Calls that wait for a connection. */
  readonly queue: number;
  /** Calls that ended, and those of them that failed, since the target was first configured. */
  readonly attempts: number;
  readonly failures: number;
  /** What the algorithm knows of it; with workers, the mean of theirs. */
  readonly figures: Readonly<Record<string, number>>;
  /** Of a credential that is fetched, such as a token of a managed identity. */
  readonly credential?: FetchedCredentialStatus;
  readonly last_error?: {
    readonly outcome: string;
    /** Status of the answer; 0 where none came. */
    readonly status: number;
    /** ISO 8601. */
    readonly at: string;
  };
}

/** With workers: what is worst among them. */
export interface FetchedCredentialStatus {
  /** For how long the present token is used; 0 if there is none. */
  readonly valid_ms: number;
  /** Why it cannot be refreshed, and since when (ISO 8601). */
  readonly problem?: { readonly cause: string; readonly since: string };
}

/** Problems that a health check lists at most; the log has all of them. */
const MAX_LISTED = 20;

export function statusOf(reload: ReloadStatus, draining: boolean): GatewayStatus {
  const { state, reason, problems, digest } = reload;
  return {
    ready: digest !== undefined && !draining,
    draining,
    configuration: {
      state,
      ...(reason !== undefined && { reason }),
      ...(problems !== undefined && problems.length > 0 && { problems: listed(problems) }),
      ...(digest !== undefined && { digest }),
    },
  };
}

const listed = (problems: readonly Problem[]): string[] => problems.slice(0, MAX_LISTED).map((problem) => formatProblem(problem));

/** The answer of `/status`. */
export function fullStatusOf(status: GatewayStatus, plugins: readonly PluginStatus[]): FullStatus {
  return { version: STATUS_VERSION, ...status, plugins };
}
