/** What this version's gateway serves of what the model can say. One table for the gateway, `check` and the constructs. */
import { isDeepStrictEqual } from "node:util";
import { ALGORITHMS, isServedAlgorithm } from "./algorithms";
import type { AiConfig } from "./configuration";
import type { Path } from "./problem";
import { fieldAt } from "./schema/describe";
import { meets, SERVED_MATRIX, servedRow, unmetWords } from "./served-matrix";

/** Something valid that is not served yet. */
export interface Unserved {
  /** Where it stands, from `config` on. */
  readonly path: Path;
  /** Its name, for messages: `provider "cohere"`. */
  readonly what: string;
  /** `route`: requests to it are answered with 501 that names it. `setting`: it has no effect. */
  readonly kind: "route" | "setting";
}

const PROVIDERS: readonly string[] = [...new Set(SERVED_MATRIX.map(({ provider }) => provider))];
const ROUTE_TYPES: readonly string[] = [...new Set(SERVED_MATRIX.map(({ routeType }) => routeType))];
const SERVED_ALGORITHMS: readonly string[] = ALGORITHMS.filter(isServedAlgorithm);
const LLM_FORMATS: readonly string[] = ["openai"];

/** Credentials that are signed or fetched, but not yet by this version. */
const CLOUD_AUTH = [
  "aws_access_key_id",
  "aws_secret_access_key",
  "gcp_metadata_url",
  "gcp_oauth_token_url",
  "gcp_service_account_json",
  "gcp_use_service_account",
] as const;

/** Settings of Hugging Face's former API, which its chats do not know. */
const HUGGINGFACE = ["use_cache", "wait_for_model"] as const;

/** How a configuration is to be read; all optional. */
export interface UnservedOptions {
  /** Tells known values from ones that are not known yet (references, tokens), about which nothing is said. Default: all are known. */
  readonly isKnown?: (value: unknown) => boolean;
  /** Whether defaults were applied already: then a setting that has its default counts as not set. Default: false. */
  readonly defaultsApplied?: boolean;
}

type Record_ = Readonly<Record<string, unknown>>;

/**
 * What of a plugin's configuration is not served, in the order of its places. Takes the raw or the completed configuration; never throws, and says
 * nothing about values that are wrong, as validation does that. Only what is set counts: a default that is not served has no effect to miss.
 * Access rules count as a route: to ignore them would let everybody in. A judge never serves the route, so that what it lacks is a setting.
 */
export function unserved(plugin: "ai-proxy" | "ai-proxy-advanced", config: unknown, options: UnservedOptions = {}): readonly Unserved[] {
  const finder = new Finder(plugin, options);
  const root = record(config);
  finder.word(["llm_format"], "llm_format", root["llm_format"], LLM_FORMATS);
  if (plugin === "ai-proxy-advanced") {
    finder.word(["balancer", "algorithm"], "algorithm", record(root["balancer"])["algorithm"], SERVED_ALGORITHMS);
    finder.setting(["acls"], root["acls"], "route");
    finder.setting(["embeddings"], root["embeddings"]);
    const extensions = record(root["extensions"]);
    finder.target(["extensions", "judge", "target"], record(extensions["judge"])["target"], "setting");
    const keepsState = extensions["shared_state"] === "redis" && extensions["redis"] == null;
    if (!keepsState) finder.setting(["vectordb"], root["vectordb"]);
  }
  const targets = plugin === "ai-proxy" ? [root] : list(root["targets"]);
  targets.forEach((target, index) => finder.target(plugin === "ai-proxy" ? [] : ["targets", index], target, "route"));
  return finder.found;
}

/** What keeps the routes of a completed configuration from being served, each thing once; undefined if nothing does. */
export function unservedRoute(config: AiConfig): string | undefined {
  const gaps = unserved("ai-proxy-advanced", config, { defaultsApplied: true });
  const names = new Set(gaps.flatMap(({ kind, what }) => (kind === "route" ? [what] : [])));
  return names.size === 0 ? undefined : [...names].join(", ");
}

class Finder {
  readonly found: Unserved[] = [];

  constructor(
    private readonly plugin: "ai-proxy" | "ai-proxy-advanced",
    private readonly options: UnservedOptions,
  ) {}

  /** A word of a closed list, of which some are served. */
  word(path: Path, name: string, value: unknown, served: readonly string[], kind: Unserved["kind"] = "route"): void {
    const { isKnown = () => true } = this.options;
    if (typeof value !== "string" || served.includes(value) || !isKnown(value)) return;
    this.found.push({ path, what: `${name} ${JSON.stringify(value)}`, kind });
  }

  /** A target; `kind` says what becomes of one whose provider or route type is not served. */
  target(path: Path, value: unknown, kind: Unserved["kind"]): void {
    const { auth, model, route_type: routeType } = record(value);
    const provider = record(model)["provider"];
    const before = this.found.length;
    this.word([...path, "model", "provider"], "provider", provider, PROVIDERS, kind);
    this.word([...path, "route_type"], "route_type", routeType, ROUTE_TYPES, kind);
    if (this.found.length === before) this.combination(path, routeType, record(model), kind);
    for (const name of HUGGINGFACE) {
      this.setting([...path, "model", "options", "huggingface", name], record(record(record(model)["options"])["huggingface"])[name]);
    }
    for (const name of CLOUD_AUTH) this.setting([...path, "auth", name], record(auth)[name]);
  }

  /** Words that are served, but not together, or not with these options. */
  private combination(path: Path, routeType: unknown, { provider, options }: Record_, kind: Unserved["kind"]): void {
    if (!PROVIDERS.some((name) => name === provider) || !ROUTE_TYPES.some((name) => name === routeType)) return;
    const what = `route_type ${JSON.stringify(routeType)} of provider ${JSON.stringify(provider)}`;
    const row = servedRow(provider, routeType);
    if (row === undefined) this.found.push({ path: [...path, "route_type"], what, kind });
    else if (row.when !== undefined && !meets(row.when, options)) {
      const { option } = row.when;
      const { isKnown = () => true } = this.options;
      const value = record(options)[option];
      if (value !== undefined && !isKnown(value)) return;
      this.found.push({ path: [...path, "model", "options", option], what: `${what} ${unmetWords(row.when)}`, kind });
    }
  }

  /** A setting that is not served at all. */
  setting(path: Path, value: unknown, kind: Unserved["kind"] = "setting"): void {
    if (value === undefined || value === null || value === false) return;
    if (this.options.defaultsApplied === true && isDeepStrictEqual(value, fieldAt(this.plugin, path)?.default)) return;
    this.found.push({ path, what: String(path.at(-1)), kind });
  }
}

function record(value: unknown): Record_ {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Record_) : {};
}

function list(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? (value as readonly unknown[]) : [];
}
