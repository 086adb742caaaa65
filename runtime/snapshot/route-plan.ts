import type { AiPlugin, RouteEntity } from "../../config/configuration";
import type { Balancer, Surface } from "../interfaces";
import type { FileLog } from "../ledger/file-log";
import type { CandidateIndex } from "./candidates";

/** Targets of one surface; nearly always the only group of a plugin. */
export interface TargetGroup {
  readonly surface: Surface;
  readonly candidates: CandidateIndex;
}

/** What is done with a route's requests, compiled. */
export interface RoutePlan {
  readonly route: RouteEntity;
  readonly plugin: AiPlugin;
  readonly groups: readonly TargetGroup[];
  readonly balancer: Balancer;
  /** Largest body in bytes; Infinity where there is no limit. */
  readonly maxBodyBytes: number;
  readonly modelNameHeader: boolean;
  readonly responseStreaming: "allow" | "always" | "deny";
  /** Milliseconds for the head of an answer, and between two reads of its body (Kong `balancer.read_timeout`). */
  readonly readTimeoutMs: number;
  readonly connectTimeoutMs: number;
  readonly fileLog: FileLog | undefined;
}

/** What a route does: serve, or say why it does not. */
export type RouteAction =
  | { readonly kind: "serve"; readonly plan: RoutePlan }
  /** 501: valid but not served by this version; `what` names it. */
  | { readonly kind: "unserved"; readonly what: string; readonly fileLog: FileLog | undefined; readonly route: RouteEntity }
  /** 503: no AI plugin applies to the route. */
  | { readonly kind: "no-plugin"; readonly fileLog: FileLog | undefined; readonly route: RouteEntity };
