/**
 * The one place where a plugin's configuration is judged: by the loader, by the constructs and by the Terraform provider alike.
 */
import type { Path, Problem } from "./problem";
import { hasErrors } from "./problem";
import { brokenRules } from "./rules";
import { mayBeSecret, pluginField } from "./schema/describe";
import { PLUGINS } from "./schema/plugins";
import { checkShape } from "./shape";
import type { AiProxyAdvancedConfig, AiProxyConfig, FileLogConfig } from "./types.generated";

export { normalizeAiConfig } from "./normalize";

/** What a valid configuration of each plugin becomes. */
export interface ConfigOf {
  readonly "ai-proxy": AiProxyConfig;
  readonly "ai-proxy-advanced": AiProxyAdvancedConfig;
  readonly "file-log": FileLogConfig;
}

/** How a configuration is to be read; all optional. */
export interface ValidateOptions {
  /** Path of `config`, put before every problem's path. Default: empty, so that paths begin below `config`. */
  readonly path?: Path;
  /** Values that are not known yet, such as references and tokens: exempt from type, enum and range, and taken as given by the rules. */
  readonly isDeferred?: (value: unknown) => boolean;
  /** Paths (with `path` before them) whose values are not printed, for example as they came out of a reference. Secret fields never are. */
  readonly isHidden?: (path: Path) => boolean;
  /** Protocols of the routes that the plugin applies to, where they are known; realtime needs `ws` or `wss` among them. */
  readonly protocols?: readonly string[];
}

/** All problems, sorted by path; `config` (defaults applied) only where none of them is an error. */
export interface Validation<Name extends keyof ConfigOf> {
  readonly problems: Problem[];
  readonly config?: ConfigOf[Name];
}

function valueAt(root: unknown, path: Path): unknown {
  let value = root;
  for (const part of path) value = (value as Readonly<Record<string | number, unknown>> | null | undefined)?.[part];
  return value;
}

function compareParts(left: string | number, right: string | number): number {
  if (typeof left === "number" && typeof right === "number") return left - right;
  const [first, second] = [String(left), String(right)];
  if (first === second) return 0;
  return first < second ? -1 : 1;
}

/** Order of problems: by path, part by part, a shorter path first. */
export function comparePaths(left: Path, right: Path): number {
  for (const [index, part] of left.entries()) {
    const other = right[index];
    if (other === undefined) return 1;
    const order = compareParts(part, other);
    if (order !== 0) return order;
  }
  return left.length - right.length;
}

/**
 * Checks a plugin's `config`: every field's type, range and words, and for the AI plugins the rules across fields. Reports everything at once and
 * never throws. `null` counts as not given, but inside the free-form `metadata`.
 */
export function validatePlugin<Name extends keyof ConfigOf>(name: Name, config: unknown, options: ValidateOptions = {}): Validation<Name> {
  const { path = [], isDeferred = () => false, isHidden: isHiddenBesides = () => false } = options;
  const root = pluginField(name);
  const isHidden = (at: Path): boolean =>
    isHiddenBesides(at) || mayBeSecret(root, at.slice(path.length), valueAt(config, at.slice(path.length)));
  const shape = checkShape(PLUGINS[name], root, config, { path, isDeferred, isHidden });
  const problems = [...shape.problems];
  if (name !== "file-log") {
    const taken = new Set(problems.filter(({ severity }) => severity === "error").map((problem) => JSON.stringify(problem.path)));
    const rules = brokenRules(name, config, { path, isDeferred, isHidden, ...(options.protocols && { protocols: options.protocols }) });
    problems.push(...rules.filter((problem) => !taken.has(JSON.stringify(problem.path))));
  }
  problems.sort((left, right) => comparePaths(left.path, right.path));
  return hasErrors(problems) ? { problems } : { problems, config: shape.value as ConfigOf[Name] };
}
