/**
 * The gateway's whole configuration in one flat, checked form: what a declarative file, however nested, comes down to.
 * Entities refer to each other by `key` (their name, else their id, else a generated one that is stable for the same file).
 */
import type { AiProxyAdvancedConfig, BalancerConfig, ExtensionsConfig, RetryBudgetConfig } from "./types.generated";

/** A Kong Service: groups routes and carries plugins. For AI routes its own URL is a dummy. Source: Kong "Service" entity. */
export interface ServiceEntity {
  readonly key: string;
  readonly id?: string;
  readonly name?: string;
  readonly enabled: boolean;
}

/** A Kong Route. Source: Kong "Route" entity (traditional router); defaults as Kong has them. */
export interface RouteEntity {
  readonly key: string;
  readonly id?: string;
  readonly name?: string;
  /** Key of its service; a route without one can still be served, as the AI plugins bring their own upstream. */
  readonly service?: string;
  readonly protocols: readonly string[];
  readonly methods?: readonly string[];
  readonly hosts?: readonly string[];
  /** Prefixes, or regular expressions where they begin with `~`. */
  readonly paths?: readonly string[];
  /** Header name (lower case) to the accepted values; one value that begins with `~*` is a regular expression. */
  readonly headers?: Readonly<Record<string, readonly string[]>>;
  readonly strip_path: boolean;
  readonly preserve_host: boolean;
  readonly regex_priority: number;
}

/** A Kong Consumer; only its scope matters here, as no authentication plugin is served. */
export interface ConsumerEntity {
  readonly key: string;
  readonly id?: string;
  readonly username?: string;
  readonly custom_id?: string;
  /** Keys of its consumer groups. */
  readonly groups: readonly string[];
}

/** A Kong Consumer Group. */
export interface ConsumerGroupEntity {
  readonly key: string;
  readonly id?: string;
  readonly name?: string;
}

/** What a plugin applies to; all members absent = global. Each is the key of an entity. */
export interface PluginScope {
  readonly service?: string;
  readonly route?: string;
  readonly consumer?: string;
  readonly consumer_group?: string;
}

interface PluginBase {
  /** The entity's own id, else one derived from name and scope, stable across reloads. */
  readonly id: string;
  readonly instance_name?: string;
  readonly enabled: boolean;
  readonly scope: PluginScope;
}

/** `ai-proxy-advanced` with all defaults applied; `balancer`, `extensions` and the retry budget are always there. */
export type AiConfig = AiProxyAdvancedConfig & {
  readonly balancer: BalancerConfig;
  readonly extensions: ExtensionsConfig & { readonly retry_budget: RetryBudgetConfig };
};

/** `ai-proxy` or `ai-proxy-advanced`; an `ai-proxy` is held as an advanced one with a single target and `retries: 0`. */
export interface AiPlugin extends PluginBase {
  readonly name: "ai-proxy" | "ai-proxy-advanced";
  readonly config: AiConfig;
}

/** Kong's `file-log`: appends one JSON line per request to a file. */
export interface FileLogPlugin extends PluginBase {
  readonly name: "file-log";
  readonly config: { readonly path: string; readonly reopen: boolean };
}

export type PluginEntity = AiPlugin | FileLogPlugin;

/** See the file's header. */
export interface Configuration {
  readonly services: readonly ServiceEntity[];
  readonly routes: readonly RouteEntity[];
  readonly consumers: readonly ConsumerEntity[];
  readonly consumer_groups: readonly ConsumerGroupEntity[];
  readonly plugins: readonly PluginEntity[];
}
