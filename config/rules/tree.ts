import { given } from "../given";
import type { Path } from "../problem";
import type { AiPluginName } from "../schema/plugins";

/** How values are to be taken. */
export interface Reading {
  /** Values that are not known yet. */
  readonly isDeferred: (value: unknown) => boolean;
  /** Paths below `config` whose values are not printed. */
  readonly isHidden: (path: Path) => boolean;
}

/**
 * One place in a raw configuration. Whatever it holds, reading it gives an answer: what is missing, null or of another type is "not set".
 */
export class Place {
  constructor(
    readonly path: Path,
    /** What stands there; `null` is taken as nothing. */
    readonly value: unknown,
    private readonly reading: Reading,
  ) {}

  /** The place below; below a value that is not known yet everything is unknown as well. */
  at(...parts: Path): Place {
    let { value } = this;
    for (const part of parts) {
      if (this.reading.isDeferred(value)) break;
      value =
        typeof value === "object" && value !== null && Object.hasOwn(value, part)
          ? (value as Record<string | number, unknown>)[part]
          : undefined;
    }
    return new Place([...this.path, ...parts], value, this.reading);
  }

  /** Whether the value will only be known later. */
  get deferred(): boolean {
    return this.reading.isDeferred(this.value);
  }

  /** Whether anything is given; a value that is not known yet counts as given, an empty string does not. */
  get given(): boolean {
    return this.deferred || (this.value !== undefined && this.value !== null && this.value !== "");
  }

  /** Whether exactly this value is given. False where it is not known yet. */
  is(...values: readonly unknown[]): boolean {
    return !this.deferred && values.includes(this.value);
  }

  /** The value where it is a string that is known, else undefined. */
  get text(): string | undefined {
    return typeof this.value === "string" && !this.deferred ? this.value : undefined;
  }

  /** The value as messages print it. */
  get shown(): string {
    return given(this.value, this.reading.isHidden(this.path));
  }

  /** The value where it is a number that is known, else undefined. */
  get number(): number | undefined {
    return typeof this.value === "number" && !this.deferred ? this.value : undefined;
  }

  /** The items where it is an array that is known, else none. */
  get items(): readonly Place[] {
    if (!Array.isArray(this.value) || this.deferred) return [];
    return this.value.map((_, index) => this.at(index));
  }
}

/** A raw plugin configuration as the rules see it. */
export class Tree {
  readonly root: Place;
  /** The targets: those of `ai-proxy-advanced`, or the whole of `ai-proxy`. */
  readonly targets: readonly Place[];
  /** `balancer`; nothing in `ai-proxy`, which has none. */
  readonly balancer: Place;
  /** `extensions`; nothing in `ai-proxy`, which has none. */
  readonly extensions: Place;

  constructor(
    readonly plugin: AiPluginName,
    config: unknown,
    reading: Reading,
    /** Protocols of the routes in question, where known. */
    readonly protocols?: readonly string[],
  ) {
    this.root = new Place([], config, reading);
    this.targets = plugin === "ai-proxy" ? [this.root] : this.root.at("targets").items;
    const advanced = plugin === "ai-proxy" ? new Place([], undefined, reading) : this.root;
    this.balancer = advanced.at("balancer");
    this.extensions = advanced.at("extensions");
  }

  /** Every target that is called: those that serve clients, and the judge's. */
  get callees(): readonly Place[] {
    const judge = this.extensions.at("judge", "target");
    return judge.given && !judge.deferred ? [...this.targets, judge] : this.targets;
  }

  /** Every place that takes credentials. */
  get auths(): readonly Place[] {
    const targets = this.callees.map((target) => target.at("auth"));
    return this.plugin === "ai-proxy" ? targets : [...targets, this.root.at("embeddings", "auth")];
  }
}
