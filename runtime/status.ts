import { formatProblem, type Problem } from "../config/problem";
import type { ReloadStatus } from "./reload/reloader";

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
