/** What `signalbox plan-summary` found; what `--json` prints. All texts are free of secrets. */

/** What a change is about. */
export type Subject = "route" | "plugin" | "target" | "setting" | "other";

/** One line of the table. */
export interface Change {
  /** Name of the route, or in words what else it is about (`service llm`, `all routes`). */
  readonly route: string;
  readonly subject: Subject;
  /** The target's name, where it is about one. */
  readonly target?: string;
  /** Path of the field from the plugin's `config` on, as in `targets[0].weight`, where it is about one. */
  readonly field?: string;
  readonly before?: string;
  readonly after?: string;
  /** The whole change in words. */
  readonly change: string;
  /** What follows from it, in words; may be empty. */
  readonly effect: string;
}

/** What is known of a gateway's configuration. */
export type Configuration = "changed" | "unchanged" | "added" | "removed" | "unknown" | "sensitive" | "not in the plan";

/** How a change comes into force. */
export type Application = "none" | "start" | "restart" | "reload" | "stop" | "unknown";

/** One gateway of the plan. */
export interface GatewaySummary {
  readonly name: string;
  readonly configuration: Configuration;
  readonly changes: readonly Change[];
  /** Changes beyond those listed. */
  readonly omittedChanges: number;
  readonly application: Application;
  /** What restarts, reloads or changes in place, one sentence or two each. */
  readonly notes: readonly string[];
}

/** A resource that is no part of a gateway, or one of which nothing else was said. */
export interface OtherChange {
  readonly address: string;
  readonly action: string;
}

/** The whole summary. */
export interface Summary {
  readonly gateways: readonly GatewaySummary[];
  readonly warnings: readonly string[];
  readonly omittedWarnings: number;
  readonly others: readonly OtherChange[];
  readonly omittedOthers: number;
}
