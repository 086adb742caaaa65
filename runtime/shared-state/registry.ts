import type { RedisConfig } from "../../config/types.generated";
import type { SecretStore } from "../secrets/store";
import type { SharedPlugin } from "./shared-plugin";
import { SharedState, type SharedStateOptions, type SharedStateStatus } from "./shared-state";

/** What a plugin instance shares, and over which connection. */
export interface Sharing {
  /** The same for the same connection settings; holds references, no secret that was one. */
  readonly key: string;
  readonly plugin: SharedPlugin;
}

export interface SharedStatesOptions extends Pick<SharedStateOptions, "clock" | "log"> {
  readonly secrets: SecretStore;
}

/** All connections together. */
export interface SharedStatesStatus extends Pick<SharedStateStatus, "errors" | "dropped"> {
  /** Whether each connection stands. */
  readonly up: boolean;
}

/** All connections that state is shared over: one for each connection that a configuration names, over reloads. */
export class SharedStates {
  private readonly states = new Map<string, SharedState>();

  constructor(private readonly options: SharedStatesOptions) {}

  /**
   * What a plugin instance shares over a Redis; the connection is opened where it is not yet.
   * @throws SharedStateProblem where this version cannot use the connection, ReferenceProblem where its password cannot be read
   */
  open(config: RedisConfig, pluginId: string): Sharing {
    const key = JSON.stringify(config);
    let state = this.states.get(key);
    if (state === undefined) {
      const { secrets, clock, log } = this.options;
      const password = config.password === undefined ? undefined : secrets.compileText(config.password);
      const sentinelPassword = config.sentinel_password === undefined ? undefined : secrets.compileText(config.sentinel_password);
      state = new SharedState(config, {
        clock,
        log,
        password: () => password?.read(),
        sentinelPassword: () => sentinelPassword?.read(),
      });
      this.states.set(key, state);
    }
    return { key, plugin: state.plugin(pluginId) };
  }

  /** Ends everything that is not among these. */
  retain(sharings: readonly Sharing[]): void {
    const idsByKey = new Map<string, Set<string>>();
    for (const { key, plugin } of sharings) {
      const ids = idsByKey.get(key);
      if (ids === undefined) idsByKey.set(key, new Set([plugin.id]));
      else ids.add(plugin.id);
    }
    for (const [key, state] of this.states) {
      const ids = idsByKey.get(key);
      if (ids !== undefined) state.retain(ids);
      else {
        state.close();
        this.states.delete(key);
      }
    }
  }

  /** For metrics; undefined where nothing is shared. */
  status(): SharedStatesStatus | undefined {
    if (this.states.size === 0) return undefined;
    const all = [...this.states.values()].map((state) => state.status());
    return {
      up: all.every(({ connected }) => connected),
      errors: all.reduce((sum, { errors }) => sum + errors, 0),
      dropped: all.reduce((sum, { dropped }) => sum + dropped, 0),
    };
  }

  close(): void {
    this.retain([]);
  }
}
