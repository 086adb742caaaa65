import type { Configuration } from "../../config/configuration";
import type { LoadResult } from "../../config/declarative/load";
import type { Problem } from "../../config/problem";
import type { TargetConfig } from "../../config/types.generated";

type Kind = keyof Configuration;
type Entity = Configuration[Kind][number];

/** A part of what a file comes down to, small enough that taking it over from another thread is the work of a millisecond. */
export type Piece =
  | { readonly kind: Kind; readonly items: readonly Entity[] }
  /** Further targets of the plugin that came last. */
  | { readonly kind: "targets"; readonly items: readonly TargetConfig[] }
  | { readonly kind: "end"; readonly problems: readonly Problem[]; readonly valid: boolean };

/** Values (numbers, texts, lists, maps) of a piece, more or less. */
const PIECE_VALUES = 2000;
const KINDS = ["services", "routes", "consumers", "consumer_groups", "plugins"] as const satisfies readonly Kind[];

/** Cuts a result into pieces, the end last. */
export function* toPieces({ problems, configuration }: LoadResult): Generator<Piece, void> {
  if (configuration !== undefined) {
    for (const kind of KINDS) {
      if (kind === "plugins") yield* pluginPieces(configuration.plugins);
      else for (const items of batches<Entity>(configuration[kind])) yield { kind, items };
    }
  }
  yield { kind: "end", problems, valid: configuration !== undefined };
}

/** A plugin with very many targets comes without them, and they follow. */
function* pluginPieces(plugins: Configuration["plugins"]): Generator<Piece, void> {
  let small: Configuration["plugins"][number][] = [];
  let values = 0;
  for (const plugin of plugins) {
    const size = valuesOf(plugin);
    const large = size > PIECE_VALUES && plugin.name !== "file-log";
    if (small.length > 0 && (large || values + size > PIECE_VALUES)) {
      yield { kind: "plugins", items: small };
      small = [];
      values = 0;
    }
    if (large) {
      const { targets } = plugin.config;
      yield { kind: "plugins", items: [{ ...plugin, config: { ...plugin.config, targets: [] } }] };
      for (const items of batches(targets)) yield { kind: "targets", items };
    } else {
      small.push(plugin);
      values += size;
    }
  }
  if (small.length > 0) yield { kind: "plugins", items: small };
}

function* batches<T>(items: readonly T[]): Generator<readonly T[], void> {
  let batch: T[] = [];
  let values = 0;
  for (const item of items) {
    batch.push(item);
    values += valuesOf(item);
    if (values < PIECE_VALUES) continue;
    yield batch;
    batch = [];
    values = 0;
  }
  if (batch.length > 0) yield batch;
}

function valuesOf(value: unknown): number {
  if (typeof value !== "object" || value === null) return 1;
  let sum = 1;
  for (const member of Object.values(value)) sum += valuesOf(member);
  return sum;
}

/** Puts pieces together again. */
export class Assembly {
  private readonly lists: Record<Kind, Entity[]> = { services: [], routes: [], consumers: [], consumer_groups: [], plugins: [] };

  /** The result, after the last piece. */
  add(piece: Piece): LoadResult | undefined {
    if (piece.kind === "end") {
      const problems = [...piece.problems];
      return piece.valid ? { problems, configuration: this.lists as Configuration } : { problems };
    }
    if (piece.kind === "targets") {
      const plugin = this.lists.plugins.at(-1) as Configuration["plugins"][number];
      if (plugin.name !== "file-log") (plugin.config.targets as TargetConfig[]).push(...piece.items);
    } else for (const item of piece.items) this.lists[piece.kind].push(item);
    return undefined;
  }
}
