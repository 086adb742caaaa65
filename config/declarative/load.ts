import type { Configuration } from "../configuration";
import { hasErrors, type Problem } from "../problem";
import type { ReferenceSource } from "../references";
import { collectEntities } from "./collect";
import { LoadContext } from "./context";
import { readDocument, type DeclarativeDocument } from "./document";
import { loadEntities } from "./entities";
import { loadPlugins } from "./plugins";
import { checkTopLevel } from "./top-level";

/** How a declarative file is read. */
export interface LoadOptions {
  /** Where references are looked up; each must be readable now. */
  readonly references: ReferenceSource;
  /** Names of plugins that are passed over although they are enabled (`--ignore-plugins`). Default: none. */
  readonly ignorePlugins?: readonly string[] | undefined;
}

/** What a declarative file comes down to. */
export interface LoadResult {
  /** The problems in the order of the file, each with line and column; of very many the first ones, and one that says how many more there are. */
  readonly problems: Problem[];
  /** Only where no problem is an error. */
  readonly configuration?: Configuration;
}

/**
 * Reads a Kong declarative file (`_format_version: "3.0"`, YAML or JSON) into the gateway's configuration and finds all of its problems
 * at once. Secret fields keep their references, all other fields hold what they stand for. Never throws.
 */
export function loadDeclarative(text: string, options: LoadOptions): LoadResult {
  const document = readDocument(text);
  if (hasErrors(document.problems)) return { problems: [...document.problems] };
  const context = new LoadContext(options.references);
  const configuration = read(document.value, options.ignorePlugins ?? [], context);
  const problems = [...document.problems, ...inOrder(context.problems, document), ...context.unlisted];
  return configuration === undefined || hasErrors(problems) ? { problems } : { problems, configuration };
}

function read(root: unknown, ignored: readonly string[], context: LoadContext): Configuration | undefined {
  if (!checkTopLevel(root, context)) return undefined;
  const raw = collectEntities(root, context);
  const entities = loadEntities(raw, context);
  const plugins = loadPlugins(raw.plugins, entities, ignored, context);
  return {
    services: entities.services.list,
    routes: entities.routes.list,
    consumers: entities.consumers.list,
    consumer_groups: entities.consumer_groups.list,
    plugins,
  };
}

function inOrder(problems: readonly Problem[], document: DeclarativeDocument): Problem[] {
  return problems
    .map((problem) => ({ ...problem, ...document.locate(problem.path) }))
    .sort((left, right) => left.line - right.line || left.column - right.column);
}
