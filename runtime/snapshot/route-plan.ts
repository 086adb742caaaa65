import type { AiPlugin, RouteEntity } from "../../config/configuration";
import type { AttemptLimits } from "../upstream/limits";
import type { FailoverPolicy } from "../failover/policy";
import type { Surface } from "../surfaces/surface";
import type { FileLog } from "../ledger/file-log";
import type { PoolSettings } from "../upstream/pools";
import type { CandidateIndex } from "./candidates";
import type { PluginState } from "./plugin-state";

/** Targets of one surface; nearly always the only group of a plugin. */
export interface TargetGroup {
  readonly surface: Surface;
  readonly candidates: CandidateIndex;
  /** Whether one of its targets may be unable to express what a request asks for. */
  readonly mayLack: boolean;
}

/** What is done with a route's requests, compiled. */
export interface RoutePlan {
  readonly route: RouteEntity;
  readonly plugin: AiPlugin;
  readonly groups: readonly TargetGroup[];
  /** What its traffic told, over reloads, and the balancer. */
  readonly state: PluginState;
  readonly policy: FailoverPolicy;
  readonly limits: AttemptLimits;
  readonly pool: PoolSettings;
  /** `extensions.max_queue`. */
  readonly maxQueue: number;
  /** Largest body in bytes; Infinity where there is no limit. */
  readonly maxBodyBytes: number;
  /** `extensions.stream_keep_alive`, in milliseconds; 0 = off. */
  readonly keepAliveMs: number;
  /** `extensions.max_response_size`. */
  readonly maxResponseBytes: number;
  readonly modelNameHeader: boolean;
  readonly responseStreaming: "allow" | "always" | "deny";
  readonly fileLog: FileLog | undefined;
}

/** What a route does: serve, or say why it does not. */
export type RouteAction =
  | { readonly kind: "serve"; readonly plan: RoutePlan }
  /** 501: valid but not served by this version; `what` names it. */
  | { readonly kind: "unserved"; readonly what: string; readonly fileLog: FileLog | undefined; readonly route: RouteEntity }
  /** 503: no AI plugin applies to the route. */
  | { readonly kind: "no-plugin"; readonly fileLog: FileLog | undefined; readonly route: RouteEntity };
